"""The cases of the demo world: who asks for what, and how far each has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.cases.api import RequestedLine
from webapp.demo.sales import Sale, sku

ACCOUNT_CLOSED = 19014
"""The provider's simulator refuses what ends in 9014: the buyer's account is closed. Finance
decides what to do."""
WITHDRAW = "withdraw"
"""A step that is not a form: the buyer takes the request back."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Somebody fills in the form of a task."""

    login: str
    form_id: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """An order, an application, and what people did so far."""

    sale: Sale
    lines: tuple[RequestedLine, ...]
    reason: str
    text: str
    shipping: int = 0
    picture: bool = False
    steps: tuple[Step, ...] = ()


def _review(login: str, decision: str, **data: Any) -> Step:
    return Step(login=login, form_id="review_refund", data={"decision": decision, **data})


def _reject(login: str, reason: str, note: str) -> Step:
    return _review(login, "reject", reason=reason, note=note)


def _sale(number: int, house: str, buyer: str, *lines: tuple[str, int], **more: Any) -> Sale:
    return Sale(
        order_no=f"SO20260{number:05d}",
        house=house,
        buyer=buyer,
        lines=tuple((sku(house, code), qty) for code, qty in lines),
        **{"placed": 4, **more},
    )


def _whole(line_no: str, amount: int, qty: int = 1) -> RequestedLine:
    return RequestedLine(line_no=line_no, qty=qty, amount=amount)


def _only_money(line_no: str, amount: int) -> RequestedLine:
    return RequestedLine(line_no=line_no, qty=None, amount=amount)


