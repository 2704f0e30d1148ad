"""Reads what stands in the boxes of a decision: each boxed expression (DMN 1.3 §10.2.2).

A box is a closure over the scope it stands in, as FEEL's own expressions are, so that a
function remembers the entries around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from processes.decisions.box import (
    Box,
    Parameter,
    boolean,
    called_with,
    context_of,
    function_of,
    items_of,
    joined,
    of_expression,
    relation_of,
    typed,
)
from processes.decisions.source import Source
from processes.decisions.tablereader import read_table
from processes.decisions.xml import Element, child, children, local_name
from processes.feel import Place
from processes.feel.calls import call_value_by_name
from processes.feel.loops import Iterator_, domain, every, filtered, iteration, some
from processes.feel.operators import Code, conditional


class Boxes:
    """Reads the boxed expressions of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def inside(self, element: Element, place: Place, title: str) -> Box | None:
        """The only boxed expression in `element`; None when it is refused."""
        found = [each for each in element if local_name(each) in _READERS]
        if len(found) != 1:
            self._source.refuse(element, "Expected one expression, found {found}", found=len(found))
            return None
        return self.read(found[0], place, title)

    def read(self, element: Element, place: Place, title: str) -> Box | None:
        """The box compiled; None when `source` has noted why not."""
        box = _READERS[local_name(element)](self, element, place, title)
        kind = self._source.kind(element)
        if box is None or kind is None:
            return box
        return replace(box, code=typed(box.code, kind, title, "the answer"))

    def _literal(self, element: Element, place: Place, _title: str) -> Box | None:
        self._refuse_others(element, "text", "importedValues")
        if child(element, "importedValues") is not None:
            self._source.refuse(element, "'{name}' is not supported", name="importedValues")
        expression = self._source.expression(element, place)
        return of_expression(expression) if expression else None

    def _table(self, element: Element, place: Place, title: str) -> Box | None:
        table = read_table(self._source, element, title, place)
        if table is None:
            return None
        texts = [cell.text for rule in table.rules for cell in rule.cells]
        texts += [cell.text for rule in table.rules for cell in rule.outputs]
        weight = 4 + sum(1 + (len(text) >> 4) for text in texts)
        return Box(code=table, names=table.names, functions=table.functions, weight=weight,
                   levels=10)  # fmt: skip

    def _context(self, element: Element, place: Place, title: str) -> Box | None:
        self._refuse_others(element, "contextEntry")
        entries: list[tuple[str, Box]] = []
        result: Box | None = None
        refused = False
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            name = "" if variable is None else variable.get("name", "")
            self._refuse_others(entry, "variable", *_READERS)
            if result is not None or name in {known for known, _ in entries}:
                self._source.refuse(entry, "Expected entries of different names, the result last")
            box = self._entry(entry, variable, place, title)
            if box is None:
                refused = True
            elif variable is None:
                result = box
            else:
                entries.append((name, box))
                place = replace(place, bound=place.bound | {name})
        if refused:
            return None
        parts = [box for _, box in entries] + ([result] if result else [])
        return joined(context_of(entries, result), parts)

    def _entry(
        self, entry: Element, variable: Element | None, place: Place, title: str
    ) -> Box | None:
        box = self.inside(entry, place, title)
        if box is None or variable is None:
            return box
        kind = self._source.kind(variable)
        code = typed(box.code, kind, title, f"entry {variable.get('name', '')!r}")
        return replace(box, code=code)

    def _list(self, element: Element, place: Place, title: str) -> Box | None:
        self._refuse_others(element, *_READERS)
        parts = self._all([each for each in element if local_name(each) in _READERS], place, title)
        return None if parts is None else joined(items_of(parts), parts)

    def _relation(self, element: Element, place: Place, title: str) -> Box | None:
        self._refuse_others(element, "column", "row")
        columns = [each.get("name", "") for each in children(element, "column")]
        if len(set(columns)) < len(columns):
            self._source.refuse(element, "Expected columns to have different names")
        rows = []
        for row in children(element, "row"):
            cells = self._all(list(row), place, title)
            if cells is not None and len(cells) != len(columns):
                self._source.refuse(
                    row,
                    "Expected {columns} cells, found {found}",
                    columns=len(columns),
                    found=len(cells),
                )
            rows.append(cells)
        if any(cells is None or len(cells) != len(columns) for cells in rows):
            return None
        found = cast(list[list[Box]], rows)
        return joined(relation_of(columns, found), [cell for cells in found for cell in cells])

    def _all(self, elements: list[Element], place: Place, title: str) -> list[Box] | None:
        for each in elements:
            if local_name(each) not in _READERS:
                self._source.refuse(each, "'{name}' is not supported", name=local_name(each))
                return None
        read = [self.read(each, place, title) for each in elements]
        found = [each for each in read if each is not None]
        return found if len(found) == len(read) else None

    def _function(self, element: Element, place: Place, title: str) -> Box | None:
        found = self.definition(element, place, title)
        if found is None:
            return None
        parameters, body = found
        box = joined(lambda scope: function_of(title, parameters, body, lambda _: scope), [body])
        return replace(box, names=body.names)

    def definition(
        self, element: Element, place: Place, title: str
    ) -> tuple[list[Parameter], Box] | None:
        """Parameters and body of a function; the body sees its parameters and `place`."""
        self._refuse_others(element, "formalParameter", *_READERS)
        if element.get("kind", "FEEL") != "FEEL":
            self._source.refuse(element, "Expected a function in FEEL, found another language")
            return None
        drawn = children(element, "formalParameter")
        parameters = [Parameter(each.get("name", ""), self._source.kind(each)) for each in drawn]
        names = {each.name for each in parameters}
        if len(names) < len(parameters) or "" in names:
            self._source.refuse(element, "Expected parameters to have different names")
        body = self.inside(element, replace(place, bound=place.bound | names), title)
        return None if body is None else (parameters, body)

    def _invocation(self, element: Element, place: Place, title: str) -> Box | None:
        self._refuse_others(element, "binding", *_READERS)
        callee = self.inside(element, place, title)
        if callee is not None and callee.names:
            called = ", ".join(sorted(callee.names))
            self._source.refuse(
                element, "Expected a function that it requires, found '{found}'", found=called
            )
        named: dict[str, Box] = {}
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            box = self.inside(binding, place, title)
            name = "" if parameter is None else parameter.get("name", "")
            kind = None if parameter is None else self._source.kind(parameter)
            if not name or name in named:
                self._source.refuse(binding, "Expected parameters to have different names")
            if box is None:
                return None
            named[name] = replace(box, code=typed(box.code, kind, title, f"{name!r}"))
        if callee is None:
            return None
        function = called_with(callee.code, named.keys(), title)
        code = call_value_by_name(function, {name: box.code for name, box in named.items()})
        return joined(code, [callee, *named.values()])

    # DMN 1.4: `if`, filters and loops as boxes

    def _conditional(self, element: Element, place: Place, title: str) -> Box | None:
        parts = self._parts(element, ("if", "then", "else"), place, title)
        if parts is None:
            return None
        condition, then, otherwise = (part.code for part in parts)
        test = boolean(condition, title, "'if'")
        return joined(conditional(test, then, otherwise), parts)

    def _filter(self, element: Element, place: Place, title: str) -> Box | None:
        self._refuse_others(element, "in", "match")
        items = self._parts(element, ("in",), place, title)
        inner = replace(place, bound=place.bound | {"item"}, in_filter=True)
        match = self._parts(element, ("match",), inner, title)
        if not items or not match:
            return None
        test = boolean(match[0].code, title, "'match'")
        return joined(filtered(items[0].code, test, match[0].weight), [*items, *match])

    def _loop(self, element: Element, place: Place, title: str) -> Box | None:
        name, (make, last) = element.get("iteratorVariable", ""), _LOOPS[local_name(element)]
        self._refuse_others(element, "in", last)
        items = self._parts(element, ("in",), place, title)
        bound = place.bound | {name} | ({"partial"} if last == "return" else set())
        body = self._parts(element, (last,), replace(place, bound=bound), title)
        if not name:
            self._source.refuse(element, "Expected a name for the items")
        if not items or not body:
            return None
        iterators = [(name, domain(items[0].code, weight=items[0].weight))]
        turn = body[0].code if last == "return" else boolean(body[0].code, title, "'satisfies'")
        return joined(make(iterators, turn, body[0].weight), [*items, *body])

    def _parts(
        self, element: Element, names: tuple[str, ...], place: Place, title: str
    ) -> list[Box] | None:
        read = []
        for name in names:
            part = child(element, name)
            if part is None:
                self._source.refuse(element, "Expected '{name}' in it", name=name)
                return None
            read.append(self.inside(part, place, title))
        found = [each for each in read if each is not None]
        return found if len(found) == len(names) else None

    def _refuse_others(self, element: Element, *known: str) -> None:
        self._source.refuse_others(element, _EVERYWHERE | set(known))


_EVERYWHERE = frozenset(("description", "extensionElements"))
_LOOPS: dict[str, tuple[Callable[[list[Iterator_], Code, int], Code], str]] = {
    "for": (iteration, "return"),
    "some": (some, "satisfies"),
    "every": (every, "satisfies"),
}
_READERS: dict[str, Callable[[Boxes, Element, Place, str], Box | None]] = {
    "literalExpression": Boxes._literal,
    "decisionTable": Boxes._table,
    "context": Boxes._context,
    "list": Boxes._list,
    "relation": Boxes._relation,
    "functionDefinition": Boxes._function,
    "invocation": Boxes._invocation,
    "conditional": Boxes._conditional,
    "filter": Boxes._filter,
    "for": Boxes._loop,
    "some": Boxes._loop,
    "every": Boxes._loop,
}
KINDS = frozenset(_READERS)
"""The elements that are boxed expressions."""
