"""The OMG DMN TCK against our FEEL and DMN: `DMN_TCK=/path/to/tck python -m benchmarks.tck`.

Prints the share passed at each compliance level, and with `-v` each failure. The kit is read
where it lies and never copied; get it from github.com/dmn-tck/tck. It is written in DMN 1.5,
with drawings and extensions of many tools; here only the model itself is read, as 1.3.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from processes.decisions import Decision, DecisionError, DecisionService, InvalidDecision
from processes.decisions.reader import read_roots
from processes.feel import FeelError, FeelValue, OutOfReach, temporal
from processes.xmlreading import DMN

LEVELS = ("2", "3")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_KIT = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ANY_DMN = re.compile(rb"https?://www\.omg\.org/spec/DMN/20\d{6}/MODEL/")
_CLOSE = Decimal("1e-8")
"""The kit writes what it expects with fewer digits than decimal128 has."""


@dataclass(frozen=True)
class Outcome:
    level: str
    folder: str
    case: str
    node: str
    passed: bool
    said: str
    """What came out instead, with what was expected."""


def outcomes(kit: Path, pattern: str = "") -> Iterator[Outcome]:
    """One outcome for each expected result of the kit at `kit`."""
    for level in LEVELS:
        for folder in sorted((kit / "TestCases" / f"compliance-level-{level}").glob("*/")):
            if pattern in folder.name:
                yield from _folder(level, folder)


def _folder(level: str, folder: Path) -> Iterator[Outcome]:
    for path in sorted(folder.glob("*test*.xml")):
        kit = etree.fromstring(path.read_bytes())
        model = _Model(folder, kit.findtext(f"{_KIT}modelName") or "")
        for case in kit.findall(f"{_KIT}testCase"):
            given = {
                each.get("name", ""): _value(each) for each in case.findall(f"{_KIT}inputNode")
            }
            for node in case.findall(f"{_KIT}resultNode"):
                name = node.get("name", "")
                passed, said = _judged(model, case, node, given)
                yield Outcome(level, folder.name, case.get("id", ""), name, passed, said)


def _judged(
    model: _Model, case: etree._Element, node: etree._Element, given: Mapping[str, FeelValue]
) -> tuple[bool, str]:
    wanted = _value(node.find(f"{_KIT}expected"))
    is_error = node.get("errorResult") == "true"
    service = case.get("invocableName", "") if case.get("type") == "decisionService" else ""
    try:
        found = model.made(node.get("name", ""), service, given)
    except (DecisionError, FeelError, InvalidDecision) as error:
        # To refuse is to give no result, which the kit writes as null.
        return is_error or wanted is None, f"{type(error).__name__}: {error}"
    return same(found, wanted), f"{found!r} instead of {wanted!r}"


class _Model:
    """A model of the kit, read once for each decision: one that is refused spoils no other."""

    def __init__(self, folder: Path, name: str) -> None:
        self._root = _plain(folder / name)
        others = [_plain(each) for each in sorted(folder.glob("*.dmn")) if each.name != name]
        self._others = [each for each in others if each is not None]
        self._whole: Any = None

    def made(self, name: str, service: str, given: Mapping[str, FeelValue]) -> FeelValue:
        file = self._read(name)
        if service:
            found = self._by_name(file.services, service)
            answer = found.evaluate(given, now=_NOW)
            several = isinstance(found, DecisionService) and len(found.outputs) > 1
            return answer[name] if several else answer
        return self._by_name(file.decisions, name).evaluate(given, now=_NOW)

    def _read(self, name: str) -> Any:
        if self._whole is None:
            try:
                self._whole = read_roots([self._root, *self._others])
            except InvalidDecision:
                self._whole = False
        return self._whole or read_roots([_only(self._root, name), *self._others])

    @staticmethod
    def _by_name(found: Mapping[str, Any], name: str) -> Decision | DecisionService:
        for each in found.values():
            if each.name == name:
                return each  # type: ignore[no-any-return]
        raise DecisionError(name, "is not there")


def _plain(path: Path) -> etree._Element:
    """The model without drawings, extensions and comments."""
    raw = _ANY_DMN.sub(DMN.encode(), path.read_bytes())
    root = etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True))
    for each in list(root.iter(etree.Element)):
        name = etree.QName(each)
        extra = name.namespace != DMN or name.localname in ("extensionElements", "DMNDI")
        parent = each.getparent()
        if extra and parent is not None:
            parent.remove(each)
    return root


def _only(root: etree._Element, name: str) -> etree._Element:
    """The model with one of its decisions and what that one requires."""
    by_id = {each.get("id"): each for each in root if each.get("id")}
    wanted = [each for each in root if each.get("name") == name]
    kept: set[etree._Element] = set()
    while wanted:
        element = wanted.pop()
        if element in kept:
            continue
        kept.add(element)
        ids = [part.get("href", "").rpartition("#")[2] for part in element.iter()]
        wanted += [by_id[each] for each in ids if each in by_id]
    copy = etree.fromstring(etree.tostring(root))
    copy[:] = []
    for each in root:
        if each in kept or etree.QName(each).localname in ("itemDefinition", "import"):
            copy.append(etree.fromstring(etree.tostring(each, with_tail=False)))
    return copy


# Values as the kit writes them


def _value(element: etree._Element | None) -> FeelValue:
    if element is None:
        return None
    components = element.findall(f"{_KIT}component")
    if components:
        return {each.get("name"): _value(each) for each in components}
    items = element.find(f"{_KIT}list")
    if items is not None:
        return None if _is_nil(items) else [_value(each) for each in items.findall(f"{_KIT}item")]
    value = element.find(f"{_KIT}value")
    return None if value is None or _is_nil(value) else _simple(value)


def _is_nil(element: etree._Element) -> bool:
    return element.get(f"{_XSI}nil") == "true"


def _simple(element: etree._Element) -> FeelValue:
    kind, text = (element.get(f"{_XSI}type") or "string").rpartition(":")[2], element.text or ""
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    if kind == "boolean":
        return text == "true"
    read = _READ.get(kind)
    try:
        return read(text) if read else text
    except OutOfReach:  # a year that we do not know is told as text
        return text


_READ: dict[str, Callable[[str], FeelValue]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "dateTime": temporal.parse_date_time,
    "duration": temporal.parse_duration,
    "dayTimeDuration": temporal.parse_duration,
    "yearMonthDuration": temporal.parse_duration,
}


def same(a: Any, b: Any) -> bool:
    """Whether a result is the one expected: of the same type, and numbers close to it."""
    if type(a) is not type(b):
        return False
    if isinstance(a, Decimal):
        return bool(abs(a - b) < _CLOSE)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (time, datetime)):
        return temporal.format_temporal(a) == temporal.format_temporal(b)
    return bool(a == b)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pattern", nargs="?", default="", help="part of the names of folders")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell each failure")
    options = parser.parse_args()
    kit = os.environ.get("DMN_TCK", "")
    if not (Path(kit) / "TestCases").is_dir() or not kit:
        print("Expected in DMN_TCK the path of a checkout of github.com/dmn-tck/tck")
        return 2
    found = list(outcomes(Path(kit), options.pattern))
    for level in LEVELS:
        ours = [each for each in found if each.level == level]
        passed = sum(each.passed for each in ours)
        share = f"{passed / len(ours):.2%}" if ours else "nothing"
        print(f"Compliance level {level}: {passed:,} of {len(ours):,} passed, {share}")
    failed = [each for each in found if not each.passed]
    for folder in dict.fromkeys(each.folder for each in failed):
        ours = [each for each in failed if each.folder == folder]
        print(f"  {folder}: {len(ours)} failed")
        if options.verbose:
            for each in ours:
                print(f"    {each.case} {each.node}: {each.said[:300]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
