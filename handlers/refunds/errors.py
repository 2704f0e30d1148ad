"""What can be wrong with a request for money."""

from __future__ import annotations


class RefundError(Exception):
    """Base of this capability's errors."""


class AboveCeiling(RefundError):
    """More than can still be refunded."""

    def __init__(self, *, asked: int, max_amount: int) -> None:
        super().__init__(f"Expected at most {max_amount}, but {asked} was asked for")
        self.max_amount = max_amount


class BadAmount(RefundError):
    """Not an amount that could be refunded at all."""


class NoHold(RefundError):
    def __init__(self, case_no: str) -> None:
        super().__init__(f"Expected case {case_no} to hold an amount, but it does not")


class HoldInUse(RefundError):
    """The hold cannot be changed or released any more: money may be moving."""

    def __init__(self, case_no: str, state: str) -> None:
        super().__init__(f"Expected the hold of {case_no} to be free, but it is {state}")


class FourEyesMissing(RefundError):
    """A second person, different from the first, must agree to an amount like this."""

    def __init__(self, sentence: str, *, left: int | None = None) -> None:
        super().__init__(sentence)
        self.left = left
        """What one person may still grant on the order; None: that is not what is wrong."""


class NotAuthorised(RefundError):
    def __init__(self, case_no: str) -> None:
        super().__init__(f"Expected somebody to have authorised the refund of {case_no}")


class UnknownRefund(RefundError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Expected a refund {name!r}, but there is none")


class NotTerminal(RefundError):
    """The provider may still pay on the last key: no new one may be made."""


class ReferenceUsed(RefundError):
    """That bank reference proves another payment already."""


class OwedDiffers(RefundError):
    """Not what is owed was paid another way, but more or less."""

    def __init__(self, *, owed: int, paid: int | None) -> None:
        super().__init__(f"Expected {owed} to be transferred, but it was {paid}")
        self.owed = owed


class AboveCap(RefundError):
    """More freight or goodwill than the order may get."""


class NoStatement(RefundError):
    """Nobody has said anything, or somebody was faster."""


class DifferenceOpen(RefundError):
    """What is known about the order's money may be wrong: no new provider key until it is not."""

    def __init__(self, *, order_no: str, finding: str, provider_key: str) -> None:
        super().__init__(
            f"Expected no critical difference to be open about order {order_no}, but {finding}"
            f" of {provider_key} is: finance closes it on the money desk, then this step can be"
            " tried again"
        )
