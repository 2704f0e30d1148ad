"""Evidence of a case: brought forward, put on record, and handed out. Its bytes: `evidence`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from handlers.cases import evidence
from handlers.cases.access import allows, locked_for
from handlers.cases.errors import EvidenceRefused, NotAllowed
from handlers.cases.evidence import Accepted, Upload
from handlers.cases.judging import MAX_DESCRIPTION, is_readable
from handlers.cases.models import Case, Evidence
from handlers.cases.numbers import is_case_no
from processes import clock
from processes.contract import Actor

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """A file to send to a browser: with nosniff, and as a download unless `inline`."""

    name: str
    media_type: str
    data: bytes | None
    """None: it was brought, but what we kept of it is lost or damaged."""
    inline: bool


@transaction.atomic
def add_evidence(case_no: str, actor: Actor, files: Sequence[Upload], note: str = "") -> None:
    """Bring files forward; a file that is there already changes nothing.

    Raises:
        NoSuchCase: the actor may not see it.
        EvidenceRefused: too big, too many, or of a wrong type.
    """
    case = locked_for(case_no, actor)
    if not allows(case, actor, "add_evidence"):
        raise NotAllowed
    if len(note) > MAX_DESCRIPTION or not is_readable(note):
        raise EvidenceRefused(_("Please write a shorter or more readable note."))
    types = Evidence.objects.filter(case=case).values_list("media_type", flat=True)
    videos = sum(media_type in evidence.VIDEOS for media_type in types)
    accepted = evidence.accept(files, files=len(types) - videos, videos=videos)
    add_evidence_rows(case, accepted, by=actor.name, at=clock.now(), note=note)


def evidence_file(case_no: str, evidence_id: int) -> EvidenceFile | None:
    """A file of a case; the caller has checked that the reader may see the case."""
    if not is_case_no(case_no):
        return None
    row = Evidence.objects.filter(case__case_no=case_no, pk=evidence_id).first()
    if row is None:
        return None
    data = evidence.bytes_of(row.sha256)
    if data is None:
        logger.error("Evidence %s of case %s is lost: %s", evidence_id, case_no, row.sha256)
    return EvidenceFile(
        name=row.name,
        media_type=row.media_type,
        data=data,
        inline=evidence.may_show_inline(row.media_type),
    )


def add_evidence_rows(
    case: Case, files: Sequence[Accepted], *, by: str, at: datetime, note: str = ""
) -> None:
    """Keep the files and put them on record; the same bytes again change nothing."""
    for one in files:
        evidence.keep(one)
    Evidence.objects.bulk_create(
        (
            Evidence(
                case=case,
                sha256=one.sha256,
                name=one.name,
                media_type=one.media_type,
                size=len(one.data),
                note=note,
                by=by,
                at=at,
            )
            for one in files
        ),
        ignore_conflicts=True,
    )
