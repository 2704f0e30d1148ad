"""What readers of files say of their XML, its words and its extensions, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

_READING = {
    "{file}: {error}": "{file}：{error}",
    "{file}: Expected BPMN definitions, found {found}": (
        "{file}：应为 BPMN 定义（definitions），实际为 {found}"
    ),
    "{file}: Expected this decision once": "{file}：同一决策只能出现一次",
    "{file}: Expected this process once": "{file}：同一流程只能出现一次",
    "{file}: Expected files named .bpmn or .dmn": "{file}：文件名应以 .bpmn 或 .dmn 结尾",
    "Expected at least one process, found none": "至少应有一个流程，但没有",
    "Expected every id once, found this one twice": "每个编号只能用一次，此编号出现了两次",
    "Expected an executable process; mark it as such": "流程应为可执行；请标为可执行",
    "Expected a date, time or duration that exists, found {found!r:.60} in {text!r:.80}": (
        "应为存在的日期、时间或时长，{text!r:.80} 中实际为 {found!r:.60}"
    ),
    "Expected FEEL, found {name} {found!r:.60}; write it in FEEL, and remove {name}": (
        "应为 FEEL，实际 {name} 为 {found!r:.60}；请用 FEEL 书写，并删除 {name}"
    ),
    "Expected a condition in FEEL, found nothing": "应有 FEEL 条件，实际为空",
    'Expected no {attribute}="{value}": it is not supported; draw what it stands for': (
        '不支持 {attribute}="{value}"；请画出它所代表的内容'
    ),
    "Expected one event definition, found {found}; draw an event for each": (
        "应有一个事件定义，实际有 {found} 个；请为每个定义各画一个事件"
    ),
    "Expected a message with a name, found none": "消息应有名称，但没有",
    "Expected one duration, one date or one cycle, found {found}": (
        "应有一个时长、一个日期或一个周期，实际为 {found}"
    ),
    "Expected a cycle on non-interrupting events only, for here a timer fires once; "
    "choose a duration, or draw a loop": (
        "周期只能用于非中断型事件，因为此处定时器只触发一次；请改用时长，或画一个循环"
    ),
    "Expected the {kind} to have a fixed code, found {found!r}": (
        "{kind}应有固定代码，实际为 {found!r}"
    ),
    "Expected to wait until all is undone; mark it so": "应等待全部撤销完成；请如此标记",
    "Expected a signal with a fixed name, found {found!r}": "信号应有固定名称，实际为 {found!r}",
    "Expected the {kind} declared in this file, found {found}": (
        "应为本文件中声明的{kind}，实际为 {found}"
    ),
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "Expected extensions as the Camunda 8 properties panel writes them, "
    "found attribute {name}; {way_out}": (
        "扩展应如 Camunda 8 属性面板所写，实际有属性 {name}；请{way_out}"
    ),
    "Expected elements as bpmn.io tools write them, found <{name}> of {namespace!r}; "
    "say it in the Camunda 8 properties panel, or remove it": (
        "元素应如 bpmn.io 工具所写，实际有 {namespace!r} 的 <{name}>；"
        "请在 Camunda 8 属性面板中设置，或删除"
    ),
    "Expected zeebe:{name} once on a {type}, found it twice; remove one": (
        "{type} 上 zeebe:{name} 只能出现一次，实际出现两次；请删除一个"
    ),
    "Expected no zeebe:{name} on a {type}: it is not supported; remove it": (
        "{type} 上不支持 zeebe:{name}；请删除"
    ),
    "Expected no {item} in zeebe:{name}; remove it": "zeebe:{name} 中不能有 {item}；请删除",
    'Expected no {key}="{value}" on zeebe:{name}: it is not supported; remove it': (
        '不支持 zeebe:{name} 上的 {key}="{value}"；请删除'
    ),
    "Expected no {word}: it is not supported; {way_out}": "不支持 {word}；{way_out}",
}
_WAYS_OUT = {
    "give the task a topic (task definition type): a handler does the work": (
        "给任务设置主题（任务定义类型），由处理程序来完成"
    ),
    "set it in the properties panel again": "在属性面板中重新设置",
    "remove it": "请删除",
    "draw the order of its activities in an embedded sub-process": (
        "请在嵌入子流程中画出各活动的顺序"
    ),
    "signals do not leave a case; use a message": "信号不会离开案件；请使用消息",
    "draw a link between a throwing and a catching intermediate event": (
        "请在抛出与捕获的中间事件之间画链接"
    ),
    "throw it, or draw it on an activity": "请抛出它，或画在活动上",
    "set the input collection in the properties panel": "请在属性面板中设置输入集合",
    "set the output collection in the properties panel": "请在属性面板中设置输出集合",
    "set the input element in the properties panel": "请在属性面板中设置输入元素",
    "set the output element in the properties panel": "请在属性面板中设置输出元素",
    "write FEEL into the properties panel, section Script": "请在属性面板的脚本栏写 FEEL",
    "deploy the other file in the same bundle": "请把另一个文件放在同一部署包中",
    "draw the event definition into the event itself": "请把事件定义直接画在事件中",
    "set the correlation key of the message's subscription": "请设置消息订阅的关联键",
}
_XML = {
    "Expected {expectation}": "应为：{expectation}",
    "Expected well-formed XML, found: {found}": "应为格式正确的 XML，实际：{found}",
    "Expected UTF-8, found other bytes": "应为 UTF-8 编码，实际为其他字节",
    "at most {most} elements, found more": "最多 {most} 个元素，实际更多",
    "at most {most} elements": "最多 {most} 个元素",
    "at most {most} namespaces": "最多 {most} 个命名空间",
    "at most {most} bytes, found {found}": "最多 {most} 字节，实际 {found}",
    "at most {most} attributes on <{name}>": "<{name}> 上最多 {most} 个属性",
    "texts of at most {most} characters in <{name}>": "<{name}> 中的文本最多 {most} 个字符",
    "elements nested at most {most} deep, found deeper": "元素最多嵌套 {most} 层，实际更深",
    "elements as bpmn.io tools write them, found <{name}> of {namespace!r}": (
        "bpmn.io 工具所写的元素，实际有 {namespace!r} 的 <{name}>"
    ),
    "encoding UTF-8, found {found}": "UTF-8 编码，实际为 {found}",
    "no document type or entity declarations, found one": "不含文档类型或实体声明，实际有",
    "no document type, found one": "不含文档类型，实际有",
    "one root element and nothing beside it": "只有一个根元素，旁边没有其他内容",
    "elements and text only, found an instruction or entity": (
        "只含元素和文本，实际有处理指令或实体"
    ),
}
FILES: Mapping[str, str] = {**_READING, **_WAYS_OUT, **_XML}
"""English template → Chinese template."""
