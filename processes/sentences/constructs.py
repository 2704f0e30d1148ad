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
    "use a multi-instance activity with a completion condition": "请使用带完成条件的多实例活动",
}
"""English template → Chinese template."""
