"""Text to syntax tree, with lark and the grammar beside this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Tree, UnexpectedToken
from lark.lexer import Lexer

from processes.feel.errors import FeelBudgetError, FeelSyntaxError
from processes.feel.lexer import lex
from processes.sentences import Said, say

Node = Tree[Token]

MAX_LEVELS = 100
"""Of expressions in one another: each takes a Python frame when it is evaluated."""


class _Passed(Lexer):
    """Hands tokens over that were made beforehand: our lexer needs the names that are known."""

    def __init__(self, conf: Any) -> None: ...

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        yield from data


@cache
def _grammar() -> Lark:
    text = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(text, parser="lalr", lexer=_Passed, maybe_placeholders=False)


def parse_expression(text: str, names: frozenset[str]) -> Node:
    """The tree of one expression.

    Raises:
        FeelSyntaxError: the text is not FEEL.
        FeelBudgetError: the text is too long or too deep.
    """
    return _parse(text, Token("_EXPRESSION", ""), lex(text, names))


def parse_tests(text: str, names: frozenset[str]) -> tuple[bool, list[Node]]:
    """Unary tests: whether they stand in `not(…)`, and the tree of each; none for `-`."""
    tokens = lex(text, names)
    if [token.type for token in tokens] == ["MINUS"]:
        return False, []
    negated = _is_negated(tokens)
    tree = _parse(text, Token("_UNARY", ""), tokens[2:-1] if negated else tokens)
    return negated, [node for node in tree.children if isinstance(node, Tree)]


def _is_negated(tokens: list[Token]) -> bool:
    """Whether `not(` opens the text and its own bracket closes it."""
    if len(tokens) < 4 or tokens[0].value != "not" or tokens[1].type != "_LPAR":
        return False
    depth = 0
    for token in tokens[1:-1]:
        depth += (token.type == "_LPAR") - (token.type == "_RPAR")
        if depth == 0:
            return False
    return tokens[-1].type == "_RPAR"


def _parse(text: str, kind: Token, tokens: list[Token]) -> Node:
    try:
        tree = _grammar().parse([kind, *tokens])
    except UnexpectedToken as error:
        raise _syntax_error(text, error) from None
    inner = tree.children[0]
    if not isinstance(inner, Tree):
        raise TypeError(inner)
    _check_depth(inner)
    return inner


def _check_depth(tree: Node) -> None:
    if levels(tree) > MAX_LEVELS:
        raise FeelBudgetError(
            say("Expected at most {most} expressions in each other", most=MAX_LEVELS)
        )


def levels(tree: Node) -> int:
    """How many expressions are in each other at the deepest place; counted without recursion."""
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
    return deepest


def _syntax_error(text: str, error: UnexpectedToken) -> FeelSyntaxError:
    token = error.token
    if token.type == "$END":
        end = say("Expected {wanted}, found the end", wanted=_expected(error))
        return FeelSyntaxError(end, text=text, position=len(text))
    position = token.start_pos or 0
    found = text[position : token.end_pos or position + 1]
    sentence = say("Expected {wanted}, found '{found}'", wanted=_expected(error), found=found)
    return FeelSyntaxError(sentence, text=text, position=position)


_OPERAND_STARTS = frozenset(("NUMBER", "NAME", "STRING"))
_SAID = {
    "_RPAR": "')'", "_RSQB": "']'", "_RBRACE": "'}'", "_THEN": "'then'", "_ELSE": "'else'",
    "_RETURN": "'return'", "_SATISFIES": "'satisfies'", "_IN": "'in'", "NAME": say("a name"),
    "_COLON": "':'", "_LPAR": "'('", "KEY": say("a key"), "_AND": "'and'",
}  # fmt: skip


def _expected(error: UnexpectedToken) -> Said:
    wanted = {name for name in error.accepts or error.expected if name != "$END"}
    if wanted >= _OPERAND_STARTS:
        return say("a value")
    said = [_SAID[name] for name in sorted(wanted) if name in _SAID]
    if "PLUS" in wanted:
        said = [name for name in said if name not in ("'in'", "'and'", "'('")]
        return _either([say("an operator"), *said])
    said += [sign for name, sign in (("LT", "'<'"), ("GT", "'>'")) if name in wanted]
    return _either(said) if said else say("the end")


def _either(words: Sequence[str]) -> Said:
    first, *others = words
    found = say(first)
    for other in others:
        found = say("{one} or {other}", one=found, other=other)
    return found


def parts_of(tree: Node) -> list[Node]:
    """The trees right below."""
    return [child for child in tree.children if isinstance(child, Tree)]


def token_of(tree: Node) -> Token:
    """The first token right below."""
    return next(child for child in tree.children if isinstance(child, Token))


def weight(tree: Node) -> int:
    """What one turn through `tree` costs: its size."""
    return 1 + sum(1 for _ in tree.iter_subtrees())
