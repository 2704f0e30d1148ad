"""Where we depart from SpiffWorkflow: all of it here, and for one version only.

Nothing is patched in place; SpiffWorkflow's own classes are extended:

- `Token` takes its id from the instance instead of `uuid4`, keeps the variables it is given
  instead of deep-merging its parent's, and logs nothing (the log extras take a tenth of the
  time of stock SpiffWorkflow even with logging disabled).
- `Node` predicts nothing. Stock SpiffWorkflow builds the tree of everything that may come,
  walks it after every task, and stops walking at depth 1,000 without a word.
- Who becomes ready stands on the agenda of the instance, and is run from there. There are no
  assignments and listeners of single tasks, which stock SpiffWorkflow looks for each time.
- `Scope` keeps no finished tasks except those at which branches parted.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from .merging import Data

if TYPE_CHECKING:
    from .instance import Instance
    from .nodes import Node
    from .sleeping import Sleepers

VERSION = "3.2.0"

if version("SpiffWorkflow") != VERSION:
    msg = f"Expected SpiffWorkflow {VERSION}, found {version('SpiffWorkflow')}: read patches.py"
    raise ImportError(msg)

__all__ = ["Scope", "Task", "TaskSpec", "TaskState", "Token", "Workflow", "WorkflowSpec"]


class Token(Task):
    """Where a process instance stands, or stood when its branches parted (COMPLETED)."""

    id: str
    data: Data
    workflow: Scope
    task_spec: Node
    internal_data: dict[str, Any]

    def __init__(
        self,
        scope: Scope,
        node: Node,
        *,
        token_id: str,
        parent: Token | None,
        data: Data,
        state: int = TaskState.FUTURE,
    ) -> None:
        # Not `Task.__init__`: it asks the clock, and looks its parent up by its id.
        self.id = token_id
        self.number = int(token_id, 36)
        """Tokens in the order in which they came."""
        self.workflow = scope
        self.task_spec = node
        self.data = data
        self.internal_data = {}
        self.triggered = False
        self.last_state_change = 0.0
        self._state = state
        self._children: list[str] = []
        self._parent = None
        scope.tasks[token_id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(token_id)

    def _set_state(self, value: int) -> None:
        self._state = value

    def _ready(self) -> None:
        self._state = TaskState.READY
        self.workflow.instance.agenda.append(self)

    def run(self) -> None:
        """Do the work of the element, or let somebody outside begin with it."""
        if self.task_spec._run_hook(self) is None:
            self._state = TaskState.STARTED
        else:
            self.complete()


class Scope(Workflow):
    """One running process, embedded sub-process or called process."""

    spec: WorkflowSpec
    tasks: dict[str, Token]
    task_tree: Token | None

    def __init__(
        self,
        spec: WorkflowSpec,
        *,
        instance: Instance,
        activity: Token | None,
        entry: Data,
    ) -> None:
        # Not `Workflow.__init__`: it predicts the whole tree, and makes events nobody hears.
        self.spec = spec
        self.tasks = {}
        self.task_tree = None
        self.instance = instance
        self.asleep: Sleepers | None = None
        """Branches that nobody has looked at yet."""
        self.activity = activity
        """The sub-process or call activity that waits for this scope; None at the top."""
        self.record: list[list[Any]] = []
        """What was completed and can be undone, the oldest first."""
        self.shared: Data | None = None
        """What all in it have while somebody waits for a condition (`conditions`)."""
        self.entry = entry
        """The variables with which it began: what changed since is what it did."""
        self.failed = False
        """Whether an error is about to end it."""
