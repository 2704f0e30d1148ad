"""How the simulator can misbehave, and how to ask for it.

Three ways: a magic amount (the last four digits of the minor units), `#sim:<fault>` in the
refund's reason, or arming it on the admin page. A magic amount strikes once per payment, so
that the next attempt shows the way out.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Fault(StrEnum):
    TIMEOUT_AFTER = "timeout_after"
    ERROR_AFTER = "error_after"
    ERROR_BEFORE = "error_before"
    DUPLICATE_CALLBACK = "duplicate_callback"
    REORDERED_CALLBACKS = "reordered_callbacks"
    CALLBACK_FIRST = "callback_first"
    WRONG_AMOUNT = "wrong_amount"
    BAD_SIGNATURE = "bad_signature"
    DELAYED = "delayed"
    CLOSED = "closed"
    ABNORMAL = "abnormal"
    SUCCEEDED_THEN_FAILED = "succeeded_then_failed"
    NOT_ENOUGH = "not_enough"
    ACCOUNT_CLOSED = "account_closed"
    BROKEN_BODY = "broken_body"
    BAD_REPLY_SIGNATURE = "bad_reply_signature"
    TOO_FREQUENT = "too_frequent"
    NO_CALLBACK = "no_callback"


TABLE: dict[Fault, tuple[int, str, str]] = {
    Fault.TIMEOUT_AFTER: (
        9001,
        "Takes the refund, but the answer never comes",
        "已受理，但迟迟不返回应答",
    ),
    Fault.ERROR_AFTER: (9002, "Takes the refund, but answers 500", "已受理，但返回 500"),
    Fault.ERROR_BEFORE: (9003, "Answers 500 without taking it", "未受理，返回 500"),
    Fault.DUPLICATE_CALLBACK: (9004, "Calls back three times", "同一通知发送三次"),
    Fault.REORDERED_CALLBACKS: (
        9005,
        "Calls back in the wrong order: success, then the older abnormal",
        "通知乱序：先成功，后到较早的异常",
    ),
    Fault.CALLBACK_FIRST: (9006, "Calls back before it answers", "先通知，后返回应答"),
    Fault.WRONG_AMOUNT: (9007, "Calls back with another amount", "通知金额不符"),
    Fault.BAD_SIGNATURE: (9008, "Calls back with a bad signature", "通知签名错误"),
    Fault.DELAYED: (9009, "Takes three days", "延迟三天"),
    Fault.CLOSED: (9010, "Closes after seven days, unpaid", "七天后关闭，未退款"),
    Fault.ABNORMAL: (9011, "The buyer's account cannot take it", "用户账户异常"),
    Fault.SUCCEEDED_THEN_FAILED: (
        9012,
        "Succeeds, and fails two days later",
        "先成功，两天后失败",
    ),
    Fault.NOT_ENOUGH: (9013, "Refuses: not enough funds", "拒绝：余额不足"),
    Fault.ACCOUNT_CLOSED: (9014, "Refuses: the account is closed", "拒绝：账户已注销"),
    Fault.BROKEN_BODY: (9015, "Takes the refund, answers nonsense", "已受理，应答报文损坏"),
    Fault.BAD_REPLY_SIGNATURE: (
        9016,
        "Takes the refund, signs its answer wrongly",
        "已受理，应答签名错误",
    ),
    Fault.TOO_FREQUENT: (9017, "Asks to come back later (429)", "频率限制（429）"),
    Fault.NO_CALLBACK: (9018, "Pays and never calls back", "退款成功，但从不通知"),
}
"""Fault → magic amount, what it does in English and in Chinese."""

_BY_AMOUNT = {magic: fault for fault, (magic, _, _) in TABLE.items()}
_IN_REASON = re.compile(r"#sim:([a-z_]+)")


def asked_for(*, amount: int, reason: str) -> Fault | None:
    """The fault that the request itself asks for."""
    named = _IN_REASON.search(reason)
    if named and named.group(1) in set(Fault):
        return Fault(named.group(1))
    return _BY_AMOUNT.get(amount % 10_000)
