"""Compiles locale/**/*.po to .mo: `python -m webapp.building.messages`.

In Python, because gettext's msgfmt is often not installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from webapp.building.stamps import ROOT, Problem


def ensure(root: Path = ROOT) -> None:
    """Have a .mo beside every .po, of its present text.

    Raises:
        Problem: a .po cannot be read.
    """
    for source in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _compile(source)


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo  # installed by now, not when this is imported
    from babel.messages.pofile import PoFileError, read_po

    try:
        with source.open("rb") as text:
            catalog = read_po(text, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise Problem(f"{source.relative_to(ROOT)} cannot be read: {error}") from error
    making = source.with_suffix(".mo.making")
    with making.open("wb") as compiled:
        write_mo(compiled, catalog)
    making.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    try:
        ensure()
    except Problem as problem:
        sys.exit(str(problem))
