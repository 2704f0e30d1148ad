"""What is built before anything runs: by stamps, whole or not at all."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.building import assets, messages, stamps, venv
from webapp.building.stamps import ROOT, Problem

REGISTRY = re.compile(r"^\s*(--(extra-)?index-url|--find-links|--trusted-host)|https?://", re.M)
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[a-z,]+\])?", re.M)


def names(text: str) -> set[str]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {re.sub(r"[-_.]+", "-", found[0]).lower() for found in NAME.findall(lines)}


@pytest.mark.parametrize("stem", ["requirements", "requirements-assets"])
def test_every_wanted_package_is_pinned_with_hashes(stem):
    wanted = names((ROOT / f"{stem}.in").read_text())
    pinned = (ROOT / f"{stem}.txt").read_text()

    assert wanted <= names(pinned)
    for entry in re.split(r"\n(?=[a-z])", pinned.strip()):
        assert "==" in entry.splitlines()[0], entry
        assert "--hash=sha256:" in entry, entry
    assert not REGISTRY.search(pinned)


def test_what_is_installed_is_what_is_pinned():
    pinned = dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)
    )
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "freeze", "--all"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", listed.stdout, re.M)
    installed = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}

    assert {name: installed.get(name) for name in pinned} == pinned


def test_the_lock_file_of_the_front_end_names_no_registry():
    assert '"resolved"' not in (assets.FRONTEND / "package-lock.json").read_text()


def test_assets_are_not_built_twice_from_the_same_sources():
    assets.ensure()
    built = (assets.DIST / "app.js").stat().st_mtime_ns

    assets.ensure()

    assert (assets.DIST / "app.js").stat().st_mtime_ns == built
    assert stamps.is_fresh(assets.DIST / ".made-from", assets.sources_digest())


def test_the_same_sources_give_the_same_bytes(tmp_path):
    assets.ensure()

    subprocess.run(
        [*assets.node(), "build.mjs", str(tmp_path / "again")], cwd=assets.FRONTEND, check=True
    )

    for built in (tmp_path / "again").iterdir():
        assert built.read_bytes() == (assets.DIST / built.name).read_bytes(), built.name


@pytest.fixture
def a_root(tmp_path):
    """A project folder with a catalogue."""
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Refund"\nmsgstr "退款"\n',
        encoding="utf-8",
    )
    return tmp_path


def test_messages_are_compiled_without_gettext_tools(a_root, monkeypatch):
    import gettext

    monkeypatch.setenv("PATH", "/nowhere")

    messages.ensure(a_root)

    with (a_root / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Refund") == "退款"


def test_a_stamp_tells_a_changed_file(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    source = tmp_path / "source"
    source.write_text("one")
    stamps.put(tmp_path / "stamp", stamps.digest([source]))

    assert stamps.is_fresh(tmp_path / "stamp", stamps.digest([source]))
    source.write_text("two")
    assert not stamps.is_fresh(tmp_path / "stamp", stamps.digest([source]))
    assert not stamps.is_fresh(tmp_path / "no-stamp", stamps.digest([source]))


@pytest.fixture
def no_installing(monkeypatch):
    """Make venvs for real, but install nothing into them."""
    installed = []
    monkeypatch.setattr(venv, "_MAKE", (*venv._MAKE, "--without-pip"))

    def install(python, requirements):
        installed.append(python)

    monkeypatch.setattr(venv, "_install", install)
    return installed


def test_a_half_made_venv_is_made_anew_and_a_whole_one_kept(tmp_path, no_installing, capfd):
    half = tmp_path / ".venv"
    (half / "bin").mkdir(parents=True)
    (half / "bin" / "python").write_text("not a program")

    python = venv.ensure(tmp_path)
    venv.ensure(tmp_path)

    assert no_installing == [python]
    assert "half made" in capfd.readouterr().err
    assert subprocess.run([python, "-c", "pass"]).returncode == 0


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: path.write_text("")], ids=["gone", "cut"]
)
def test_a_file_that_is_lost_or_cut_short_is_noticed(harm, tmp_path, no_installing, capfd):
    python = venv.ensure(tmp_path)
    packages = next((tmp_path / ".venv").glob("lib/python*/site-packages"))
    (packages / "one-1.dist-info").mkdir()
    (packages / "one-1.dist-info" / "RECORD").write_text("one.py,sha256=x,6\none.pyc,,\n")
    (packages / "one.py").write_text("x = 1\n")
    venv.ensure(tmp_path)
    assert no_installing == [python]

    harm(packages / "one.py")
    venv.ensure(tmp_path)

    assert no_installing == [python, python]
    assert "half made" in capfd.readouterr().err


def test_a_link_to_a_half_made_venv_is_replaced_and_what_it_led_to_left_alone(
    tmp_path, no_installing
):
    (tmp_path / "shared" / "bin").mkdir(parents=True)
    (tmp_path / ".venv").symlink_to(tmp_path / "shared")

    venv.ensure(tmp_path)

    assert (tmp_path / ".venv" / "bin" / "python").exists()
    assert not (tmp_path / ".venv").is_symlink()
    assert (tmp_path / "shared" / "bin").exists()


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: Could not find a version that satisfies x==1 (from versions: none)",
        "WARNING: Retrying after connection broken by 'NewConnectionError(…)'\nERROR: nothing",
    ],
)
def test_without_a_network_one_clear_sentence_says_so(said):
    assert venv._sentence("No", said).startswith("No: the package registry cannot be reached.")


def test_an_interrupted_installation_counts_as_half_made(tmp_path, no_installing, monkeypatch):
    venv.ensure(tmp_path)
    (tmp_path / ".venv" / "left-behind").touch()

    def interrupted(*_):
        raise Problem("The packages could not be installed: the disk is full.")

    (tmp_path / ".venv" / ".whole").write_text("of an older list\n")
    with monkeypatch.context() as broken:
        broken.setattr(venv, "_install", interrupted)
        with pytest.raises(Problem, match="the disk is full"):
            venv.ensure(tmp_path)
    venv.ensure(tmp_path)

    assert not (tmp_path / ".venv" / "left-behind").exists()


def test_a_full_disk_while_installing_gives_one_clear_sentence(tmp_path):
    said = "Collecting x\nERROR: Could not install packages: [Errno 28] No space left on device\n"

    assert venv._sentence("It could not be made", said) == "It could not be made: the disk is full."


def test_the_sources_carry_no_built_files():
    tracked = subprocess.run(
        ["git", "ls-files", "*.mo", "webapp/static/dist", "*/node_modules/*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert tracked.stdout == ""
    assert shutil.which("git")
