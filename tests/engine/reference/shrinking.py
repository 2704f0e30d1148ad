"""Makes small what differs, and says how to see it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from processes.engine import EngineError
from tests.engine.reference.blocks import Block, smaller
from tests.engine.reference.drawing import built
from tests.engine.reference.growing import grown
from tests.engine.reference.playing import Draw, played
from tests.engine.reference.writing import written

Acts = tuple[int, ...]
Case = tuple[Block, Acts]
MOST_TRIES = 3_000


def of_seed(seed: int) -> tuple[Block, Acts]:
    """The diagram and the acts that belong to `seed`."""
    random = Random(seed)
    block = grown(random)
    return block, random_acts(random, random.randint(2, 14))


def random_acts(random: Random, count: int) -> Acts:
    """Numbers, each of which chooses one of the things that can be done at its moment."""
    return tuple(random.randrange(100_000) for _ in range(count))


def judged(seed: int) -> str:
    """Empty when both sides agree on `seed`; else what differs, made small."""
    block, acts = of_seed(seed)
    kind = kind_of(block, acts)
    if not kind:
        return ""
    block, acts = shrunk(block, acts, lambda *smaller: kind_of(*smaller) == kind)
    told: list[str] = []
    sentence = _complaint(block, acts, told)
    xml = written(built(block)).decode().replace("><", ">\n<")
    lines = [f"seed {seed}: {sentence}", *told, f"{block!r}", f"acts {acts}", xml]
    return "\n".join(lines)


def kind_of(block: Block, acts: Acts, draw: Draw = written) -> str:
    """In which way both sides differ, in short; empty when they agree."""
    return _complaint(block, acts, [], draw).partition(":")[0]


def _complaint(block: Block, acts: Acts, told: list[str], draw: Draw = written) -> str:
    try:
        played(block, acts, told, draw)
    except (AssertionError, EngineError, LookupError, ValueError) as found:
        return f"{type(found).__name__}: {found}"
    return ""


def shrunk(block: Block, acts: Acts, fails: Callable[[Block, Acts], bool]) -> tuple[Block, Acts]:
    """A diagram and acts, as small as they become, of which `fails` still holds."""
    best = (block, acts)
    tries = iter(range(MOST_TRIES))
    while True:
        before = best
        for simpler in (_fewer_acts, _smaller_block, _lesser_acts):
            while (found := _first(simpler(*best), fails, tries)) is not None:
                best = found
        if best == before:
            return best


def _first(
    cases: Iterator[Case], fails: Callable[[Block, Acts], bool], tries: Iterator[int]
) -> Case | None:
    return next((case for case, _ in zip(cases, tries, strict=False) if fails(*case)), None)


def _fewer_acts(block: Block, acts: Acts) -> Iterator[Case]:
    size = len(acts)
    while size:
        for start in range(0, len(acts), size):
            yield block, acts[:start] + acts[start + size :]
        size //= 2


def _smaller_block(block: Block, acts: Acts) -> Iterator[Case]:
    """With other acts too: which one an act moves depends on what there is to move."""
    for other in smaller(block):
        yield other, acts
        random = Random(len(repr(other)))
        for _ in range(6):
            yield other, random_acts(random, len(acts))


def _lesser_acts(block: Block, acts: Acts) -> Iterator[Case]:
    for place, choice in enumerate(acts):
        for less in sorted({0, choice % 6, choice // 2, choice // 6 * 6} - {choice}):
            yield block, (*acts[:place], less, *acts[place + 1 :])
