"""What mutations write into diagrams: words that are right elsewhere, and odd ones."""

from __future__ import annotations

from processes.xmlreading import BPMN, ZEEBE

_SHORT_FEEL = (
    "=1", "=", "==", "=x", "=a.b[c > 1]", "=if a then b", "=for i in l return i", "=[1..3]",
    "=[1..9999999]", "=for a in 1..9999 return for b in 1..9999 return a",
    "=1/0",
    "=every x in l satisfies x", "=10**99999", '="', "=null", "=true", "=repeat(1)",
    '=date("2026-13-45")', '=duration("PT-1H")', "=@", "=some", "={a: {b: a}}.a.b",
    "=list replace", '=now() + duration("P1D")', "=x instance of list<number>", "=a b c",
    "=\u2028", "=😀", "${x}", "#{x}",
)  # fmt: skip
FEEL = (
    *_SHORT_FEEL,
    "=" + "(" * 90 + "1" + ")" * 90,
    "=-" * 40,
    '=string join(["a"], "' + "x" * 300 + '")',
)
_SHORT_VALUES = (
    "", " ", "0", "-1", "1", "1e999", "NaN", "true", "false",
    "TRUE", "PT1H", "-PT1H", "P9999Y", "R3/PT1S", "R/PT0S", "R0/PT1S", "R-1/PT1H",
    "R99999999/PT1H", "0 0 * * *", "2026-11-22", "2026-11-22T10:00:00Z", "PT", "P",
    "9999-12-31T23:59:59Z", "a b", ".", "..", "a:b", "/", "#", "\u200b", "订单", "🙂", "typename",
    "__class__", "Start", "End", "Root", "None", "p", "p/X", "handlers", "%s", "{0}", "{x}",
    "<b>", "&amp;", '\'"',
)  # fmt: skip
VALUES = (*_SHORT_VALUES, "9" * 30, "x" * 1000)
TAGS = """
    userTask serviceTask sendTask scriptTask businessRuleTask receiveTask callActivity task
    manualTask subProcess transaction adHocSubProcess exclusiveGateway inclusiveGateway
    complexGateway parallelGateway eventBasedGateway startEvent endEvent intermediateCatchEvent
    boundaryEvent intermediateThrowEvent timerEventDefinition messageEventDefinition
    signalEventDefinition process errorEventDefinition escalationEventDefinition
    compensateEventDefinition terminateEventDefinition cancelEventDefinition
    conditionalEventDefinition linkEventDefinition sequenceFlow association lane
    multiInstanceLoopCharacteristics standardLoopCharacteristics extensionElements timeDuration
    timeDate timeCycle message error signal dataObject documentation definitions incoming
    condition conditionExpression completionCondition loopCardinality collaboration participant
    import
""".split()  # noqa: SIM905 — a table of words
ATTRIBUTES = """
    id name sourceRef targetRef attachedToRef cancelActivity isInterrupting default isExecutable
    triggeredByEvent isForCompensation messageRef errorRef signalRef escalationRef activityRef
    isSequential calledElement instantiate parallelMultiple waitForCompletion startQuantity
    testBefore
""".split()  # noqa: SIM905 — a table of words
NAMESPACES = (
    BPMN,
    ZEEBE,
    "",
    "urn:x",
    "http://flowable.org/bpmn",
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.w3.org/2001/XInclude",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
)
BYTES = (
    *(b"<", b">", b"&", b'"', b"=", b"\x00", b"\xff", b"]]>", b"<!--", b"<![CDATA["),
    *(b"<?x ?>", b"<!DOCTYPE x>", b"&#0;"),
)