STORIES: tuple[Story, ...] = (
    Story(
        sale=_sale(1, "lingyue", "lin.buyer", ("T580", 1), ("M008", 1), shipped=True, received=2),
        lines=(_only_money("1", 30000),),
        reason="damaged",
        text="跑步机侧盖有裂纹，不影响使用，希望补偿一部分。",
        picture=True,
    ),
    Story(
        sale=_sale(2, "lingyue", "maya.collins", ("T320", 1), shipped=True, received=3),
        lines=(_only_money("1", 20000),),
        reason="quality",
        text="Belt slips to the left after 20 minutes; error E02 once. Keeping it for a discount.",
        picture=True,
    ),
    Story(
        sale=_sale(3, "lingyue", "chen.jie", ("D024", 2), ("L005", 1)),
        lines=(_whole("1", 39900),),
        reason="not_shipped",
        text="多拍了一副哑铃，还没发货，请退一副。",
    ),
    Story(
        sale=_sale(4, "lingyue", "tom.becker", ("P-BELT", 1), ("P-OIL", 2), shipped=True),
        lines=(_whole("1", 26900),),
        reason="not_received",
        text="The parcel has not moved for a week. I bought the belt elsewhere.",
    ),
    Story(
        sale=_sale(5, "lingyue", "lin.buyer", ("B210", 1), shipped=True, received=4, coupon=5000),
        lines=(_only_money("1", 20000),),
        reason="price_difference",
        text="下单第二天降价 200 元，请退差价。",
        steps=(_review("sofia", "offer", offer_amount=120, note="可补偿 120 元，您看可以吗？"),),
    ),
    Story(
        sale=_sale(6, "lingyue", "lin.buyer", ("K016", 2), ("M008", 1), shipped=True, received=5),
        lines=(_whole("2", 9900),),
        reason="missing_part",
        text="少发了一张瑜伽垫。",
        picture=True,
        steps=(_reject("sofia", "evidence_missing", "请补充开箱照片或视频。"),),
    ),
    Story(
        sale=_sale(7, "lingyue", "zhao.min", ("E450", 1), shipped=True, received=3),
        lines=(_only_money("1", 80000),),
        reason="agreed_with_seller",
        text="与客服电话协商，退 800 元。",
        steps=(_review("sofia", "approve", note="电话已协商。"),),
    ),
    Story(
        sale=_sale(8, "lingyue", "sun.li", ("R110", 1), shipped=True, received=6),
        lines=(_only_money("1", 60000),),
        reason="quality",
        text="划船机异响，商家不认可。",
        picture=True,
        steps=(
            _reject("sofia", "not_our_fault", "安装不当造成。"),
            Step(
                login="sun.li",
                form_id="answer_rejection",
                data={"answer": "escalate", "note": "安装是商家师傅做的。"},
            ),
        ),
    ),
    Story(
        sale=_sale(9, "lingyue", "lin.buyer", ("T320", 1), shipped=True, received=5),
        lines=(_only_money("1", 45000),),
        reason="wrong_item",
        text="The colour is not the one I ordered.",
        picture=True,
        steps=(
            _reject("marco", "goods_delivered", "The colour is a matter of the screen."),
            Step(
                login="lin.buyer",
                form_id="answer_rejection",
                data={"answer": "escalate", "note": "Ordered black, got white."},
            ),
            Step(
                login="sofia",
                form_id="respond_to_dispute",
                data={"statement": "The order says white; see the picking list."},
            ),
            Step(
                login="lin.buyer",
                form_id="add_evidence",
                data={"statement": "The confirmation mail says black."},
            ),
        ),
    ),
    Story(
        sale=_sale(10, "qinghe", "wang.buyer", ("S5", 1), ("S5-D", 2), shipped=True, received=2),
        lines=(_only_money("1", 15000),),
        reason="damaged",
        text="扫地机外壳磕碰，盒子也压扁了。",
        picture=True,
    ),
    Story(
        sale=_sale(11, "qinghe", "wu.hao", ("K17", 1)),
        lines=(_whole("1", 12900),),
        reason="not_shipped",
        text="不想要了，还没发货，请全额退款。",
        shipping=1200,
    ),
    Story(
        sale=_sale(12, "qinghe", "wang.buyer", ("A4", 1), shipped=True, received=4),
        lines=(_only_money("1", 2000),),
        reason="price_difference",
        text="Twenty off after I bought it. Could you meet me there?",
        steps=(_review("qing", "offer", offer_amount=12, note="Twelve would be possible."),),
    ),
    Story(
        sale=_sale(13, "qinghe", "ana.silva", ("W3", 1), ("W3-F", 1), shipped=True, received=1),
        lines=(_whole("2", 19900),),
        reason="missing_part",
        text="The filter set was not in the box.",
        steps=(
            _reject("qing", "evidence_missing", "Please send a photo of the open box."),
            Step(
                login="ana.silva",
                form_id="answer_rejection",
                data={"answer": "amend", "amount": 150, "note": "Photo is in the first message."},
            ),
        ),
    ),
    Story(
        sale=_sale(14, "qinghe", "xu.ning", ("V9", 1), shipped=True, received=3),
        lines=(_only_money("1", 10000),),
        reason="other",
        text="吸力比想象的小。",
        steps=(Step(login="xu.ning", form_id=WITHDRAW, data={}),),
    ),
    Story(
        sale=_sale(15, "lingyue", "gao.yu", ("K016", 1), shipped=True, received=2),
        lines=(_only_money("1", 5000),),
        reason="damaged",
        text="壶铃漆面有划痕。",
        picture=True,
        steps=(_review("sofia", "approve", note="同意补偿。"),),
    ),
    Story(
        sale=_sale(16, "qinghe", "noor.khan", ("R6", 1), shipped=True, received=2),
        lines=(_only_money("1", 6000),),
        reason="quality",
        text="The lid does not close well.",
        steps=(
            _review("qing", "offer", offer_amount=45, note="Would 45 be fair?"),
            Step(login="noor.khan", form_id="answer_offer", data={"answer": "accept"}),
        ),
    ),
    Story(
        sale=_sale(17, "lingyue", "gao.yu", ("K016", 2), shipped=True, received=4),
        lines=(_only_money("1", ACCOUNT_CLOSED),),
        reason="damaged",
        text="壶铃底座开裂，商家同意补偿 190.14 元。",
        picture=True,
        steps=(_review("sofia", "approve", note="同意，照片很清楚。"),),
    ),
)
