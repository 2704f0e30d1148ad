"""Plays the stories of the demo world through the real commands and the real process."""

from __future__ import annotations

import struct
import zlib

from handlers.cases import api as cases
from processes import queries, runtime, worker
from processes.contract import Actor
from webapp.access import actor_of
from webapp.accounts.models import User
from webapp.demo.stories import STORIES, WITHDRAW, Step, Story


def seed_cases() -> int:
    """Play the stories that have not begun, return how many that were.

    Steps that only people take are taken one after the other; what the process does in
    between is done here and now. The last service tasks of a story are left to the workers.
    """
    people = _actors()
    begun = [_begin(story, people) for story in STORIES]
    new = [(story, case_no) for story, case_no in begun if case_no is not None]
    for turn in range(max((len(story.steps) for story, _ in new), default=0)):
        while worker.work():
            pass
        for story, case_no in new:
            if turn < len(story.steps):
                _take(story.steps[turn], case_no, people)
    return len(new)


def _actors() -> dict[str, Actor]:
    return {user.username: actor_of(user) for user in User.objects.prefetch_related("groups")}


def _begin(story: Story, people: dict[str, Actor]) -> tuple[Story, str | None]:
    """The story's new case; None when it was begun before."""
    buyer = people[story.sale.buyer]
    if cases.cases_of_buyer(buyer.name, order_no=story.sale.order_no):
        return story, None
    case_no = cases.submit(
        order_no=story.sale.order_no,
        buyer=buyer,
        lines=story.lines,
        reason=story.reason,
        description=story.text,
        shipping=story.shipping,
        evidence=[cases.Upload(name="photo.png", data=_picture(story.sale.order_no))]
        if story.picture
        else [],
        client_token=f"demo-{story.sale.order_no}",
    )
    return story, case_no


def _take(step: Step, case_no: str, people: dict[str, Actor]) -> None:
    """Take one step; a case that is not there yet stays where it is."""
    actor = people[step.login]
    if step.form_id == WITHDRAW:
        cases.withdraw(case_no, actor)
        return
    tasks = [one for one in queries.open_tasks(case_no) if one.form_id == step.form_id]
    if not tasks:
        return
    task = tasks[0]
    if task.assignee != actor.name:
        runtime.claim_task(task.id, actor)
    runtime.complete_user_task(task_id=task.id, output=dict(step.data), actor=actor)


_SIZE = 96


def _picture(text: str) -> bytes:
    """A small PNG whose colours follow from the text: something to see beside a case."""
    seed = zlib.crc32(text.encode())
    rows = b"".join(
        b"\0" + b"".join(_pixel(seed, x, y) for x in range(_SIZE)) for y in range(_SIZE)
    )
    head = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _pixel(seed: int, x: int, y: int) -> bytes:
    inside = (x - 48) ** 2 + (y - 48) ** 2 < 1100
    tone = (seed >> 16) & 127 if inside else 200
    return bytes(((seed & 63) + tone // 2, ((seed >> 8) & 63) + x, tone))


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
