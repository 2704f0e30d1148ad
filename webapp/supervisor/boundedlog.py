"""A log file that cannot fill the disk."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import BinaryIO

LIMIT = 4 * 1024 * 1024
_RAISED = re.compile(r"^(?:\w+\.)*[A-Z]\w*: ")
"""The class before what an exception says."""


class BoundedLog:
    """Appends to `path`; at the limit the file becomes `path.1` and a new one begins."""

    def __init__(self, path: Path, *, limit: int = LIMIT) -> None:
        self.path = path
        self.limit = limit
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab", buffering=0)
        self._size = path.stat().st_size

    def write(self, data: bytes) -> None:
        """Append; on a full disk the line is lost, the product is not."""
        if self._size + len(data) > self.limit:
            self._turn()
        with contextlib.suppress(OSError):
            self._file.write(data)
        self._size += len(data)

    def tail(self, lines: int = 3) -> str:
        """Return the last lines, to be quoted."""
        with contextlib.suppress(OSError):
            text = self.path.read_bytes()[-4096:].decode("utf-8", "replace")
            return "\n".join(text.strip().splitlines()[-lines:])
        return ""

    def reason(self) -> str:
        """Return what was said last as one sentence: of a traceback, what was raised."""
        lines = [line for line in self.tail(30).splitlines() if line.strip()]
        said = next((line for line in reversed(lines) if not line[0].isspace()), "it said nothing")
        return _RAISED.sub("", said)

    def close(self) -> None:
        self._file.close()

    def _turn(self) -> None:
        self._file.close()
        with contextlib.suppress(OSError):
            self.path.replace(self.path.with_name(self.path.name + ".1"))
        self._file = self.path.open("wb", buffering=0)
        self._size = 0
