"""Regular expressions of XPath 2.0 (as the standard wants), run by RE2 in linear time.

RE2 never backtracks and its memory is bounded: at the worst, a search takes as many steps as
the text has bytes times the pattern has instructions. That much is paid for, before it is made.
What XPath knows and RE2 does not is refused: back-references, blocks such as `\\p{IsGreek}`,
subtraction of classes. What XPath does not know is null, as the standard wants. `\\w`, `\\d`,
`\\s`, `\\i` and `\\c` mean more characters in XPath than in RE2 and are translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

import re2

from processes.feel.errors import FeelBudgetError, UnsupportedPattern
from processes.feel.run import MAX_LIST, Run

MAX_PATTERN = 500
_MAX_MEMORY = 1 << 18
_MAX_KEPT = 16
"""Patterns of one evaluation that need not be paid for again."""
_FLAGS = frozenset("smixq")
_CLASSES = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "s": r" \t\n\r",
    "i": r"\p{L}_:",
    "c": r"\p{L}\p{N}\p{M}_:.\-·",
}
"""Escapes of XPath, as RE2 writes the same characters in brackets."""
_ASCII = {"d": "0-9", "w": r"0-9A-Za-z$+<=>^`|~", "s": r" \t\n\r", "i": "A-Za-z_:",
          "c": r"A-Za-z0-9_:.\-"}  # fmt: skip
"""The same for texts that have no other characters: RE2 is much faster with these."""
_BLANKS = re.compile(r"(\[(?:[^\]\\]|\\.)*\])|\s+")
"""What flag `x` takes out: white space outside of classes."""
_PIECE = re.compile(r"\\.|.", re.DOTALL)
_NOT_XPATH = re.compile(r"\\[0bBAzZGQEkg]|\(\?(?!:)|\[\[:")
_NOT_RE2 = re.compile(r"\\[1-9]|\\[pP]\{\s*Is|(?<!\\)\[[^\]]*-\[")

_ENDLESS = re.compile(r"[*+]|\{\d*,\}")

Parts = list[str | int]
"""A replacement: texts, and the numbers of groups."""


class Pattern:
    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self.size = int(compiled.programsize)
        """How many instructions it has: what compiling it and reading a byte cost."""

    @cached_property
    def _is_endless(self) -> bool:
        """Whether a match may be longer than the pattern, and a search look further still."""
        return _ENDLESS.search(self._compiled.pattern) is not None

    @cached_property
    def _matches_nothing(self) -> bool:
        return self._compiled.search("") is not None

    def found_in(self, text: str, run: Run) -> bool:
        text = self._paid(text, run)
        return self._compiled.search(text) is not None

    def _paid(self, text: str, run: Run) -> str:
        """The text, whole characters only, when there is enough left to search it."""
        run.text(len(text))
        text = sound(text)
        length = len(text.encode())
        run.spend((length >> 5) + self._steps(length))
        return text

    def _steps(self, length: int) -> int:
        return length * self.size >> 8

    def all_in(self, text: str, run: Run) -> list[str]:
        return [found.group() for found in self._finds(text, run)]

    def split(self, text: str, run: Run) -> list[str] | None:
        """What lies between matches; None when the pattern matches nothing at all."""
        if self._matches_nothing:
            return None
        pieces, at, text = [], 0, sound(text)
        for found in self._finds(text, run):
            pieces.append(text[at : found.start()])
            at = found.end()
        return [*pieces, text[at:]]

    def replaced(self, text: str, replacement: Parts, run: Run) -> str | None:
        """The text with each match replaced; None when the pattern matches nothing at all."""
        if self._matches_nothing:
            return None
        pieces, at, text = [], 0, sound(text)
        for found in self._finds(text, run):
            run.spend(len(replacement))
            new = "".join(_part(part, found) for part in replacement)
            pieces += [text[at : found.start()], new]
            run.text(len(pieces[-2]) + len(new))
            at = found.end()
        result = "".join([*pieces, text[at:]])
        run.text(len(result))
        return result

    def _finds(self, text: str, run: Run) -> list[Any]:
        text = self._paid(text, run)
        found: list[Any] = []
        for match in self._compiled.finditer(text):
            reach = len(text) - match.start()
            run.spend(10 + self._steps(reach if self._is_endless else min(reach, self.size)))
            found.append(match)
            if len(found) > MAX_LIST:
                raise FeelBudgetError(f"Expected at most {MAX_LIST} matches")
        return found


def _part(part: str | int, found: Any) -> str:
    if isinstance(part, str):
        return part
    return (found.group(part) or "") if part <= found.re.groups else ""


def sound(text: str) -> str:
    """The text with each half of a character, which JSON can hold, made a mark of its own."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def compile_pattern(pattern: str, flags: str, text: str, run: Run) -> Pattern | None:
    """The pattern for `text`, or None when it is not one of XPath.

    Raises:
        UnsupportedPattern: XPath knows it, RE2 does not.
        FeelBudgetError: it is too large.
    """
    if len(pattern) > MAX_PATTERN:
        raise FeelBudgetError(f"Expected a pattern of at most {MAX_PATTERN} characters")
    run.spend(20)
    key = pattern, flags, text.isascii()
    if key in run.patterns:
        known: Pattern | None = run.patterns[key]
        return known
    compiled: Pattern | None = _compile(*key)
    run.spend(_REFUSED if compiled is None else compiled.size)
    if len(run.patterns) < _MAX_KEPT:
        run.patterns[key] = compiled
    return compiled


