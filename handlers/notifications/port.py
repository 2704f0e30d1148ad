"""What a channel to people outside must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A notice, written out in one language."""

    recipient: str
    title: str
    text: str
    case_no: str
    key: str
    """The same whenever the same notice is handed over again."""


class Channel(Protocol):
    """A way to reach people: an adapter is one file and one line in NOTIFICATION_CHANNELS."""

    def deliver(self, letter: Letter) -> None:
        """Hand the letter over; the same `key` twice must reach the person once.

        Raises:
            OSError: the channel is down; the notice stays queued and is tried again.
        """
        ...
