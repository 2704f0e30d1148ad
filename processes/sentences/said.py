"""A text that remembers how it was made, so that it can be said in another language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .catalogue import CHINESE

_NONE = "none"
_AND = " and "


class Said(str):
    """A sentence in English: a text like any other, that knows its template."""

    template: str
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        # Itself: the text of an error remains a sentence.
        return self


def say(template: str, /, **parameters: object) -> Said:
    """The sentence that `template` makes of `parameters`; of a list all, and `none` if empty."""
    if isinstance(template, Said) and not parameters:
        return template
    written = template.format(**_shown(parameters, str)) if parameters else template
    said = Said(written)
    said.template = template
    said.parameters = parameters
    return said


def in_chinese(sentence: str) -> str:
    """`sentence` in Chinese; what was not said by `say` stays as it is."""
    if not isinstance(sentence, Said):
        return sentence
    template = CHINESE.get(sentence.template, sentence.template)
    if not sentence.parameters:
        return template
    return template.format(**_shown(sentence.parameters, in_chinese))


def _shown(
    parameters: Mapping[str, object], language: Callable[[str], str]
) -> Mapping[str, object]:
    return {name: _value(value, language) for name, value in parameters.items()}


def _value(value: object, language: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return language(value)
    if isinstance(value, list | tuple):
        parts = [str(_value(part, language)) for part in value]
        return language(say(_AND)).join(parts) if parts else language(say(_NONE))
    return value
