"""What a machine can put right: for some problems, the edit of the file that ends them.

Only what can be meant in one way is put right. A default flow that is missing is marked when
one flow alone has no condition; who shall do a task is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from processes import feel
from processes.engine.errors import Problem

from .editing import Edit, Tag, Written


def edits_for(problem: Problem, written: Written) -> list[Edit]:
    """The edits that put `problem` right; none when only a person can."""
    fix = FIXES.get(problem.rule)
    tag = written.tag(problem.element_id)
    return fix(tag, written) if fix and tag else []


def _executable(process: Tag, written: Written) -> list[Edit]:
    return written.with_attribute(process, "isExecutable", "true")


def _without_default(element: Tag, written: Written) -> list[Edit]:
    return written.without_attribute(element, "default")


def _marked_default(flow: Tag, written: Written) -> list[Edit]:
    """Mark as default the one flow out of a gateway that has no condition."""
    source = flow.attributes.get("sourceRef", "")
    gateway = written.tag(source)
    if gateway is None or "default" in gateway.attributes:
        return []
    flows = [
        tag
        for tag in written.tags()
        if tag.name == "sequenceFlow" and tag.attributes.get("sourceRef") == source
    ]
    if [tag for tag in flows if tag.child("conditionExpression") is None] != [flow]:
        return []
    return written.with_attribute(gateway, "default", flow.attributes["id"])


def _without_condition(flow: Tag, written: Written) -> list[Edit]:
    condition = flow.child("conditionExpression")
    return written.without(condition) if condition else []


def _interrupting(event: Tag, written: Written) -> list[Edit]:
    names = ("cancelActivity", "isInterrupting")
    return [edit for name in names for edit in written.without_attribute(event, name)]


def _waiting(event: Tag, written: Written) -> list[Edit]:
    definition = event.child("compensateEventDefinition")
    return written.without_attribute(definition, "waitForCompletion") if definition else []


def _equals_sign(element: Tag, written: Written) -> list[Edit]:
    """Put = before texts that are FEEL and only lack it."""
    edits: list[Edit] = []
    for name in ("conditionExpression", "completionCondition"):
        tag = _own(element, name)
        if tag is not None and _is_formula(_text(tag, written)):
            edits += written.with_text_prefix(tag, b"=")
    for name, attributes in _FORMULAS.items():
        tag = _own(element, name)
        for attribute in attributes if tag is not None else ():
            if tag is not None and _is_formula(tag.attributes.get(attribute, "")):
                edits += written.with_prefix(tag, attribute, b"=")
    return edits


def _own(element: Tag, name: str) -> Tag | None:
    """What stands in `element` itself, not in elements drawn in it."""
    for child in element.children:
        if child.name in _PARTS:
            found = child if child.name == name else _own(child, name)
            if found is not None:
                return found
    return None


def _text(tag: Tag, written: Written) -> str:
    text = written.data[tag.inside : tag.end].decode().rpartition("</")[0].strip()
    text = text.removeprefix("<![CDATA[").removesuffix("]]>")
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return text.strip()


def _is_formula(text: str) -> bool:
    """Whether `text` would be FEEL with a = before it."""
    if not text or text.startswith("="):
        return False
    try:
        feel.compile_expression(text)
    except feel.FeelError:
        return False
    return True


_FORMULAS: Mapping[str, tuple[str, ...]] = {
    "script": ("expression",),
    "loopCharacteristics": ("inputCollection", "outputElement"),
}
_PARTS = frozenset(
    {
        "conditionExpression",
        "completionCondition",
        "extensionElements",
        "loopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "script",
    }
)
FIXES: Mapping[str, Callable[[Tag, Written], list[Edit]]] = {
    "bad-default": _without_default,
    "default-with-condition": _without_condition,
    "error-beside": _interrupting,
    "no-condition": _marked_default,
    "no-equals-sign": _equals_sign,
    "no-waiting": _waiting,
    "not-deployed": _executable,
    "not-executable": _executable,
}
"""Rule → what puts it right."""
