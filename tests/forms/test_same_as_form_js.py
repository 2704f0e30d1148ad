"""The server judges as the browser does: our Python and form-js itself, on the same submissions.

Needs Node.js and the packages of `webapp/frontend` (`make assets` installs them).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from forms import FormError, judge, load_form, messages
from tests.forms.submissions import Case, single_fields, whole_forms

SCRIPT = Path(__file__).parent / "form_js" / "judge.mjs"
MODULES = Path(__file__).parents[2] / "webapp" / "frontend" / "node_modules"

STRICTER = {
    messages.NOT_TEXT: "form-js turns values of other types into text; a browser never sends them",
    messages.NOT_NUMBER: "form-js turns `true`, blanks, `0x10`, `1e3` and the like into numbers or "
    "into nothing; a person who typed them should be told",
    messages.NOT_YES_OR_NO: "form-js takes anything but true for false",
    messages.NOT_AN_OPTION: "form-js drops what is no option; a tampered choice is refused here",
    messages.NOT_OPTIONS: "form-js drops those that are no options",
    messages.NOT_DATE: "form-js drops what is no date, and takes `2026-1-5`",
    messages.NOT_TIME: "form-js drops what is no time, and takes `5`, `24:00` and `10:60`",
    messages.NOT_DATE_TIME: "form-js drops what is no date and time",
    messages.NOT_PHONE: "form-js finds a number anywhere in a text, and has a list of countries",
    messages.NOT_EMAIL: "ours limits the part before the @ to 64 characters",
}
"""Where we refuse what form-js accepts, and why. The other way round there is nothing."""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [*single_fields(), *whole_forms()]


@pytest.fixture(scope="module")
def theirs(cases: list[Case]) -> list[dict[str, Any]]:
    """What form-js says about each case."""
    node = shutil.which("node")
    if node is None or not (MODULES / "@bpmn-io" / "form-js-viewer").is_dir():
        pytest.fail("Expected Node.js and webapp/frontend/node_modules: run `make assets` first")
    done = subprocess.run(
        [node, SCRIPT], input=json.dumps(cases), capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


def test_the_forms_can_be_loaded(cases: list[Case]) -> None:
    for schema in {json.dumps(schema) for schema, _ in cases}:
        load_form(schema)


def test_what_form_js_refuses_is_refused_for_the_same_field(
    cases: list[Case], theirs: list[dict[str, Any]]
) -> None:
    assert len(cases) > 1000

    for (schema, data), their in zip(cases, theirs, strict=True):
        ours = judge(schema, data)
        missing = their["errors"].keys() - ours.errors.keys()
        assert not missing, (schema["components"][0], data, their, ours)


def test_what_form_js_accepts_is_accepted_but_for_the_listed_reasons(
    cases: list[Case], theirs: list[dict[str, Any]]
) -> None:
    used: Counter[str] = Counter()

    for (schema, data), their in zip(cases, theirs, strict=True):
        ours = judge(schema, data)
        for key in ours.errors.keys() - their["errors"].keys():
            for error in ours.errors[key]:
                assert isinstance(error, FormError)
                assert error.template in STRICTER, (schema["components"][0], data, error)
                used[error.template] += 1

    assert used.keys() == STRICTER.keys()


def test_what_both_accept_becomes_the_same_data(
    cases: list[Case], theirs: list[dict[str, Any]]
) -> None:
    same = 0

    for (schema, data), their in zip(cases, theirs, strict=True):
        ours = judge(schema, data)
        if ours.errors or their["errors"]:
            continue
        assert ours.clean == their["data"], (schema["components"][0], data)
        same += 1

    assert same > 300
