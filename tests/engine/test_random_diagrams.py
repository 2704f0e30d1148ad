"""Random diagrams run as the standard says, by a reference interpreter.

`RANDOM_DIAGRAMS=200000` plays more, `RANDOM_DIAGRAMS=7000-9000` those; a failure prints its
seed, the XML and the acts.
"""

from __future__ import annotations

import pytest

from tests.engine.reference.chunks import CHUNKS, check_chunk
from tests.engine.reference.shrinking import judged


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_diagrams_run_as_the_standard_says(chunk: int) -> None:
    check_chunk(chunk)


@pytest.mark.parametrize("seed", [3_127_000_739, 7_770_002_976])
def test_what_was_found_once_stays_mended(seed: int) -> None:
    """A gate, or a condition, lets somebody go who arms an event whose condition holds already."""
    assert not judged(seed)
