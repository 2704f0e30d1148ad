"""Timers, calendars, versions: what a case lives by."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from viewflow.fsm.base import TransitionNotAllowed

from handlers.policies import api as policies
from handlers.policies.calendars import WorkCalendar, add_working_time
from handlers.policies.durations import parse_duration
from handlers.policies.functions import deadline, poll_delay
from handlers.policies.models import Policy
from handlers.policies.pack import default_pack

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT48H", timedelta(hours=48)),
        ("P7D", timedelta(days=7)),
        ("P1DT30M", timedelta(days=1, minutes=30)),
        ("P2W", timedelta(weeks=2)),
        ("PT90S", timedelta(seconds=90)),
    ],
)
def test_a_duration_is_read(text, length):
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "48H", "PT0S", "-P1D", "PT1.5H"])
def test_a_duration_of_no_fixed_length_is_refused(text):
    with pytest.raises(ValueError, match="Expected a duration"):
        parse_duration(text)


def test_a_timer_ends_its_length_from_now():
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert deadline(default_pack(), "T-SELLER-RF", now=now) == now + timedelta(hours=48)


def test_a_timer_that_the_policy_does_not_have_is_an_error():
    with pytest.raises(ValueError, match="T-NONE"):
        deadline(default_pack(), "T-NONE", now=datetime.now(UTC))


def test_working_days_leave_out_weekends_and_holidays_and_count_shifted_workdays():
    # National Day 2026: off 1-7 October; Saturday 10 October is a working day in exchange.
    wednesday = at(2026, 9, 30, 12)

    end = deadline(default_pack(), "T-CS-SOLVE", now=wednesday)

    assert end == at(2026, 10, 13, 12)


def test_working_hours_run_only_while_the_desk_is_open():
    calendar = WorkCalendar()

    assert add_working_time(at(2026, 11, 20, 17), timedelta(hours=2), calendar) == at(
        2026, 11, 23, 10
    )
    assert add_working_time(at(2026, 11, 21, 3), timedelta(minutes=30), calendar) == at(
        2026, 11, 23, 9, 30
    )


def test_years_without_a_notice_work_monday_to_friday():
    calendar = WorkCalendar()

    assert [calendar.is_working_day(date(2031, 3, day)) for day in range(3, 10)] == [True] * 5 + [
        False
    ] * 2


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)),  # noqa: DTZ001 - made aware below
    st.integers(0, 20),
    st.integers(0, 8),
)
def test_working_time_ends_on_a_working_day_and_never_early(naive, days, hours):
    start, length = naive.replace(tzinfo=SHANGHAI), timedelta(days=days, hours=hours)
    if not length:
        return

    end = add_working_time(start, length, WorkCalendar()).astimezone(SHANGHAI)

    assert end >= start + timedelta(days=days)
    assert WorkCalendar().is_working_day(end.date())
    assert not hours or time(9) <= end.time() <= time(18)


def test_an_override_adds_to_the_timers_it_names_while_it_is_in_force():
    pack = default_pack() | {
        "extensions": [
            {
                "from": "2026-06-10T00:00:00+08:00",
                "to": "2026-06-21T00:00:00+08:00",
                "codes": ["T-SELLER-RF"],
                "add": "P2D",
            }
        ]
    }
    inside, outside = at(2026, 6, 18), at(2026, 7, 1)

    assert deadline(pack, "T-SELLER-RF", now=inside) == inside + timedelta(days=4)
    assert deadline(pack, "T-BUYER-ESC", now=inside) == inside + timedelta(days=7)
    assert deadline(pack, "T-SELLER-RF", now=outside) == outside + timedelta(days=2)


def test_questions_about_a_refund_come_rarer_and_rarer():
    minutes = [poll_delay(Decimal(n)).total_seconds() / 60 for n in range(1, 13)]

    assert minutes == [1, 1, 1, 1, 1, 5, 10, 20, 30, 60, 60, 60]
    assert poll_delay(0) == poll_delay(-1) == timedelta(minutes=1)


@pytest.mark.django_db
class TestVersions:
    def draft(self, tenant="lingyue", **amounts):
        content = default_pack()
        content["amounts"]["CNY"] |= amounts
        return policies.draft_policy(tenant=tenant, title="t", content=content, by="admin")

    def test_without_any_policy_the_built_in_one_holds(self):
        assert policies.snapshot("lingyue", "CNY")["version"] == "built-in-1"
        assert policies.limits("built-in-1", "CNY")["four_eyes"] == 50_000

    def test_a_published_policy_holds_for_its_tenant_and_the_platforms_for_all_others(self):
        for tenant, limit in (("lingyue", 1), ("platform", 2)):
            draft = self.draft(tenant, four_eyes=limit)
            policies.publish_policy(tenant=tenant, version=draft.version, by="leo")

        assert policies.current_policy("lingyue").amounts("CNY")["four_eyes"] == 1
        assert policies.current_policy("qinghe").amounts("CNY")["four_eyes"] == 2

    def test_a_new_version_leaves_the_old_one_readable(self):
        for limit in (1, 2):
            draft = self.draft(four_eyes=limit)
            policies.publish_policy(tenant="lingyue", version=draft.version, by="leo")

        assert policies.current_policy("lingyue").version == "lingyue-2"
        assert policies.limits("lingyue-1", "CNY")["four_eyes"] == 1
        assert [one.status for one in policies.policies_of("lingyue")] == ["published", "retired"]

    def test_nobody_publishes_his_own_draft(self):
        draft = self.draft()

        with pytest.raises(IntegrityError), transaction.atomic():
            policies.publish_policy(tenant="lingyue", version=draft.version, by="admin")

    def test_what_is_published_cannot_be_published_again_nor_changed_nor_removed(self):
        draft = self.draft()
        policies.publish_policy(tenant="lingyue", version=draft.version, by="leo")

        with pytest.raises(TransitionNotAllowed):
            policies.publish_policy(tenant="lingyue", version=draft.version, by="leo")
        for act in (
            lambda: Policy.objects.update(content={}),
            lambda: Policy.objects.update(status="draft"),
            lambda: Policy.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()

    def test_a_pack_nobody_could_live_by_is_refused(self):
        content = default_pack()
        del content["timers"]["T-SELLER-RF"]
        content["timers"]["T-CS-FIRST"] = "soon"
        content["limits"]["rounds"] = -1

        with pytest.raises(policies.BadPack, match=r"rounds.*T-CS-FIRST.*T-SELLER-RF"):
            policies.draft_policy(tenant="lingyue", title="t", content=content, by="admin")

    def test_an_unknown_version_is_said_so(self):
        with pytest.raises(policies.UnknownPolicy):
            policies.limits("lingyue-9", "CNY")
        with pytest.raises(policies.UnknownPolicy):
            policies.limits("nonsense", "CNY")
