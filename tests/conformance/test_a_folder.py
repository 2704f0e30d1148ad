"""`make conformance`: every file of a folder gets a verdict, and the command comes to its end."""

from __future__ import annotations

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.engine.diagrams import Drawing, timer

ROOT = Path(__file__).parents[2]
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def good() -> bytes:
    drawing = Drawing().start().user("Work").xor("X", default="no").when("=a = null").end("Yes")
    drawing.at("X").when(flow_id="no").end("No")
    return drawing.boundary("Late", "Work", timer("PT1H"), interrupting=False).end("E").xml()


def verdicts(folder: Path, *options: str) -> dict[str, str]:
    """Model → what is said of it."""
    out = StringIO()
    call_command("conformance", str(folder), *options, stdout=out)
    told = (line.partition(": ") for line in out.getvalue().splitlines())
    return {name: verdict for name, _, verdict in told}


BROKEN = {
    "empty.bpmn": (b"", "refused. Expected well-formed XML"),
    "cut.bpmn": (good()[:-30], "refused. Expected well-formed XML"),
    "beans.xml": (b"<beans/>", "refused. Expected elements as bpmn.io tools write them"),
    "dtd.xml": (b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'>" + good(), "refused. Expected no docu"),
    "laughs.xml": (f"<!DOCTYPE d [{_LAUGHS}]>".encode() + good(), "refused. Expected no docum"),
    "huge.bpmn": (good() + b" " * 3_000_000, "refused. Expected at most 2000000 bytes"),
    "deep.xml": (b"<a>" * 5_000, "refused. Expected well-formed XML"),
    "utf16.bpmn": (good().decode().encode("utf-16"), "refused. Expected UTF-8"),
    "binary.bpmn": (bytes(range(256)), "refused. Expected UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_diagram_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    data, expected = BROKEN[name]
    (tmp_path / name).write_bytes(data)

    assert verdicts(tmp_path)[name].startswith(expected)


def test_a_good_diagram_runs_and_the_page_says_so(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "models").mkdir()
    (tmp_path / "models/good.bpmn20.xml").write_bytes(good())
    (tmp_path / "models/not-a-model.txt").write_text("x")
    called = verdicts(tmp_path, "--report", str(page))

    assert called["models/good.bpmn20.xml"] == "runs"
    assert "### models" in page.read_text()
    assert "| good.bpmn20.xml | runs |  |" in page.read_text()
    assert "not-a-model" not in page.read_text()


def test_a_diagram_that_values_can_stop_is_told_apart(tmp_path: Path) -> None:
    drawing = Drawing().start().xor("X", default="no").when("=a > 1").end("Yes")
    (tmp_path / "a.bpmn").write_bytes(drawing.at("X").when(flow_id="no").end("No").xml())

    assert verdicts(tmp_path)["a.bpmn"].startswith("runs, may stop. X: Expected the condition")


def test_refusals_are_counted_by_reason_without_names_of_the_model(tmp_path: Path) -> None:
    for name in ("A", "B"):
        drawing = Drawing().start().call(f"Call{name}", f"gone{name}").end()
        (tmp_path / f"{name}.bpmn").write_bytes(drawing.xml())
    page = tmp_path / "page.md"
    verdicts(tmp_path, "--report", str(page))

    assert (
        "| 2 | 2 | Expected a process of the same bundle, found …; deploy its file too |"
        in page.read_text()
    )


def test_a_called_process_is_taken_from_the_file_beside_it_most_like_it(tmp_path: Path) -> None:
    parent = Drawing("parent").start().call("Call", "child").end()
    (tmp_path / "test.one-parent.bpmn").write_bytes(parent.xml())
    (tmp_path / "test.one-child.bpmn").write_bytes(Drawing("child").start().end().xml())
    refused = Drawing("child").start().node("adHocSubProcess", "Any").end()
    (tmp_path / "other.bpmn").write_bytes(refused.xml())

    assert verdicts(tmp_path)["test.one-parent.bpmn"] == "runs"


def test_models_that_call_one_another_in_a_circle_are_judged(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        drawing = Drawing(one).start().user("Work").call("Call", other).end()
        (tmp_path / f"{one}.bpmn").write_bytes(drawing.xml())

    assert "at most 32 processes calling one another" in verdicts(tmp_path)["a.bpmn"]


def test_what_cannot_be_opened_does_not_end_the_command(tmp_path: Path) -> None:
    (tmp_path / "gone.bpmn").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.bpmn").mkdir()
    (tmp_path / "good.bpmn").write_bytes(good())
    found = verdicts(tmp_path)

    assert found["gone.bpmn"].startswith("refused. Expected a file that can be read")
    assert "folder.bpmn" not in found
    assert found["good.bpmn"] == "runs"


def test_names_that_mean_something_to_markdown_stay_names(tmp_path: Path) -> None:
    (tmp_path / "a|b_*.bpmn").write_bytes(Drawing().start().node("x", "X").xml())
    page = tmp_path / "page.md"
    verdicts(tmp_path, "--report", str(page))

    assert "| a\\|b\\_\\*.bpmn | refused |" in page.read_text()


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_models_is_said_to_be_one(tmp_path: Path, there: bool) -> None:
    folder = tmp_path if there else tmp_path / "nowhere"
    with pytest.raises(CommandError, match=r"Expected (models|a folder)"):
        verdicts(folder)


def test_make_knows_the_way() -> None:
    made = subprocess.run(
        ["make", "--dry-run", "conformance", "CORPUS=some/folder"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert 'manage.py conformance "some/folder" --report docs/conformance.md' in made.stdout
