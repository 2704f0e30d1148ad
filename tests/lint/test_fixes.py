"""What a machine puts right is gone afterwards, and no other byte has changed."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from processes import contract
from processes.lint import Surroundings, applied, judge
from processes.lint.editing import Edit, Written
from processes.lint.fixes import FIXES

AROUND = Surroundings(topics={"work"}, forms={})
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn='http://www.omg.org/spec/BPMN/20100524/MODEL'
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:t">
  <!-- 评论 -->
  <bpmn:process id="p" name="流程 &gt; 一"  isExecutable="true">
    <bpmn:startEvent id="B"/>
    <bpmn:sequenceFlow id="f0" sourceRef="B" targetRef="X" />
"""
TAIL = """    <bpmn:sequenceFlow id="f9" sourceRef="X" targetRef="E" />
    <bpmn:endEvent id="E"><bpmn:documentation>a  b</bpmn:documentation></bpmn:endEvent>
  </bpmn:process>
  <bpmn:error id="bad" errorCode="BAD" />
</bpmn:definitions>
"""
JOB = '<bpmn:extensionElements><zeebe:taskDefinition type="work" /></bpmn:extensionElements>'
TASK = f'    <bpmn:serviceTask id="X">{JOB}</bpmn:serviceTask>\n'


def choice(gateway: str, one: str, other: str) -> str:
    """A gateway before X with two flows."""
    text = f"""    <bpmn:exclusiveGateway id="G"{gateway}/>
    <bpmn:sequenceFlow id="f1" sourceRef="G" targetRef="X">{one}</bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f2" sourceRef="G" targetRef="E">{other}</bpmn:sequenceFlow>
"""
    return drawn(text).replace('sourceRef="B" targetRef="X"', 'sourceRef="B" targetRef="G"')


def drawn(text: str, task: str = TASK) -> str:
    return HEAD + text + task + TAIL


def condition(text: str) -> str:
    return f"\n      <bpmn:conditionExpression>{text}</bpmn:conditionExpression>"


def scripted(expression: str) -> str:
    script = f'<zeebe:script resultVariable="r" expression="{expression}"/>'
    return f"""    <bpmn:scriptTask id="X">
      <bpmn:extensionElements>{script}</bpmn:extensionElements>
    </bpmn:scriptTask>
"""


BOUNDARY = """    <bpmn:boundaryEvent id="C" attachedToRef="X" cancelActivity="false">
      <bpmn:errorEventDefinition errorRef="bad"/>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f8" sourceRef="C" targetRef="E" />
"""
UNDO = f"""    <bpmn:intermediateThrowEvent id="T">
      <bpmn:compensateEventDefinition waitForCompletion='false' />
    </bpmn:intermediateThrowEvent>
    <bpmn:serviceTask id="U" isForCompensation="true">{JOB}</bpmn:serviceTask>
    <bpmn:boundaryEvent id="C" attachedToRef="X"><bpmn:compensateEventDefinition/>
    </bpmn:boundaryEvent>
    <bpmn:association id="a" sourceRef="C" targetRef="U" />
    <bpmn:sequenceFlow id="f8" sourceRef="T" targetRef="E" />
"""
EVENT_SUB = """    <bpmn:subProcess id="S" triggeredByEvent="true">
      <bpmn:startEvent id="C" isInterrupting="false">
        <bpmn:errorEventDefinition errorRef="bad"/></bpmn:startEvent>
      <bpmn:sequenceFlow id="f7" sourceRef="C" targetRef="D" /><bpmn:endEvent id="D"/>
    </bpmn:subProcess>
"""
SECOND = """  <bpmn:process id="q" isExecutable="false"><bpmn:startEvent id="QB" />
    <bpmn:sequenceFlow id="qf" sourceRef="QB" targetRef="QE" /><bpmn:endEvent id="QE" />
  </bpmn:process>
"""
FIXED: list[tuple[str, str, str, str]] = [
    # rule, what is drawn, what is taken out, what comes in
    ("not-deployed", drawn("").replace('isExecutable="true"', "isExecutable = 'false'"),
     "isExecutable = 'false'", "isExecutable = 'true'"),
    ("not-executable", drawn("").replace("  <bpmn:error", SECOND + "  <bpmn:error"),
     'isExecutable="false"', 'isExecutable="true"'),
    ("no-condition", choice("", condition("=a &lt; 1"), ""),
     'id="G"/>', 'id="G" default="f2"/>'),
    ("default-with-condition", choice(' default="f2"', condition("=a"), condition("=b")),
     condition("=b"), ""),
    ("bad-default", choice(" default='f0' ", condition("=a"), condition("=b")),
     " default='f0'", ""),
    ("error-beside", drawn(BOUNDARY), ' cancelActivity="false"', ""),
    ("error-beside", drawn(EVENT_SUB), ' isInterrupting="false"', ""),
    ("no-waiting", drawn(UNDO).replace('"f9" sourceRef="X" targetRef="E"',
                                        '"f9" sourceRef="X" targetRef="T"'),
     " waitForCompletion='false'", ""),
    ("no-equals-sign", choice(' default="f2"', condition("a &gt; 1 and b &lt; 2"), ""),
     ">a &gt; 1", ">=a &gt; 1"),
    ("no-equals-sign", choice(' default="f2"', condition("<![CDATA[ a < 1 ]]>"), ""),
     "CDATA[ a", "CDATA[ =a"),
    ("no-equals-sign", drawn("", scripted("a + &quot;x&quot;")), '"a + &quot;', '"=a + &quot;'),
]  # fmt: skip


