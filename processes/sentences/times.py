"""What the engine says of moments, cycles, beginnings and calls, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

TIMES: Mapping[str, str] = {
    "Expected a duration that is not negative, found {text!r}": "时长不能为负，实际为 {text!r}",
    (
        "Expected a duration such as PT48H or a moment such as 2026-11-22T10:00:00Z, "
        "not {text!r:.80}"
    ): ("应为时长（如 PT48H）或时刻（如 2026-11-22T10:00:00Z），而不是 {text!r:.80}"),
    "Expected a moment such as 2026-11-22T10:00:00Z, not {text!r:.80}": (
        "应为时刻，如 2026-11-22T10:00:00Z，而不是 {text!r:.80}"
    ),
    "Expected a day and a time that exist, found {text!r}": (
        "应为存在的日期和时间，实际为 {text!r}"
    ),
    "Expected a moment between the years 1 and 9999, found {text!r}": (
        "时刻应在公元 1 年至 9999 年之间，实际为 {text!r}"
    ),
    "Expected a moment before the year 9999, found a later one": "时刻应在 9999 年之前，实际更晚",
    "Expected a known time zone, found {name!r}": "应为已知时区，实际为 {name!r}",
    "Expected the offset that {zone} has at that moment, found another one in {text!r}": (
        "应为 {zone} 当时的时差，而 {text!r} 中不同"
    ),
    "Expected an interval longer than nothing, found {text!r}": ("间隔应大于零，实际为 {text!r}"),
    "Expected a cycle such as R3/PT10H or R/PT1H, not {text!r:.80}": (
        "应为周期，如 R3/PT10H 或 R/PT1H，而不是 {text!r:.80}"
    ),
    (
        "Expected a cycle such as R/2026-11-23T09:00[Asia/Shanghai]/P1D, not {text!r:.80}: "
        "cron does not say in which time zone"
    ): (
        "应为周期，如 R/2026-11-23T09:00[Asia/Shanghai]/P1D，而不是 {text!r:.80}：cron 没有说明时区"
    ),
    (
        "Expected a date or a cycle to begin a process with, found a duration; choose one of them"
    ): "流程应由日期或周期启动，实际为时长；请改选",
    "Expected one start event for message {message!r}, found {other} too; keep one": (
        "消息 {message!r} 应只有一个开始事件，但还有 {other}；请保留一个"
    ),
    "Expected a list of processes only where FEEL says which one is called; remove it": (
        "只有由 FEEL 决定调用哪个流程时才能列出流程；请删除"
    ),
    "Expected {process} to have a plain start event, for it is called; draw one": (
        "{process} 被调用，应有普通开始事件；请画一个"
    ),
    "Expected a fixed version tag together with the binding to it, found {found!r}": (
        "绑定版本时应有固定的版本标签，实际为 {found!r}"
    ),
    (
        "Expected {process} in version {wanted!r}, found {found!r}; deploy the pinned version "
        "together with its caller, or change the pin"
    ): (
        "{process} 应为版本 {wanted!r}，实际为 {found!r}；"
        "请把固定的版本与调用者一起部署，或更改版本"
    ),
    "Expected a call that may still call {process}, found one that may not": (
        "调用活动应仍可调用 {process}，但现在不能"
    ),
}
