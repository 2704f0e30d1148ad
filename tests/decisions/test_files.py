"""Files of decisions: requirements between them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from processes.decisions import InvalidDecision, parse_decisions
from processes.feel import FeelBudgetError, to_json
from tests.decisions.drawing import decision, file, literal, table


def test_a_literal_expression_is_a_decision() -> None:
    found = parse_decisions(file(decision(literal("amount * 2"), id="Twice")))

    assert set(found) == {"Twice"}
    assert found["Twice"].evaluate({"amount": 4}) == 8


def test_a_decision_reads_those_it_requires_by_name() -> None:
    found = parse_decisions(
        file(
            decision(literal("Base Fee + Risk.points"), id="Total", needs=["B", "R"]),
            decision(literal("amount / 10"), id="B", name="Base Fee", needs=["R"]),
            decision(table(["trust"], ["points", "why"], [(["< 50"], ["5", '"low"'])]), id="R",
                     name="Risk"),
        )
    )  # fmt: skip

    assert to_json(found["Total"].evaluate({"amount": 100, "trust": 10})) == 15
    assert found["Total"].inputs == {"amount", "trust"}


def test_the_answer_of_a_required_decision_hides_a_variable_of_its_name() -> None:
    found = parse_decisions(
        file(
            decision(literal("first.a + Twice.a"), needs=["T"]),
            decision(literal("{a: Twice.a * 2, old: first}"), id="T", name="Twice"),
        )
    )

    assert found["D"].evaluate({"first": {"a": 1}, "Twice": {"a": 5}}) == 11


def _refused(*decisions: str) -> list[str]:
    with pytest.raises(InvalidDecision) as caught:
        parse_decisions(file(*decisions))
    return [str(problem) for problem in caught.value.problems]


REFUSALS: list[tuple[str, str]] = [
    (table(["n"], ["x"], [(["< "], ["1"])]), "r1: '<' is not FEEL: Expected a value, found"),
    (table(["n"], ["x"], [(["1"], ["1 +"])]), "r1: '1 +' is not FEEL: Expected a value"),
    (table(["n"], ["x"], [(["1"], [""])]), "r1: Expected an expression, found an empty cell"),
    (table(["n +"], ["x"], []), "e0: 'n +' is not FEEL"),
    (table(["n"], ["x"], [(["1", "2"], ["1"])]), "r1: Expected 1 input and 1 output cells"),
    (table(["n"], [], []), "t: Expected at least one output"),
    (table(["n"], ["x", "x"], []), "t: Expected several outputs to have different names"),
    (table(["n"], ["x"], [], policy="SOME"), "t: 'SOME' is not a hit policy"),
    (table(["n"], ["x"], [], policy="PRIORITY"), "t: Expected output values"),
    (table(["n"], ["x"], [], aggregation="SUM"), "t: Aggregation 'SUM' does not go with UNIQUE"),
    (table(["n"], ["x", "y"], [], policy="COLLECT", aggregation="SUM"),
     "t: Expected one output to aggregate, found 2"),
    ("", "D: Expected a decision table or another expression"),
    ("<dream id='c'/>", "c: 'dream' is not supported"),
    ("<literalExpression expressionLanguage='javascript'><text>1</text></literalExpression>",
     "D: Expected FEEL, found language 'javascript'"),
    (literal("a b"), "l: 'a b' is not FEEL: Expected an operator, found 'b'"),
]  # fmt: skip


@pytest.mark.parametrize(("logic", "sentence"), REFUSALS)
def test_what_cannot_be_run_is_refused_with_a_sentence(logic: str, sentence: str) -> None:
    problems = _refused(decision(logic))

    assert any(problem.startswith(sentence) for problem in problems), problems


def test_all_problems_of_a_table_are_told_at_once() -> None:
    assert len(_refused(decision(table(["n +"], ["x"], [(["<"], ["1"]), (["1"], ["+"])])))) == 3


def test_decisions_in_a_circle_are_refused() -> None:
    problems = _refused(
        decision(literal("B"), id="A", needs=["B"]), decision(literal("A"), id="B", needs=["A"])
    )

    assert problems == ["A: Expected decisions not to require one another"]


def test_a_required_decision_must_be_in_the_file() -> None:
    assert "in the same file" in _refused(decision(literal("1"), needs=["Z"]))[0]


@pytest.mark.parametrize(
    "data",
    [b"", b"<a/>", b"not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
)
def test_what_is_no_dmn_file_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidDecision):
        parse_decisions(data)


def test_one_budget_holds_for_all_decisions_of_a_file() -> None:
    busy = literal("count(for x in 1..9000 return x)")
    chain = [decision(busy, id=f"D{n}", needs=[f"D{n + 1}"] if n < 5 else []) for n in range(6)]
    found: Any = parse_decisions(file(*chain))

    assert found["D5"].evaluate({}) == 9000
    with pytest.raises(FeelBudgetError):
        found["D0"].evaluate({})


VERSIONS = {
    "1.1": (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/FEEL/20140401",
    ),
    "1.2": (
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
    ),
    "1.3": (
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
    ),
    "1.4": (
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
    ),
    "1.5": (
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    ),
}


def _of_version(model: str, feel: str) -> bytes:
    drawn = table(["trust"], ["points"], [(["< 50"], ["5"]), (["-"], ["0"])], policy="FIRST",
                  types=["feel:number"])  # fmt: skip
    head = f"xmlns:feel='{feel}' expressionLanguage='{feel}' typeLanguage='{feel}' xmlns='{model}'"
    xml = file(decision(drawn), decision(literal("D + 1"), id="E", needs=["D"])).decode()
    return xml.replace("xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'", head).encode()


@pytest.mark.parametrize("version", VERSIONS)
def test_files_of_all_versions_of_dmn_are_read(version: str) -> None:
    found = parse_decisions(_of_version(*VERSIONS[version]))

    assert to_json(found["E"].evaluate({"trust": 10})) == 6
    assert to_json(found["E"].evaluate({"trust": 90})) == 1


def test_a_file_of_an_unknown_version_is_refused() -> None:
    with pytest.raises(InvalidDecision, match="20990101/MODEL"):
        parse_decisions(_of_version("https://www.omg.org/spec/DMN/20990101/MODEL/", "feel"))


@pytest.mark.parametrize("attribute", ["expressionLanguage", "typeLanguage"])
def test_a_file_in_another_language_is_refused(attribute: str) -> None:
    xml = file(decision(literal("1"))).replace(
        b"id='f'", f"id='f' {attribute}='http://www.w3.org/1999/XPath'".encode()
    )

    with pytest.raises(InvalidDecision, match="Expected FEEL, found language"):
        parse_decisions(xml)
