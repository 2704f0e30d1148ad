"""The types of a file: item definitions, and what a `typeRef` means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from processes.decisions.types import (
    ANY,
    BUILT_IN,
    FUNCTION,
    Allowed,
    Kind,
    ListOf,
    Structure,
    named,
)
from processes.decisions.xml import Element, child, children, text_of
from processes.feel import FeelValue, Run
from processes.feel.types import Type, Types
from processes.xmlreading import DMN

if TYPE_CHECKING:
    from processes.decisions.source import Source


class Definitions:
    """The item definitions of one file, each read when it is first named."""

    def __init__(self, source: Source, elements: list[Element], *, loose: bool = False) -> None:
        self._source = source
        self._loose = loose
        self._elements = {each.get("name", ""): each for each in elements}
        self._known: dict[str, Kind | None] = {}
        self.imported: dict[str, Definitions] = {}
        """By the name under which a file imports another."""
        if len(self._elements) < len(elements) and not loose:
            source.refuse(elements[0], "Expected types to have different names")

    def kind(self, element: Element, written: str | None) -> Kind | None:
        """What a `typeRef` of `element` asks for; None when it is anything, or refused."""
        if not written or not (found := self.named(written.strip())):
            if written:
                self._source.refuse(
                    element, "Expected a type that is there, found '{found}'", found=written
                )
            return None
        return None if found is ANY else found

    def named(self, name: str) -> Kind | None:
        if name in self._elements:
            return self._own(name)
        # Some tools write a prefix before the types of FEEL.
        if (plain := name.rpartition(":")[2]) in BUILT_IN:
            return BUILT_IN[plain]
        for prefix, definitions in self.imported.items():
            if name.startswith(f"{prefix}."):
                return definitions.named(name[len(prefix) + 1 :])
        return None

    def given_by(self, name: str) -> str | None:
        """The type that functions of type `name` give."""
        element = self._elements.get(name)
        function = None if element is None else child(element, "functionItem")
        return None if function is None else function.get("outputTypeRef", "Any")

    def check(self) -> None:
        """Read all, so that what is wrong is refused although nothing names it."""
        for name in self._elements:
            self._own(name)

    def for_feel(self) -> Types:
        """What `instance of` may name: types without the values they allow (§10.3.2.9)."""
        return _Lent(self)

    def names(self) -> Iterator[str]:
        yield from self._elements
        for prefix, definitions in self.imported.items():
            yield from (f"{prefix}.{name}" for name in definitions.names())

    def _own(self, name: str) -> Kind | None:
        element = self._elements[name]
        if name not in self._known:
            self._known[name] = None
            self._known[name] = self._read(element, name)
        elif self._known[name] is None:
            self._source.refuse(element, "Expected type '{name}' not to contain itself", name=name)
            return ANY
        return self._known[name]

    def _read(self, element: Element, name: str) -> Kind:
        self._source.refuse_others(element, _PARTS)
        kind = named(self._base(element, name), f"a value of type '{name}'")
        kind = self._restricted(element, kind, "allowedValues", name)
        if element.get("isCollection") == "true":
            kind = ListOf(f"a list of type '{name}'", kind)
        return self._restricted(element, kind, "typeConstraint", name)

    def _base(self, element: Element, name: str) -> Kind:
        if child(element, "functionItem") is not None:
            return FUNCTION
        parts = children(element, "itemComponent")
        if parts:
            entries = {
                each.get("name", ""): self._read(each, each.get("name", "")) for each in parts
            }
            return Structure(name, entries)
        written = element.findtext(f"{{{DMN}}}typeRef")
        return self.kind(element, written) or ANY

    def _restricted(self, element: Element, kind: Kind, part: str, name: str) -> Kind:
        wanted = child(element, part)
        if wanted is None or not text_of(wanted) or self._loose:
            return kind
        tests = self._source.tests(wanted)
        said = f"a value of type '{name}' ({text_of(wanted)[:100]})"
        return kind if tests is None else Allowed(said, kind, tests)


_PARTS = frozenset(
    ("description", "extensionElements", "typeRef", "allowedValues", "typeConstraint",
     "itemComponent", "functionItem")
)  # fmt: skip


class _Lent(Mapping[str, Type]):
    """Item definitions as FEEL's types: nothing is made to fit here."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def __getitem__(self, name: str) -> Type:
        if name not in self:
            raise KeyError(name)
        kind = self._definitions.named(name)
        if kind is None:
            raise KeyError(name)
        wanted = kind

        def check(value: FeelValue, run: Run) -> bool:
            made, fits = wanted.fitted(value, run)
            return fits and bool(made == value)

        return check

    def __contains__(self, name: object) -> bool:
        return name in set(self._definitions.names())

    def __iter__(self) -> Iterator[str]:
        return iter(set(self._definitions.names()))

    def __len__(self) -> int:
        return len(set(self._definitions.names()))
