"""Regular expressions of XPath 2.0 (as the standard wants), run by RE2 in linear time.

RE2 never backtracks, so no pattern and no text can make it slow, and its memory is bounded.
What it cannot do gives null: back-references, look-around, blocks such as `\\p{IsGreek}`,
and subtraction of character classes. `\\i` and `\\c` (XML names) are translated.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from processes.feel.errors import FeelBudgetError
from processes.feel.run import MAX_LIST, Run

MAX_PATTERN = 500
_MAX_MEMORY = 1 << 20
_FLAGS = frozenset("smixq")
_NAME_START = r"\p{L}_:"
_NAME = r"\p{L}\p{N}\p{M}_:.\-·"
_BLANKS = re.compile(r"(\[(?:[^\]\\]|\\.)*\])|\s+")
"""What flag `x` takes out: white space outside of classes."""
_PIECE = re.compile(r"\\.|.", re.DOTALL)
_NOT_XPATH = re.compile(r"\\[0-9bBAzZGQEkg]|\(\?(?!:)|\[\[:")

Parts = list[str | int]
"""A replacement: texts, and the numbers of groups."""


class Pattern:
    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def found_in(self, text: str, run: Run) -> bool:
        run.text(len(text))
        return self._compiled.search(text) is not None

    def all_in(self, text: str, run: Run) -> list[str]:
        return [found.group() for found in self._finds(text, run)]

    def split(self, text: str, run: Run) -> list[str]:
        pieces, at = [], 0
        for found in self._finds(text, run):
            pieces.append(text[at : found.start()])
            at = found.end()
        return [*pieces, text[at:]]

    def replaced(self, text: str, replacement: Parts, run: Run) -> str | None:
        """The text with each match replaced; None when the pattern matches nothing at all."""
        if self._compiled.search("") is not None:
            return None
        pieces, at = [], 0
        for found in self._finds(text, run):
            new = "".join(_part(part, found) for part in replacement)
            pieces += [text[at : found.start()], new]
            run.text(len(pieces[-2]) + len(new))
            at = found.end()
        result = "".join([*pieces, text[at:]])
        run.text(len(result))
        return result

    def _finds(self, text: str, run: Run) -> list[Any]:
        run.text(len(text))
        found = []
        for match in self._compiled.finditer(text):
            run.spend(10)
            found.append(match)
            if len(found) > MAX_LIST:
                raise FeelBudgetError(f"Expected at most {MAX_LIST} matches")
        return found


def _part(part: str | int, found: Any) -> str:
    if isinstance(part, str):
        return part
    return (found.group(part) or "") if part <= found.re.groups else ""


def compile_pattern(pattern: str, flags: str, run: Run) -> Pattern | None:
    """The pattern, or None when it is none that XPath and RE2 both know."""
    if len(pattern) > MAX_PATTERN:
        raise FeelBudgetError(f"Expected a pattern of at most {MAX_PATTERN} characters")
    run.spend(20)
    return _compile(pattern, flags)


@lru_cache(maxsize=64)
def _compile(pattern: str, flags: str) -> Pattern | None:
    if not _FLAGS.issuperset(flags):
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    try:
        return Pattern(re2.compile(_translated(pattern, flags), options))
    except (re2.error, ValueError):
        return None


def _translated(pattern: str, flags: str) -> str:
    if "q" in flags:
        return str(re2.escape(pattern))
    if _NOT_XPATH.search(pattern):
        raise ValueError(pattern)
    if "x" in flags:
        pattern = _BLANKS.sub(r"\1", pattern)
    inside = False
    parts = ["(?m)" if "m" in flags else ""]
    for piece in _PIECE.findall(pattern):
        if piece in ("[", "]"):
            inside = piece == "["
        if piece == "." and not inside and "s" not in flags:
            piece = r"[^\n\r]"
        parts.append(_class(piece, inside))
    return "".join(parts)


def _class(piece: str, inside: bool) -> str:
    """RE2's way to write a class of characters that only XPath knows."""
    names = {"\\i": _NAME_START, "\\c": _NAME}
    if piece in names:
        return names[piece] if inside else f"[{names[piece]}]"
    if piece in ("\\I", "\\C") and not inside:
        return f"[^{names[piece.lower()]}]"
    return piece


_REFERENCE = re.compile(r"\\[\\$]|\$\d|[^\\$]+|.", re.DOTALL)


def compile_replacement(text: str, *, literal: bool) -> Parts | None:
    """The parts of a replacement: `$1` is a group, `\\$` a dollar sign."""
    if literal:
        return [text]
    parts: Parts = []
    for piece in _REFERENCE.findall(text):
        if piece in ("\\", "$"):
            return None
        if piece[0] == "$":
            parts.append(int(piece[1]))
        else:
            parts.append(piece[1:] if piece[0] == "\\" else piece)
    return parts
