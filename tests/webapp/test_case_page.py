"""The staff's case pages: the list with its filters, and the file of one case."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from handlers.cases import api as cases
from processes import clock, worker
from processes.models import Incident, ProcessInstance
from tests.handlers.shop import shop_order
from tests.webapp.conftest import answer, claimed, open_case, rejected, task_of
from webapp.accounts.models import User

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20


def test_the_diagram_shows_where_the_token_stands_and_who_is_waited_for(login, case_no):
    file = login("cora").get(f"/cases/{case_no}/").context["file"]

    (drawing,) = file.drawings
    assert drawing.states["ReviewRefund"] == {"state": "waiting", "label": "Seller's team"}
    assert drawing.states["CheckEligibility"]["state"] == "passed"
    assert "Review refund request" in drawing.in_words


def test_the_diagram_of_a_called_process_is_shown_too_in_chinese(login, case_no):
    task = rejected(login, case_no)
    answer(login("lin.buyer"), f"/my/refunds/{case_no}/tasks/{task}/", answer="escalate")
    worker.work()
    cora = login("cora")
    cora.cookies["django_language"] = "zh-hans"

    called, own = cora.get(f"/cases/{case_no}/").context["file"].drawings

    assert own.states["CustomerService"]["state"] == "waiting"
    assert called.key == "customer_service"
    assert called.names["RespondToDispute"] == "商家举证"
    assert "商家举证" in called.xml


def test_the_timeline_says_who_did_what(login, case_no):
    rejected(login, case_no)

    page = login("sofia").get(f"/cases/{case_no}/").content.decode()

    for line in ("The case began", "Task claimed", "Task done", "Seller declined the request"):
        assert line in page


def test_the_money_panel_adds_up(login, case_no):
    page = login("fay").get(f"/cases/{case_no}/").content.decode()

    for figure in ("CN¥1,312.00", "−CN¥100.00", "CN¥1,212.00"):
        assert figure in page


def test_a_stuck_case_says_so_and_only_an_administrator_tries_again(login, case_no):
    incident = _stuck(case_no)
    url = f"/cases/{case_no}/incidents/{incident.pk}/"

    assert "The provider said no" in login("cora").get(f"/cases/{case_no}/").content.decode()
    assert login("cora").post(url).status_code == 404
    assert login("admin").post(f"/cases/{case_no}/incidents/99999999/").status_code == 404
    assert login("admin").post(url).status_code in (302, 409)


def test_the_list_is_filtered_by_status_text_and_lateness(login, case_no):
    other = open_case(shop_order(lines=[(1, 10000)]))
    login("lin.buyer").post(f"/my/refunds/{other}/withdraw/")
    worker.work()

    def shown(query: str) -> set[str]:
        rows = login("cora").get(f"/cases/?{query}").context["listing"].rows
        return {row.case_no for row in rows} & {case_no, other}

    assert shown("") == {case_no, other}
    assert shown("status=open") == shown("status=submitted") == {case_no}
    assert shown("status=ended") == {other}
    assert shown("status=made-up") == {case_no, other}
    assert shown(f"q={case_no}") == {case_no}
    assert shown(f"q={case_no.lower()}") == {case_no}
    assert shown("q=lin.buyer") == {case_no, other}
    User.objects.filter(username="lin.buyer").update(first_name="Lin", last_name="Lan")
    assert shown("q=lan+LIN") == {case_no, other}
    assert shown("q=lan+wang") == shown("q=sofia") == set()
    assert shown("overdue=1") == set()
    clock.advance(timedelta(hours=49))
    assert shown("overdue=1") == {case_no}


def test_the_list_has_pages_and_refuses_a_made_up_mark(login, monkeypatch):
    monkeypatch.setattr("webapp.cases.listing.PAGE", 2)
    numbers = [open_case(shop_order(lines=[(1, 10000)])) for _ in range(3)]
    cora = login("cora")

    first = cora.get("/cases/").context["listing"]
    second = cora.get(f"/cases/?{first.following}").context["listing"]

    assert [row.case_no for row in [*first.rows, *second.rows]] == numbers[::-1]
    assert cora.get("/cases/?after=boo").status_code == 400


def test_the_seller_adds_evidence(login, case_no):
    url = f"/cases/{case_no}/evidence/"
    sofia = login("sofia")

    assert sofia.post(url, {"evidence": SimpleUploadedFile("a.png", PNG)}).status_code == 302
    assert sofia.post(url, {"evidence": SimpleUploadedFile("a.txt", b"text")}).status_code == 422

    assert [file.by for file in cases.case_for_buyer(case_no, "lin.buyer").evidence] == ["sofia"]


def test_second_eyes_are_told_who_was_first(login, order):
    number = open_case(order, lines=[cases.RequestedLine(line_no="2", qty=2, amount=100000)])
    answer(login("sofia"), claimed(login("sofia"), number), decision="approve")
    worker.work()

    page = login("marco").get(f"/inbox/{task_of(number, 'SecondApproval').id}/").content.decode()

    assert "First approval by" in page
    assert "sofia" in page


def test_no_page_leaks_the_variables_of_the_process(login, case_no):
    page = login("admin").get(f"/cases/{case_no}/").content.decode()

    assert "client_token" not in page
    assert json.dumps({"order_status": "paid"})[1:-1] not in page


def _stuck(case_no: str) -> Incident:
    instance = ProcessInstance.objects.get(business_key=case_no)
    return Incident.objects.create(
        instance=instance,
        tenant=instance.tenant,
        shard=instance.shard,
        kind="job",
        subject="x",
        element_id="NotifySeller",
        sentence="The provider said no",
        raised_at=clock.now(),
    )


@pytest.mark.parametrize(("language", "name"), [("en", "East China"), ("zh-hans", "华东")])
def test_a_region_is_called_by_its_name(language, name, login, case_no):
    page = login("cora").get(f"/cases/{case_no}/", headers={"Accept-Language": language})

    assert f"<dd>{name}</dd>" in page.content.decode()
    assert "cn-east" not in page.content.decode()


def test_shipping_that_comes_along_with_the_last_items_is_told(login, world):
    order = shop_order(lines=[(2, 10000)], shipping=1200)
    first, last = open_case(order), open_case(order)
    for number in (first, last):
        answer(login("sofia"), claimed(login("sofia"), number), decision="approve")
        worker.work()

    pages = [login("sofia").get(f"/cases/{number}/").content.decode() for number in (first, last)]

    assert ["Of it shipping, with the last items" in page for page in pages] == [False, True]
    assert "CN¥112.00" in pages[1]
