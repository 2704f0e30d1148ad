"""Notices: one a key, read in the reader's language, and never in the way."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from handlers.notifications import api
from handlers.notifications.models import Notification
from handlers.notifications.port import Letter
from handlers.notifications.templates import TEMPLATES, amount_text, written
from processes.contract import Call, handler_for
from webapp import speech

pytestmark = pytest.mark.django_db

SOFIA = ("sofia", ["lingyue/seller"])
PARAMS = {"order_no": "SO1", "amount": 125000, "currency": "CNY"}


class Down:
    """A channel that nobody can be reached by."""

    def deliver(self, letter: Letter) -> None:
        raise ConnectionRefusedError("nobody there")


class Outbox:
    """A channel that keeps what it was given."""

    letters: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        self.letters.append(letter)


def tell(event="e1", to="lingyue/seller", template="amended"):
    api.notify(
        event=event, template=template, to=to, case_no="AF1", tenant="lingyue", params=PARAMS
    )


def call(**inputs):
    return Call(
        topic="notification.send",
        business_key="AF1",
        tenant="lingyue",
        inputs=inputs,
        idempotency_key="7:3",
        attempt=1,
        deadline=datetime(2026, 11, 22, tzinfo=UTC),
    )


def test_P15_one_notice_a_key_however_often_it_is_asked_for():
    for _ in range(3):
        tell()
    tell(event="e2")
    tell(to="lin.buyer")
    tell(template="rejected")

    assert Notification.objects.count() == 4


def test_the_people_of_an_audience_each_read_for_themselves():
    tell()

    api.mark_read("sofia", audiences=["lingyue/seller"])

    assert api.unread_count(*SOFIA) == 0
    assert api.unread_count("marco", ["lingyue/seller"]) == 1
    assert api.unread_count("qing", ["qinghe/seller"]) == 0


def test_nobody_marks_what_was_not_sent_to_him_as_read():
    tell(to="lin.buyer")
    (notice,) = api.inbox("lin.buyer")

    api.mark_read("wang.buyer", [notice.id])

    assert not api.inbox("lin.buyer")[0].read
    api.mark_read("lin.buyer", [notice.id])
    assert api.inbox("lin.buyer")[0].read


def test_the_newest_come_first_and_pages_do_not_overlap():
    for number in range(5):
        tell(event=f"e{number}")

    first = api.inbox(*SOFIA, limit=3)
    second = api.inbox(*SOFIA, after=first[-1].id, limit=3)

    assert len(first) == 3
    assert len(second) == 2
    assert [n.id for n in first + second] == sorted((n.id for n in first + second), reverse=True)


def test_the_text_names_the_order_and_the_amount():
    title, text = written("amended", case_no="AF1", params=PARAMS)

    assert title == "The buyer asks again"
    assert "¥1,250.00" in text
    assert "SO1" in text


@pytest.mark.parametrize("template", [*TEMPLATES, "unheard_of"])
@pytest.mark.parametrize("params", [PARAMS, {}, {"amount": "a lot", "currency": 7}])
def test_any_template_with_any_params_can_be_read(template, params):
    title, text = written(template, case_no="AF1", params=params)

    assert title
    assert "%(" not in text


@pytest.mark.parametrize(
    ("minor", "currency", "read"),
    [
        (1, "CNY", "CN¥0.01"),
        (1500, "JPY", "¥1,500"),
        (1250, "KWD", "KWD\N{NO-BREAK SPACE}1.250"),
        (True, "CNY", "…"),
    ],
)
def test_amounts_read_as_people_write_them(minor, currency, read):
    with translation.override("en"):
        assert amount_text(minor, currency) == read


def test_news_and_pages_write_the_same_amount_alike():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert amount_text(12000, "CNY") == speech.money(12000, "CNY")


def test_the_service_task_queues_a_notice_for_its_audience():
    handler_for("notification.send")(call(to="lingyue/seller", template="new_request"))
    handler_for("notification.send")(call(to="lingyue/seller", template="new_request"))

    (notice,) = api.inbox(*SOFIA)
    assert notice.title == "New refund request"
    assert "AF1" in notice.text


@pytest.mark.parametrize(
    "inputs", [{}, {"to": "", "template": "x"}, {"to": 7, "template": "x"}, {"to": "sofia"}]
)
def test_a_notice_to_nobody_does_not_stop_the_case(inputs):
    assert handler_for("notification.send")(call(**inputs)) == {}
    assert not Notification.objects.exists()


def test_a_channel_that_is_down_keeps_its_notices_and_holds_up_no_other(settings):
    settings.NOTIFICATION_CHANNELS = {
        "in_app": "handlers.notifications.adapters.in_app.InApp",
        "sms": f"{__name__}.Down",
    }
    tell()

    assert api.send_waiting() == 0

    assert api.unread_count(*SOFIA) == 1
    waiting = Notification.objects.get(channel="sms")
    assert (waiting.attempts, waiting.sent_at) == (1, None)
    assert "nobody there" in waiting.last_error


def test_a_waiting_notice_is_sent_once_with_its_key(settings):
    Outbox.letters.clear()
    settings.NOTIFICATION_CHANNELS = {"mail": f"{__name__}.Outbox"}
    tell(to="lin.buyer", template="refunded")

    for said in ("1 sent\n", "0 sent\n"):
        out = StringIO()
        call_command("send_notifications", stdout=out)
        assert out.getvalue() == said

    (letter,) = Outbox.letters
    assert letter.recipient == "lin.buyer"
    assert letter.key == "e1:lin.buyer:mail:refunded"
