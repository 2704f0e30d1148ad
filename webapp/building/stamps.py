"""Stamps: a file that says what something was made from."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Problem(Exception):
    """Something stands in the way; the sentence says what, and what to do."""


def digest(files: Iterable[Path], *words: str) -> str:
    """Return a hash of names and contents of the files, and of the words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_fresh(stamp: Path, wanted: str) -> bool:
    """Tell whether the stamp says `wanted`."""
    try:
        return stamp.read_text(encoding="ascii").strip() == wanted
    except OSError:
        return False


def put(stamp: Path, wanted: str) -> None:
    """Write the stamp, as the last act of making."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted + "\n", encoding="ascii")


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
