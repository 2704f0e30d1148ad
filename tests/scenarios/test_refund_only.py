"""Golden runs of `bpmn/refund_only.bpmn`: every end event, every boundary event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.scenarios.driver import Case


def approve(case: Case, by: str = "sofia") -> None:
    case.complete("ReviewRefund", decision="approve", completed_by=by)


def reject(case: Case) -> None:
    case.complete("ReviewRefund", decision="reject", reason="goods_delivered", completed_by="sofia")
    case.complete("RecordRejection")


def offer(case: Case, amount: float = 60.5) -> None:
    case.complete("ReviewRefund", decision="offer", offer_amount=amount, completed_by="sofia")
    case.complete("RecordOffer")


def pay(case: Case, outcome: str = "succeeded") -> None:
    """From the merged path to the provider's answer."""
    case.complete("StartRefund")
    case.complete("PrepareRefund", refund_no="RF1", provider_key="RF1-1")
    case.complete("SubmitRefund", outcome=outcome)


def finish(case: Case) -> None:
    case.complete("RecordRefunded")
    case.complete("NotifyBuyer")


# end events


def test_an_approved_request_is_refunded(in_review: Case) -> None:
    approve(in_review)
    in_review.complete("RecordApproval", agreed=12000)
    pay(in_review)
    finish(in_review)

    assert in_review.ended_at == ["Refunded"]
    assert in_review.variables["agreed"] == 12000


def test_a_small_request_of_a_trusted_buyer_is_approved_by_rule(
    refund_case: Callable[..., Case],
) -> None:
    case = refund_case(amount=1500, shipped=False, facts={"trust": 95, "order_status": "paid"})

    assert case.stands_at == ["ApproveByRule"]
    assert case.inputs("ApproveByRule")["by"] == "policy:unshipped_trusted"
    case.complete("ApproveByRule", agreed=1500)
    assert case.stands_at == ["StartRefund"]


def test_a_request_outside_the_rules_is_closed(refund_case: Callable[..., Case]) -> None:
    case = refund_case(facts={"order_status": "completed", "days_since_receipt": 30})

    assert case.inputs("CloseAsNotEligible")["why"] == "window_closed"
    case.complete("CloseAsNotEligible")

    assert case.ended_at == ["NotEligible"]


def test_a_rejected_buyer_may_withdraw(in_review: Case) -> None:
    reject(in_review)
    in_review.complete("AnswerRejection", answer="withdraw")
    in_review.complete("WithdrawByBuyer")

    assert in_review.ended_at == ["Withdrawn"]


def test_a_verdict_without_refund_closes_the_case(in_review: Case) -> None:
    in_review.complete("ReviewRefund", decision="escalate", completed_by="sofia")
    in_review.complete("OpenDispute")
    in_review.complete("RespondToDispute", statement="It was delivered")
    in_review.complete("AddEvidence", statement="It was not")
    in_review.complete("DecideDispute", outcome="none", responsible="buyer", completed_by="cora")
    in_review.complete("RecordVerdict", outcome="none", amount=0)
    in_review.complete("CloseByVerdict")

    assert in_review.ended_at == ["ClosedByVerdict"]


def test_a_verdict_with_refund_is_paid(in_review: Case) -> None:
    reject(in_review)
    in_review.complete("AnswerRejection", answer="escalate", completed_by="lin.buyer")
    assert in_review.inputs("OpenDispute")["by"] == "lin.buyer"
    in_review.complete("OpenDispute")
    in_review.complete("RespondToDispute", statement="No")
    in_review.complete("AddEvidence", statement="Yes")
    in_review.complete(
        "DecideDispute", outcome="refund", amount=99.99, responsible="seller", completed_by="cora"
    )
    assert in_review.inputs("RecordVerdict")["amount"] == 9999
    in_review.complete("RecordVerdict", outcome="refund", amount=9999)
    pay(in_review)
    finish(in_review)

    assert in_review.ended_at == ["Refunded"]
    assert in_review.variables["agreed"] == 9999


# boundary events


