"""What the deploy rules and the judges of tables say, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

_WAITS = {
    "Expected somebody who may do it; name candidate groups or an assignee": (
        "应有可以办理的人；请指定候选组或办理人"
    ),
    "Expected a timer that ends the wait; draw one on it, or say why it may last for "
    "ever in a property “{name}”": (
        "应有结束等待的定时器；请在上面画一个，或在属性“{name}”中说明为何可以一直等待"
    ),
    "Expected a default flow, for the case stops here when no condition holds; mark one": (
        "应有默认流，否则没有条件成立时案件会停在这里；请标记一条"
    ),
}
_CROWDS = {
    "Expected inputs: this is done for each of several items at once, and each would "
    "carry all variables, the whole list too; map what it needs": (
        "应有输入映射：这里同时为多个项目各办理一次，否则每一次都会带上全部变量，包括整个列表；"
        "请只映射所需的内容"
    ),
}
_NAMES = {
    "Expected a topic that has a handler, found “{topic}”": (
        "应为有处理程序的主题，实际为“{topic}”"
    ),
    "Expected a form that is there, found “{form}”": "应为存在的表单，实际为“{form}”",
    "Expected no field “{key}” in form “{form}”: who has done the task is said under "
    "this name; rename the field": (
        "表单“{form}”中不能有字段“{key}”：该名称用于记录谁完成了任务；请改名"
    ),
    "Expected no field “{key}” in form “{form}”: the name has a meaning of its own; "
    "rename the field": "表单“{form}”中不能有字段“{key}”：该名称另有含义；请改名",
    "Expected another name than “{name}”, which has a meaning of its own; rename it": (
        "请不要使用名称“{name}”，它另有含义；请改名"
    ),
    "Expected a group that people can be in, found “{group}”; there are {known}": (
        "应为存在的组，实际为“{group}”；现有 {known}"
    ),
    "Expected something that throws {code}, but nothing in {place} does, so this is "
    "never reached; remove it, or correct the code": (
        "应有抛出 {code} 的元素，但 {place} 中没有，因此永远不会到达这里；请删除它，或更正代码"
    ),
}
_DATA = {
    "Expected an input “{name}”, for process “{process}” is started with it; map it, "
    "or let all variables through": (
        "应有输入“{name}”，因为流程“{process}”启动时需要它；请映射它，或传递所有变量"
    ),
    "Expected an output for “{name}”: an input has this name, so what becomes of it "
    "here stays in this task; map it to a variable, or give the input another name": (
        "应为“{name}”设置输出：有同名的输入，因此它在此处的新值只留在本任务内；"
        "请将它映射到变量，或给输入另起名称"
    ),
    "Expected an executable process, for this one is not deployed; mark it so": (
        "流程应为可执行，此流程不会被部署；请标为可执行"
    ),
    "Expected variable “{name}” to be set before it is looked at here, but on no "
    "way to this element is it; set it earlier, correct the name, or list it in "
    "property “{property}” of the process if whoever starts it gives it": (
        "变量“{name}”应在此处使用之前赋值，但到达此元素的任何路径上都没有；请提前赋值、更正名称，"
        "若由启动者提供，请列入流程的属性“{property}”"
    ),
    "Expected a flow to what follows, or to an end event; a token ends here": (
        "应有通往后续元素或结束事件的顺序流；令牌在此结束"
    ),
}
_TABLES = {
    "Rule {number}: expected a date, time or duration that exists, found {found!r:.60}": (
        "第 {number} 条规则：应为存在的日期、时间或时长，实际为 {found!r:.60}"
    ),
    "Rule {number} can never hit: no input passes all of its cells": (
        "规则 {number} 永远不会命中：没有输入能通过它的所有单元格"
    ),
    "Rule {number} can never answer: rules before it always do, for example rule "
    "{first} for {example}": (
        "规则 {number} 永远不会给出结果：总有前面的规则先命中，例如 {example} 时是规则 {first}"
    ),
    "Rules {one} and {other} both hit for {example}; {wanted} in a {policy} table": (
        "规则 {one} 和 {other} 在 {example} 时都命中；{policy} 表中{wanted}"
    ),
    "only one may": "只允许一条命中",
    "they must then agree": "它们的结果必须一致",
    "No rule hits for {example}; draw one, or a default answer": (
        "{example} 时没有规则命中；请补一条规则，或给出默认结果"
    ),
    "any input": "任意输入",
}
_SOUNDNESS = {
    "for ever": "永远等待",
    "until it is interrupted": "等到被中断为止",
    "Expected fewer ways to go side by side: after {count} moves it is still open "
    "whether all of them come to an end; draw parts of it as processes of their own": (
        "并行的路径太多：推演 {count} 步后仍无法判断它们是否都能结束；请把其中一部分画成独立流程"
    ),
    "Expected one token at a time, but this can be done twice at once after "
    "{way}; join the branches by a parallel or an inclusive gateway before it": (
        "此处应一次只来一个令牌，但经过 {way} 后它会同时执行两次；"
        "请在它之前用并行或包容网关汇合各分支"
    ),
    "Expected a token by every flow into it, but after {way} none comes from {missing} "
    "any more and it waits {how_long}; join by an exclusive or an inclusive gateway, or "
    "let the branches begin at a parallel one": (
        "每条流入的顺序流都应有令牌到来，但经过 {way} 后不再有来自 {missing} 的令牌，"
        "此处将{how_long}；"
        "请用排他或包容网关汇合，或让各分支从并行网关开始"
    ),
    "Expected nobody to wait for it while it waits itself, but after {way} it waits "
    "for {others} and is waited for; draw one of these joins elsewhere": (
        "它在等待时不应也被等待，但经过 {way} 后它等待 {others}，同时自己也被等待；"
        "请把其中一个汇合改画到别处"
    ),
    "Expected a way on which tokens come to it, and go on from it, but there is none, "
    "whatever the conditions say; draw it elsewhere, or remove it": (
        "应有令牌能到达并离开它的路径，但无论条件如何都没有；请改画到别处，或删除"
    ),
    "Expected a way to an end, but after {way} there is none: it goes round for "
    "ever; draw a way out of the loop": (
        "应有通往结束的路径，但经过 {way} 后没有：它会一直循环；请画出离开循环的路径"
    ),
}
RULES: Mapping[str, str] = {
    **_SOUNDNESS,
    **_DATA,
    **_WAITS,
    **_CROWDS,
    **_NAMES,
    **_TABLES,
}
"""English template → Chinese template."""
