"""One model → one verdict: what the engine says of it, and whether it keeps its word."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import FrameType

from processes import engine
from processes.engine import InvalidDiagram, Spec
from processes.sentences import Said

from .books import Books
from .folders import Model
from .outlines import Outline, drawn_in, lost_in
from .walking import MAX_ACTS, Walk, walk

PARSE_SECONDS = 2.0
WALK_SECONDS = 10.0
_WORDS = ("word", "kind")
WALKS = 12
"""Of each process, each with other values and in another order."""


class Kind(StrEnum):
    """What can be said of a model."""

    RUNS = "runs"
    STOPS = "runs, may stop"
    """Accepted; values or orders were found with which an act is stopped with a sentence."""
    REFUSED = "refused"
    WRONG = "WRONG"
    CRASHED = "CRASHED"
    HUNG = "HUNG"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """About one file."""

    name: str
    kind: Kind
    sentences: tuple[str, ...] = ()
    """Why, or what stops it; the element first, where it is about one."""
    reasons: tuple[str, ...] = ()
    """Like `sentences`, for counting: the names of their rules."""
    seconds: float = 0.0
    """Of CPU, to read it."""
    acts: int = 0

    @property
    def is_fault(self) -> bool:
        """Whether it is the engine's fault."""
        return self.kind in (Kind.WRONG, Kind.CRASHED, Kind.HUNG)


class Hung(BaseException):
    """Something takes too long. No `Exception`, so that nothing catches it on the way."""


def judge(model: Model, *, walks: int = WALKS, acts: int = MAX_ACTS) -> Verdict:
    """Read `model`, and run what is accepted: so many walks, each of so many acts at most."""
    if model.fault:
        return Verdict(name=model.name, kind=Kind.REFUSED, sentences=(model.fault,))
    doing = "while it was read"
    began = time.process_time()
    try:
        with at_most(PARSE_SECONDS):
            specs = engine.parse(_resources(model))
        doing, seconds = "while it ran", time.process_time() - began
        with at_most(WALK_SECONDS):
            tried = {key: _walks(spec, walks, acts) for key, spec in specs.items()}
            return _accepted(model, specs, tried, seconds)
    except InvalidDiagram as refusal:
        return _refused(model, refusal, time.process_time() - began)
    except Hung:
        return Verdict(name=model.name, kind=Kind.HUNG, sentences=(doing,))
    except Exception as error:  # noqa: BLE001 — that is what is looked for
        sentence = f"{type(error).__name__} {doing}: {error}"
        return Verdict(name=model.name, kind=Kind.CRASHED, sentences=(sentence,))


def _resources(model: Model) -> dict[str, bytes]:
    files = {model.name: model.data, **model.beside}
    return {name if name.endswith(".dmn") else f"{name}.bpmn": data for name, data in files.items()}


def _refused(model: Model, refusal: InvalidDiagram, seconds: float) -> Verdict:
    own = f"{model.name}.bpmn: "
    return Verdict(
        name=model.name,
        kind=Kind.REFUSED,
        sentences=tuple(str(problem).replace(own, "") for problem in refusal.problems),
        reasons=tuple(dict.fromkeys(_reason(problem.sentence) for problem in refusal.problems)),
        seconds=seconds,
    )


def _reason(sentence: str) -> str:
    """The sentence with its particulars left open, so that like ones are counted together."""
    if not isinstance(sentence, Said) or not sentence.parameters:
        return sentence
    return sentence.template.format_map(
        {name: _Particular(name, value) for name, value in sentence.parameters.items()}
    )


class _Particular:
    """A parameter of a sentence: words of BPMN are said, names of the model are not."""

    def __init__(self, name: str, value: object) -> None:
        self._told = "…"
        if isinstance(value, Said) or name in _WORDS:
            self._told = _reason(str(value)) if isinstance(value, str) else str(value)

    def __format__(self, _spec: str) -> str:
        return self._told

    def __repr__(self) -> str:
        return self._told

    __str__ = __repr__


def _walks(spec: Spec, walks: int, acts: int) -> list[Walk]:
    found = [walk(spec, seed, acts=acts) for seed in range(walks)]
    again = walk(spec, 0, acts=acts)
    if again.last != found[0].last:
        again.faults.append("Expected the same acts to give the same state, found another")
    return [*found, again]


def _accepted(
    model: Model, specs: Mapping[str, Spec], tried: Mapping[str, list[Walk]], seconds: float
) -> Verdict:
    outlines: dict[str, Outline] = {}
    for data in (model.data, *model.beside.values()):
        outlines |= drawn_in(data)
    faults: list[str] = []
    for key, spec in specs.items():
        books = Books(spec)
        faults += lost_in(spec, _of(spec, outlines))
        for each in tried[key]:
            faults += each.faults
            faults += books.audit(each.passages, ended=each.ended)
    walks = [each for found in tried.values() for each in found]
    stops = [sentence for each in walks for sentence in each.stops]
    return Verdict(
        name=model.name,
        kind=Kind.WRONG if faults else Kind.STOPS if stops else Kind.RUNS,
        sentences=tuple(dict.fromkeys(faults or stops)),
        seconds=seconds,
        acts=sum(each.acts for each in walks),
    )


def _of(spec: Spec, outlines: Mapping[str, Outline]) -> Iterator[Outline]:
    """Those of the processes that `spec` is made of."""
    for name in dict.fromkeys([spec.process_id, *(e.process_id for e in spec.elements)]):
        yield outlines[name]


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Let what is done here end by itself, or by `Hung` after `seconds` of CPU.

    Not of the clock: a busy machine is no fault of a model. In the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
