"""The flows that are measured: three of after-sales, one loop, and one as small as it can be.

They are made for measuring: realistic in shape and size, and of constructs that stock
SpiffWorkflow runs rightly, too. What Afterflow ships stands in `bpmn/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .dialects import Stock, Zeebe
from .drawing import Drawing, Flow, Node, Rules, Text, bpmn, dmn


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a person or a message from outside does. Machines answer at once and unasked."""

    element: str
    data: Mapping[str, Any]
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A flow with its data, and one way through it."""

    processes: Sequence[Drawing]
    variables: Mapping[str, Any]
    acts: Sequence[Act]
    rules: Rules | None = None

    @property
    def process_id(self) -> str:
        return self.processes[0].id

    @property
    def ours(self) -> dict[str, bytes]:
        """Files for `engine.parse` and for a deployment."""
        return self._files(Zeebe())

    @property
    def stock(self) -> dict[str, bytes]:
        """Files of the same shape for SpiffWorkflow's own parser."""
        return self._files(Stock())

    def _files(self, dialect: Zeebe | Stock) -> dict[str, bytes]:
        files = {f"{self.process_id}.bpmn": bpmn(dialect, self.processes)}
        if self.rules:
            files[f"{self.rules.id}.dmn"] = dmn(dialect, self.rules)
        return {name: text.encode() for name, text in files.items()}


def _is(name: str, value: str | bool) -> Text:
    written = f'"{value}"' if isinstance(value, str) else None
    feel = written or str(value).lower()
    return Text(f"{name} = {feel}", f"{name} == {written or value}")


def _flows(*chains: str) -> list[Flow]:
    """Read `a > b > c` as two flows."""
    found = []
    for chain in chains:
        names = chain.split(" > ")
        found += [Flow(*pair) for pair in pairwise(names)]
    return found


def _start(id: str = "Requested") -> Node:
    return Node(type="startEvent", id=id)


def _end(id: str, error: str = "") -> Node:
    return Node(type="endEvent", id=id, error=error)


def _user(id: str) -> Node:
    return Node(type="userTask", id=id)


def _service(id: str) -> Node:
    return Node(type="serviceTask", id=id)


def _script(id: str, result: str, expression: Text) -> Node:
    return Node(type="scriptTask", id=id, result=result, expression=expression)


def _choice(id: str, default: str = "") -> Node:
    return Node(type="exclusiveGateway", id=id, default=default)


def _parallel(id: str) -> Node:
    return Node(type="parallelGateway", id=id)


def _limit(id: str, task: str, after: str, *, interrupting: bool = True) -> Node:
    return Node(
        type="boundaryEvent", id=id, attached_to=task, after=after, interrupting=interrupting
    )


def _catch(id: str, **kind: Any) -> Node:
    return Node(type="intermediateCatchEvent", id=id, **kind)


def _call(id: str, process: str) -> Node:
    return Node(type="callActivity", id=id, calls=process)


_NOTHING = Text("null", "None")
_ORDER_ID = Text("order.id", "order['id']")
_ORDER = {
    "id": "T202611220001",
    "amount": 12990,
    "shop": "flagship",
    "buyer": {"name": "Li", "phone": "138****0001", "vip": 3},
    "items": [
        {"sku": f"SKU{n}", "qty": 1, "price": 4330, "title": "Cotton T-shirt, blue, size M"}
        for n in range(3)
    ],
    "reason": "wrong size",
    "images": ["https://cdn.example/1.jpg", "https://cdn.example/2.jpg"],
}
_ESCALATION = Drawing(
    id="escalation",
    nodes=[_start("Asked"), _service("TellLead"), _user("LeadDecides"), _end("Decided")],
    flows=_flows("Asked > TellLead > LeadDecides > Decided"),
)

_REFUND_ONLY = Drawing(
    id="bench_refund_only",
    nodes=[
        *(_start(), _script("Begin", "approved", _NOTHING), _user("Review")),
        *(_limit("Silence", "Review", "PT48H"), _call("Escalate", "escalation")),
        *(_choice("Approved", default="TellRejected"), _service("CheckRisk")),
        *(_choice("Risky", default="Pay"), _service("Pay"), _service("TellBuyer")),
        *(_service("TellRejected"), _end("Refunded"), _end("Rejected"), _end("Blocked")),
    ],
    flows=[
        *_flows("Requested > Begin > Review > Approved", "Silence > Escalate > Approved"),
        Flow("Approved", "CheckRisk", _is("approved", True)),
        *_flows("Approved > TellRejected > Rejected", "CheckRisk > Risky"),
        Flow("Risky", "Blocked", Text("CheckRisk.block = true", "CheckRisk.get('block') == True")),
        *_flows("Risky > Pay > TellBuyer > Refunded"),
    ],
)

