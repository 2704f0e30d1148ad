"""The Chinese catalogue is complete: every message translated, nothing guessed, nothing broken."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages import extract, pofile
from django.utils.translation.template import templatize

from forms.localise import TRANSLATED
from processes.xmlreading import BPMN, read_xml

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = {"Afterflow"}


@pytest.fixture(scope="module")
def catalogue() -> pofile.Catalog:
    with CATALOGUE.open("rb") as file:
        return pofile.read_po(file, abort_invalid=True)


def test_every_message_of_the_project_is_translated(catalogue):
    known = {(_first(entry.id), entry.context) for entry in catalogue if entry.id and _text(entry)}

    missing = {message for message in _messages() if message not in known}

    assert not missing


def test_nothing_is_guessed_empty_or_left_in_english(catalogue):
    for entry in catalogue:
        if entry.id:
            assert not entry.fuzzy, entry.id
            assert CHINESE.search(_text(entry)) or _first(entry.id) in SAME_IN_BOTH, entry.id


def test_placeholders_are_the_same_on_both_sides(catalogue):
    for entry in catalogue:
        if entry.id:
            ours = set(PLACEHOLDER.findall(" ".join(_all(entry.id))))
            theirs = set(PLACEHOLDER.findall(_text(entry)))
            assert theirs == ours, entry.id


def test_every_form_and_every_drawn_task_brings_its_chinese():
    for path in sorted((ROOT / "forms").glob("*.form")):
        for said in re.findall(r'"(?:label|description|text)": "([^"]+)"', path.read_text()):
            assert said
        assert path.read_text().count('"zh_Hans"') >= 1, path.name
    for path in sorted((ROOT / "bpmn").glob("*.bpmn")):
        for task in read_xml(path.read_bytes()).iter(f"{{{BPMN}}}userTask"):
            names = [entry.get("value", "") for entry in task.iter() if _names_chinese(entry)]
            assert any(map(CHINESE.search, names)), task.get("id")
    assert "label" in TRANSLATED


def _names_chinese(element) -> bool:
    return element.get("name") == "name:zh_Hans"


def _messages() -> set[tuple[str, str | None]]:
    found = set()
    for folder in ("webapp", "handlers", "processes", "forms"):
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" not in path.parts:
                found |= _in_python(path.read_text(encoding="utf-8"))
        for path in (ROOT / folder).rglob("*.html"):
            found |= _in_template(path.read_text(encoding="utf-8"))
    return found


def _in_python(source: str) -> set[tuple[str, str | None]]:
    lines = io.BytesIO(source.encode())
    return {
        (_first(message), context)
        for _line, message, _comments, context in extract.extract("python", lines, KEYWORDS)
        if message
    }


def _in_template(source: str) -> set[tuple[str, str | None]]:
    """Django writes a template as code for xgettext; what stands in its calls is a message."""
    code = templatize(source)
    return {
        (text.replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n"), None)
        for call in re.findall(r"\b_\((.*?)\) ", code, re.DOTALL)
        for text in re.findall(r"""^u?(?:'''(.*)'''|"(.*)"|'(.*)')$""", call.strip(), re.DOTALL)
        for text in text
        if text
    }


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _all(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def _text(entry) -> str:
    return entry.string if isinstance(entry.string, str) else "".join(entry.string)
