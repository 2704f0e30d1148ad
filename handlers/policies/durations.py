"""ISO 8601 durations of days and smaller: the only ones a timer may have."""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)


def parse_duration(text: str) -> timedelta:
    """Read e.g. `PT48H` or `P7D`. Months and years have no fixed length and are refused.

    Raises:
        ValueError: not such a duration, or of no length.
    """
    match = _DURATION.fullmatch(text)
    parts = {name: int(value) for name, value in match.groupdict("0").items()} if match else {}
    if not any(parts.values()):
        raise ValueError(f"Expected a duration such as PT48H or P7D, but found {text!r}")
    return timedelta(**parts)
