"""What the engine says of diagrams, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS = {
    "none": "无",
    " and ": "、",
    "nothing": "空",
    "everything": "所有情况",
    "both": "两者都有",
    "neither": "两者都没有",
    "gateway": "网关",
    "activity": "活动",
    "inputs": "输入映射",
    "outputs": "输出映射",
    "throws": "抛出",
    "waits for": "等待",
    "duration": "时长",
    "date": "日期时间",
    "cycle": "周期",
    "a correlation key for its message": "消息的关联键",
    "an input collection": "输入集合",
    "the input collection": "输入集合",
    "the input element": "输入元素",
    "the output collection": "输出集合",
    "the output element": "输出元素",
    "the completion condition": "完成条件",
    "the condition": "条件",
    "the script": "脚本",
    "a topic (task definition type)": "主题（任务定义类型）",
    "a FEEL expression": "FEEL 表达式",
    "a called decision": "要调用的决策",
    "a called process": "要调用的流程",
    "a form id": "表单编号",
}
_FLOWS = {
    "Expected one start event, found {found}": "应有一个开始事件，实际有 {found} 个",
    "Expected a plain start event, found {found}": "应为普通开始事件，实际为 {found}",
    "Expected an event that begins the event sub-process": "应有一个启动该事件子流程的事件",
    "Expected no attribute {name} on {word}: BPMN has none there; remove it": (
        "{word} 上不能有属性 {name}：BPMN 在那里没有这个属性；请删除"
    ),
    "Expected {name} to be true or false, found {found!r:.60}": (
        "{name} 应为 true 或 false，实际为 {found!r:.60}"
    ),
    "Expected no {word} in {parent}: nobody would look for it there; draw it again": (
        "{parent} 里不能有 {word}：放在那里没有人会去读；请重画"
    ),
    "Expected an error event to interrupt; mark it so": "错误事件必须是中断型；请标为中断",
    "Expected no multi-instance marker on this sub-process": "此子流程不能带多实例标记",
    "Expected one event sub-process to catch {code}, found {other} too; keep one": (
        "应只有一个事件子流程捕获 {code}，但 {other} 也捕获它；请只保留一个"
    ),
    "Expected a flow between two elements of one process or sub-process, "
    "found {source} and {target}; draw it again": (
        "顺序流应连接同一流程或子流程中的两个元素，实际为 {source} 与 {target}；请重画"
    ),
    "Expected conditions behind exclusive and inclusive gateways and activities only, "
    "found one behind {source}; draw a gateway": (
        "条件只能放在排他网关、包容网关和活动之后，而这里在 {source} 之后；请画一个网关"
    ),
    "Expected a default flow at gateways and activities only; draw a gateway behind it": (
        "默认流只能用于网关和活动；请在其后画一个网关"
    ),
    "Expected a way from the start, found none": "应能从开始到达，但没有路径",
    "Expected no flow into this event; draw it elsewhere": "不能有顺序流进入此事件；请改画到别处",
    "Expected no flow out of an end event; remove it": "结束事件不能有流出的顺序流；请删除",
    "Expected no flow at an event sub-process; remove it": "事件子流程不能连接顺序流；请删除",
    "Expected a flow to what follows, found none": "应有通往后续元素的顺序流，但没有",
    "Expected its default flow to leave the {what}, found {found}; mark one of its flows": (
        "默认流应从该{what}流出，实际为 {found}；请标记它的一条顺序流"
    ),
    "Expected a default flow without condition, beside flows that have one": (
        "默认流不应有条件，且旁边应有带条件的顺序流"
    ),
    "Expected every flow out of {gateway} to have a condition or to be the default, "
    "found {found}": "从 {gateway} 流出的每条顺序流都应带条件或为默认流，实际{found}",
    "Expected at least two events behind it": "其后至少应有两个事件",
    "Expected timers, messages, signals and conditions behind it, found {target}; "
    "draw a catching event between them": (
        "其后应为定时器、消息、信号或条件，实际为 {target}；请在中间画一个捕获事件"
    ),
    "Expected an event behind an event-based gateway to have no other flow into it "
    "and no boundary events; draw a gateway behind it": (
        "事件网关之后的事件不能有其他流入，也不能有边界事件；请在其后画一个网关"
    ),
    "Expected a boundary event on an activity, found {found}; attach it again": (
        "边界事件应附在活动上，实际为 {found}；请重新附着"
    ),
    "Expected one event to catch {code}, found {other} too; keep one": (
        "应只有一个事件捕获 {code}，但 {other} 也捕获它；请只保留一个"
    ),
    "Expected a link with a name, found none": "链接事件应有名称，但没有",
    "Expected one catching link {link!r} in the same process or sub-process, found {found}": (
        "同一流程或子流程中应有一个捕获链接 {link!r}，实际为 {found}"
    ),
    "Expected no flow out of a throwing link; remove it": "抛出链接不能有流出的顺序流；请删除",
    "Expected a throwing link {link!r}, found none": "应有抛出链接 {link!r}，但没有",
    "Expected no flow into a catching link; remove it": "捕获链接不能有流入的顺序流；请删除",
    "Expected somebody who {does} signal {signal!r} in the same case, found none, "
    "and signals do not leave a case; use a message with a correlation key": (
        "同一案件中应有{does}信号 {signal!r} 的元素，但没有，而信号不会离开案件；"
        "请改用带关联键的消息"
    ),
}
_UNDOING = {
    "Expected one compensation event on an activity": "一个活动上只能有一个补偿事件",
    "Expected an association from one compensation event, found {found}": (
        "应有且只有一个补偿事件关联到它，实际有 {found} 个"
    ),
    "Expected one association to an activity that is marked for compensation, found {found}": (
        "应有一条关联指向标为补偿的活动，实际为 {found}"
    ),
    "Expected no flow out of a compensation event; remove it": "补偿事件不能有流出的顺序流；请删除",
    "Expected no inputs on this event: handlers see the variables": (
        "此事件不能有输入映射：处理活动能看到所有变量"
    ),
    "Expected an activity with a compensation event in the same process or sub-process, "
    "found {found}": "同一流程或子流程中应有带补偿事件的活动，实际为 {found}",
    "Expected no compensation thrown in the handler {handler}": (
        "补偿处理活动 {handler} 中不能抛出补偿"
    ),
}
_ELEMENTS = {
    "Expected an id of Latin letters, digits, _ . and -": "编号只能由拉丁字母、数字、_ . 和 - 组成",
    "Expected a duration or a date, found nothing": "应为时长或日期，实际为空",
    "Expected a source for {target!r}, found none": "{target!r} 应有来源，但没有",
    "Expected a variable as target of a mapping, found {found!r}": (
        "映射的目标应为变量，实际为 {found!r}"
    ),
    "Expected {wanted} only on this event, found {found}; remove them": (
        "此事件只能有{wanted}，实际有{found}；请删除"
    ),
    "Expected a variable as {what}, found {found!r:.60}": "{what}应为变量，实际为 {found!r:.60}",
    "Expected another input element: loopCounter counts": (
        "请换一个输入元素名：loopCounter 用于计数"
    ),
    "Expected output collection and output element, or none": (
        "输出集合和输出元素应同时设置，或都不设置"
    ),
    "Expected {what}, found none; set it in the panel": "应有{what}，但没有；请在属性面板中设置",
    "Expected {what} as fixed text, found {found!r:.60}": (
        "{what}应为固定文本，实际为 {found!r:.60}"
    ),
    "Expected a number of retries from 1 to {most}, found {found!r:.60}": (
        "重试次数应为 1 到 {most} 的数，实际为 {found!r:.60}"
    ),
    "Expected a priority from 0 to {most}, found {found!r:.60}": (
        "优先级应为 0 到 {most} 的数，实际为 {found!r:.60}"
    ),
    "Expected {word} {name!r:.60} once, found it twice; remove one": (
        "{word} {name!r:.60} 应只出现一次，实际有两个；请删除一个"
    ),
    "Expected one called process, found {called!r:.60} in the panel and {said!r:.60} "
    "as calledElement; remove calledElement": (
        "应只有一个被调用的流程，实际属性面板中为 {called!r:.60}，calledElement 为 {said!r:.60}；"
        "请删除 calledElement"
    ),
    "Expected one event to wait for message {message!r} with this key, found {other} too; "
    "keep one": "同一键值的消息 {message!r} 应只由一个事件等待，实际还有{other}；请保留一个",
    "Expected another message or key than {other} waits for around it, found the same: "
    "{message!r} would always go there and end what this is in; keep one": (
        "此处等待的消息或关联键应与外层的{other}不同，实际相同：消息 {message!r} 总会先到外层，"
        "并结束此处所在的部分；请只保留一个"
    ),
    "Expected a task definition on a message event only; make it one, or a service task": (
        "只有消息事件可以有任务定义；请改为消息事件或服务任务"
    ),
    "Expected a result variable, found {found!r:.60}": "应有结果变量，实际为 {found!r:.60}",
    "Expected a decision of the same bundle, found {found}; deploy its .dmn file too": (
        "应为同一部署包中的决策，实际为 {found}；请一并部署它的 .dmn 文件"
    ),
    "Expected a process of the same bundle, found {found}; deploy its file too": (
        "应为同一部署包中的流程，实际为 {found}；请一并部署它的文件"
    ),
}
_TEXTS = {
    "Expected {what} in FEEL, beginning with =, found {found!r:.80}": (
        "{what}应为以 = 开头的 FEEL，实际为 {found!r:.80}"
    ),
    "Expected FEEL, but in {text!r:.80}: {error}; {hint}": (
        "应为 FEEL，但 {text!r:.80} 中：{error}；{hint}"
    ),
    "write one = to compare": "比较请写一个 =",
    "write “and”": "请写 and",
    "write “or”": "请写 or",
    "write != for “not equal”": "“不等于”请写 !=",
    "write >= for “at least”": "“不小于”请写 >=",
    "write texts between double quotes": "文本请写在双引号之间",
    "write “not(…)”": "请写 not(…)",
    "write “if … then … else …”": "请写 if … then … else …",
    "Expected FEEL, but in {text!r:.80}: {error}": "应为 FEEL，但 {text!r:.80} 中：{error}",
    "Expected a function that FEEL or the house knows, found {name!r}": (
        "应为 FEEL 或本系统已知的函数，实际为 {name!r}"
    ),
    "Expected FEEL, beginning with =, found {text!r:.80} of another language": (
        "应为以 = 开头的 FEEL，实际为其他语言的 {text!r:.80}"
    ),
    "Expected a function that FEEL or the house knows, found {name!r} in {text!r:.80}": (
        "应为 FEEL 或本系统已知的函数，实际为 {text!r:.80} 中的 {name!r}"
    ),
    "Expected a {kind}, found {found!r}; choose the other kind": (
        "应为{kind}，实际为 {found!r}；请选另一种"
    ),
    "Expected a date-time with its offset from UTC, found {found!r}": (
        "日期时间应带与 UTC 的偏移，实际为 {found!r}"
    ),
}
DIAGRAMS: Mapping[str, str] = {
    **_WORDS,
    **_FLOWS,
    **_UNDOING,
    **_ELEMENTS,
    **_TEXTS,
}
"""English template → Chinese template."""