_RETURN_REFUND = Drawing(
    id="bench_return_refund",
    nodes=[
        *(_start(), _script("Begin", "quality", _NOTHING), _user("Review")),
        *(_limit("Silence", "Review", "PT48H"), _call("Escalate", "escalation")),
        *(_choice("Approved", default="TellRejected"), _service("SendAddress"), _user("Ship")),
        *(_limit("Remind", "Ship", "PT24H", interrupting=False), _service("SendReminder")),
        *(_limit("NeverShipped", "Ship", "P7D"), _service("TellClosed")),
        Node(type="eventBasedGateway", id="OnTheWay"),
        _catch("Signed", message="LOGISTICS", key=_ORDER_ID),
        *(_catch("Lost", after="P10D"), _user("Trace"), _choice("Arrived"), _parallel("Fork")),
        *(_user("Inspect"), _service("BookIn"), _service("LockStock"), _parallel("Join")),
        *(_choice("Damaged", default="Pay"), _user("AgreePart"), _service("Pay")),
        *(_service("TellBuyer"), _service("TellRejected"), _end("Refunded"), _end("Rejected")),
        *(_end("Closed"), _end("Reminded")),
    ],
    flows=[
        *_flows("Requested > Begin > Review > Approved", "Silence > Escalate > Approved"),
        Flow("Approved", "SendAddress", _is("approved", True)),
        *_flows("Approved > TellRejected > Rejected", "SendAddress > Ship > OnTheWay"),
        *_flows("Remind > SendReminder > Reminded", "NeverShipped > TellClosed > Closed"),
        *_flows("OnTheWay > Signed > Arrived", "OnTheWay > Lost > Trace > Arrived > Fork"),
        *_flows("Fork > Inspect > Join", "Fork > BookIn > LockStock > Join > Damaged"),
        Flow("Damaged", "AgreePart", _is("quality", "damaged")),
        *_flows("Damaged > Pay", "AgreePart > Pay > TellBuyer > Refunded"),
    ],
)

