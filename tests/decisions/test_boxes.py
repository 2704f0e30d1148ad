"""Boxed expressions, functions, services and types (DMN 1.3 §10), and files that import others."""

from __future__ import annotations

import contextlib
import gc
import time
import tracemalloc
from typing import Any

import pytest

from processes.bundles import bundles, read_files
from processes.decisions import DecisionError, InvalidDecision, parse_decisions, parse_file
from processes.feel import FeelBudgetError, to_json
from tests.decisions.drawing import decision, file, literal, table

SPACE = "http://afterflow/other"


def needs_function(logic: str, *ids: str) -> str:
    required = "".join(
        f"<knowledgeRequirement><requiredKnowledge href='#{each}'/></knowledgeRequirement>"
        for each in ids
    )
    return f"<decision id='D' name='D'><variable name='D'/>{required}{logic}</decision>"


def function(name: str, parameters: str, body: str, requires: str = "") -> str:
    drawn = "".join(
        "<formalParameter name='{}' {}/>".format(
            each.split(":")[0], f"typeRef='{each.split(':')[1]}'" if ":" in each else ""
        )
        for each in parameters.split()
    )
    return (
        f"<businessKnowledgeModel id='{name}' name='{name}'>{requires}<encapsulatedLogic>"
        f"{drawn}{body}</encapsulatedLogic></businessKnowledgeModel>"
    )


def context(**entries: str) -> str:
    return "<context>{}</context>".format(
        "".join(
            "<contextEntry>{}{}</contextEntry>".format(
                "" if name == "result" else f"<variable name='{name}'/>", logic
            )
            for name, logic in entries.items()
        )
    )


def decide(*elements: str, **variables: Any) -> Any:
    return to_json(parse_decisions(file(*elements))["D"].evaluate(variables))


def refused(*elements: str, others: tuple[bytes, ...] = ()) -> list[str]:
    with pytest.raises(InvalidDecision) as caught:
        parse_decisions(file(*elements), others)
    return [str(problem) for problem in caught.value.problems]


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


SERVICE = (
    "<decisionService id='S' name='S'><outputDecision href='#O'/><inputDecision href='#G'/>"
    "<inputData href='#I'/></decisionService>"
)
INSIDE = (
    "<inputData id='I' name='n'><variable name='n' typeRef='number'/></inputData>",
    "<decision id='O' name='O'><informationRequirement><requiredDecision href='#G'/>"
    "</informationRequirement><informationRequirement><requiredInput href='#I'/>"
    f"</informationRequirement>{literal('n + G')}</decision>",
    decision(literal("1000"), id="G"),
)


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


def imported(*elements: str, space: str = SPACE) -> bytes:
    return file(*elements).replace(b"'http://afterflow'", f"'{space}'".encode())


DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
IMPORT = f"<import name='lib' namespace='{SPACE}' importType='{DMN}'/>"
USES = (
    "<decision id='D' name='D'><informationRequirement>"
    f"<requiredDecision href='{SPACE}#R'/></informationRequirement><knowledgeRequirement>"
    f"<requiredKnowledge href='{SPACE}#twice'/></knowledgeRequirement>"
    f"{literal('lib.twice(lib.Rate)')}</decision>"
)
LIBRARY = (
    decision(literal("n + 1"), id="R", name="Rate"),
    function("twice", "x", literal("x * 2")),
)


def test_a_decision_requires_what_another_file_holds() -> None:
    found = parse_decisions(file(IMPORT, USES), [imported(*LIBRARY), imported(space="http://no")])

    assert set(found) == {"D"}
    assert found["D"].evaluate({"n": 4}) == 10
    assert found["D"].inputs == {"n"}


@pytest.mark.parametrize(
    ("elements", "others", "sentence"),
    [
        ((IMPORT, USES), (), f"Expected one file of namespace '{SPACE}'"),
        ((IMPORT, USES), (imported(*LIBRARY), imported()), "Expected one file of namespace"),
        ((USES,), (imported(*LIBRARY),), f"D: Expected an import of '{SPACE}'"),
        (
            (IMPORT, IMPORT.replace(SPACE, "http://2"), USES),
            (imported(*LIBRARY), imported(*LIBRARY, space="http://2")),
            "f: Expected imports to have different names",
        ),
        ((IMPORT, USES), (imported(),), "D: Expected 'R' in the same file or an imported one"),
    ],
)
def test_what_is_not_there_to_import_is_refused(
    elements: tuple[str, ...], others: tuple[bytes, ...], sentence: str
) -> None:
    assert any(sentence in each for each in refused(*elements, others=others))


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


