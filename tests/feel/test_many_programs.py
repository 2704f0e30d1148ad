"""Random programs by the thousand: `FEEL_PROGRAMS=100000 pytest tests/feel/test_many_programs.py`.

`FEEL_PROGRAMS=7000-9000` runs those. Each ends with a value or a FeelError; the slowest of them
shows the budget of time.
"""

from __future__ import annotations

import json
import time

from processes.feel import FeelError, compile_expression, compile_unary_tests, to_json
from tests.feel.evaluating import NOW
from tests.feel.generating import Programs
from tests.moving import chosen, numbers

OPTION = "FEEL_PROGRAMS"
FIXED, MOVING = 2_000, 8_000


def answered(text: str, variables: dict[str, object]) -> bool:
    """Whether it is an expression that has a value."""
    try:
        value = compile_expression(text).evaluate(variables, now=NOW)
        json.dumps(to_json(value), allow_nan=False)
    except FeelError:
        return False
    return True


def judged(text: str, variables: dict[str, object]) -> None:
    """Take it for a unary test."""
    try:
        answer = compile_unary_tests(text).matches(variables["a"], variables, now=NOW)
    except FeelError:
        return
    assert answer in (True, False, None)


def test_random_programs_raise_nothing_but_feel_errors_and_end_in_time() -> None:
    asked = numbers(OPTION, fixed=FIXED, moving=MOVING)
    good, slowest, slow_text = 0, 0.0, ""
    compile_expression("a")  # the first one makes the parser
    for number in asked:
        programs = Programs(number)
        text, variables = programs.program(), programs.variables()
        begun = time.process_time()
        try:
            good += answered(text, variables)
            spent = time.process_time() - begun
            judged(text, variables)
        except Exception as error:
            error.add_note(f"{OPTION}={number}-{number + 1} runs it alone: {text}\n{variables}")
            raise
        if spent > slowest:
            slowest, slow_text = spent, f"{number}: {text}"

    assert chosen(OPTION) or good > len(asked) // 4
    # Ten times the budget: this machine may be busy with other things.
    assert slowest < 1, slow_text
    print(f"{len(asked)} programs, {good} answered; slowest {slowest:.3f} s: {slow_text[:200]}")  # noqa: T201
