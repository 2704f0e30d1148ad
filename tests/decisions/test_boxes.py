"""Boxed expressions, functions, services and types (DMN 1.3 §10)."""

from __future__ import annotations

from typing import Any

import pytest

from processes.decisions import DecisionError, parse_decisions, parse_file
from processes.feel import FeelBudgetError, to_json
from tests.decisions.boxes import (
    INSIDE,
    SERVICE,
    context,
    decide,
    function,
    needs_function,
    refused,
)
from tests.decisions.drawing import decision, file, literal, table

BOXES: list[tuple[str, Any]] = [
    (context(fee=literal("n * 2"), tax=literal("fee + 1")), {"fee": 10, "tax": 11}),
    (context(fee=literal("n * 2"), result=literal("fee + 1")), 11),
    (context(f=literal("function(x) x + a"), a=literal("1"), result=literal("f(1)")), None),
    (context(a=literal("1"), f=literal("function(x) x + a"), result=literal("f(1)")), 2),
    ("<context/>", {}),
    (f"<list>{literal('n')}{literal('n + 1')}</list>", [5, 6]),
    (f"<relation><column name='a'/><column name='b'/><row>{literal('1')}{literal('n')}</row>"
     f"<row>{literal('2')}{literal('3')}</row></relation>", [{"a": 1, "b": 5}, {"a": 2, "b": 3}]),
    (context(f=f"<functionDefinition><formalParameter name='x'/>{literal('x + n')}"
             "</functionDefinition>", result=literal("f(1)")), 6),
    (f"<conditional><if>{literal('n = 5')}</if><then>{literal('1')}</then><else>{literal('2')}"
     "</else></conditional>", 1),
    (f"<filter><in>{literal('[1, 5, 9]')}</in><match>{literal('item >= n')}</match></filter>",
     [5, 9]),
    (f"<for iteratorVariable='x'><in>{literal('[1, 2]')}</in><return>{literal('x * n')}</return>"
     "</for>", [5, 10]),
    (f"<some iteratorVariable='x'><in>{literal('[1, 9]')}</in><satisfies>{literal('x > n')}"
     "</satisfies></some>", True),
    (f"<every iteratorVariable='x'><in>{literal('[1, 9]')}</in><satisfies>{literal('x > n')}"
     "</satisfies></every>", False),
]  # fmt: skip


@pytest.mark.parametrize(("logic", "answer"), BOXES)
def test_a_box_gives_what_stands_in_it(logic: str, answer: Any) -> None:
    assert decide(decision(logic), n=5) == answer


def test_a_function_sees_its_parameters_and_what_it_requires_but_no_variables() -> None:
    requires = "<knowledgeRequirement><requiredKnowledge href='#twice'/></knowledgeRequirement>"
    twice = function("twice", "x", literal("x * 2"))
    both = function("both", "x y", literal("twice(x) + y"), requires)

    assert decide(needs_function(literal("both(n, 1)"), "both"), twice, both, n=5) == 11
    assert refused(decision(literal("1")), function("f", "x", literal("x + n"))) == [
        "f: Expected only its parameters and what it requires, found 'n'"
    ]
    hidden = function("f", "x", literal("count(x[item > n])"))
    assert decide(needs_function(literal("f([1, 9])"), "f"), hidden, n=5) == 0


def test_a_function_may_be_a_table_and_may_call_itself() -> None:
    grade = function(
        "grade", "n", table(["n"], ["x"], [(["< 5"], ['"low"']), ([">= 5"], ['"high"'])])
    )
    product = function("product of", "n", literal("if n < 2 then 1 else n * product of(n - 1)"))

    assert decide(needs_function(literal("grade(4) + grade(9)"), "grade"), grade) == "lowhigh"
    called = needs_function(literal("product of(5)"), "product of")
    assert decide(called, product) == 120
    endless = function("f", "n", literal("f(n + 1)"))
    with pytest.raises(FeelBudgetError):
        decide(needs_function(literal("f(1)"), "f"), endless)


def test_an_invocation_gives_arguments_by_name() -> None:
    minus = function("minus", "a:number b", literal("a - b"))
    bindings = "".join(
        f"<binding><parameter name='{name}'/>{literal(text)}</binding>"
        for name, text in (("b", "1"), ("a", "n"))
    )
    called = needs_function(f"<invocation>{literal('minus')}{bindings}</invocation>", "minus")

    assert decide(called, minus, n=5) == 4
    with pytest.raises(DecisionError, match="'minus': expected 'a' to be a number"):
        decide(called, minus, n="five")
    assert refused(decision(f"<invocation>{literal('minus')}</invocation>")) == [
        "D: Expected a function that it requires, found 'minus'"
    ]


@pytest.mark.parametrize(("names", "found"), [("a", "(a)"), ("a c", "(a, c)"), ("a b c", "c)")])
def test_an_invocation_with_other_arguments_is_an_error_and_never_null(
    names: str, found: str
) -> None:
    minus = function("minus", "a b", literal("a - b"))
    bindings = "".join(
        f"<binding><parameter name='{name}'/>{literal('1')}</binding>" for name in names.split()
    )
    called = needs_function(f"<invocation>{literal('minus')}{bindings}</invocation>", "minus")

    with pytest.raises(DecisionError, match=r"expected arguments \(a, b\), found .*") as caught:
        decide(called, minus)
    assert str(caught.value).endswith(found)


