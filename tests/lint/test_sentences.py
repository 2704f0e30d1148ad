"""Every sentence that can reach an analyst exists in English and in Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from processes import engine, lint
from processes.engine.vocabulary import WAYS_OUT
from processes.sentences import Said, in_chinese, say
from processes.sentences.catalogue import CHINESE
from tests.engine.test_refusals import REFUSED

ROOT = Path(lint.__file__).parents[1]
VERBS = ("carrying.py", "migration.py", "placing.py", "plans.py", "surgery.py")
"""They speak of running cases; what they find has no weight in a deployment."""
SAYING = [
    *(path for folder in ("engine", "lint", "decisions", "feel")
      for path in sorted((ROOT / folder).rglob("*.py"))),
    ROOT / "xmlreading.py",
    ROOT / "bundles.py",
    ROOT.parent / "forms" / "schema.py",
]  # fmt: skip
SAYERS = {"say": 0, "problem": 2, "_about": 1, "_add": 2, "findings.add": 2, "refuse": 1}
"""Who makes sentences → which argument is the template."""
PLACES = re.compile(r"\{[^}]*\}")
CJK = re.compile(r"[\u4e00-\u9fff]")


def sayings() -> Iterator[tuple[Path, ast.Call, int]]:
    """Each place in the code where a sentence is made, and which argument is its template."""
    for path in SAYING:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).replace("_findings", "findings")
            name = "findings.add" if name.endswith("findings.add") else name.rpartition(".")[2]
            at = SAYERS.get(name)
            if at is not None and len(node.args) > at:
                yield path, node, at


def templates() -> Iterator[tuple[str, ast.expr]]:
    """Where a template stands in the code, and how it is written there."""
    for path, call, at in sayings():
        if path.name not in VERBS or isinstance(call.args[at], ast.Constant):
            yield f"{path.name}:{call.lineno}", call.args[at]


def literals(expression: ast.expr) -> Iterator[object]:
    """The texts an argument may be; whatever is neither a text nor passed on is an odd one."""
    if isinstance(expression, ast.Constant):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from literals(expression.body)
        yield from literals(expression.orelse)
    elif ast.unparse(expression) not in PASSED_ON:
        yield expression


PASSED_ON = {
    "template",
    "str(error)",
    "WAYS_OUT.get(word, 'remove it')",
    "element.timer_kind",
    "kind",
    "first",
}
"""Arguments whose texts are judged elsewhere: made by `say`, or one of few known words."""
WORDS = [*WAYS_OUT.values(), "duration", "date", "cycle", "message", "signal", "error",
         "escalation"]  # fmt: skip


def test_every_sentence_is_made_of_a_template_that_exists_in_chinese() -> None:
    found = [(place, text) for place, each in templates() for text in literals(each)]

    assert len(found) > 100
    assert [(place, text) for place, text in found if text not in CHINESE] == []


@pytest.mark.parametrize("word", WORDS)
def test_words_that_are_chosen_at_run_time_exist_in_chinese(word: str) -> None:
    assert CJK.search(in_chinese(say(word)))


@pytest.mark.parametrize(("english", "chinese"), CHINESE.items())
def test_both_languages_say_the_same_things(english: str, chinese: str) -> None:
    def placed(text: str) -> list[tuple[str | None, str | None, str | None]]:
        return sorted((n, s, c) for _, n, s, c in Formatter().parse(text) if n)

    assert placed(english) == placed(chinese)
    assert CJK.search(chinese) or set(PLACES.sub("", chinese)) <= set("：、")


def test_no_template_is_left_that_nobody_says() -> None:
    said = {
        node.value
        for path in SAYING
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
    }
    unsaid = CHINESE.keys() - said - set(WORDS) - ELSEWHERE

    assert unsaid == set()


ELSEWHERE = {"none", " and ", "remove it"}
"""Said by `say` itself, or by default."""


@pytest.mark.parametrize(
    ("draw", "_element", "_sentence"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED]
)
def test_what_is_refused_is_refused_in_chinese_too(draw, _element, _sentence) -> None:
    with pytest.raises(engine.InvalidDiagram) as refusal:
        engine.parse({"d.bpmn": draw().xml()})
    for problem in refusal.value.problems:
        assert CJK.search(in_chinese(problem.sentence)), problem


@pytest.mark.parametrize(
    ("sentence", "english", "chinese"),
    [
        (say("none"), "none", "无"),
        (
            say("Expected {what}, found none; set it in the panel", what=say("a form id")),
            "Expected a form id, found none; set it in the panel",
            "应有表单编号，但没有；请在属性面板中设置",
        ),
        (
            say("Expected one duration, one date or one cycle, found {found}", found=["a", "b"]),
            "Expected one duration, one date or one cycle, found a and b",
            "应有一个时长、一个日期或一个周期，实际为 a、b",
        ),
        (
            say("Expected one duration, one date or one cycle, found {found}", found=[]),
            "Expected one duration, one date or one cycle, found none",
            "应有一个时长、一个日期或一个周期，实际为 无",
        ),
        ("a text of somebody else {", "a text of somebody else {", "a text of somebody else {"),
    ],
)
def test_a_sentence_is_said_in_both_languages(sentence: str, english: str, chinese: str) -> None:
    assert (sentence, in_chinese(sentence)) == (english, chinese)


def test_the_text_of_an_error_remains_a_sentence() -> None:
    error = ValueError(say("nothing"))

    assert isinstance(str(error), Said)
    assert in_chinese(say("{file}: {error}", file="a", error=str(error))) == "a：空"
    assert in_chinese(say(str(error))) == "空"


def test_user_data_in_a_sentence_is_no_template() -> None:
    said = say("Expected a known time zone, found {found!r}", found="{0} {what}")

    assert said == "Expected a known time zone, found '{0} {what}'"
    assert "'{0} {what}'" in in_chinese(said)


def test_every_rule_has_its_weight() -> None:
    used = {
        rule
        for path, call, at in sayings()
        if at == 2 and path.name not in VERBS
        for rule in literals(call.args[0])
    }
    rules = {rule for rule in used if isinstance(rule, str)}

    assert len(rules) > 30
    assert rules - lint.SEVERITIES.keys() == set()
