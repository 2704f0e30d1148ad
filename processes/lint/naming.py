"""What a diagram names must be there, and must leave the names of others alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from processes import feel
from processes.engine.errors import Problem
from processes.engine.types import Element

from .problems import problem
from .surroundings import Surroundings

TAKEN_KEY = "completed_by"
"""The runtime says under this name who has done a task; a form must not."""
COUNTER = "loopCounter"
"""The engine counts items under this name."""


def check_names(element: Element, surroundings: Surroundings) -> Iterator[Problem]:
    """What `element` names and is not there, or is the name of something else."""
    if element.topic and element.topic not in surroundings.topics:
        yield problem(
            "unknown-topic",
            element.id,
            "Expected a topic that has a handler, found “{topic}”",
            topic=element.topic,
        )
    yield from _form(element, surroundings.forms)
    yield from _kept_inside(element, surroundings.forms)
    if surroundings.groups is not None:
        yield from _groups(element, surroundings.groups)
    for name in _written(element):
        if is_reserved(name):
            yield problem(
                "reserved-name",
                element.id,
                "Expected another name than “{name}”, which has a meaning of its own; rename it",
                name=name,
            )


def _form(element: Element, forms: Mapping[str, Any]) -> Iterator[Problem]:
    if not element.form_id:
        return
    if element.form_id not in forms:
        yield problem(
            "unknown-form",
            element.id,
            "Expected a form that is there, found “{form}”",
            form=element.form_id,
        )
        return
    yield from _fields(element, keys(forms[element.form_id]))


def _fields(element: Element, names: Collection[str]) -> Iterator[Problem]:
    if TAKEN_KEY in names:
        yield problem(
            "taken-key",
            element.id,
            "Expected no field “{key}” in form “{form}”: who has done the task is said under "
            "this name; rename the field",
            key=TAKEN_KEY,
            form=element.form_id,
        )
    for name in sorted(names):
        if is_reserved(name):
            yield problem(
                "reserved-name",
                element.id,
                "Expected no field “{key}” in form “{form}”: the name has a meaning of its own; "
                "rename the field",
                key=name,
                form=element.form_id,
            )


def _kept_inside(element: Element, forms: Mapping[str, Any]) -> Iterator[Problem]:
    """What is filled in or found out, and lost: without outputs, inputs stay as they were."""
    results = {element.result_variable.partition(".")[0]}
    if element.type == "userTask":
        results = set(_keys(forms.get(element.form_id, {}), filled_in=True))
    own = [] if element.outputs else [line.target.partition(".")[0] for line in element.inputs]
    for name in dict.fromkeys(own):
        if name in {key.partition(".")[0] for key in results}:
            yield problem(
                "kept-inside",
                element.id,
                "Expected an output for “{name}”: an input has this name, so what becomes of it "
                "here stays in this task; map it to a variable, or give the input another name",
                name=name,
            )


def keys(part: Any) -> frozenset[str]:
    """The keys of all fields of a form, groups included."""
    return frozenset(name for name in _keys(part) if name)


def _keys(part: Any, *, filled_in: bool = False) -> Iterator[str]:
    if isinstance(part, Mapping):
        shown_only = part.get("disabled") is True or part.get("readonly") is True
        if not (filled_in and shown_only):
            yield str(part.get("key", ""))
        for child in part.get("components", ()):
            yield from _keys(child, filled_in=filled_in)


def _groups(element: Element, known: Collection[str]) -> Iterator[Problem]:
    for group in _named_groups(element.candidate_groups):
        if group.rpartition("/")[2] not in known:
            yield problem(
                "unknown-group",
                element.id,
                "Expected a group that people can be in, found “{group}”; there are {known}",
                group=group,
                known=sorted(known),
            )


def _named_groups(text: str) -> Iterator[str]:
    """The groups that `text` names for certain."""
    if not text.startswith("="):
        yield from (name.strip() for name in text.split(",") if name.strip())
        return
    formula = feel.compile_expression(text[1:])
    if formula.names or formula.functions:
        return
    found = formula.evaluate({})
    for name in found if isinstance(found, list | tuple) else (found,):
        if isinstance(name, str):
            yield name


def _written(element: Element) -> Iterator[str]:
    """The variables that `element` itself makes."""
    targets = [line.target for line in (*element.inputs, *element.outputs)]
    loop = element.loop
    made = (loop.input_element, loop.output_collection) if loop else ()
    names = dict.fromkeys(each.partition(".")[0] for each in (*targets, element.result_variable))
    yield from (name for name in (*names, *made) if name)


@lru_cache(maxsize=4096)
def is_reserved(name: str) -> bool:
    """Whether FEEL reads `name` as something else, or the engine counts under it."""
    if name == COUNTER:
        return True
    try:
        return feel.compile_expression(name).names != {name}
    except feel.FeelError:
        return True
