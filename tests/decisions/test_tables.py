"""Decision tables: which rules hit, and what each hit policy makes of them (DMN 1.3 §8.2.10)."""

from __future__ import annotations

import time
import timeit
from datetime import timedelta
from typing import Any

import pytest

from processes.decisions import DecisionError, InvalidDecision, parse_decisions
from processes.feel import to_json
from tests.decisions.drawing import decision, file, table
from tests.feel.evaluating import NOW

AGES = [(["< 18"], ['"child"']), (["[18..65["], ['"adult"']), ([">= 65"], ['"senior"'])]
OVERLAPPING = [(["> 10"], ['"low"', "1"]), (["> 100"], ['"high"', "3"]), (["> 50"], ['"mid"', "2"])]


def decide(drawn: str, **variables: Any) -> Any:
    return to_json(parse_decisions(file(decision(drawn)))["D"].evaluate(variables, now=NOW))


@pytest.mark.parametrize(
    ("age", "answer"), [(17, "child"), (18, "adult"), (64.9, "adult"), (65, "senior"), (None, None)]
)
def test_the_rule_that_hits_answers(age: float | None, answer: str | None) -> None:
    assert decide(table(["age"], ["group"], AGES), age=age) == answer


def test_two_hits_of_a_unique_table_are_an_error_that_names_the_rules() -> None:
    rows = [(["> 1"], ["1"]), (["> 9"], ["2"]), (["> 2"], ["3"])]

    with pytest.raises(DecisionError, match="'D': expected one rule to hit, but rules 1 and 3 do"):
        decide(table(["n"], ["x"], rows), n=5)
    with pytest.raises(DecisionError, match="rules 1, 2 and 3 do"):
        decide(table(["n"], ["x"], rows), n=10)


@pytest.mark.parametrize(
    ("policy", "aggregation", "answer"),
    [
        ("FIRST", "", 1),
        ("RULE ORDER", "", [1, 3, 2]),
        ("COLLECT", "", [1, 3, 2]),
        ("COLLECT", "SUM", 6),
        ("COLLECT", "MIN", 1),
        ("COLLECT", "MAX", 3),
        ("COLLECT", "COUNT", 3),
        ("PRIORITY", "", 3),
        ("OUTPUT ORDER", "", [3, 2, 1]),
    ],
)
def test_a_hit_policy_says_what_several_hits_mean(
    policy: str, aggregation: str, answer: object
) -> None:
    rows = [(tests, results[1:]) for tests, results in OVERLAPPING]
    drawn = table(["n"], ["x"], rows, policy=policy, aggregation=aggregation, values=["3, 2, 1"])

    assert decide(drawn, n=101) == answer


@pytest.mark.parametrize(
    ("policy", "aggregation", "answer"),
    [("UNIQUE", "", None), ("FIRST", "", None), ("COLLECT", "", []), ("COLLECT", "SUM", None),
     ("COLLECT", "COUNT", 0), ("RULE ORDER", "", [])],
)  # fmt: skip
def test_when_no_rule_hits_the_answer_is_nothing(
    policy: str, aggregation: str, answer: object
) -> None:
    drawn = table(["n"], ["x"], [(["> 9"], ["1"])], policy=policy, aggregation=aggregation)

    assert decide(drawn, n=1) == answer


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT"])
def test_when_no_rule_hits_the_default_answers(policy: str) -> None:
    drawn = table(["n"], ["x"], [(["> 9"], ["1"])], policy=policy, defaults=['"none"'])

    assert decide(drawn, n=1) == "none"


def test_any_lets_rules_hit_that_agree_and_no_others() -> None:
    rows = [(["> 1"], ["true"]), (["> 2"], ["true"]), (["> 3"], ["false"])]

    assert decide(table(["n"], ["x"], rows, policy="ANY"), n=3) is True
    with pytest.raises(DecisionError, match="expected rules 1, 2 and 3 to agree"):
        decide(table(["n"], ["x"], rows, policy="ANY"), n=4)


def test_values_of_two_types_never_agree_and_have_places_of_their_own() -> None:
    rows = [(["-"], ["1"]), (["-"], ["true"])]

    with pytest.raises(DecisionError, match="expected rules 1 and 2 to agree"):
        decide(table(["n"], ["x"], rows, policy="ANY"), n=1)
    ranked = table(["n"], ["x"], rows, policy="PRIORITY", values=["true, 1"])
    assert decide(ranked, n=1) is True


def test_several_outputs_are_a_context() -> None:
    drawn = table(["n"], ["label", "rank"], OVERLAPPING, policy="FIRST", defaults=['"none"', ""])

    assert decide(drawn, n=11) == {"label": "low", "rank": 1}
    assert decide(drawn, n=1) == {"label": "none", "rank": None}


def test_several_outputs_are_ranked_from_the_left() -> None:
    drawn = table(
        ["n"], ["label", "rank"], OVERLAPPING, policy="OUTPUT ORDER",
        values=['"mid", "high", "low"', ""],
    )  # fmt: skip

    assert [row["label"] for row in decide(drawn, n=101)] == ["mid", "high", "low"]


