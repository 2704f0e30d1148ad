"""A form's words in the reader's language.

A form schema carries its own translations, so that they are frozen with the version of
the process that uses it: any object in it may hold
`"i18n": {"<language>": {"label": …, "description": …, "text": …}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TRANSLATED = ("label", "description", "text")


def localise(schema: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The schema in `language` (as in `zh_Hans`), without its translations.

    What has no translation stays as it was written.
    """
    return {key: _localised(value, language) for key, value in _words(schema, language).items()}


def _localised(value: Any, language: str) -> Any:
    if isinstance(value, Mapping):
        return localise(value, language)
    if isinstance(value, list):
        return [_localised(item, language) for item in value]
    return value


def _words(value: Mapping[str, Any], language: str) -> dict[str, Any]:
    own = {key: item for key, item in value.items() if key != "i18n"}
    translated = value.get("i18n", {}).get(language, {})
    return own | {key: translated[key] for key in TRANSLATED if key in translated}
