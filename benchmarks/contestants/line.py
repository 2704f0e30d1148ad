"""The line between the benchmark and a contestant: one JSON object each way, per request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class ContestantFailed(Exception):
    """The other process ended or refused; what it said stands on its standard error."""


class Contestant:
    """A module of this package, running; `contestant("verb", argument=1)` asks it."""

    def __init__(self, module: str, **environment: str) -> None:
        self.module = module
        # Who asks for no Django gets none: its logging would slow SpiffWorkflow down.
        inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.contestants", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**inherited, **environment},
        )

    def __call__(self, verb: str, **arguments: Any) -> Any:
        """Ask, and wait for the answer."""
        self.ask(verb, **arguments)
        return self.answer()

    def ask(self, verb: str, **arguments: Any) -> None:
        """Ask without waiting, so that two may work at the same time."""
        assert self._process.stdin is not None  # noqa: S101  # asked for above
        self._process.stdin.write(json.dumps({"verb": verb, "arguments": arguments}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for the answer to the oldest question.

        Raises:
            ContestantFailed: there will be none.
        """
        assert self._process.stdout is not None  # noqa: S101  # asked for above
        line = self._process.stdout.readline()
        if not line:
            raise ContestantFailed(f"{self.module} ended with code {self._process.wait()}")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.__exit__(kind, error, trace)  # hangs up, and waits for its end


def serve(verbs: Mapping[str, Callable[..., Any]]) -> None:
    """Answer until the benchmark hangs up. Prints of others must not get between: to stderr."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        answer = verbs[request["verb"]](**request["arguments"])
        print(json.dumps(answer), file=answers, flush=True)
