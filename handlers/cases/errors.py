"""Ways in which the case desk refuses. Each sentence is shown to the person who asked."""

from __future__ import annotations

from django.utils.translation import gettext as _


class CaseError(Exception):
    """Base of all refusals about cases; `str()` is a sentence for the person who asked."""


class NoSuchCase(CaseError):
    """There is no such case for this person: screens answer 404."""

    def __init__(self, case_no: str) -> None:
        super().__init__(_("There is no case %(case_no)s.") % {"case_no": case_no})
        self.case_no = case_no


class NoSuchOrder(CaseError):
    """There is no such order for this buyer: screens answer 404."""

    def __init__(self, order_no: str) -> None:
        super().__init__(_("There is no order %(order_no)s.") % {"order_no": order_no})
        self.order_no = order_no


class CaseRefused(CaseError):
    """Nothing changed; `field` names the input that the sentence is about, if one is."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class NotEligible(CaseRefused):
    """The rules allow no refund here; `why` is the code the decision table gave."""

    def __init__(self, why: str, sentence: str) -> None:
        super().__init__(sentence, field="reason")
        self.why = why


class AmountRefused(CaseRefused):
    """Nothing was asked for, or more than can still be refunded."""

    def __init__(self, sentence: str, *, max_amount: int) -> None:
        super().__init__(sentence, field="amount")
        self.max_amount = max_amount


class LineTaken(CaseRefused):
    """Another open case already claims these units of the order line (P6)."""

    def __init__(self, line_no: str) -> None:
        sentence = _("Line %(line)s is already part of an open case.") % {"line": line_no}
        super().__init__(sentence, field="lines")
        self.line_no = line_no


class RoundsSpent(CaseRefused):
    """The line was applied for as often as the policy allows."""

    def __init__(self, limit: int) -> None:
        sentence = _("A line can be applied for %(limit)s times, and all of them are used.")
        super().__init__(sentence % {"limit": limit}, field="lines")
        self.limit = limit


class NotAllowed(CaseRefused):
    """This person may not do this to this case, or not any more."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("You may not do this."))


class EvidenceRefused(CaseRefused):
    """The file is too big, one too many, or not what evidence may be."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="evidence")


class StatusDisagrees(Exception):
    """The life cycle and the records say different things: a bug, so nothing is saved."""

    def __init__(self, case_no: str, *, stored: str, derived: str) -> None:
        super().__init__(f"Expected case {case_no} to be {stored}, but its records say {derived}")


class CameBack(CaseError):
    """The money has left the buyer again before the case could count it."""

    def __init__(self, case_no: str) -> None:
        super().__init__(f"Expected the refund of {case_no} to have succeeded, but it came back")
