"""The money desk: what two people of finance settle, and who else may not even look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from handlers.refunds import api as refunds
from handlers.refunds.models import Proposal, ReconciliationRow, RefundAttempt, Statement
from processes import clock, worker
from processes.models import DutyRow, Incident, Job
from tests.handlers.by_hand import refunded_by_hand
from tests.handlers.refunds.conftest import (  # noqa: F401 (fixtures)
    doorbell,
    simulator,
    simulators,
    the_doorbell,
)
from tests.handlers.shop import shop_order
from tests.webapp.conftest import answer, claimed, open_case, status_of
from tests.webapp.test_reversal_pages import hear
from webapp.accounts.models import User


@pytest.fixture
def mode() -> str:
    """Of the provider: it can neither be asked nor be told the same twice."""
    return "none"


@pytest.fixture
def frank(world) -> str:
    """Fay's lead."""
    user = User.objects.create(username="frank", tenant="platform", password="!")
    user.groups.set([Group.objects.get_or_create(name="finance_lead")[0]])
    return user.username


@pytest.fixture
def unknown(simulator, login) -> str:  # noqa: F811 (the fixture)
    """A case whose refund was sent, and the provider fell silent."""
    simulator.arm("timeout_after")
    number = open_case(shop_order(lines=[(3, 10000)]))
    answer(login("sofia"), claimed(login("sofia"), number), decision="approve")
    worker.work()
    assert Incident.objects.filter(resolved_at=None).count() == 1
    return number


def key_of(case_no: str) -> str:
    return refunds.status(case_no).attempts[-1].provider_key


def state(client, case_no: str, **data: str):
    body = {"paid": "yes", "proof": "Seen in the console"} | data
    return client.post(f"/money/outcomes/{key_of(case_no)}/", body)


def agree(client, said: str = "agree"):
    return client.post(f"/money/statements/{Statement.objects.get().pk}/", {"answer": said})


def page_of(client) -> str:
    return client.get("/money/").content.decode()


def test_an_unknown_outcome_lies_on_the_desk_in_words(login, unknown):
    page = page_of(login("fay"))

    for words in (unknown, key_of(unknown), "CN¥100.00", "Outcome unknown", "What became of it?"):
        assert words in page


def test_two_people_say_it_was_paid_and_the_case_ends(login, unknown, frank):
    assert state(login("fay"), unknown).status_code == 302
    assert status_of(unknown) == "refunding"
    page = page_of(login(frank))
    assert "fay says it was paid." in page
    assert "Seen in the console" in page

    assert agree(login(frank)).status_code == 302
    worker.work()

    assert status_of(unknown) == "refunded"
    (attempt,) = refunds.status(unknown).attempts
    assert (attempt.state, attempt.proof) == ("succeeded", "people")
    assert Incident.objects.get().resolved_by == "frank"
    assert "No refund is stuck" in page_of(login("fay"))


def test_two_people_say_it_was_not_paid_and_a_new_key_is_sent(login, unknown, frank):
    first = key_of(unknown)
    state(login("fay"), unknown, paid="no")
    agree(login(frank))
    worker.work()

    before, after = refunds.status(unknown).attempts
    assert (before.provider_key, before.state) == (first, "closed")
    assert after.provider_key != first


def test_nobody_agrees_with_himself(login, unknown):
    fay = login("fay")
    state(fay, unknown)

    refused = agree(fay)

    assert refused.status_code == 422
    assert "Somebody other than you has to agree." in refused.content.decode()
    assert refunds.status(unknown).attempts[0].state == "unknown"
    assert status_of(unknown) == "refunding"
    assert 'value="agree"' not in page_of(fay)


