"""Ways in which the runtime refuses. A sentence says what was expected and what is.

Each carries a sentence for the person who asked, in their language: `str(error)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


class ProcessError(Exception):
    """Base of all refusals of the runtime: nothing was changed."""


class NoSuchProcess(ProcessError):
    """No live version of the process is deployed."""

    def __init__(self, key: str) -> None:
        super().__init__(_("Expected process “%(key)s” to be live, but it is not") % {"key": key})


class NoSuchCase(ProcessError):
    """The case does not exist or no longer runs."""

    def __init__(self) -> None:
        super().__init__(_("Expected a running case, but it has ended or never was"))


class NoSuchTask(ProcessError):
    """There is no such task."""

    def __init__(self) -> None:
        super().__init__(_("Expected a task, but there is none of this number"))


class NotYourTask(ProcessError):
    """The actor is neither the assignee nor, while nobody has it, of the task's audiences."""

    def __init__(self, task: str) -> None:
        super().__init__(_("Expected “%(task)s” to be yours, but it is not") % {"task": task})


class TaskAlreadyTaken(NotYourTask):
    """Somebody else has the task."""

    def __init__(self, task: str, assignee: str) -> None:
        ProcessError.__init__(
            self,
            _("Expected “%(task)s” to be free, but %(assignee)s has it")
            % {"task": task, "assignee": assignee},
        )


class TaskAlreadyClosed(ProcessError):
    """The task was done by somebody else, or the case has moved on without it."""

    def __init__(self, task: str) -> None:
        super().__init__(_("Expected “%(task)s” to be open, but it is closed") % {"task": task})


class StaleTask(ProcessError):
    """The form was made before the task was changed by somebody else."""

    def __init__(self, task: str) -> None:
        super().__init__(
            _("“%(task)s” has been changed since you opened it. Please look again.")
            % {"task": task}
        )


class StaleCase(ProcessError):
    """The instance was changed under our hands: cannot happen while its lock is held."""

    def __init__(self) -> None:
        super().__init__(_("The case has been changed meanwhile. Please try again."))


class CannotGoOn(ProcessError):
    """The diagram gives no way on from here; the case stays where it was."""

    def __init__(self, sentence: str) -> None:
        super().__init__(_("The case cannot go on: %(sentence)s") % {"sentence": sentence})


class AlreadyAwaited(CannotGoOn):
    """Another token waits for the same message with the same key."""


class BadVariables(ProcessError):
    """Not plain JSON, or more of it than a case may hold."""


class NoSuchIncident(ProcessError):
    """There is no such open incident."""

    def __init__(self) -> None:
        super().__init__(_("Expected an open incident, but it is resolved or never was"))


class NoSuchTimer(ProcessError):
    """It has fired, or what it was drawn on has ended."""

    def __init__(self) -> None:
        super().__init__(_("Expected a timer that waits, but it has fired or is not needed"))


class CannotBeMoved(ProcessError):
    """Tokens of the case cannot be moved by hand as asked; `sentences` says why."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


class NothingToDeploy(ProcessError):
    """No executable process was found."""


class MessageTaken(ProcessError):
    """Another live process begins with the message: it would not be clear which one does."""

    def __init__(self, message: str, process: str) -> None:
        super().__init__(
            _(
                "Expected one process that begins with message “%(message)s”, found "
                "“%(process)s” too; deploy that one without it"
            )
            % {"message": message, "process": process}
        )


class CannotDeploy(ProcessError):
    """The diagrams have problems; `problems` holds one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class BadCursor(ProcessError):
    """The page mark was not made by us."""

    def __init__(self) -> None:
        super().__init__(_("Expected a page mark of ours, got something else"))
