"""The application's own list of notices: the stored row is the delivery."""

from __future__ import annotations

from handlers.notifications.port import Letter


class InApp:
    """People find the notice when they look."""

    def deliver(self, letter: Letter) -> None:
        """Nothing to do: the row is there already."""
