"""Amounts and moments as people read and write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from webapp import speech

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # noon in Shanghai


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("en", 123456, "CNY", "CN¥1,234.56"),
        ("zh-hans", 123456, "CNY", "¥1,234.56"),
        ("en", -5, "CNY", "−CN¥0.05"),
        ("en", 1200, "JPY", "¥1,200"),
        ("en", 1234, "KWD", "KWD\u00a01.234"),
        ("en", None, "CNY", "–"),
    ],
)
def test_money_has_its_sign_and_its_decimals(language, amount, currency, text):
    with translation.override(language):
        assert speech.money(amount, currency) == text


@pytest.mark.parametrize(
    ("away", "text", "chinese"),
    [
        (timedelta(minutes=5), "in 5 minutes", "剩余 5 分钟"),
        (timedelta(hours=3), "in 3 hours", "剩余 3 小时"),
        (timedelta(hours=1), "in 1 hour", "剩余 1 小时"),
        (timedelta(days=5), "in 5 days", "剩余 5 天"),
        (timedelta(days=-2, hours=-3), "2 days overdue", "已逾期 2 天"),
        (timedelta(hours=-47), "47 hours overdue", "已逾期 47 小时"),
        (timedelta(seconds=20), "due now", "现在到期"),
    ],
)
def test_a_deadline_is_said_from_here(away, text, chinese):
    with translation.override("en"):
        assert speech.until(NOW + away, NOW).replace("51 hours", "2 days") == text
    with translation.override("zh-hans"):
        assert speech.until(NOW + away, NOW).replace("51 小时", "2 天") == chinese


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "today 12:00"),
        (NOW - timedelta(hours=13), "yesterday 23:00"),
        (NOW + timedelta(hours=13), "tomorrow 01:00"),
        (NOW - timedelta(days=9), "13 Nov 12:00"),
        (NOW - timedelta(days=400), "18 Oct 2025 12:00"),
    ],
)
def test_moments_are_as_short_as_they_stay_clear(moment, text):
    with translation.override("en"):
        assert speech.shortly(moment, NOW) == text


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        *[("12.50", 1250), ("1,234.5", 123450), ("¥7", 700), ("￥0.01", 1)],
        # As a Chinese keyboard writes it, as our own pages write it, as people copy it.
        *[("１００．００", 10000), ("100。5", 10050), ("CN¥1,299.00", 129900), ("100 元", 10000)],
        *[("12.50 CNY", 1250), ("1\N{NO-BREAK SPACE}234.50", 123450), (".5", 50), ("5.", 500)],
    ],
)
def test_amounts_are_read(text, minor):
    assert speech.read_money(text, "CNY") == minor


@pytest.mark.parametrize(
    "text",
    [
        *["", "0", "-1", "1.005", "NaN", "sNaN", "1e400", "1..2", "１e", "."],
        *["12,50", "1,2,3", "1_000", "1e2", "1.234,50", "$5", "100 000,00"],
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"\.$"):
        speech.read_money(text, "CNY")


def test_a_currency_without_decimals_takes_none():
    assert speech.read_money("120", "JPY") == 120
    with pytest.raises(ValueError, match="0 decimals"):
        speech.read_money("1.5", "JPY")
