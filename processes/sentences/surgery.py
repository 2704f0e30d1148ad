"""What the engine says to operators who move tokens by hand, or to another version, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SURGERY: Mapping[str, str] = {
    "{element}: {sentence}": "{element}：{sentence}",
    "Expected a running instance, but it has ended": "流程应在运行，但它已结束",
    "Expected it to stay, but it is inside what is taken off": (
        "它应保留下来，但它位于将被移除的部分之内"
    ),
    "Expected a token that stands on the diagram, but this is an event that waits "
    "beside others; cancel what it belongs to": (
        "应为停在图上的令牌，但这是附属的等待事件；请取消它所属的元素"
    ),
    "Expected all of {activity} to be cancelled: what is done for one item, or to undo "
    "one activity, is counted there": ("只能整体取消 {activity}：单个项目或单个撤销动作都计入其中"),
    "Expected an element that a flow leads to, but this one is begun by an event or to undo "
    "another; choose an element inside it, or the one after it": (
        "应为有连线进入的元素，但它由事件触发或用于撤销；请选择其内部的元素，或其后的元素"
    ),
    "Expected an element that a flow leads to, but this event belongs to an activity; "
    "start after it": "应为有连线进入的元素，但该事件附着在活动上；请从其后开始",
    "Expected one way out, but which one an event-based gateway takes is up to its events; "
    "start before it, or at one of its events": (
        "应只有一条出路，但事件网关走哪条由其事件决定；请从它之前或从其某个事件开始"
    ),
    "Expected one element of this id, found it drawn in: {processes}": (
        "该标识应只对应一个元素，实际出现在：{processes}"
    ),
    "Expected one running sub-process or call to be meant, found these tokens: {tokens}; "
    "name one": "应指明一个运行中的子流程或调用，现有令牌：{tokens}；请指定其中一个",
    "Expected one activity that runs the process of this element, found {calls}": (
        "应只有一个活动运行该元素所在的流程，实际为 {calls}"
    ),
    "Expected {activity} to run, for it cannot be begun in the middle; start before {activity}": (
        "{activity} 应正在运行，因为它不能从中间开始；请从 {activity} 之前开始"
    ),
    "Expected its scope to go on, but {event} has interrupted it; choose an element inside "
    "{event}": "其所在范围应继续运行，但已被 {event} 中断；请选择 {event} 内部的元素",
    "Expected an element of the old definition, found none": "应为旧定义中的元素，但未找到",
    "Expected an element of the new definition, found none": "应为新定义中的元素，但未找到",
    "Expected a timer that runs, found none": "应有运行中的定时器，但没有",
    "Expected one event to become {event}, found two": "应只有一个事件变为 {event}，实际有两个",
    "Expected a call that may still call {process}, found one that may not": (
        "该调用应仍可调用 {process}，但已不可"
    ),
    "Expected {flow} to lead to it, found no such flow": "应有连线 {flow} 进入它，但没有",
    "Expected what is done there to be undone by the same handler, found none": (
        "那里完成的工作应由同一处理者撤销，但未找到"
    ),
    "Expected a counterpart {name} ({kind}) in the same scope of the new definition, "
    "found none; map it to another element": (
        "新定义的同一范围内应有对应的 {name}（{kind}），但没有；请把它映射到其他元素"
    ),
    "Expected its counterpart {name} to be of the same kind ({kind}), found {found}; map it "
    "to another element": (
        "对应的 {name} 应为同类元素（{kind}），实际为 {found}；请把它映射到其他元素"
    ),
}
