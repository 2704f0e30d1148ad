"""What tokens look like: the patterns, signs and keywords of FEEL, and texts in quotes."""

from __future__ import annotations

import re

TRIVIA = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
WORD = re.compile(r"[^\W\d]\w*|\?|[\U00010000-\U000EFFFF]\w*")
MORE_WORDS = re.compile(r"[ \t]+(\w+)")
LABEL = re.compile(r"(?:[ \t]+\w+)*\s*:")
AFTER_RANGE = re.compile(
    r"\s*(?:$|[)\],}=<>!*/+:]|\.\D|(?:and|or|in|then|else|return|satisfies|between|instance)\b)"
)
"""What stands behind a range and at the beginning of no expression."""
OF = re.compile(r"\s+of\b")
KEY = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|[^\s":,{}()\[\]](?:[^":,{}()\[\]]*[^\s":,{}()\[\]])?)\s*(?=:)'
)
SYMBOLS = (
    ("**", "_POWER"), ("..", "_DOTDOT"), ("->", "_ARROW"), ("<=", "LE"), (">=", "GE"),
    ("!=", "NE"), ("=", "EQ"), ("<", "LT"), (">", "GT"), ("+", "PLUS"), ("-", "MINUS"),
    ("*", "STAR"), ("/", "SLASH"), (".", "_DOT"), (",", "_COMMA"), (":", "_COLON"),
    ("(", "_LPAR"), (")", "_RPAR"), ("[", "_LSQB"), ("]", "_RSQB"), ("{", "_LBRACE"),
    ("}", "_RBRACE"),
)  # fmt: skip
KEYWORDS = {
    "or": "_OR", "and": "_AND", "between": "_BETWEEN", "in": "_IN", "if": "_IF",
    "then": "_THEN", "else": "_ELSE", "for": "_FOR", "return": "_RETURN", "some": "_SOME",
    "every": "_EVERY", "satisfies": "_SATISFIES", "function": "_FUNCTION", "true": "TRUE",
    "false": "FALSE", "null": "NULL",
}  # fmt: skip
OPERANDS = frozenset(
    ("NUMBER", "STRING", "TEMPORAL", "TRUE", "FALSE", "NULL", "NAME", "_RPAR", "_RSQB", "_RBRACE",
     "_RCLOSE")
)  # fmt: skip
"""Tokens after which an operator is expected."""
PAIRS = {"_RPAR": "_LPAR", "_RSQB": "_LSQB", "_RBRACE": "_LBRACE"}


_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}


def unquote(literal: str) -> str:
    """The text that a literal in double quotes stands for."""
    if "\\" not in literal:
        return literal[1:-1]
    text = _ESCAPE.sub(_unescape, literal[1:-1])
    # `😀` is one character written as two, as in JSON and Java.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(found: re.Match[str]) -> str:
    code = found.group(1)
    if len(code) == 1:
        return _SIMPLE.get(code, found.group())
    number = int(code[1:], 16)
    return chr(number) if number <= 0x10FFFF else found.group()
