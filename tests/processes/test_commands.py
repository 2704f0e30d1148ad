"""The commands an operator types."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from processes.lifecycle import DefinitionLife, TransitionNotAllowed
from processes.models import ProcessDefinition, Timer
from tests.processes import diagrams

pytestmark = pytest.mark.django_db


@pytest.fixture
def folders(tmp_path: Path, provider) -> tuple[Path, Path]:
    """A folder with a diagram and one with its form."""
    drawn, forms = tmp_path / "bpmn", tmp_path / "forms"
    drawn.mkdir()
    forms.mkdir()
    (drawn / "review.bpmn").write_bytes(diagrams.REVIEW)
    (drawn / "notes.txt").write_text("not ours")
    (forms / "review.form").write_text('{"type": "default", "components": []}')
    return drawn, forms


def test_deploy_says_what_is_live_and_may_be_said_again(folders, capsys):
    for _ in range(2):
        call_command("deploy", *folders)
        assert capsys.readouterr().out == "review version 1 is live\n"
    assert ProcessDefinition.objects.get().deployed_by


def test_lint_is_silent_when_all_is_well(folders, capsys):
    call_command("lint", *folders)
    assert capsys.readouterr().out == ""


def test_lint_says_every_problem_and_deploys_nothing(folders, capsys):
    (folders[1] / "review.form").unlink()
    with pytest.raises(CommandError, match="1 errors"):
        call_command("lint", *folders)
    said = capsys.readouterr().out
    assert "review.bpmn:1: Review: Expected a form that is there, found “review”" in said
    assert not ProcessDefinition.objects.exists()


@pytest.mark.parametrize("text", ["not json", "[]"])
def test_a_form_that_is_no_form_is_said_with_its_name(folders, text):
    (folders[1] / "review.form").write_text(text)
    for command in ("deploy", "lint"):
        with pytest.raises(CommandError, match=r"review\.form"):
            call_command(command, *folders)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ('{"type": "wizard", "components": []}', "type 'default'"),
        (
            '{"type": "default", "components": [{"type": "textfield", "key": "a"}, '
            '{"type": "textfield", "key": "a"}]}',
            "a",
        ),
        ('{"type": "default", "components": [{"type": "hologram", "key": "a"}]}', "hologram"),
    ],
)
def test_a_form_that_could_not_be_judged_is_refused(folders, schema, said):
    (folders[1] / "review.form").write_text(schema)

    with pytest.raises(CommandError, match=rf"(?s)review\.form: .*{said}"):
        call_command("deploy", *folders)
    with pytest.raises(CommandError):
        call_command("lint", *folders)

    assert not ProcessDefinition.objects.exists()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("deploy", tmp_path / "nowhere")


def test_the_diagrams_of_the_house_can_be_deployed(capsys):
    call_command("deploy")
    assert "refund_only version 1 is live" in capsys.readouterr().out


def test_one_sweep_can_be_asked_for(begin):
    from datetime import timedelta

    from processes import clock

    begin("reminder")
    clock.advance(timedelta(hours=1))

    call_command("sweep", "--once")

    assert not Timer.objects.exists()


@pytest.mark.parametrize(
    ("way", "end"),
    [
        (("submit", "approve", "release", "retire"), "retired"),
        (("submit", "send_back", "submit"), "in_review"),
        (("release",), "live"),
    ],
)
def test_a_definition_goes_its_way(way, end):
    definition = ProcessDefinition()
    for step in way:
        getattr(DefinitionLife(definition), step)()
    assert definition.status == end


@pytest.mark.parametrize(
    ("status", "step"),
    [("draft", "approve"), ("in_review", "release"), ("retired", "release"), ("live", "submit")],
)
def test_a_definition_goes_no_other_way(status, step):
    definition = ProcessDefinition(status=status)
    with pytest.raises(TransitionNotAllowed):
        getattr(DefinitionLife(definition), step)()
    assert definition.status == status
