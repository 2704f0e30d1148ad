"""Documents are kept beside a case, under their hashes: its process carries none of them."""

from __future__ import annotations

import pytest

from handlers.cases.evidence import Upload
from processes.models import HistoryEvent, Job, ProcessInstance, UserTask
from tests.handlers.cases.conftest import apply
from tests.handlers.cases.test_evidence import JPEG
from tests.handlers.shop import shop_order


def stored(case_no: str) -> int:
    """Bytes of the state, of the work that is open and of the history of a case."""
    case = ProcessInstance.objects.get(business_key=case_no)
    tasks = UserTask.objects.filter(instance_id=case.pk)
    jobs = Job.objects.filter(instance_id=case.pk)
    events = HistoryEvent.objects.filter(instance_id=case.pk)
    return (
        len(case.state)
        + sum(len(str(task.variables)) for task in tasks)
        + sum(len(str(job.inputs)) for job in jobs)
        + sum(len(event.body) for event in events)
    )


@pytest.mark.usefixtures("deployed", "evidence_folder")
def test_a_case_with_200_kilobytes_of_documents_is_as_small_as_one_with_two() -> None:
    sizes = {}
    for kilobytes in (2, 200):
        order = shop_order(lines=[(3, 10000)], shipping=1200)
        quarter = kilobytes * 1024 // 4
        pictures = [Upload(name=f"{n}.jpg", data=JPEG + bytes([n]) * quarter) for n in range(4)]
        sizes[kilobytes] = stored(apply(order, evidence=pictures))

    # Numbers of orders and cases, and moments, may have more or fewer digits.
    assert abs(sizes[200] - sizes[2]) < 100