def test_a_silent_seller_approves_after_48_hours(in_review: Case) -> None:
    in_review.advance(timedelta(hours=47, minutes=59))
    assert in_review.stands_at == ["ReviewRefund"]

    in_review.advance(timedelta(minutes=1))

    assert in_review.stands_at == ["ApproveBySilence"]
    assert in_review.inputs("ApproveBySilence")["basis"] == "silence"


def test_the_buyer_withdraws_while_the_seller_thinks(in_review: Case) -> None:
    in_review.deliver("BuyerWithdraws")
    in_review.complete("WithdrawByBuyer")

    assert in_review.ended_at == ["Withdrawn"]


def test_an_order_that_ships_asks_the_buyer_and_keeps_the_sellers_time(in_review: Case) -> None:
    in_review.advance(timedelta(hours=40))
    in_review.deliver("OrderShipped")
    in_review.complete("MarkShipped")
    in_review.advance(timedelta(hours=10))
    in_review.complete("DecideAfterShipping", answer="keep")
    assert in_review.stands_at == ["ReviewRefund"]

    in_review.advance(timedelta(hours=7, minutes=59))
    assert in_review.stands_at == ["ReviewRefund"]
    in_review.advance(timedelta(minutes=1))

    assert in_review.stands_at == ["ApproveBySilence"]


def test_a_buyer_silent_about_shipping_keeps_the_request(in_review: Case) -> None:
    in_review.deliver("OrderShipped")
    in_review.complete("MarkShipped")

    in_review.advance(timedelta(hours=48))

    assert in_review.stands_at == ["ReviewRefund"]
    assert "BuyerKeepsSilent" in in_review.path


def test_a_buyer_may_withdraw_after_shipping(in_review: Case) -> None:
    in_review.deliver("OrderShipped")
    in_review.complete("MarkShipped")
    in_review.deliver("BuyerWithdrawsShipped")

    assert in_review.stands_at == ["WithdrawByBuyer"]


def test_a_buyer_may_answer_shipping_with_withdrawal(in_review: Case) -> None:
    in_review.deliver("OrderShipped")
    in_review.complete("MarkShipped")
    in_review.complete("DecideAfterShipping", answer="withdraw")

    assert in_review.stands_at == ["WithdrawByBuyer"]


def test_above_the_limit_a_second_person_approves(refund_case: Callable[..., Case]) -> None:
    case = refund_case(amount=50001)
    case.complete("NotifySeller")
    approve(case)
    assert case.stands_at == ["SecondApproval"]

    case.complete("SecondApproval", approved="yes", completed_by="marco")

    assert case.inputs("RecordApproval")["by"] == "sofia"
    assert case.inputs("RecordApproval")["second_by"] == "marco"


def test_at_the_limit_one_person_is_enough(refund_case: Callable[..., Case]) -> None:
    case = refund_case(amount=50000)
    case.complete("NotifySeller")
    approve(case)

    assert case.stands_at == ["RecordApproval"]


def test_an_approval_that_cannot_be_granted_goes_back_to_the_seller(in_review: Case) -> None:
    approve(in_review)
    in_review.throw("RecordApproval", "APPROVAL_REFUSED")

    assert in_review.stands_at == ["ReviewRefund"]
    assert in_review.inputs("ReviewRefund")["refused"] == "APPROVAL_REFUSED"


def test_a_refused_second_approval_goes_back_to_review(refund_case: Callable[..., Case]) -> None:
    case = refund_case(amount=50001)
    case.complete("NotifySeller")
    approve(case)
    case.complete("SecondApproval", approved="no", completed_by="marco")

    assert case.stands_at == ["ReviewRefund"]


def test_a_silent_second_approver_does_not_give_the_seller_more_time(
    refund_case: Callable[..., Case],
) -> None:
    case = refund_case(amount=50001)
    case.complete("NotifySeller")
    case.advance(timedelta(hours=40))
    approve(case)

    case.advance(timedelta(hours=8))

    assert case.stands_at == ["ApproveBySilence"]
    assert "SecondApproverSilent" in case.path


