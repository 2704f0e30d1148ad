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
_TABLES = {
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
RULES: Mapping[str, str] = {**_WAITS, **_NAMES, **_TABLES}
"""English template → Chinese template."""