def test_cells_and_results_may_read_all_variables() -> None:
    drawn = table(
        ["amount", "region"],
        ["fee"],
        [(["> limit", "-"], ["amount * rate"]), (["<= limit", '"cn-east", "cn-north"'], ["0"])],
    )

    assert decide(drawn, amount=200, region="eu", limit=100, rate=0.1) == 20
    assert decide(drawn, amount=50, region="cn-north", limit=100) == 0


def test_an_input_may_be_an_expression_and_a_cell_may_use_it_as_question_mark() -> None:
    drawn = table(["count(lines)", "note"], ["x"], [(["> 1", 'contains(?, "vip")'], ["1"])])

    assert decide(drawn, lines=[1, 2], note="a vip") == 1
    assert decide(drawn, lines=[1, 2], note=None) is None


def test_an_input_of_another_type_is_an_error() -> None:
    drawn = table(["age"], ["x"], AGES, types=["number"])

    with pytest.raises(DecisionError, match="expected input 'age' to be a number"):
        decide(drawn, age="17")


@pytest.mark.parametrize("type_ref", ["integer", "long"])
def test_a_whole_number_has_no_fraction(type_ref: str) -> None:
    drawn = table(["n"], ["x"], [(["1"], ["true"])], types=[type_ref])

    assert decide(drawn, n=1.0) is True
    with pytest.raises(DecisionError, match="expected input 'n' to be a whole number"):
        decide(drawn, n=1.5)


def giving(type_ref: str, result: str, **how: str) -> str:
    """A table with one output of that type, which gives `result`."""
    drawn = table(["a"], ["x"], [(["-"], [result])], **how)
    return drawn.replace("<output id='o0'", f"<output typeRef='{type_ref}' id='o0'")


def test_an_output_is_of_its_declared_type() -> None:
    assert decide(giving("number", "a"), a=1) == 1
    assert decide(giving("number", "a"), a=None) is None
    assert decide(giving("number", "a", policy="COLLECT", aggregation="COUNT"), a="x") == 1
    with pytest.raises(DecisionError, match="expected output 'x' to be a number"):
        decide(giving("number", "a"), a="1")


def test_a_result_that_is_written_out_in_another_type_is_refused_when_it_is_deployed() -> None:
    for type_ref, result in (("boolean", '"true"'), ("date", '"2026-11-01"'), ("long", "1.5")):
        with pytest.raises(InvalidDecision, match=f"output 'x' of type '{type_ref}', found"):
            decide(giving(type_ref, result))
    with pytest.raises(InvalidDecision, match="Expected a type that is there, found 'nothing'"):
        decide(giving("nothing", "1"))


def test_dates_are_read_from_the_text_that_json_has() -> None:
    drawn = table(
        ["received"], ["late"], [(['< @"2026-11-01"'], ["true"])], types=["date"], policy="FIRST"
    )

    assert decide(drawn, received="2026-10-31") is True
    assert decide(drawn, received="2026-11-02") is None
    with pytest.raises(DecisionError, match="to be a date"):
        decide(drawn, received="yesterday")


def test_only_allowed_values_go_in_and_come_out() -> None:
    drawn = table(
        ["kind"], ["x"], [(["-"], ["result"])], allowed=['"a", "b"'], values=['"yes", "no"']
    )

    assert decide(drawn, kind="a", result="yes") == "yes"
    with pytest.raises(DecisionError, match="expected input 'kind' to be"):
        decide(drawn, kind="c", result="yes")
    with pytest.raises(DecisionError, match="expected output 'x' to be"):
        decide(drawn, kind="a", result="perhaps")


def test_host_functions_and_the_moment_reach_the_cells() -> None:
    drawn = table(["amount"], ["until"], [(["> floor_of(1)"], ["now() + wait(2)"])])
    found = parse_decisions(file(decision(drawn)))["D"]
    functions = {"floor_of": lambda n: n, "wait": lambda n: timedelta(hours=int(n))}

    assert found.functions == {"floor_of", "now", "wait"}
    assert found.evaluate({"amount": 5}, now=NOW, functions=functions) == NOW + timedelta(hours=2)


def test_a_table_of_50_rules_is_decided_within_150_microseconds() -> None:
    rows = [([f"[{n * 10}..{n * 10 + 10}[", '"cn-east", "cn-north"'], [str(n)]) for n in range(50)]
    found = parse_decisions(file(decision(table(["amount", "region"], ["x"], rows))))["D"]
    variables = {"amount": 495, "region": "cn-north"}

    assert found.evaluate(variables) == 49

    # Of this process, and the best of several runs: a busy machine is not the table's fault.
    runs = timeit.repeat(
        lambda: found.evaluate(variables), number=100, repeat=9, timer=time.process_time
    )
    assert min(runs) / 100 < 150e-6