def test_a_buyer_withdraws_before_the_second_approval(refund_case: Callable[..., Case]) -> None:
    case = refund_case(amount=50001)
    case.complete("NotifySeller")
    approve(case)
    case.deliver("BuyerWithdrawsLate")

    assert case.stands_at == ["WithdrawByBuyer"]


def test_an_accepted_offer_is_what_is_refunded(in_review: Case) -> None:
    offer(in_review)
    assert in_review.inputs("AnswerOffer")["amount"] == 60.5
    in_review.complete("AnswerOffer", answer="accept", completed_by="lin.buyer")
    in_review.complete("AgreeOnOffer")

    recorded = in_review.inputs("RecordApproval")
    assert (recorded["amount"], recorded["basis"], recorded["by"]) == (6050, "agreement", "sofia")


def test_a_declined_offer_returns_with_the_sellers_remaining_time(in_review: Case) -> None:
    in_review.advance(timedelta(hours=20))
    offer(in_review)
    in_review.advance(timedelta(hours=30))
    in_review.complete("AnswerOffer", answer="decline", completed_by="lin.buyer")
    in_review.complete("DeclineOffer")
    assert in_review.stands_at == ["ReviewRefund"]

    in_review.advance(timedelta(hours=28))

    assert in_review.stands_at == ["ApproveBySilence"]


def test_an_offer_lapses_after_48_hours(in_review: Case) -> None:
    offer(in_review)
    in_review.advance(timedelta(hours=48))
    in_review.complete("LapseOffer")

    assert in_review.stands_at == ["ReviewRefund"]


def test_an_offer_above_the_ceiling_goes_back_to_the_seller(in_review: Case) -> None:
    in_review.complete("ReviewRefund", decision="offer", offer_amount=500, completed_by="sofia")
    in_review.throw("RecordOffer", "OFFER_REFUSED")

    assert in_review.stands_at == ["ReviewRefund"]
    assert in_review.inputs("ReviewRefund")["refused"] == "OFFER_REFUSED"
    offer(in_review)
    in_review.complete("AnswerOffer", answer="decline")
    in_review.complete("DeclineOffer")
    assert in_review.inputs("ReviewRefund")["refused"] is None


def test_a_buyer_withdraws_instead_of_answering_an_offer(in_review: Case) -> None:
    offer(in_review)
    in_review.deliver("BuyerWithdrawsOffer")

    assert in_review.stands_at == ["WithdrawByBuyer"]


def test_a_rejected_buyer_asks_again_with_a_new_amount(in_review: Case) -> None:
    reject(in_review)
    in_review.complete("AnswerRejection", answer="amend", amount=80, note="at least this")
    assert in_review.inputs("AmendRequest")["amount"] == 8000
    in_review.complete("AmendRequest", amount=8000, reason="not_received", round=2)

    assert in_review.stands_at == ["ReviewRefund"]
    assert in_review.inputs("ReviewRefund")["request"]["amount"] == 8000
    assert in_review.inputs("ReviewRefund")["request"]["round"] == 2


def test_a_new_round_gives_the_seller_the_full_time(in_review: Case) -> None:
    in_review.advance(timedelta(hours=40))
    reject(in_review)
    in_review.complete("AnswerRejection", answer="amend", amount=80)
    in_review.complete("AmendRequest", amount=8000, reason="not_received", round=2)

    in_review.advance(timedelta(hours=47))
    assert in_review.stands_at == ["ReviewRefund"]


def test_an_amendment_above_the_ceiling_is_asked_again(in_review: Case) -> None:
    reject(in_review)
    in_review.complete("AnswerRejection", answer="amend", amount=9000)
    in_review.throw("AmendRequest", "AMOUNT_REFUSED")

    assert in_review.stands_at == ["AnswerRejection"]
    assert in_review.inputs("AnswerRejection")["refused"] == "AMOUNT_REFUSED"


def test_after_five_rounds_the_buyer_can_only_escalate_or_withdraw(in_review: Case) -> None:
    reject(in_review)
    in_review.complete("AnswerRejection", answer="amend", amount=80)
    in_review.throw("AmendRequest", "ROUNDS_SPENT")

    assert in_review.stands_at == ["AnswerRejection"]
    assert in_review.inputs("AnswerRejection")["refused"] == "ROUNDS_SPENT"


