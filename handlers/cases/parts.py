"""Reads the parts that a case's status follows from, in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from handlers.cases.models import (
    Case,
    Closing,
    Decision,
    Dispute,
    MoneyMark,
    Offer,
    Round,
    Verdict,
)
from handlers.cases.status import Answer, Ending, Outcome, Parts, Progress, Ruling

_OF_CASE = {"case": OuterRef("pk")}
_LATEST_ROUND = Subquery(Round.objects.filter(**_OF_CASE).order_by("-round").values("round")[:1])


def parts_of(case: Case) -> Parts:
    """What is on record about `case` now; nothing is taken from the case row itself."""
    row = (
        Case.objects.filter(pk=case.pk)
        .annotate(latest_round=_LATEST_ROUND)
        .annotate(
            offer=_latest(Offer, "number", "answer", round=OuterRef("latest_round")),
            ruling=_latest(Decision, "round", "ruling", round=OuterRef("latest_round")),
            disputed=Exists(Dispute.objects.filter(**_OF_CASE)),
            verdict=_latest(Verdict, "number", "outcome"),
            progress=_latest(MoneyMark, "number", "progress"),
            ending=Subquery(Closing.objects.filter(**_OF_CASE).values("ending")[:1]),
        )
        .values("latest_round", "offer", "ruling", "disputed", "verdict", "progress", "ending")
        .get()
    )
    return Parts(
        round=row["latest_round"],
        offer=_maybe(Answer, row["offer"]),
        ruling=_maybe(Ruling, row["ruling"]),
        disputed=row["disputed"],
        verdict=_maybe(Outcome, row["verdict"]),
        progress=_maybe(Progress, row["progress"]),
        ending=_maybe(Ending, row["ending"]),
    )


def _latest(model: Any, order: str, value: str, **more: Any) -> Subquery:
    return Subquery(
        model.objects.filter(**_OF_CASE, **more).order_by(f"-{order}").values(value)[:1]
    )


def _maybe(kind: Any, value: str | None) -> Any:
    return None if value is None else kind(value)
