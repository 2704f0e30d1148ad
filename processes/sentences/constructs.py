"""What the engine says of loops, transactions, conditions and complex gateways, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

CONSTRUCTS: Mapping[str, str] = {
    "the loop condition": "循环条件",
    "Expected one marker for what is done several times, found several": (
        "应只有一个重复执行标记，实际有多个"
    ),
    "Expected no {name} on the marker of a loop; remove it": "循环标记上不能有 {name}；请删除",
    "Expected a loop condition or a loop maximum, found none": "应有循环条件或循环上限，实际没有",
    "Expected a loop maximum from 1 on, found {found!r:.60}": (
        "循环上限应至少为 1，实际为 {found!r:.60}"
    ),
    "Expected the loop cardinality as a number or in FEEL, beginning with =, found {found!r:.60}": (
        "循环次数应为数字或以 = 开头的 FEEL，实际为 {found!r:.60}"
    ),
    "Expected a loop cardinality or an input collection, found both; keep one": (
        "循环次数与输入集合只能有一个，实际两者都有；请只保留一个"
    ),
    "Expected {text!r} to give a number from 0 to {most}, found {found:.60}": (
        "{text!r} 应得出 0 到 {most} 的数字，实际为 {found:.60}"
    ),
    "Expected the loop condition {condition!r} to be true or false, found {found:.60}": (
        "循环条件 {condition!r} 应为真或假，实际为 {found:.60}"
    ),
    "Expected one flow into a complex gateway, found {found}; join with an inclusive "
    "gateway, or use a multi-instance activity with a completion condition": (
        "复杂网关只能有一条流入的顺序流，实际有 {found} 条；请用包容网关汇合，"
        "或使用带完成条件的多实例活动"
    ),
    "draw it at an end in a transaction, or on a transaction": (
        "请画在事务中的结束处，或画在事务的边界上"
    ),
    "the process": "流程",
    "Expected no {word} of data, for data is in the variables; set an input or output "
    "mapping in the panel": "数据在变量中，因此不能有数据的 {word}；请在面板中设置输入或输出映射",
    "wait for it in the flow, at an activity or at an event sub-process; "
    "begin a process with a message": (
        "请在流程中、活动边界或事件子流程上等待条件；流程请由消息启动"
    ),
    "Expected a condition on variables, for nobody notices when {name}() changes; "
    "use a timer": "条件应只取决于变量，因为 {name}() 的变化无人察觉；请使用定时器",
    "Expected the condition {condition!r} to be true or false, found {found:.60}": (
        "条件 {condition!r} 应为真或假，实际为 {found:.60}"
    ),
    "Expected a cancel end event directly in a transaction, found it in {around}; "
    "draw it there, or use an error end event": (
        "取消结束事件应直接位于事务中，实际在 {around} 中；请画到事务中，或使用错误结束事件"
    ),
    "Expected no inputs on this event: handlers see the variables": (
        "此事件不能有输入映射：补偿活动看到的是流程变量"
    ),
    "Expected a cancel event on a transaction, found it on {host}; make that one, or use "
    "an error event": (
        "取消事件应位于事务的边界上，实际在 {host} 上；请把它改为事务，或使用错误事件"
    ),
    "Expected a cancel event to interrupt; mark it so": "取消事件必须是中断型；请标为中断",
    "Expected one cancel event on a transaction; keep one": (
        "事务上只能有一个取消事件；请只保留一个"
    ),
    "Expected a cancel event on the transaction, for it has a cancel end event; draw one": (
        "事务中有取消结束事件，因此事务边界上应有取消事件；请画一个"
    ),
    "Expected a cancel end event in the transaction, for a cancel event is drawn on it; "
    "draw one, or remove that": (
        "事务边界上有取消事件，因此事务中应有取消结束事件；请画一个，或删除边界事件"
    ),
    "Expected no loop or multi-instance marker on a transaction with a cancel end event; "
    "put the marker on a sub-process around it": (
        "带取消结束事件的事务不能有循环或多实例标记；请把标记放在外层子流程上"
    ),
    "Expected no compensation thrown in {transaction}, for its cancel end event "
    "undoes all; keep one of the two": (
        "{transaction} 中不能再抛出补偿，因为其取消结束事件会撤销一切；请只保留其一"
    ),
    "Expected no cancel end event in the handler {handler}; use an error end event": (
        "补偿活动 {handler} 中不能有取消结束事件；请使用错误结束事件"
    ),
    "Expected no compensation of a handler; remove it": "补偿活动本身不能再被补偿；请删除",
    "Expected no compensation in the event sub-process {around}, for it undoes what "
    "was done around it; draw it in a called process": (
        "事件子流程 {around} 中不能有补偿，因为它撤销的是外层已完成的工作；请画在被调用的流程中"
    ),
    "Expected an activity for compensation to have no flows or boundary events; draw a "
    "sub-process around": "补偿活动不能有顺序流或边界事件；请在外层画一个子流程",
    "use a multi-instance activity with a completion condition": "请使用带完成条件的多实例活动",
}
"""English template → Chinese template."""
