"""What handlers say they throw is what they throw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from processes import contract, deployment

ROOT = Path(settings.BASE_DIR)
SHIPPED = deployment.read_sources(ROOT / "bpmn", ROOT / "forms")
THROWN = re.compile(r'(?:BpmnError|_refused)\(\s*"([A-Z_]+)"')


def test_handlers_declare_each_code_that_they_throw() -> None:
    texts = [path.read_text() for path in (ROOT / "handlers").glob("*/*.py")]
    thrown = {code for text in texts for code in THROWN.findall(text)}

    assert len(thrown) > 5
    assert thrown == {code for codes in contract.errors().values() for code in codes}


def test_all_topics_of_the_house_say_what_they_throw() -> None:
    ours = {topic for topic in contract.topics() if not topic.startswith("test.")}

    assert ours == contract.errors().keys() & ours


@pytest.mark.parametrize("code", ["OFFER_REFUSED", "CEILING_EXCEEDED", "VERDICT_REFUSED"])
def test_a_misspelt_code_in_a_shipped_diagram_is_told(code: str) -> None:
    resources = {
        file: data.replace(f'errorCode="{code}"'.encode(), b'errorCode="MISSPELT"')
        for file, data in SHIPPED.resources.items()
    }
    spoilt = deployment.Sources(resources=resources, forms=SHIPPED.forms)

    assert {each.problem.rule for each in deployment.lint(spoilt)} == {"unthrown-code"}