def test_the_database_knows_that_two_are_two(login, unknown):
    state(login("fay"), unknown)

    for change in ({"answered_by": "fay", "agreed": True}, {"agreed": True}, {"by": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Statement.objects.update(**{"answered_at": Now()} | change)


def test_a_second_person_who_disagrees_sends_it_back(login, unknown, frank):
    state(login("fay"), unknown)
    agree(login(frank), "refuse")

    assert "What became of it?" in page_of(login("fay"))
    assert refunds.status(unknown).attempts[0].state == "unknown"
    assert state(login("fay"), unknown, paid="no").status_code == 302


def test_only_one_statement_stands_at_a_time(login, unknown, frank):
    assert state(login("fay"), unknown).status_code == 302

    assert state(login(frank), unknown, paid="no").status_code == 409

    assert Statement.objects.get().paid


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"paid": ""}, "Please say whether it was paid."),
        ({"paid": "perhaps"}, "Please say whether it was paid."),
        ({"proof": "  "}, "Please say how you know it."),
        ({"proof": "a\0b"}, "Please write readable text."),
        ({"proof": "x" * 401}, "at most 400"),
    ],
)
def test_half_a_statement_is_refused_with_a_sentence_and_kept(login, unknown, data, sentence):
    response = state(login("fay"), unknown, **data)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    if data.get("proof") is None:
        assert "Seen in the console" in page
    assert not Statement.objects.exists()


def test_what_the_provider_says_meanwhile_wins(login, unknown, frank, simulator):  # noqa: F811
    state(login("fay"), unknown)
    number = Statement.objects.get().pk
    attempt = RefundAttempt.objects.get()
    refunds.confirm_unknown(
        attempt.provider_key, paid=True, by="leo", second_by="frank", proof="The bank called"
    )

    late = login(frank).post(f"/money/statements/{number}/", {"answer": "agree"})

    assert late.status_code == 404
    assert refunds.status(unknown).settled
    incident = Incident.objects.get()
    assert "Try again" in page_of(login("fay"))
    assert login("fay").post(f"/money/stuck/{incident.pk}/").status_code == 302
    worker.work()
    assert status_of(unknown) == "refunded"


def test_the_providers_late_word_lets_the_case_go_on_by_itself(login, unknown, client, doorbell):  # noqa: F811
    assert hear(client, doorbell, unknown).status_code == 200
    worker.work()

    assert status_of(unknown) == "refunded"
    assert Incident.objects.get().resolved_by == "provider:simulator"
    assert "No refund is stuck" in page_of(login("fay"))


def test_a_refund_of_unknown_outcome_cannot_just_be_tried_again(login, unknown):
    incident = Incident.objects.get()

    assert login("fay").post(f"/money/stuck/{incident.pk}/").status_code == 404

    assert Job.objects.get().state == "incident"


@pytest.mark.parametrize("name", ["lin.buyer", "sofia", "marco", "qing", "cora"])
def test_nobody_else_finds_anything_here(login, unknown, name):
    state(login("fay"), unknown)
    client = login(name)

    assert client.get("/money/").status_code == 404
    assert state(client, unknown).status_code == 404
    assert agree(client).status_code == 404
    assert client.post(f"/money/stuck/{Incident.objects.get().pk}/").status_code == 404
    assert client.post("/money/findings/1/", {"note": "done"}).status_code == 404
    assert client.post("/money/returns/", {"bank_reference": "B", "note": "n"}).status_code == 404
    assert client.post("/money/proposals/1/", {"answer": "agree"}).status_code == 404
    assert ">Money<" not in client.get("/news/").content.decode()


def test_what_is_not_there_is_not_found(login):
    fay = login("fay")

    for url in (
        "outcomes/RF-none-1/",
        "statements/1/",
        "stuck/1/",
        "findings/1/",
        "proposals/1/",
    ):
        data = {"paid": "yes", "proof": "p", "answer": "agree", "note": "n"}
        assert fay.post(f"/money/{url}", data).status_code == 404
        assert fay.get(f"/money/{url}").status_code == 405


@pytest.fixture
def difference(world) -> ReconciliationRow:
    """A refund that somebody made in the provider's console, three days ago."""
    return refunded_by_hand(clock.now() - timedelta(days=3))


def test_a_difference_is_said_in_words_with_its_owner_and_age(login, difference):
    page = page_of(login("fay"))

    for words in ("On the provider&#x27;s bill, not in our books", "CN¥99.00", "Critical"):
        assert words in page
    assert "Finance" in page
    assert "3 days" in page


