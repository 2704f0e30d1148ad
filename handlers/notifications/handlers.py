"""The service task `notification.send`: it queues, and never stands in a case's way."""

from __future__ import annotations

import logging

from handlers.notifications.api import notify
from processes.contract import Call, Output, handles

logger = logging.getLogger(__name__)


@handles("notification.send", errors=())
def send(call: Call) -> Output:
    """Queue a notice. A diagram that names nobody or nothing is logged, not failed."""
    to, template = call.inputs.get("to"), call.inputs.get("template")
    case_no, params = call.inputs.get("case_no"), call.inputs.get("params")
    if not (isinstance(to, str) and to and isinstance(template, str) and template):
        logger.error("%s of %s names no recipient or template", call.topic, call.business_key)
        return {}
    notify(
        event=call.idempotency_key,
        template=template,
        to=to,
        case_no=case_no if isinstance(case_no, str) else call.business_key,
        tenant=call.tenant,
        params=params if isinstance(params, dict) else {},
    )
    return {}
