"""`python -m benchmarks`: measure, print, and write benchmarks/README.md anew.

Single measures: `python -m benchmarks --only timers --timers 100000 --no-write`.
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime

from . import report
from .measures import Figure, Sizes, crowds, memory, rules, whole
from .servers import Servers

Measure = Callable[[Servers, Sizes], Iterator[Figure]]

MEASURES: Mapping[str, Measure] = {
    "bare": whole.against_bare,
    "viewflow": whole.against_viewflow,
    "stock": lambda _servers, sizes: memory.against_stock(sizes),
    "bytes": lambda _servers, sizes: memory.state_bytes(sizes),
    "growth": lambda _servers, sizes: memory.growth(sizes),
    "items": lambda _servers, sizes: memory.items(sizes),
    "crowd": whole.items,
    "rules": lambda _servers, sizes: rules.speed(sizes),
    "timers": crowds.due_at_once,
    "inbox": crowds.inbox,
    "history": crowds.history,
}


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for; with `--strict` 1 when a target is missed."""
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped
    sizes = Sizes(**{field.name: getattr(asked, field.name) for field in fields(Sizes)})
    began, figures = time.monotonic(), []
    with Servers() as servers:
        facts = servers.facts
        for name in asked.only or MEASURES:
            print(f"\n{name}", flush=True)
            for figure in MEASURES[name](servers, sizes):
                figures.append(figure)
                print("  " + report.line(figure), flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"\n{minutes:.1f} minutes")
    if not asked.only and not asked.no_write:
        more = {"python": platform.python_version(), "day": f"{datetime.now(tz=UTC):%Y-%m-%d}"}
        report.write(figures, {**facts, **more, "minutes": minutes})
    return int(asked.strict and any(figure.met is False for figure in figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="not the whole page")
    parser.add_argument("--no-write", action="store_true", help="leave README.md as it is")
    parser.add_argument("--strict", action="store_true", help="fail when a target is missed")
    for field in fields(Sizes):
        option = "--" + field.name.replace("_", "-")
        parser.add_argument(option, type=int, default=field.default, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