def test_a_long_chain_of_decisions_is_made_or_refused_in_words() -> None:
    chain = [
        decision(literal(f"D{n + 1} + 1" if n < 999 else "1"), id=f"D{n}",
                 needs=[f"D{n + 1}"] if n < 999 else [])
        for n in range(1000)
    ]  # fmt: skip
    try:
        found = parse_decisions(file(*chain))
        found["D0"].evaluate({})
    except (InvalidDecision, FeelBudgetError):
        pass


def test_functions_of_boxes_are_paid_for() -> None:
    doubled = function("f", "x", f"<list>{literal('x')}{literal('x')}</list>")
    deep = "f(" * 40 + "1" + ")" * 40
    with pytest.raises(FeelBudgetError):
        decide(needs_function(literal(deep), "f"), doubled)
    busy = needs_function(literal("count(for i in 1..90000 return f(i))"), "f")
    with pytest.raises(FeelBudgetError):
        decide(busy, doubled)


def test_a_version_of_a_process_holds_the_files_that_its_decisions_import() -> None:
    process = (
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='b'>"
        b"<process id='p' isExecutable='true'><businessRuleTask id='t'><extensionElements>"
        b"<zeebe:calledDecision xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' decisionId='D'"
        b" resultVariable='x'/></extensionElements></businessRuleTask></process></definitions>"
    )
    resources = {
        "a.bpmn": process,
        "d.dmn": file(IMPORT, USES),
        "lib.dmn": imported(*LIBRARY),
        "no.dmn": imported(decision(literal("1"), id="E"), space="http://no"),
    }
    drawn, _problems = read_files(resources)

    assert set(bundles(resources, drawn)[0].resources) == {"a.bpmn", "d.dmn", "lib.dmn"}


def rows_of(count: int) -> list[tuple[list[str], list[str]]]:
    return [([f"< {n}"], [str(n)]) for n in range(-count, 0)]


def chained(count: int, text: str, last: str) -> list[str]:
    """Decisions of which each reads the next one as `x` twice over."""
    return [
        decision(
            literal(text.replace("x", f"D{n + 1}") if n < count else last),
            id=f"D{n}",
            needs=[f"D{n + 1}"] if n < count else [],
        )
        for n in range(count + 1)
    ]


HOSTILE: list[tuple[str, list[str], str]] = [
    ("lists that double", chained(60, "[x, x]", "[1]"), "D0"),
    ("texts that double", chained(60, "x + x", '"word"'), "D0"),
    ("lists that grow", chained(60, "concatenate(x, x)", "[1]"), "D0"),
    ("powers", chained(60, "x ** x", "9"), "D0"),
    ("a service in a loop",
     [SERVICE, *INSIDE, needs_function(literal("for i in 1..99999 return S(i, i)"), "S")], "D"),
    ("a table in a loop",
     [function("f", "n", table(["n"], ["x"], rows_of(300))),
      needs_function(literal("for i in 1..99999 return f(i)"), "f")], "D"),
    ("boxes in boxes",
     [decision("<list>" * 30 + literal("1") + "</list>" * 30)], "D"),
    ("loops in loops as boxes",
     [decision(f"<for iteratorVariable='i'><in>{literal('[1..9999]')}</in><return>"
               f"<for iteratorVariable='j'><in>{literal('[1..9999]')}</in>"
               f"<return>{literal('i * j')}</return></for></return></for>")], "D"),
    ("two functions that call one another",
     [function("f", "g n", literal("g(g, n + 1) + g(g, n)")),
      needs_function(literal("f(f, 1)"), "f")], "D"),
]  # fmt: skip


@pytest.mark.parametrize(("drawn", "asked"), [each[1:] for each in HOSTILE])
def test_what_boxes_may_take_is_bounded(drawn: list[str], asked: str) -> None:
    made = parse_decisions(file(*drawn))[asked]
    gc.collect()
    tracemalloc.start()
    begun = time.process_time()
    with contextlib.suppress(FeelBudgetError):
        made.evaluate({"n": 1})
    spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 50_000_000
    # Of 100 ms; measuring memory makes it some five times slower, a busy machine the rest.
    assert spent < 1.5
