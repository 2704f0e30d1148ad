"""What is kept about a case. The history of the process is the audit; these are the facts.

Rounds, rulings, verdicts, progress and evidence are only ever added (a trigger refuses
anything else); the status of the case follows from them (`status.py`).
"""

from __future__ import annotations

from handlers.cases.models.case import MAX_ROUNDS, AppliedCall, Case, CaseLine
from handlers.cases.models.claims import LineApplication, OpenUnit
from handlers.cases.models.negotiation import Decision, Evidence, Offer, Round
from handlers.cases.models.outcome import Closing, Dispute, MoneyMark, Verdict

__all__ = [
    "MAX_ROUNDS",
    "AppliedCall",
    "Case",
    "CaseLine",
    "Closing",
    "Decision",
    "Dispute",
    "Evidence",
    "LineApplication",
    "MoneyMark",
    "Offer",
    "OpenUnit",
    "Round",
    "Verdict",
]