_CHARGE = Drawing(
    id="charge",
    nodes=[
        *(_start("Costs"), _service("SendQuote"), _user("Confirm")),
        *(_limit("QuoteSilence", "Confirm", "P3D"), _end("QuoteLapsed", "QUOTE_LAPSED")),
        *(_choice("Accepted", default="Collect"), _end("QuoteRefused", "QUOTE_REFUSED")),
        *(_service("Collect"), _end("Charged")),
    ],
    flows=[
        *_flows("Costs > SendQuote > Confirm > Accepted", "QuoteSilence > QuoteLapsed"),
        Flow("Accepted", "QuoteRefused", _is("accept", False)),
        *_flows("Accepted > Collect > Charged"),
    ],
)
_VISIT = Drawing(
    id="visit",
    nodes=[
        *(_start("Called"), _service("PickEngineer"), _user("AcceptVisit")),
        *(_limit("NotAccepted", "AcceptVisit", "PT2H"), _user("Visit"), _end("Visited")),
    ],
    flows=_flows("Called > PickEngineer > AcceptVisit > Visit > Visited", "NotAccepted > Visit"),
)
_REPAIR = Drawing(
    id="bench_repair",
    nodes=[
        *(_start(), _script("Begin", "fitted", Text("0", "0")), _user("Diagnose")),
        *(_limit("Slow", "Diagnose", "PT24H", interrupting=False), _service("Remind")),
        *(
            _end("Reminded"),
            Node(type="businessRuleTask", id="Judge", calls="warranty", result="warranty"),
        ),
        *(
            _choice("Covered", default="Agreed"),
            Node(type="subProcess", id="Charge", inside=_CHARGE),
        ),
        Node(type="boundaryEvent", id="Refused", attached_to="Charge", error="QUOTE_REFUSED"),
        Node(type="boundaryEvent", id="Lapsed", attached_to="Charge", error="QUOTE_LAPSED"),
        *(
            _service("ShipBack"),
            _end("Returned"),
            _choice("Agreed"),
            _choice("Where", "OrderParts"),
        ),
        *(_call("OnSite", "visit"), _service("OrderParts"), _choice("NextPart"), _user("FitPart")),
        _script("CountPart", "fitted", Text("fitted + 1", "fitted + 1")),
        *(_choice("AllFitted", default="Work"), _choice("Work"), _user("Fix")),
        *(_limit("Late", "Fix", "PT48H", interrupting=False), _call("Escalate", "escalation")),
        *(_end("Escalated"), _user("Test"), _choice("Passed", default="Done"), _choice("Done")),
        *(_parallel("Fork"), _service("Invoice"), _service("ShipHome"), _service("Survey")),
        *(_parallel("Join"), _end("Repaired")),
    ],
    flows=[
        *_flows("Requested > Begin > Diagnose > Judge > Covered", "Slow > Remind > Reminded"),
        Flow("Covered", "Charge", Text('warranty.cover != "full"', "cover != 'full'")),
        *_flows("Covered > Agreed", "Charge > Agreed > Where"),
        *_flows("Refused > ShipBack", "Lapsed > ShipBack > Returned"),
        Flow("Where", "OnSite", _is("onsite", True)),
        *_flows("Where > OrderParts > NextPart > FitPart > CountPart > AllFitted"),
        Flow("AllFitted", "NextPart", Text("fitted < 3", "fitted < 3")),
        *_flows("AllFitted > Work > Fix > Test > Passed", "Late > Escalate > Escalated"),
        Flow("Passed", "Work", _is("passed", False)),
        *_flows("Passed > Done", "OnSite > Done > Fork"),
        *_flows("Fork > Invoice > Join", "Fork > ShipHome > Join", "Fork > Survey > Join"),
        *_flows("Join > Repaired"),
    ],
)
_WARRANTY = Rules(
    id="warranty",
    inputs=[
        Text("device.months", "device['months']"),
        Text("device.damage", "device['damage']"),
    ],
    outputs=["cover", "fee"],
    rows=[
        ([Text("<= 12", "<= 12"), Text('"none"', '"none"')], ['"full"', "0"]),
        ([Text("<= 12", "<= 12"), Text('"user"', '"user"')], ['"partial"', "100"]),
        ([Text("(12..24]", "12 < ? <= 24"), Text("-", "-")], ['"partial"', "200"]),
        ([Text("-", "-"), Text("-", "-")], ['"none"', "400"]),
    ],
)

REFUND_ONLY = Case(
    processes=[_REFUND_ONLY, _ESCALATION],
    variables={"order": _ORDER},
    acts=[Act(element="Review", data={"approved": True})],
)
RETURN_REFUND = Case(
    processes=[_RETURN_REFUND, _ESCALATION],
    variables={"order": _ORDER},
    acts=[
        Act(element="Review", data={"approved": True}),
        Act(element="Ship", data={"tracking": "SF1"}),
        Act(element="Signed", message="LOGISTICS", data={"key": _ORDER["id"], "status": "signed"}),
        Act(element="Inspect", data={"quality": "damaged"}),
        Act(element="AgreePart", data={"amount": 5000}),
    ],
)
REPAIR = Case(
    processes=[_REPAIR, _VISIT, _ESCALATION],
    variables={"order": _ORDER, "device": {"months": 18, "damage": "user"}, "onsite": False},
    acts=[
        Act(element="Diagnose", data={"found": "screen"}),
        Act(element="Confirm", data={"accept": True}),
        *(Act(element="FitPart", data={"part": n}) for n in range(3)),
        Act(element="Fix", data={"hours": 2}),
        Act(element="Test", data={"passed": False}),
        Act(element="Fix", data={"hours": 1}),
        Act(element="Test", data={"passed": True}),
    ],
    rules=_WARRANTY,
)
THREE = {"refund only": REFUND_ONLY, "return and refund": RETURN_REFUND, "repair": REPAIR}

SMALL = Case(
    processes=[
        Drawing(
            id="bench_small",
            nodes=[
                *(_start(), _user("Review"), _limit("Silence", "Review", "PT48H")),
                *(_user("LeadReview"), _service("Pay"), _end("Refunded")),
            ],
            flows=_flows("Requested > Review > Pay > Refunded", "Silence > LeadReview > Pay"),
        )
    ],
    variables={"order": _ORDER},
    acts=[Act(element="Review", data={"approved": True})],
)
"""What viewflow's own flow does, too: one person, one machine."""

