"""Text to tokens: the part of FEEL that no context-free grammar can do.

Three things are decided here, so that the grammar stays LALR(1):

- A name may have several words (`string length`, `date and time`). Words are joined only
  into names that are known: built-in functions, names the caller declares, and names the
  expression itself defines. After a dot any words are joined, for nothing else can stand
  there. So a forgotten operator (`status open`) stays an error instead of a null.
- `]a..b[` is a range although `]` and `[` mean other things elsewhere.
- What stands before a colon in `{…}` is a key, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lark import Token

from processes.feel.errors import FeelBudgetError, FeelSyntaxError
from processes.feel.tokens import (
    AFTER_RANGE,
    KEY,
    KEYWORDS,
    LABEL,
    MORE_WORDS,
    NUMBER,
    OF,
    OPERANDS,
    PAIRS,
    STRING,
    SYMBOLS,
    TRIVIA,
    WORD,
    unquote,
)
from processes.sentences import Said, say

MAX_TEXT = 10_000
MAX_TOKENS = 2_000
MAX_NESTING = 50
MAX_NAMES = 200
"""That a text defines itself and that have several words."""


class _Bracket:
    """An open bracket while its inside is read."""

    __slots__ = ("is_range", "kind", "loops", "position")

    def __init__(self, kind: str, position: int) -> None:
        self.kind = kind
        self.position = position
        self.loops = 0
        """`for`, `some` and `every` whose iterators are being read: `..` is theirs."""
        self.is_range = False


def lex(text: str, names: frozenset[str]) -> list[Token]:
    """Split `text` into tokens; `names` are names of several words or with operators in them.

    Raises:
        FeelSyntaxError: a character or bracket does not belong where it stands.
        FeelBudgetError: the text is too long or nested too deeply.
    """
    if len(text) > MAX_TEXT:
        raise FeelBudgetError(
            say("Expected at most {most} characters, found {found}", most=MAX_TEXT, found=len(text))
        )
    tokens = list(islice(_Lexer(text, names).tokens(), MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS:
        raise FeelBudgetError(say("Expected at most {most} tokens, found more", most=MAX_TOKENS))
    return tokens


class _Lexer:
    def __init__(self, text: str, names: frozenset[str]) -> None:
        self._text = text
        self._at = 0
        self._known = _any_of(names)
        self._defined: dict[str, dict[str, re.Pattern[str]]] = {}
        """Names of several words that the text itself defines, by their first character."""
        self._names = 0
        self._last = ""
        self._brackets = [_Bracket("", 0)]

    def tokens(self) -> Iterator[Token]:
        while True:
            self._skip_trivia()
            if self._at == len(self._text):
                break
            token = self._next()
            self._last = token.type
            yield token
        if len(self._brackets) > 1:
            opened = self._brackets[-1].position
            raise self._error(say("'{sign}' is never closed", sign=self._text[opened]), opened)

    def _skip_trivia(self) -> None:
        if found := TRIVIA.match(self._text, self._at):
            self._at = found.end()
        if self._text.startswith("/*", self._at):
            raise self._error(say("The comment is never closed"), self._at)

    def _next(self) -> Token:
        key = self._key()
        if key is not None:  # an empty one counts too
            return key
        if self._text[self._at] in '"@':
            return self._quoted()
        if found := self._number():
            return self._token("NUMBER", found.group(), found.end())
        return self._name() or self._symbol()

    def _number(self) -> re.Match[str] | None:
        if self._text[self._at] == "." and self._last in OPERANDS:
            return None  # a path such as `a.1`
        return NUMBER.match(self._text, self._at)

    def _name(self) -> Token | None:
        if known := self._known_name():
            return self._token("NAME", " ".join(known.group().split()), known.end())
        found = WORD.match(self._text, self._at)
        return self._word(found) if found else None

    def _token(self, kind: str, value: str, end: int) -> Token:
        start, self._at = self._at, end
        return Token(kind, value, start_pos=start, end_pos=end)

    def _key(self) -> Token | None:
        in_context = self._brackets[-1].kind == "_LBRACE" and self._last in ("_LBRACE", "_COMMA")
        found = KEY.match(self._text, self._at) if in_context else None
        if found is None:
            return None
        key = found.group(1)
        value = unquote(key) if key[0] == '"' else " ".join(key.split())
        self._define(value)
        return self._token("KEY", value, found.end())

    def _define(self, name: str) -> None:
        if not name or name.isidentifier():
            return
        alike = self._defined.setdefault(name[0], {})
        if name in alike:
            return
        self._names += 1
        if self._names > MAX_NAMES:
            raise FeelBudgetError(
                say("Expected at most {most} names that are not one plain word", most=MAX_NAMES)
            )
        alike[name] = _any_of(frozenset((name,)))

    def _string(self, kind: str, start: int) -> Token:
        found = STRING.match(self._text, start)
        if not found:
            raise self._error(say("The text in quotes is never closed"), start)
        return self._token(kind, unquote(found.group()), found.end())

    def _quoted(self) -> Token:
        if self._text[self._at] == '"':
            return self._string("STRING", self._at)
        if self._text[self._at + 1 : self._at + 2] != '"':
            raise self._error(say("Expected a text in quotes after '@'"), self._at)
        return self._string("TEMPORAL", self._at + 1)

    def _known_name(self) -> re.Match[str] | None:
        """The longest known name of several words that stands here."""
        alike = self._defined.get(self._text[self._at])
        patterns = (self._known, *alike.values()) if alike else (self._known,)
        found = [match for each in patterns if (match := each.match(self._text, self._at))]
        return max(found, key=re.Match.end, default=None)

    def _word(self, found: re.Match[str]) -> Token:
        word, end = found.group(), found.end()
        if self._last == "_DOT":
            return self._joined(word, end)
        if word == "instance" and (of := OF.match(self._text, end)):
            return self._token("_INSTANCE_OF", word, of.end())
        if kind := KEYWORDS.get(word):
            self._count_loops(kind)
            return self._token(kind, word, end)
        if self._defines_a_name() or self._is_label(end):
            token = self._joined(word, end)
            self._define(token.value)
            return token
        return self._token("NAME", word, end)

    def _joined(self, word: str, end: int) -> Token:
        """The name that begins with `word` and takes all words that are not operators."""
        words = [word]
        while found := MORE_WORDS.match(self._text, end):
            if found.group(1) in KEYWORDS or found.group(1) == "instance":
                break
            words.append(found.group(1))
            end = found.end()
        return self._token("NAME", " ".join(words), end)

    def _defines_a_name(self) -> bool:
        """Whether the iterator of a loop or a parameter begins here."""
        loop = self._brackets[-1].loops > 0
        return self._last in ("_FOR", "_SOME", "_EVERY") or (loop and self._last == "_COMMA")

    def _is_label(self, end: int) -> bool:
        """Whether a parameter stands here, as in `substring(start position: 2)`."""
        inside = self._brackets[-1].kind == "_LPAR" and self._last in ("_LPAR", "_COMMA")
        return inside and LABEL.match(self._text, end) is not None

    def _count_loops(self, kind: str) -> None:
        if kind in ("_FOR", "_SOME", "_EVERY"):
            self._brackets[-1].loops += 1
        elif kind in ("_RETURN", "_SATISFIES"):
            self._brackets[-1].loops -= 1

    def _symbol(self) -> Token:
        for symbol, kind in SYMBOLS:
            if self._text.startswith(symbol, self._at):
                return self._token(self._bracket(kind), symbol, self._at + len(symbol))
        raise self._error(
            say("'{sign}' means nothing in FEEL", sign=self._text[self._at]), self._at
        )

    def _bracket(self, kind: str) -> str:
        """Keep account of brackets, and tell those of open ranges from the others."""
        inner = self._brackets[-1]
        prefix = self._last not in OPERANDS
        if kind == "_DOTDOT":
            begun = inner.kind in ("_LPAR", "_LSQB", "_ROPEN")
            inner.is_range = inner.is_range or (begun and inner.loops <= 0)
        elif kind == "_RSQB" and prefix and self._last != "_LSQB":
            self._open("_ROPEN")
            return "_ROPEN"
        elif kind == "_LSQB" and inner.is_range and not prefix and self._ends_range():
            self._close(inner.kind)
            return "_RCLOSE"
        elif kind in ("_LPAR", "_LSQB", "_LBRACE"):
            self._open(kind)
        elif kind in PAIRS:
            self._close(PAIRS[kind])
        return kind

    def _ends_range(self) -> bool:
        """Whether `[` closes `]a..b[`, and does not begin a filter as in `[a..b[1]]`."""
        return AFTER_RANGE.match(self._text, self._at + 1) is not None

    def _open(self, kind: str) -> None:
        if len(self._brackets) > MAX_NESTING:
            raise FeelBudgetError(
                say("Expected at most {most} brackets in each other", most=MAX_NESTING)
            )
        self._brackets.append(_Bracket(kind, self._at))

    def _close(self, kind: str) -> None:
        inner = self._brackets[-1]
        if inner.kind != kind and not (inner.is_range and kind != "_LBRACE"):
            raise self._error(say("'{sign}' closes nothing", sign=self._text[self._at]), self._at)
        self._brackets.pop()

    def _error(self, sentence: Said, position: int) -> FeelSyntaxError:
        return FeelSyntaxError(sentence, text=self._text, position=position)


@lru_cache(maxsize=64)
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    """Any of the names that are not plain words, with any space between their words."""
    special = sorted((name for name in names if not name.isidentifier()), key=len, reverse=True)
    written = (r"\s+".join(map(re.escape, name.split())) for name in special if name.strip())
    return re.compile(rf"(?:{'|'.join(written) or '(?!)'})(?!\w)")