def proposed(row: ReconciliationRow) -> Proposal:
    """What somebody of finance has proposed about it, done now if nobody has."""
    if not row.proposals.exists():
        refunds.close_finding(row.pk, by="leo", note="Ask Qing, it was her")
    return row.proposals.get()


def test_a_critical_difference_is_closed_by_a_second_person_and_with_a_note(
    login, difference, frank
):
    url = f"/money/findings/{difference.pk}/"
    fay = login("fay")

    assert "Please say what was done about it." in fay.post(url, {"note": " "}).content.decode()
    assert fay.post(url, {"note": "Ask Qing, it was her"}).status_code == 302
    difference.refresh_from_db()
    assert difference.closed_at is None
    answer_url = f"/money/proposals/{proposed(difference).pk}/"
    own = page_of(fay)
    assert "fay proposes to close it." in own
    assert "Ask Qing, it was her" in own
    assert 'value="agree"' not in own
    refused = fay.post(answer_url, {"answer": "agree"})
    assert refused.status_code == 422
    assert "Somebody other than you has to agree." in refused.content.decode()
    assert fay.post(url, {"note": "again"}).status_code == 409

    assert 'value="agree"' in page_of(login(frank))
    assert login(frank).post(answer_url, {"answer": "agree"}).status_code == 302

    difference.refresh_from_db()
    assert (difference.closed_by, difference.note) == ("frank", "Ask Qing, it was her")
    assert fay.post(url, {"note": "again"}).status_code == 404
    assert fay.post(answer_url, {"answer": "agree"}).status_code == 404


def test_a_second_person_who_disagrees_leaves_the_difference_open(login, difference, frank):
    url = f"/money/findings/{difference.pk}/"
    login("fay").post(url, {"note": "Nothing in it"})
    login(frank).post(f"/money/proposals/{proposed(difference).pk}/", {"answer": "refuse"})

    difference.refresh_from_db()
    assert difference.closed_at is None
    assert login("fay").post(url, {"note": "I have asked them"}).status_code == 302


class TestAnOrderInDoubt:
    """A critical difference about its money: finance closes it before anything new is sent."""

    @pytest.fixture
    def mode(self) -> str:
        return "idempotent"

    def test_waits_on_the_desk_until_the_difference_is_closed(
        self,
        login,
        simulator,  # noqa: F811
        frank,
    ):
        order = shop_order(lines=[(3, 10000)])
        number = open_case(order)
        row = ReconciliationRow.objects.create(
            provider="simulator",
            bill_date=clock.now().date(),
            finding="ONLY_THEIRS",
            provider_key="BY-HAND-1",
            payment_ref=order.tenders[0].payment_ref,
            critical=True,
            opened_at=clock.now(),
        )
        answer(login("sofia"), claimed(login("sofia"), number), decision="approve")
        worker.work()
        fay = login("fay")

        assert not RefundAttempt.objects.exists()
        assert "A critical difference about this order is open." in page_of(fay)

        fay.post(f"/money/findings/{row.pk}/", {"note": "Taken into the books"})
        assert "A critical difference about this order is open." in page_of(fay)
        login(frank).post(f"/money/proposals/{proposed(row).pk}/", {"answer": "agree"})
        assert "A critical difference about this order is open." not in page_of(fay)
        fay.post(f"/money/stuck/{Incident.objects.get().pk}/")
        worker.work()

        assert simulator.calls(key_of(number)) == 1


def test_bills_that_could_not_be_compared_are_said(login):
    DutyRow.objects.create(
        name="refunds.reconcile", due=clock.now(), run_at=clock.now(), failures=2, error="no bill"
    )

    assert "could not be compared" in page_of(login("fay"))


def test_a_full_desk_costs_no_more_statements(login, unknown, django_assert_max_num_queries):
    fay = login("fay")
    fay.get("/money/")

    with django_assert_max_num_queries(14):
        fay.get("/money/")
