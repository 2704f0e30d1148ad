"""The life of a process definition: draft → in review → approved → live → retired.

viewflow's state machine judges the transition; saving is up to whoever asks for it.
"""

from __future__ import annotations

from viewflow.fsm import State, TransitionNotAllowed

from .models import ProcessDefinition

Status = ProcessDefinition.Status

__all__ = ["DefinitionLife", "TransitionNotAllowed"]


class DefinitionLife:
    """What may become of `definition` next."""

    state = State(Status, default=Status.DRAFT)

    def __init__(self, definition: ProcessDefinition) -> None:
        self.definition = definition

    @state.getter()
    def _status(self) -> Status:
        return Status(self.definition.status)

    @state.setter()
    def _set_status(self, value: Status) -> None:
        self.definition.status = value

    @state.transition(source=Status.DRAFT, target=Status.IN_REVIEW)
    def submit(self) -> None:
        """Ask somebody else to look at it."""

    @state.transition(source=Status.IN_REVIEW, target=Status.DRAFT)
    def send_back(self) -> None:
        """Ask for changes."""

    @state.transition(source=Status.IN_REVIEW, target=Status.APPROVED)
    def approve(self) -> None:
        """Say that it may go live."""

    @state.transition(source=(Status.DRAFT, Status.APPROVED), target=Status.LIVE)
    def release(self) -> None:
        """Let new cases begin on it: after approval, or from files under version control."""

    @state.transition(source=Status.LIVE, target=Status.RETIRED)
    def retire(self) -> None:
        """Let no new case begin on it; running ones go on."""