@lru_cache(maxsize=32)
def _compile(pattern: str, flags: str, ascii_only: bool) -> Pattern | None:
    if not _FLAGS.issuperset(flags):
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    try:
        translated = _translated(sound(pattern), flags, ascii_only=ascii_only)
        return Pattern(re2.compile(translated, options))
    except ValueError:
        return None
    except re2.error as error:
        if b"too large" in error.args[0]:
            raise FeelBudgetError(f"Expected a smaller pattern than '{pattern[:80]}'") from None
        return None


def _translated(pattern: str, flags: str, *, ascii_only: bool) -> str:
    if "q" in flags:
        return str(re2.escape(pattern))
    if _NOT_XPATH.search(pattern):
        raise ValueError(pattern)
    if found := _NOT_RE2.search(pattern):
        raise UnsupportedPattern(found.group())
    if "x" in flags:
        pattern = _BLANKS.sub(r"\1", pattern)
    inside = False
    parts = ["(?m)" if "m" in flags else ""]
    for piece in _PIECE.findall(pattern):
        if piece in ("[", "]"):
            inside = piece == "["
        if piece == "." and not inside and "s" not in flags:
            piece = r"[^\n\r]"
        parts.append(_class(piece, inside, _ASCII if ascii_only else _CLASSES))
    return "".join(parts)


def _class(piece: str, inside: bool, classes: Mapping[str, str]) -> str:
    """RE2's way to write one of XPath's classes; anything else as it is."""
    letter = piece[1:] if piece[0] == "\\" else ""
    if letter in classes:
        return classes[letter] if inside else f"[{classes[letter]}]"
    if letter.lower() not in classes:
        return piece
    if inside:  # RE2 cannot take away within brackets
        raise UnsupportedPattern(f"[{piece}]")
    return f"[^{classes[letter.lower()]}]"


_REFUSED = 8_000
"""For a pattern that is not compiled to its end: nobody knows how far RE2 came."""
_REFERENCE = re.compile(r"\\[\\$]|\$\d|[^\\$]+|.", re.DOTALL)


def compile_replacement(text: str, run: Run, *, literal: bool) -> Parts | None:
    """The parts of a replacement: `$1` is a group, `\\$` a dollar sign."""
    run.text(len(text))
    run.spend(len(text) >> 3)
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
