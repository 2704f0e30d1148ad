"""Random programs by the thousand: `FEEL_PROGRAMS=100000 pytest tests/feel/test_many_programs.py`.

Each ends with a value or a FeelError; the slowest of them shows the budget of time.
"""

from __future__ import annotations

import json
import os
import time

from processes.feel import FeelError, compile_expression, compile_unary_tests, to_json
from tests.feel.evaluating import NOW
from tests.feel.generating import Programs

PROGRAMS = int(os.environ.get("FEEL_PROGRAMS", "3000"))
SEED = int(os.environ.get("FEEL_SEED", "1"))


def test_random_programs_raise_nothing_but_feel_errors_and_end_in_time() -> None:
    programs, answered = Programs(SEED), 0
    slowest, slow_text = 0.0, ""
    compile_expression("a")  # the first one makes the parser
    for _ in range(PROGRAMS):
        text, variables = programs.program(), programs.variables()
        begun = time.process_time()
        try:
            value = compile_expression(text).evaluate(variables, now=NOW)
            json.dumps(to_json(value), allow_nan=False)
            answered += 1
        except FeelError:
            pass
        spent = time.process_time() - begun
        try:
            answer = compile_unary_tests(text).matches(variables["a"], variables, now=NOW)
            assert answer in (True, False, None), text
        except FeelError:
            pass
        if spent > slowest:
            slowest, slow_text = spent, text

    assert answered > PROGRAMS // 4
    # Ten times the budget: this machine may be busy with other things.
    assert slowest < 1, slow_text
    print(f"{PROGRAMS} programs, {answered} answered; slowest {slowest:.3f} s: {slow_text[:200]}")  # noqa: T201
