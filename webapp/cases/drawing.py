"""The diagram of a case as the browser draws it: where the tokens stand, which way they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from processes import queries
from processes.xmlreading import read_xml
from webapp import wording

_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What the diagram island takes."""

    name: str
    version: int
    xml: str
    states: Mapping[str, str]
    in_words: str
    """For those who do not see the picture."""