def test_a_rejected_and_silent_buyer_withdraws_after_seven_days(in_review: Case) -> None:
    reject(in_review)
    in_review.advance(timedelta(days=7))
    in_review.complete("WithdrawBySilence")

    assert in_review.ended_at == ["WithdrawnBySilence"]


def test_a_rejected_buyer_withdraws_by_message(in_review: Case) -> None:
    reject(in_review)
    in_review.deliver("BuyerWithdrawsRejected")

    assert in_review.stands_at == ["WithdrawByBuyer"]


def test_a_buyer_withdraws_from_a_dispute(in_review: Case) -> None:
    in_review.complete("ReviewRefund", decision="escalate", completed_by="sofia")
    in_review.complete("OpenDispute")
    in_review.deliver("BuyerWithdrawsDispute")
    assert in_review.stands_at == ["WithdrawByBuyer"]
    in_review.complete("WithdrawByBuyer")

    assert in_review.ended_at == ["Withdrawn"]


def refuse_refund(case: Case) -> None:
    """Approved, but the provider refuses for good: finance has it."""
    approve(case)
    case.complete("RecordApproval", agreed=12000)
    pay(case, "rejected")
    case.complete("RecordRefundFailure")


def pay_outside(case: Case, *, second: str, confirmed: str = "yes") -> None:
    """Fay paid by bank transfer; somebody confirms it, or does not."""
    paid = {"way": "offline", "bank_reference": "B-1", "note": "paid", "completed_by": "fay"}
    case.complete("ResolveFailedRefund", **paid)
    case.complete("ConfirmOfflinePayment", confirmed=confirmed, completed_by=second)


def test_a_refused_refund_goes_to_finance_and_may_be_tried_again(in_review: Case) -> None:
    approve(in_review)
    in_review.complete("RecordApproval", agreed=12000)
    pay(in_review, "rejected")
    assert "RefundRefused" in in_review.path
    in_review.complete("RecordRefundFailure")
    in_review.complete("ResolveFailedRefund", way="retry", completed_by="fay")
    pay(in_review)

    assert in_review.stands_at == ["RecordRefunded"]


def test_a_refund_without_word_goes_to_finance_and_is_paid_outside(in_review: Case) -> None:
    approve(in_review)
    in_review.complete("RecordApproval", agreed=12000)
    pay(in_review, "pending")
    in_review.advance(timedelta(hours=25), answering={"QueryRefund": {"outcome": "pending"}})
    in_review.complete("SettleUnknownRefund", way="offline")
    assert "OutcomeUnknown" in in_review.path
    in_review.complete("RecordRefundFailure")
    pay_outside(in_review, second="frank")
    recorded = in_review.inputs("RecordOfflinePayment")
    assert (recorded["by"], recorded["second_by"]) == ("fay", "frank")
    in_review.complete("RecordOfflinePayment", outcome="succeeded")

    assert in_review.stands_at == ["RecordRefunded"]


def test_money_that_comes_back_before_it_is_counted_goes_to_finance(in_review: Case) -> None:
    approve(in_review)
    in_review.complete("RecordApproval", agreed=12000)
    pay(in_review)
    in_review.throw("RecordRefunded", "REFUND_REVERSED")
    assert "CameBack" in in_review.path
    in_review.complete("RecordRefundFailure")

    assert in_review.stands_at == ["ResolveFailedRefund"]


def test_one_person_cannot_pay_outside_alone(in_review: Case) -> None:
    refuse_refund(in_review)
    pay_outside(in_review, second="fay")
    in_review.throw("RecordOfflinePayment", "FOUR_EYES")

    assert in_review.stands_at == ["ResolveFailedRefund"]


def test_an_unconfirmed_offline_payment_goes_back(in_review: Case) -> None:
    refuse_refund(in_review)
    pay_outside(in_review, second="frank", confirmed="no")

    assert in_review.stands_at == ["ResolveFailedRefund"]
