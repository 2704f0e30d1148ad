"""Deployment refuses errors, tells warnings, and speaks the language of who deploys."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from processes import contract
from processes.models import ProcessDefinition
from tests.engine.diagrams import Drawing
from tests.lint.test_soundness import AND, XOR, split

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(contract._handlers, "work", lambda _call: {})
    return tmp_path


def deploy(folder: Path, drawing: Drawing) -> None:
    (folder / "d.bpmn").write_bytes(drawing.xml())
    call_command("deploy", folder)


def test_warnings_are_told_and_do_not_stand_against_a_deployment(folder, capsys) -> None:
    deploy(folder, split(AND, XOR))

    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("warning: d.bpmn:1: After: Expected one token at a time")
    assert told[1:] == ["p version 1 is live"]


def test_a_diagram_that_would_wait_for_ever_is_not_deployed(folder) -> None:
    deadlock = split(XOR, AND, conditions=True, default="two")

    with pytest.raises(CommandError, match=r"d\.bpmn:1: Join: Expected a token by every flow"):
        deploy(folder, deadlock)
    with translation.override("zh-hans"), pytest.raises(CommandError, match="此处将永远等待"):
        deploy(folder, deadlock)

    assert not ProcessDefinition.objects.exists()
