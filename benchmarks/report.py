"""The results as a table in README.md, between two marks; the words around it stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .measures import Figure

PAGE = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures: written by `python -m benchmarks` -->", "<!-- end of figures -->"


def line(figure: Figure) -> str:
    """Return the figure as one row."""
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    cells = (figure.what, figure.value, figure.target, met, figure.beside)
    return "| " + " | ".join(cells) + " |"


def table(figures: Iterable[Figure]) -> str:
    head = "| what | median (middle half) | target | met | behind it |"
    return "\n".join([head, "| --- " * 5 + "|", *(line(figure) for figure in figures)])


def write(figures: Iterable[Figure], facts: Mapping[str, Any], page: Path = PAGE) -> None:
    """Put new figures where the old ones were."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    told = "\n\n".join([BEGIN, _machine(facts), table(figures), END])
    page.write_text(before + told + after, encoding="utf-8")


def _machine(facts: Mapping[str, Any]) -> str:
    return (
        f"{facts['cores']} cores, shared; PostgreSQL {facts['server_version'].split()[0]} with "
        f"fsync {facts['fsync']}, synchronous_commit {facts['synchronous_commit']}, "
        f"shared_buffers {facts['shared_buffers']}; 8 KB surely on this disk: "
        f"{facts['fsync_ms']:.2f} ms. Python {facts['python']}, {facts['day']}, "
        f"the whole run {facts['minutes']:.1f} minutes."
    )
