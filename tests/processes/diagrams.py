"""The diagrams that these tests run."""

from __future__ import annotations

from . import drawing as d

REVIEW = d.diagram(
    "review",
    [
        d.user("Review", "seller", form="review", limit=""),
        d.boundary_timer("Silence", "Review", "PT48H"),
        d.service("Pay", "test.pay", d.mapping("in =case_no -> case_no", "in =amount -> amount")),
        d.boundary_error("Refused", "Pay", "PayRefused"),
        d.user("HandleRefusal", "platform/finance"),
        d.catch_message("Settled", "PaySettled"),
    ],
    "Start > Review > Pay > Settled > Paid",
    "Silence > Pay",
    "Refused > HandleRefusal > GivenUp",
    declared=d.error("PayRefused", "PAY_REFUSED") + d.message("PaySettled", "pay.settled", "=ref"),
    search="amount, decision",
)
"""A person decides (silence of 48 h approves), a machine pays, its message settles it."""

TWO_MESSAGES = d.diagram(
    "two_messages",
    [d.catch_message("First", "News"), d.catch_message("Second", "News")],
    "Start > First > Second > Done",
    declared=d.message("News", "news", "=case_no"),
)
"""Waits twice for a message of the same name and key, one after the other."""

BOTH_WAIT = d.diagram(
    "both_wait",
    [
        d.node("parallelGateway", "Fork"),
        d.catch_message("First", "News"),
        d.catch_message("Second", "News"),
    ],
    "Start > Fork > First > Done",
    "Fork > Second > Over",
    declared=d.message("News", "news", "=case_no"),
)
"""Waits at once, in two branches, for a message of the same name and key."""

ASKED_FIRST = d.diagram(
    "asked_first",
    [d.user("Ask"), d.catch_message("Heard", "News")],
    "Start > Ask > Heard > Done",
    declared=d.message("News", "news", "=case_no"),
)

REMINDER = d.diagram(
    "reminder",
    [d.catch_timer("Wait", "PT1H"), d.service("Remind", "test.remind")],
    "Start > Wait > Remind > Done",
)

BAD_WAY = (
    d.diagram(
        "bad_way",
        [
            d.user("Ask"),
            d.node("exclusiveGateway", "Which"),
            d.service("A", "test.pay"),
            d.service("B", "test.pay"),
        ],
        "Start > Ask > Which > A > DoneA",
        "Which > B > DoneB",
    )
    .replace(
        b'targetRef="A"/>',
        b'targetRef="A"><bpmn:conditionExpression>=way = "a"</bpmn:conditionExpression>'
        b"</bpmn:sequenceFlow>",
    )
    .replace(
        b'targetRef="B"/>',
        b'targetRef="B"><bpmn:conditionExpression>=way = "b"</bpmn:conditionExpression>'
        b"</bpmn:sequenceFlow>",
    )
)
"""Its gateway has no way out unless `way` is a or b."""


def second_review(
    *more: str, review_id: str = "Review", pay: str = "test.pay", **options: str
) -> bytes:
    """The review, as an analyst drew it later: somebody else looks before it is paid."""
    return d.diagram(
        "review",
        [
            d.user(review_id, "seller", form=options.get("form", "review"), limit=""),
            d.boundary_timer("Silence", review_id, options.get("silence", "PT48H")),
            d.user("Second", "platform/finance"),
            d.service("Pay", pay, d.mapping("in =case_no -> case_no", "in =amount -> amount")),
            d.boundary_error("Refused", "Pay", "PayRefused"),
            d.user("HandleRefusal", "platform/finance"),
            d.catch_message("Settled", "PaySettled"),
            *more,
        ],
        f"Start > {review_id} > Second > Pay > Settled > {options.get('then', 'Paid')}",
        "Silence > Second",
        "Refused > HandleRefusal > GivenUp",
        declared=d.error("PayRefused", "PAY_REFUSED")
        + d.message("PaySettled", "pay.settled", "=ref"),
        search="amount, decision, other",
    )
