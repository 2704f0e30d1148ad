"""The clock of a demo: a banner everywhere, a page for the administrator."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from processes import clock
from tests.webapp.conftest import task_of

BANNER = "clock of this installation is moved ahead"


def test_the_administrator_moves_it_and_everybody_is_told(login, case_no):
    admin = login("admin")

    assert BANNER not in admin.get("/inbox/").content.decode()
    assert admin.post("/clock/", {"by": "48h"}).status_code == 302

    for name, path in (("admin", "/inbox/"), ("lin.buyer", "/my/orders/"), ("sofia", "/cases/")):
        assert f"{BANNER} by 48 hours" in login(name).get(path).content.decode()


def test_what_is_due_is_said_in_words(login, case_no):
    url = f"/inbox/{task_of(case_no).id}/"
    assert "in 48 hours" in login("sofia").get(url).content.decode()

    clock.advance(timedelta(hours=46))
    assert "in 2 hours" in login("sofia").get(url).content.decode()

    clock.advance(timedelta(days=3))
    assert "3 days overdue" in login("sofia").get(url).content.decode()


def test_it_is_neither_moved_back_nor_by_made_up_steps(login):
    response = login("admin").post("/clock/", {"by": "-48h"})

    assert response.status_code == 422
    assert clock.offset() == timedelta()


def test_it_is_not_moved_to_where_dates_end(login):
    clock.advance(clock.MOST)

    response = login("admin").post("/clock/", {"by": "1h"})

    assert response.status_code == 422
    assert "far enough ahead" in response.content.decode()


def test_production_has_no_clock_page(login, settings):
    settings.ENV = "production"

    assert login("admin").get("/clock/").status_code == 404
    assert login("admin").post("/clock/", {"by": "1h"}).status_code == 404
    assert login("sofia").post("/clock/", {"by": "1h"}).status_code == 404


@pytest.mark.parametrize(
    ("zone", "said", "minutes"),
    [("Asia/Shanghai", "UTC+8", 480), ("America/St_Johns", "UTC−", -150), ("UTC", "UTC", 0)],
)
def test_every_page_knows_whose_clock_it_goes_by(zone, said, minutes, client, db, settings):
    settings.TIME_ZONE = zone
    page = client.get("/login/").content.decode()

    (found,) = re.findall(r'data-af-zone="(-?\d+)"', page)
    assert int(found) in (minutes, minutes - 60)
    assert f"the times on these pages are {said}" in page
