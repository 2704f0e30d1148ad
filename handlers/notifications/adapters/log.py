"""Writes notices to the log: for a developer's machine, and to see what would be sent."""

from __future__ import annotations

import logging

from handlers.notifications.port import Letter

logger = logging.getLogger(__name__)


class Log:
    """A channel that reaches whoever reads the log. Titles only: texts may name people."""

    def deliver(self, letter: Letter) -> None:
        """Write one line."""
        logger.info("Notice %s: %s (%s)", letter.key, letter.title, letter.case_no)
