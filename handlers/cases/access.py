"""What an actor may do to a stored case: the rules, asked of its row."""

from __future__ import annotations

from handlers.cases import locking, rules
from handlers.cases.errors import NoSuchCase
from handlers.cases.models import Case
from handlers.cases.status import Status
from processes.contract import Actor


def locked_for(case_no: str, actor: Actor) -> Case:
    """The case, locked, for somebody who may see it.

    Raises:
        NoSuchCase: there is none, or he may not.
    """
    case = locking.locked(case_no)
    if not allows(case, actor, "read"):
        raise NoSuchCase(case_no)
    return case


def allows(case: Case, actor: Actor, action: str) -> bool:
    """Whether he may do that to it now."""
    role = rules.role_in(actor, buyer=case.buyer, tenant=case.tenant)
    return rules.is_allowed(action, role=role, status=Status(case.status))
