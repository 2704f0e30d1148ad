"""Syntax tree to Python closures, once per text. Nothing is ever evaluated as Python.

A closure takes the scope and gives a FEEL value. Names that nothing in the expression
defines are read straight from the variables; only names of loops, contexts, functions and
filters are looked up scope by scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from processes.feel import arithmetic, calls, loops, operators, paths, unary
from processes.feel.builtins import BUILTINS
from processes.feel.decimals import parse_decimal
from processes.feel.errors import FeelSyntaxError, OutOfReach
from processes.feel.operators import Code
from processes.feel.parser import Node, levels, parts_of, token_of, weight
from processes.feel.place import Place
from processes.feel.run import Run
from processes.feel.temporal import parse_temporal
from processes.feel.types import Type, compile_type
from processes.feel.unary import Test
from processes.feel.values import FeelValue
from processes.sentences import say

_OPERATIONS: dict[str, arithmetic.Operation] = {
    "PLUS": arithmetic.add,
    "MINUS": arithmetic.subtract,
    "STAR": arithmetic.multiply,
    "SLASH": arithmetic.divide,
}
_LITERALS = frozenset(("number", "string", "temporal", "true", "false", "null"))
_TRUTHS = frozenset(
    ("comparison", "between", "membership", "conjunction", "disjunction", "some", "every",
     "instance")
)  # fmt: skip
"""Expressions that are tests in themselves, and never the value to compare with."""


_READ_FROM_TEXT = frozenset(("date", "time", "date and time", "duration"))
"""Functions that read a moment or a duration from a text."""
_LOOKING = frozenset(
    ("count", "sum", "min", "max", "mean", "product", "list contains", "index of", "string join")
)
"""Functions whose answer holds no list that they were given."""


class Compiler:
    """Compiles the trees of one text, and notes which names and functions they use."""

    def __init__(self, text: str, place: Place) -> None:
        self._text = text
        self._place = place
        self._bound = list(place.bound)
        """Names that the expression around the current place defines."""
        self._filters = int(place.in_filter)
        """Filters around the current place: there any name may be one of the item's."""
        self._asks = False
        """Whether the unary test asks for its input, `?`, and so is a test in itself."""
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self.unreadable: set[str] = set()

    def expression(self, tree: Node) -> Code:
        """The closure for `tree`."""
        method: Callable[[Node], Code] = getattr(self, f"_{tree.data}")
        return method(tree)

    def test(self, tree: Node) -> Test:
        """The closure for one unary test: it takes the scope and the input."""
        if tree.data == "operator_test":
            operator, operand = parts_of(tree)
            return unary.compare_with(token_of(operator).type, self.expression(operand))
        if tree.data == "range":
            written = all(end.data in _LITERALS for end in parts_of(tree))
            return unary.in_span(*self._ends(tree), fixed=written)
        if tree.data in _LITERALS:
            return unary.is_literal(self._literal(tree))
        self._asks = False
        code = self.expression(tree)
        is_truth = self._asks or tree.data in _TRUTHS
        return unary.holds(code) if is_truth else unary.is_or_in(code)

    @contextmanager
    def _binding(self, *names: str) -> Iterator[None]:
        self._bound.extend(names)
        yield
        del self._bound[len(self._bound) - len(names) :]

    # Literals and names

    def _literal(self, tree: Node) -> FeelValue:
        if tree.data == "number":
            return parse_decimal(token_of(tree).value)
        if tree.data == "string":
            return token_of(tree).value
        if tree.data == "temporal":
            return self._moment(tree)
        return {"true": True, "false": False, "null": None}[tree.data]

    def _moment(self, tree: Node) -> FeelValue:
        token = token_of(tree)
        sentence = say("Expected a date, a time or a duration, found {found!r}", found=token.value)
        try:
            value = parse_temporal(token.value)
        except OutOfReach as error:
            value = None
            sentence = say("{error}, found {found!r}", error=str(error), found=token.value)
        if value is None:
            raise FeelSyntaxError(sentence, text=self._text, position=token.start_pos or 0)
        return value

    def _constant(self, tree: Node) -> Code:
        return operators.constant(self._literal(tree))

    _number = _string = _temporal = _true = _false = _null = _constant

    def _name(self, tree: Node) -> Code:
        name: str = token_of(tree).value
        self._asks = self._asks or name == "?"
        if self._is_local(name):
            code = paths.local(name, BUILTINS.get(name), closed=self._place.closed)
            return loops.so_far(code) if name == "partial" else code
        if "." in name:  # a parameter elsewhere has this name, here it is a path
            keys = tuple(name.split("."))
            if self._is_local(keys[0]):
                root = paths.local(keys[0], None, closed=self._place.closed)
                return paths.path(root, list(keys[1:]))
            self.names.add(keys[0])
            return paths.variable(keys, None)
        self.names.add(name)
        return paths.variable((name,), BUILTINS.get(name))

    def _is_local(self, name: str) -> bool:
        return self._filters > 0 or name == "?" or name in self._bound

    # Operators

    def _disjunction(self, tree: Node) -> Code:
        return operators.disjunction([self.expression(part) for part in parts_of(tree)])

    def _conjunction(self, tree: Node) -> Code:
        return operators.conjunction([self.expression(part) for part in parts_of(tree)])

    def _comparison(self, tree: Node) -> Code:
        left, operator, right = parts_of(tree)
        self._refuse_chain(operator, left, right)
        return operators.comparison(
            token_of(operator).type, self.expression(left), self.expression(right)
        )

    def _refuse_chain(self, operator: Node, *sides: Node) -> None:
        """`1 < x < 9` would be null for every x: what is true or false has no order."""
        sign = token_of(operator)
        if sign.type not in ("EQ", "NE") and any(side.data in _TRUTHS for side in sides):
            sentence = say("Expected two comparisons joined by 'and', found '{sign}' after another",
                           sign=sign.value)  # fmt: skip
            raise FeelSyntaxError(sentence, text=self._text, position=sign.start_pos or 0)

    def _between(self, tree: Node) -> Code:
        return operators.between(*(self.expression(part) for part in parts_of(tree)))

    def _membership(self, tree: Node) -> Code:
        value, *tests = parts_of(tree)
        return unary.membership(self.expression(value), [self._option(test) for test in tests])

    def _option(self, tree: Node) -> Test:
        if tree.data == "open_range":
            tree = parts_of(tree)[0]
        if tree.data in ("operator_test", "range"):
            return self.test(tree)
        return unary.is_or_in(self.expression(tree))

    def _arithmetic(self, tree: Node) -> Code:
        first, *rest = parts_of(tree)
        steps = [
            (_OPERATIONS[token_of(operator).type], self.expression(operand))
            for operator, operand in zip(rest[::2], rest[1::2], strict=True)
        ]
        return operators.arithmetic(self.expression(first), steps)

    def _power(self, tree: Node) -> Code:
        base, exponent = parts_of(tree)
        return operators.arithmetic(
            self.expression(base), [(arithmetic.power, self.expression(exponent))]
        )

    def _negation(self, tree: Node) -> Code:
        operand = parts_of(tree)[0]
        if operand.data == "number":
            return operators.constant(arithmetic.negate(self._literal(operand)))
        return operators.negation(self.expression(operand))

    def _instance(self, tree: Node) -> Code:
        value, kind = parts_of(tree)
        return operators.instance(self.expression(value), self._type(kind))

    def _type(self, tree: Node) -> Type:
        return compile_type(tree, self._text, self._place.types)

    def _conditional(self, tree: Node) -> Code:
        return operators.conditional(*(self.expression(part) for part in parts_of(tree)))

    # Ranges, lists, contexts

    def _range(self, tree: Node) -> Code:
        return operators.span(*self._ends(tree))

    def _ends(self, tree: Node) -> tuple[Code, Code, bool, bool]:
        opened, closed = (token for token in tree.children if token in list("()[]"))
        start, end = parts_of(tree)
        return self.expression(start), self.expression(end), opened == "[", closed == "]"

    def _open_range(self, tree: Node) -> Code:
        operator, operand = parts_of(parts_of(tree)[0])
        return operators.open_span(token_of(operator).type, self.expression(operand))

    def _list(self, tree: Node) -> Code:
        return operators.items([self.expression(item) for item in parts_of(tree)])

    def _context(self, tree: Node) -> Code:
        entries: list[tuple[str, Code]] = []
        for entry in parts_of(tree):
            key: str = token_of(entry).value
            entries.append((key, self.expression(parts_of(entry)[0])))
            self._bound.append(key)
        del self._bound[len(self._bound) - len(entries) :]
        return paths.context(entries)

    def _path(self, tree: Node) -> Code:
        keys: list[str] = []
        while tree.data == "path":
            keys.append(token_of(tree).value)
            tree = parts_of(tree)[0]
        keys.reverse()
        if tree.data == "name" and not self._is_local(root := token_of(tree).value):
            self.names.add(root)
            return paths.variable((root, *keys), None)
        return paths.path(self.expression(tree), keys)

    def _filter(self, tree: Node) -> Code:
        items, condition = parts_of(tree)
        source = self._looked_at(items)
        self._filters += 1
        test = self.expression(condition)
        cost = self._cost(condition)
        self._filters -= 1
        return loops.filtered(source, test, cost)

    # Calls and loops

    def _call(self, tree: Node) -> Code:
        callee, *arguments = parts_of(tree)
        self._note_unreadable(callee, arguments)
        keeps = callee.data != "name" or token_of(callee).value not in _LOOKING
        read = self.expression if keeps else self._looked_at
        return self._called(callee, [read(argument) for argument in arguments])

    def _note_unreadable(self, callee: Node, arguments: list[Node]) -> None:
        """Note a text that no moment or duration can be read from: that is null each time."""
        name = token_of(callee).value if callee.data == "name" else ""
        written = len(arguments) == 1 and arguments[0].data == "string"
        if written and name in _READ_FROM_TEXT and name not in self._bound:
            text: str = token_of(arguments[0]).value
            with suppress(OutOfReach):
                if BUILTINS[name].call(Run({}, None, {}), [text]) is not None:
                    return
            self.unreadable.add(text)

    def _looked_at(self, tree: Node) -> Code:
        """The closure for a value that is only looked at: `partial` need not be copied."""
        if tree.data == "name" and token_of(tree).value == "partial" and self._is_local("partial"):
            return paths.local("partial", None, closed=self._place.closed)
        return self.expression(tree)

    def _called(self, callee: Node, arguments: list[Code]) -> Code:
        if callee.data != "name":
            return calls.call_value(self.expression(callee), arguments)
        name: str = token_of(callee).value
        if name in self._bound:
            return calls.call_value(self._name(callee), arguments)
        self.functions.add(name)
        return calls.call_named(name, arguments)

    def _named_call(self, tree: Node) -> Code:
        callee, *named = parts_of(tree)
        arguments = {token_of(part).value: self.expression(parts_of(part)[0]) for part in named}
        if callee.data == "name" and token_of(callee).value not in self._bound:
            name: str = token_of(callee).value
            self.functions.add(name)
            return calls.call_named_by_name(name, arguments)
        return calls.call_value_by_name(self.expression(callee), arguments)

    def _function(self, tree: Node) -> Code:
        *parameters, body = parts_of(tree)
        names = [str(token_of(parameter).value) for parameter in parameters]
        types = [
            self._type(parts_of(parameter)[0]) if parts_of(parameter) else None
            for parameter in parameters
        ]
        with self._binding(*names):
            code = self.expression(body)
            cost = self._cost(body)
        return calls.function(names, types, code, cost, levels(body) + 3)

    def _cost(self, tree: Node) -> int:
        """What one turn through `tree` costs here: names are looked for from the inside out."""
        return weight(tree) * (1 + (len(self._bound) + self._filters * 2 >> 4))

    def _iteration(self, tree: Node) -> Code:
        with self._iterators(tree) as iterators:
            self._bound.append("partial")
            body = parts_of(tree)[-1]
            result = self.expression(body)
            self._bound.pop()
            return loops.iteration(iterators, result, self._cost(body))

    def _some(self, tree: Node) -> Code:
        return self._quantified(tree, loops.some)

    def _every(self, tree: Node) -> Code:
        return self._quantified(tree, loops.every)

    def _quantified(
        self, tree: Node, make: Callable[[list[loops.Iterator_], Code, int], Code]
    ) -> Code:
        with self._iterators(tree) as iterators:
            body = parts_of(tree)[-1]
            return make(iterators, self.expression(body), self._cost(body))

    @contextmanager
    def _iterators(self, tree: Node) -> Iterator[list[loops.Iterator_]]:
        iterators: list[loops.Iterator_] = []
        for part in parts_of(tree)[:-1]:
            name: str = token_of(part).value
            bounds = [self.expression(bound) for bound in parts_of(part)]
            iterators.append((name, loops.domain(*bounds, weight=self._cost(part))))
            self._bound.append(name)
        yield iterators
        del self._bound[len(self._bound) - len(iterators) :]
