"""Random diagrams run as the standard says: the other half of them, by a reference interpreter.

`RANDOM_DIAGRAMS=200000` plays more; a failure prints its seed, the XML and the acts.
"""

from __future__ import annotations

import pytest

from tests.engine.reference.chunks import CHUNKS, HALF, check_chunk


@pytest.mark.parametrize("chunk", range(HALF, CHUNKS))
def test_random_diagrams_run_as_the_standard_says(chunk: int) -> None:
    check_chunk(chunk)