LOOP = Case(
    processes=[
        Drawing(
            id="bench_loop",
            nodes=[
                *(_start(), _choice("Again"), _parallel("Fork"), _user("Review")),
                *(_limit("Silence", "Review", "PT48H"), _end("Lapsed"), _service("Check")),
                *(_parallel("Join"), _choice("Enough", default="Done"), _end("Done")),
            ],
            flows=[
                *_flows("Requested > Again > Fork > Review > Join", "Silence > Lapsed"),
                *_flows("Fork > Check > Join > Enough > Done"),
                Flow("Enough", "Again", _is("more", True)),
            ],
        )
    ],
    variables={"order": _ORDER},
    acts=[Act(element="Review", data={"more": True})],
)
"""A person and a machine side by side, again and again; `acts` is one turn."""

SCRIPT = '<zeebe:script expression="=item * 2" resultVariable="twice"/>'
SELLERS = """<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="seller"/>
        <zeebe:ioMapping><zeebe:input source="=item.sku" target="sku"/></zeebe:ioMapping>
        <zeebe:properties><zeebe:property name="noLimit" value="measured"/></zeebe:properties>"""
IN_TIME = f"""
      <startEvent id="Item"/>
      <sequenceFlow id="i1" sourceRef="Item" targetRef="Inspect"/>
      <userTask id="Inspect"><extensionElements>{SELLERS}</extensionElements></userTask>
      <sequenceFlow id="i2" sourceRef="Inspect" targetRef="Inspected"/>
      <endEvent id="Inspected"/>
      <boundaryEvent id="Late" attachedToRef="Inspect">
        <timerEventDefinition><timeDuration>PT48H</timeDuration></timerEventDefinition>
      </boundaryEvent>
      <sequenceFlow id="i3" sourceRef="Late" targetRef="Left"/>
      <endEvent id="Left"/>"""
"""What is done for an item, as a sub-process: a person who has 48 hours."""
STOPPED = """
    <subProcess id="Stop" triggeredByEvent="true">
      <startEvent id="Stopped">
        <conditionalEventDefinition><condition>=stop = true</condition></conditionalEventDefinition>
      </startEvent>
      <sequenceFlow id="s1" sourceRef="Stopped" targetRef="Over"/>
      <endEvent id="Over"/>
    </subProcess>"""
"""Waits for a condition, beside whatever else goes on."""
ITEMS = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:benchmarks">
  <process id="items" isExecutable="true">
    <startEvent id="Begin"/>
    <sequenceFlow id="f1" sourceRef="Begin" targetRef="Each"/>
    <{task} id="Each">
      <extensionElements>{more}</extensionElements>
      <multiInstanceLoopCharacteristics isSequential="{in_turn}">
        <extensionElements>
          <zeebe:loopCharacteristics inputCollection="=items" inputElement="item"
              outputCollection="done" outputElement="=item"/>
        </extensionElements>
      </multiInstanceLoopCharacteristics>{inside}
    </{task}>
    <sequenceFlow id="f2" sourceRef="Each" targetRef="Done"/>
    <endEvent id="Done"/>{beside}
  </process>
</definitions>
"""
"""Something done for each item; ours only, for nobody else keeps their order."""


def items(does: str, *, in_turn: bool = False, watched: bool = False) -> bytes:
    """Someone who `does` it: a script, a person, or one in a sub-process who has a time for it;
    with a condition that is waited for meanwhile if it is `watched`."""
    task, more, inside = {
        "script": ("scriptTask", SCRIPT, ""),
        "person": ("userTask", SELLERS, ""),
        "in time": ("subProcess", "", IN_TIME),
    }[does]
    beside = STOPPED if watched else ""
    return ITEMS.format(
        task=task, more=more, inside=inside, beside=beside, in_turn=str(in_turn).lower()
    ).encode()


def items_of(count: int) -> list[dict[str, Any]]:
    """Lines of an order."""
    return [
        {"sku": f"SKU-{number:05}", "quantity": 2, "reason": "damaged", "price": 19900}
        for number in range(count)
    ]