def findings(text: bytes) -> list:
    judged, loose = judge({"d.bpmn": text}, AROUND)
    return [*loose, *(found for each in judged for found in each.findings)]


@pytest.mark.parametrize(("rule", "text", "out", "into"), FIXED)
def test_a_fix_ends_the_problem_and_changes_nothing_else(rule, text, out, into) -> None:
    before = text.encode()
    found = [each for each in findings(before) if each.problem.rule == rule]
    assert len(found) == 1, [str(each.problem) for each in findings(before)]

    after = applied(before, found[0].edits).decode()

    assert rule not in {each.problem.rule for each in findings(after.encode())}
    assert text.count(out) == 1
    assert after == text.replace(out, into)


def test_every_fix_is_tried_here() -> None:
    assert {rule for rule, *_ in FIXED} == FIXES.keys()


@pytest.mark.parametrize(
    "text",
    [
        choice("", "", ""),
        choice("", "", condition("=a")).replace(
            "</bpmn:process>",
            '<bpmn:sequenceFlow id="f3" sourceRef="G" targetRef="E"/></bpmn:process>',
        ),
        choice(' default="f2"', condition("os.system(1) §"), ""),
        drawn("", TASK.replace('type="work"', 'type=""')),
    ],
)
def test_what_may_be_meant_in_several_ways_is_left_to_people(text: str) -> None:
    found = findings(text.encode())

    assert found
    assert [each.edits for each in found if each.edits] == []


@pytest.mark.parametrize(
    "tag",
    [
        '<a id="x" b=\'>\' c="1"/>',
        "<a  id = 'x'\n\tc=\"1\" b='2'>…</a>",
        '<p:a xmlns:p="urn:p" id="x" c="1"></p:a>',
        '<a name=" c=\'0\' " id="x" c="1"/>',
    ],
)
def test_attributes_are_found_however_they_are_written(tag: str) -> None:
    data = f"﻿<root>中<!-- <a id='x'/> --><b><![CDATA[<a id='x'>]]></b>{tag}</root>".encode()
    written = Written(data)
    found = written.tag("x")
    assert found is not None

    assert data[found.start : found.end].decode() == tag
    assert applied(data, written.with_attribute(found, "c", '"<')) == data.replace(
        b'"1"', b'"&quot;&lt;"'
    )
    gone = applied(data, written.without_attribute(found, "c"))
    assert Written(gone).tag("x").attributes.keys() == found.attributes.keys() - {"c"}
    more = applied(data, written.with_attribute(found, "d", "é"))
    assert Written(more).tag("x").attributes == {**found.attributes, "d": "é"}
    assert applied(data, written.without(found)).endswith(b"</b></root>")


def test_a_name_that_only_newer_readers_know_is_told_and_not_fixed() -> None:
    """Fixes find their places with a reader of XML's fourth edition."""
    broken = choice(' default="f2"', condition("a"), condition("=b"))
    judged, _ = judge({"d.bpmn": broken.replace(' id="E"', ' i\ufffdd="E"').encode()}, AROUND)

    findings = [finding for one in judged for finding in one.findings]
    assert findings
    assert not any(finding.edits for finding in findings)


def test_of_edits_that_touch_the_same_bytes_the_first_is_done() -> None:
    edits = [Edit(2, 4, b"X"), Edit(0, 3, b"Y"), Edit(5, 5, b"Z"), Edit(0, 3, b"Y")]

    assert applied(b"abcdefg", edits) == b"YdeZfg"


@pytest.fixture
def folder(tmp_path):
    broken = choice(' default="f2"', condition("a"), condition("=b"))
    (tmp_path / "d.bpmn").write_text(broken.replace('isExecutable="true"', 'isExecutable="false"'))
    (tmp_path / "right.bpmn").write_text(choice(' default="f2"', condition("=a"), "")
                                         .replace('id="p"', 'id="q"'))  # fmt: skip
    return tmp_path


def test_the_command_fixes_files_until_nothing_is_left_to_fix(folder, capsys, monkeypatch) -> None:
    monkeypatch.setitem(contract._handlers, "work", lambda _call: {})
    other = (folder / "right.bpmn").read_bytes()
    call_command("lint", folder / "d.bpmn")
    assert "warning: d.bpmn:5" in capsys.readouterr().out
    capsys.readouterr()

    call_command("lint", folder / "d.bpmn", "--fix")

    said = capsys.readouterr().out
    rules = {"no-equals-sign", "default-with-condition", "not-deployed"}
    assert all(f"[{rule}]" in said for rule in rules), said
    assert "error:" not in said
    assert (folder / "right.bpmn").read_bytes() == other


def test_the_command_speaks_chinese_when_it_is_asked_to(folder, capsys) -> None:
    with pytest.raises(CommandError):
        call_command("lint", folder / "right.bpmn", "--lang", "zh")

    assert "error: right.bpmn:12: X: 应为有处理程序的主题，实际为“work” [unknown-topic]" in (
        capsys.readouterr().out
    )