def test_what_a_decision_requires_has_different_names() -> None:
    twins = [decision(literal(text), id=text, name="Fee") for text in ("1", "2")]

    assert refused(decision(literal("Fee"), needs=["1", "2"]), *twins) == [
        "D: Expected what it requires to have different names, found 'Fee' twice"
    ]
    assert decide(decision(literal("Fee"), needs=["1", "1"]), *twins) == 1


def test_a_decision_does_not_see_what_it_does_not_require() -> None:
    found = parse_decisions(
        file(
            decision(literal("[A, B]"), needs=["A"]),
            decision(literal("B"), id="A", needs=["B"]),
            decision(literal("1"), id="B"),
        )
    )

    assert to_json(found["D"].evaluate({"B": 7})) == [1, 7]


def test_a_service_is_a_function_of_its_inputs() -> None:
    called = needs_function(literal("S(1, 2) + n"), "S")

    assert decide(called, SERVICE, *INSIDE, n=100) == 103
    service = parse_file(file(SERVICE, *INSIDE)).services["S"]
    assert service.evaluate({"n": 1, "G": 5}) == 6
    with pytest.raises(DecisionError, match="expected 'G' to be given"):
        service.evaluate({"n": 1})


def test_a_function_that_leaves_a_service_keeps_the_variables_it_was_made_with() -> None:
    inside = (
        INSIDE[0],
        "<decision id='O' name='O'><informationRequirement><requiredInput href='#I'/>"
        f"</informationRequirement>{literal('function(x) x + n + m')}</decision>",
    )
    service = (
        "<decisionService id='S' name='S'><outputDecision href='#O'/><inputData href='#I'/>"
        "</decisionService>"
    )
    called = needs_function(literal("S(1)(10)"), "S")

    assert decide(called, service, *inside, n=100, m=1000) is None


TYPES = (
    "<itemDefinition name='tColour'><typeRef>string</typeRef><allowedValues>"
    '<text>"red", "blue"</text></allowedValues></itemDefinition>',
    "<itemDefinition name='tPart'><itemComponent name='colour'><typeRef>tColour</typeRef>"
    "</itemComponent><itemComponent name='made'><typeRef>date</typeRef></itemComponent>"
    "</itemDefinition>",
    "<itemDefinition name='tParts' isCollection='true'><typeRef>tPart</typeRef></itemDefinition>",
    "<inputData id='I' name='parts'><variable name='parts' typeRef='tParts'/></inputData>",
)
YEARS = (
    "<decision id='D' name='D'><variable name='D' typeRef='number'/><informationRequirement>"
    "<requiredInput href='#I'/></informationRequirement>"
    f"{literal('max(parts.made.year)')}</decision>"
)


def test_inputs_are_read_as_their_types_and_refused_when_they_do_not_fit() -> None:
    part = {"colour": "red", "made": "2026-02-01"}

    assert decide(*TYPES, YEARS, parts=[part, {**part, "made": "2024-01-01"}]) == 2026
    assert decide(*TYPES, YEARS, parts=part) == 2026
    assert parse_decisions(file(*TYPES, YEARS))["D"].inputs == {"parts"}
    for wrong in ({**part, "colour": "green"}, {"colour": "red"}, {**part, "made": "soon"}, 5):
        with pytest.raises(DecisionError, match="expected input 'parts' to be a list of type"):
            decide(*TYPES, YEARS, parts=[part, wrong])


def test_an_answer_that_is_not_of_its_type_is_an_error_not_null() -> None:
    drawn = (
        f"<decision id='D' name='D'><variable name='D' typeRef='tColour'/>{literal('x')}</decision>"
    )

    assert decide(*TYPES, drawn, x="blue") == "blue"
    with pytest.raises(DecisionError, match="expected its answer to be a value of type 'tColour'"):
        decide(*TYPES, drawn, x="green")


def test_instance_of_knows_the_types_of_the_file() -> None:
    asked = decision(
        literal('[{colour: "red", made: null} instance of tPart, 5 instance of tColour]')
    )

    assert decide(*TYPES, asked) == [True, False]


REFUSED: list[tuple[tuple[str, ...], str]] = [
    ((decision(f"<list>{literal('1')}<dream/></list>"),), "'dream' is not supported"),
    ((decision(f"<relation><column name='a'/><row>{literal('1')}{literal('2')}</row></relation>"),),
     "D: Expected 1 cells, found 2"),
    ((decision(context(a=literal("1")) * 2),), "D: Expected one expression, found 2"),
    ((decision("<context><contextEntry>" + literal("1") + "</contextEntry><contextEntry>"
               "<variable name='a'/>" + literal("2") + "</contextEntry></context>"),),
     "D: Expected entries of different names, the result last"),
    ((decision("<functionDefinition kind='Java'>" + literal("1") + "</functionDefinition>"),),
     "D: Expected a function in FEEL, found another language"),
    (("<itemDefinition name='a'><typeRef>b</typeRef></itemDefinition>"
      "<itemDefinition name='b'><typeRef>a</typeRef></itemDefinition>",),
     "Expected type 'a' not to contain itself"),
    (("<itemDefinition name='a'><typeRef>nothing</typeRef></itemDefinition>",),
     "Expected a type that is there, found 'nothing'"),
    ((decision(f"<filter><in>{literal('1')}</in></filter>"),), "D: Expected 'match' in it"),
    (("<decisionService id='S' name='S'/>",), "S: Expected a decision that the service gives"),
    ((function("f", "x x", literal("1")),), "f: Expected parameters to have different names"),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "sentence"), REFUSED)
def test_what_cannot_be_meant_is_refused(elements: tuple[str, ...], sentence: str) -> None:
    found = refused(*elements)

    assert any(sentence in each for each in found), found
