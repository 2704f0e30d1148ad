"""Makes small what differs, and says how to see it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from processes.engine import EngineError
from tests.engine.reference.blocks import Block, smaller
from tests.engine.reference.building import built
from tests.engine.reference.growing import grown
from tests.engine.reference.playing import played
from tests.engine.reference.writing import written

Acts = tuple[int, ...]
MOST_TRIES = 3_000


def of_seed(seed: int) -> tuple[Block, Acts]:
    """The diagram and the acts that belong to `seed`."""
    random = Random(seed)
    block = grown(random)
    return block, tuple(random.randrange(100_000) for _ in range(random.randint(2, 14)))


def judged(seed: int) -> str:
    """Empty when both sides agree on `seed`; else what differs, made small."""
    block, acts = of_seed(seed)
    if not differs(block, acts):
        return ""
    block, acts = shrunk(block, acts, differs)
    told: list[str] = []
    sentence = _complaint(block, acts, told)
    xml = written(built(block)).decode().replace("><", ">\n<")
    lines = [f"seed {seed}: {sentence}", *told, f"{block!r}", f"acts {acts}", xml]
    return "\n".join(lines)


def differs(block: Block, acts: Acts) -> bool:
    return bool(_complaint(block, acts, []))


def _complaint(block: Block, acts: Acts, told: list[str]) -> str:
    try:
        played(block, acts, told)
    except (AssertionError, EngineError, LookupError, ValueError) as found:
        return f"{type(found).__name__}: {found}"
    return ""


def shrunk(block: Block, acts: Acts, fails: Callable[[Block, Acts], bool]) -> tuple[Block, Acts]:
    """A diagram and acts, as small as they become, of which `fails` still holds."""
    tries = MOST_TRIES
    while True:
        for candidate in _simpler(block, acts):
            tries -= 1
            if tries < 0:
                return block, acts
            if fails(*candidate):
                block, acts = candidate
                break
        else:
            return block, acts


def _simpler(block: Block, acts: Acts) -> Iterator[tuple[Block, Acts]]:
    size = len(acts)
    while size:
        for start in range(0, len(acts), size):
            yield block, acts[:start] + acts[start + size :]
        size //= 2
    for other in smaller(block):
        yield other, acts
    for place, choice in enumerate(acts):
        for less in {0, choice % 6, choice // 2} - {choice}:
            if less < choice:
                yield block, (*acts[:place], less, *acts[place + 1 :])
