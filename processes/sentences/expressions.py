"""What FEEL and decisions say when they are read, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

_FEEL = {
    "{sentence} (line {line}, column {column})": "{sentence}（第 {line} 行，第 {column} 列）",
    "Expected {wanted}, found '{found}'": "应为{wanted}，实际为 '{found}'",
    "Expected {wanted}, found the end": "应为{wanted}，但表达式已结束",
    "{one} or {other}": "{one} 或 {other}",
    "a value": "一个值",
    "a name": "名称",
    "a key": "键",
    "an operator": "运算符",
    "the end": "结尾",
    "'{sign}' is never closed": "'{sign}' 没有关闭",
    "'{sign}' closes nothing": "'{sign}' 没有与之对应的开括号",
    "'{sign}' means nothing in FEEL": "'{sign}' 在 FEEL 中没有意义",
    "The comment is never closed": "注释没有关闭",
    "The text in quotes is never closed": "引号中的文本没有关闭",
    "Expected a text in quotes after '@'": "'@' 之后应为引号中的文本",
    "Expected a type of FEEL, found '{found}'": "应为 FEEL 的类型，实际为 '{found}'",
    "Expected two comparisons joined by 'and', found '{sign}' after another": (
        "应为用 'and' 连接的两个比较，实际在另一个比较之后出现 '{sign}'"
    ),
    "Expected 'Any': a function's own types cannot be asked for": (
        "应为 'Any'：无法询问函数自身的类型"
    ),
    "Expected a date, a time or a duration, found {found!r}": (
        "应为日期、时间或时长，实际为 {found!r}"
    ),
    "{error}, found {found!r}": "{error}，实际为 {found!r}",
    "Expected a year from 1 to 9999 and at most 999999999 days": (
        "年份应为 1 到 9999，天数最多 999999999"
    ),
    "Expected plain JSON or a value of FEEL, found {kind}": (
        "应为普通 JSON 或 FEEL 的值，实际为 {kind}"
    ),
    "Expected at most {most} characters, found {found}": "最多 {most} 个字符，实际 {found} 个",
    "Expected at most {most} tokens, found more": "最多 {most} 个词，实际更多",
    "Expected at most {most} names that are not one plain word": (
        "由多个词组成的名称最多 {most} 个"
    ),
    "Expected at most {most} brackets in each other": "括号最多嵌套 {most} 层",
    "Expected at most {most} expressions in each other": "表达式最多嵌套 {most} 层",
}
_TABLES = {
    "'{name}' is not supported": "不支持 '{name}'",
    "'{text:.100}' is not FEEL: {error}": "'{text:.100}' 不是 FEEL：{error}",
    "Expected FEEL, found language '{language}'": "应为 FEEL，实际语言为 '{language}'",
    "Expected an expression, found an empty cell": "应有表达式，实际为空单元格",
    "'{policy}' is not a hit policy": "'{policy}' 不是命中策略",
    "Aggregation '{aggregation}' does not go with {policy}": (
        "聚合方式 '{aggregation}' 不能与 {policy} 一起使用"
    ),
    "Expected rules as rows or columns, found a cross table": "规则应按行或按列，实际为交叉表",
    "Expected at least one output": "至少应有一个输出",
    "Expected several outputs to have different names": "多个输出的名称应各不相同",
    "Expected one output to aggregate, found {found}": "聚合时应只有一个输出，实际有 {found} 个",
    "Expected output values: they give the order of {policy}": (
        "应列出输出值：{policy} 的顺序由它们决定"
    ),
    "Expected an input expression": "应有输入表达式",
    "Expected output '{name}' of type '{type}', found '{text:.100}'": (
        "输出 '{name}' 的类型应为 '{type}'，实际为 '{text:.100}'"
    ),
    "Expected {inputs} input and {outputs} output cells": (
        "应有 {inputs} 个输入单元格和 {outputs} 个输出单元格"
    ),
}
_BOXES = {
    "Expected one expression, found {found}": "应有一个表达式，实际有 {found} 个",
    "Expected entries of different names, the result last": ("各条目的名称应不同，结果放在最后"),
    "Expected columns to have different names": "各列名称应不同",
    "Expected {columns} cells, found {found}": "应有 {columns} 个单元格，实际有 {found} 个",
    "Expected a function in FEEL, found another language": "函数应为 FEEL，实际为其他语言",
    "Expected parameters to have different names": "各参数名称应不同",
    "Expected a function that it requires, found '{found}'": (
        "应为它所依赖的函数，实际为 '{found}'"
    ),
    "Expected a name for the items": "应为各项指定名称",
    "Expected '{name}' in it": "其中应有 '{name}'",
}
_MODELS = {
    "Expected types to have different names": "各类型名称应不同",
    "Expected a type that is there, found '{found}'": "应为存在的类型，实际为 '{found}'",
    "Expected type '{name}' not to contain itself": "类型 '{name}' 不能包含自身",
    "Expected a DMN file": "应为 DMN 文件",
    "Expected one file of namespace '{namespace}'": "命名空间 '{namespace}' 应只有一个文件",
    "Expected a name for the import": "导入应有名称",
    "Expected imports to have different names": "各个导入的名称应各不相同",
    "Expected what it requires to have different names, found '{name}' twice": (
        "所需元素的名称应各不相同，'{name}' 出现了两次"
    ),
    "Expected an import of '{namespace}'": "应导入 '{namespace}'",
    "Expected '{wanted}' in the same file or an imported one": (
        "'{wanted}' 应在同一文件或导入的文件中"
    ),
    "Expected a decision or input data, found '{found}'": "应为决策或输入数据，实际为 '{found}'",
    "Expected decisions not to require one another": "决策不能相互依赖",
    "Expected a decision table or another expression": "应有决策表或其他表达式",
    "Expected a business knowledge model or a service": "应为业务知识模型或决策服务",
    "Expected a function in it": "其中应有函数",
    "Expected only its parameters and what it requires, found '{found}'": (
        "只能使用它的参数和所依赖的内容，实际为 '{found}'"
    ),
    "Expected a decision that the service gives": "服务应给出决策",
    "Expected less deep expressions and requirements": "表达式和依赖的层次过深",
}
EXPRESSIONS: Mapping[str, str] = {**_FEEL, **_TABLES, **_BOXES, **_MODELS}
"""English template → Chinese template."""
