"""The admin's side: arm faults, move the clock, look into the ledger. JSON and one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from handlers.refunds.simulator.books import Books, iso
from handlers.refunds.simulator.faults import TABLE, Fault
from handlers.refunds.simulator.messages import Refused
from handlers.refunds.simulator.provider import Provider

Answer = dict[str, Any]


def ask(provider: Provider, what: str, query: Mapping[str, str]) -> Answer:
    """Answer a GET of `/admin/api/<what>`.

    Raises:
        Refused: there is no such question.
    """
    questions: dict[str, Callable[[Books, Mapping[str, str]], Answer]] = {
        "ledger": _ledger,
        "calls": _calls,
        "clock": lambda books, _: {"offset_seconds": books.offset(), "now": iso(books.now())},
        "armed": lambda books, _: {"armed": books.rows("SELECT * FROM armed")},
        "notices": lambda books, _: {
            "notices": books.rows("SELECT * FROM notices ORDER BY id DESC LIMIT 200")
        },
    }
    if what not in questions:
        raise Refused("RESOURCE_NOT_EXISTS", "No such question", 404)
    return questions[what](provider.books, query)


def do(provider: Provider, what: str, body: Mapping[str, Any]) -> Answer:
    """Carry out a POST of `/admin/api/<what>`.

    Raises:
        Refused: there is no such thing to do, or it makes no sense.
    """
    acts: dict[str, Callable[[Provider, Mapping[str, Any]], Answer]] = {
        "arm": _arm,
        "disarm": _disarm,
        "clock": _set_clock,
        "payments": _add_payment,
        "pay_by_hand": _pay_by_hand,
    }
    if what not in acts:
        raise Refused("RESOURCE_NOT_EXISTS", "No such act", 404)
    try:
        return acts[what](provider, body)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("PARAM_ERROR", repr(error)) from error


def page(provider: Provider) -> str:
    """The admin page, English and Chinese side by side."""
    books = provider.books
    armed = {row["fault"]: row["times"] for row in books.rows("SELECT * FROM armed")}
    faults = "".join(
        f"<tr><td><code>{fault}</code></td><td>{magic}</td><td>{escape(english)}<br>"
        f"{escape(chinese)}</td><td>{_times(armed.get(fault, 0))}</td><td>"
        f"<form method=post action=/admin><input type=hidden name=fault value={fault}>"
        "<button name=do value=arm>Next one / 下一笔</button> "
        "<button name=do value=always>Always / 一直</button></form></td></tr>"
        for fault, (magic, english, chinese) in TABLE.items()
    )
    refunds = "".join(
        f"<tr><td>{escape(row['key'])}</td><td>{escape(row['payment_ref'])}</td>"
        f"<td>{row['amount']} {escape(row['currency'])}</td><td>{row['status']}</td>"
        f"<td>{escape(row['fault'])}</td><td>{_shortly(row['changed_at'])}</td></tr>"
        for row in books.rows("SELECT * FROM refunds ORDER BY id DESC LIMIT 50")
    )
    return _PAGE.format(
        now=_shortly(books.now()), mode=escape(provider.mode), faults=faults, refunds=refunds
    )


def submit_form(provider: Provider, form: Mapping[str, str]) -> None:
    """What a button of the page does."""
    act = form.get("do", "")
    if act in ("arm", "always"):
        do(provider, "arm", {"fault": form.get("fault"), "times": 1 if act == "arm" else -1})
    elif act == "disarm":
        do(provider, "disarm", {})
    elif act == "advance":
        do(provider, "clock", {"advance_seconds": float(form.get("hours", "0")) * 3600})


def _ledger(books: Books, query: Mapping[str, str]) -> Answer:
    """The ground truth: every movement of money, of one key or payment when asked for."""
    rows = books.rows("SELECT * FROM movements ORDER BY id")
    for name in ("key", "payment_ref"):
        if name in query:
            rows = [row for row in rows if row[name] == query[name]]
    return {"movements": rows, "total": sum(row["amount"] for row in rows)}


def _calls(books: Books, query: Mapping[str, str]) -> Answer:
    rows = books.rows("SELECT * FROM calls ORDER BY id")
    return {"calls": [row for row in rows if query.get("key", row["key"]) == row["key"]]}


def _arm(provider: Provider, body: Mapping[str, Any]) -> Answer:
    fault, times = Fault(body["fault"]), int(body.get("times", 1))
    provider.books.run("INSERT OR REPLACE INTO armed VALUES (?, ?)", fault, times)
    return {"armed": fault, "times": times}


def _disarm(provider: Provider, _: Mapping[str, Any]) -> Answer:
    provider.books.run("DELETE FROM armed")
    return {"armed": None}


def _set_clock(provider: Provider, body: Mapping[str, Any]) -> Answer:
    """`offset_seconds` sets, `advance_seconds` adds; what is due by then happens at once."""
    books = provider.books
    current = books.offset()
    wanted = float(body.get("offset_seconds", current + float(body.get("advance_seconds", 0))))
    books.set_offset(wanted)
    provider.tick()
    return {"offset_seconds": wanted, "now": iso(books.now())}


def _add_payment(provider: Provider, body: Mapping[str, Any]) -> Answer:
    paid_at = datetime.fromisoformat(body["paid_at"]).timestamp()
    provider.books.run(
        "INSERT OR REPLACE INTO payments VALUES (?, ?, ?, ?)",
        str(body["ref"]),
        int(body["total"]),
        str(body["currency"]),
        paid_at,
    )
    return {"ref": body["ref"]}


def _pay_by_hand(provider: Provider, body: Mapping[str, Any]) -> Answer:
    provider.pay_by_hand(
        payment_ref=str(body["payment_ref"]),
        amount=int(body["amount"]),
        currency=str(body["currency"]),
    )
    return {"done": True}


def _shortly(moment: float) -> str:
    return iso(moment)[:19].replace("T", " ") + " UTC"


def _times(times: int) -> str:
    return "∞" if times < 0 else str(times or "")


_PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width, initial-scale=1">
<title>Payment simulator · 支付模拟器</title>
<style>body{{font:15px/1.5 system-ui;margin:2rem auto;max-width:72rem;padding:0 1rem;
color-scheme:light dark}}table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #8884;padding:.35rem;text-align:left;vertical-align:top}}
button{{font:inherit}}</style>
<h1>Payment simulator · 支付模拟器</h1>
<p>Clock / 时钟: <b>{now}</b> · Mode / 模式: <b>{mode}</b></p>
<form method=post action=/admin><label>Hours / 小时 <input name=hours type=number value=24
min=0 max=100000></label> <button name=do value=advance>Advance / 快进</button>
<button name=do value=disarm>Disarm all / 全部解除</button></form>
<h2>Faults / 故障</h2>
<p>Last four digits of the amount in minor units (CNY 90.01 ends in 9001),
<code>#sim:name</code> in the reason, or a button.
金额（最小单位）最后四位（90.01 元即 9001）、退款原因中的 <code>#sim:名称</code>，或点击按钮。</p>
<table><tr><th>Fault / 故障<th>Amount / 金额<th>What happens / 表现<th>Armed / 已启用<th></tr>
{faults}</table>
<h2>Refunds / 退款</h2>
<table><tr><th>Key / 单号<th>Payment / 支付<th>Amount in minor units / 金额（最小单位）
<th>Status / 状态<th>Fault / 故障<th>Changed / 变更</tr>{refunds}</table></html>
"""
