"""What is said of forms that cannot be judged, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    "{field}: {problem}": "{field}：{problem}",
    "Expected an object of type 'default'": "应为类型为 'default' 的对象",
    "Expected schema version {newest} or older, found {found!r}": (
        "表单版本应不高于 {newest}，实际为 {found!r}"
    ),
    "Expected a list of components, at most {most} levels deep": "应为组件列表，最多嵌套 {most} 层",
    "Expected at most {most} fields": "最多 {most} 个字段",
    "Expected each component to be an object": "每个组件应为对象",
    "'{kind}' is no type of field that can be judged": "'{kind}' 不是可校验的字段类型",
    "expected a key of letters, digits and dots, found {found!r}": (
        "键应由字母、数字和点组成，实际为 {found!r}"
    ),
    "expected the key to be used once": "同一个键只能使用一次",
    "expected 'validate' to be an object": "'validate' 应为对象",
    "'{rule}' is no rule that can be checked": "'{rule}' 不是可检查的规则",
    "expected '{rule}' to be a number or an expression": "'{rule}' 应为数字或表达式",
    "the pattern cannot be used: {error}": "该模式无法使用：{error}",
    "expected one source of options, found {found}": "选项应有一个来源，实际有 {found} 个",
    "expected a list of options": "应为选项列表",
    "'{kind}' is no kind of date or time": "'{kind}' 不是日期或时间的种类",
    "expected decimalDigits to be a whole number up to 20": "decimalDigits 应为不超过 20 的整数",
    "expected an expression that begins with '=', found {found!r}": (
        "应为以 '=' 开头的表达式，实际为 {found!r}"
    ),
}
"""English template → Chinese template."""
