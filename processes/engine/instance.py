"""One process instance while an act moves it: its scopes, who is next, what has happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import branches, conditions, sleeping, waiting
from .errors import BudgetSpent, CannotProceed
from .merging import Data
from .nodes import PAYLOAD
from .patches import Scope, TaskState, Token
from .types import Environment, Outcome, Passage

if TYPE_CHECKING:
    from .building import ScopeSpec
    from .nodes import Node
    from .waiting import Key

TOP = ""
"""Key of the outermost scope; the others are kept by the token that waits for them."""

MAX_MOVES = 5_000
"""Tokens one act may make: a diagram that turns in circles ends here."""
MAX_CALLS = 32
"""Called processes within called processes."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Instance:
    """Not kept between two acts: `codec` makes a state of it and back."""

    def __init__(self, environment: Environment, *, counter: int = 0) -> None:
        self.environment = environment
        self.scopes: dict[str, Scope] = {}
        self.agenda: deque[Token] = deque()
        self.passages: list[Passage] = []
        self.result: Data | None = None
        """Variables of the process when it has ended."""
        self.awaited: dict[Key, None] = {}
        """What was waited for before the act, by those who are awake."""
        self.wrote = True
        """Whether there may be variables that those who wait for a condition do not know yet,
        or somebody has begun to wait for one."""
        self.sharing = False
        """Whether all in it are being given the same variables: then nobody is woken."""
        self.counter = counter
        self._limit = counter + MAX_MOVES

    def token(self, scope: Scope, node: Node, data: Data, *, parent: Token | None = None) -> Token:
        """A new token at `node`, not yet anywhere in the tree unless below `parent`."""
        self.counter += 1
        if self.counter > self._limit:
            sentence = f"Expected to come to rest within {MAX_MOVES} moves; is there a loop?"
            raise BudgetSpent(sentence, element_id=node.name)
        if data is not scope.shared:
            self.wrote = True
        return Token(scope, node, token_id=_base36(self.counter), parent=parent, data=data)

    def open(
        self,
        spec: ScopeSpec,
        *,
        activity: Token | None,
        data: Data,
        payload: Data | None = None,
        at: Node | None = None,
    ) -> None:
        """Begin a process, or the sub-process or called process of `activity`; `at` one of
        its start events, else at the plain one."""
        scope = self.scope(spec, activity=activity, data=data)
        if spec.is_process and self._calls(scope) > MAX_CALLS:
            sentence = f"Expected at most {MAX_CALLS} processes calling one another"
            raise BudgetSpent(sentence, element_id=activity.task_spec.name if activity else "")
        start = at or spec.start_node
        scope.task_tree = self.token(scope, start, data)
        if payload:
            scope.task_tree.internal_data[PAYLOAD] = payload
        start._update(scope.task_tree)
        for node in spec.event_subs:
            node.arm_in(scope)

    def scope(self, spec: ScopeSpec, *, activity: Token | None, data: Data) -> Scope:
        """A scope in which nobody stands yet."""
        scope = Scope(spec, instance=self, activity=activity, entry=data)
        if activity is not None and activity.data is activity.workflow.shared:
            scope.shared = data
        else:
            self.wrote = True
        self.scopes[TOP if activity is None else activity.id] = scope
        return scope

    def _calls(self, scope: Scope) -> int:
        calls = 0
        while scope.activity is not None:
            calls += scope.spec.is_process
            scope = scope.activity.workflow
        return calls

    def run(self) -> None:
        """Move tokens until all of them wait.

        Raises:
            BudgetSpent: they would not come to rest.
            CannotProceed: one of them cannot move on.
        """
        self.wrote = True
        while self._a_condition_holds() or self.agenda or self._open_a_gate():
            if not self.agenda:
                continue
            token = self.agenda.popleft()
            # It may have been cancelled since it became ready.
            if token.state == TaskState.READY and self.stands(token):
                token.run()

    def _a_condition_holds(self) -> bool:
        outermost = self.scopes.get(TOP)
        if not self.wrote or outermost is None or not outermost.spec.watched:
            return False
        self.wrote = False
        return conditions.fire(self)

    def _open_a_gate(self) -> bool:
        """Let those go on who wait for branches that cannot come any more."""
        for scope in self.scopes.values():
            for gate in scope.spec.gates:
                if gate.opens(scope):
                    return True
        return False

    def stands(self, token: Token) -> bool:
        """Whether `token` is still on the diagram."""
        scope = token.workflow
        key = TOP if scope.activity is None else scope.activity.id
        return self.scopes.get(key) is scope and scope.tasks.get(token.id) is token

    def find(self, token_id: str) -> Token | None:
        """The token with this id, wherever it stands; not a fork."""
        found = self.find_awake(token_id)
        while found is None and sleeping.wake(self, token_id):
            found = self.find_awake(token_id)
        return found

    def find_awake(self, token_id: str) -> Token | None:
        """The token with this id, if it does not sleep."""
        for scope in self.scopes.values():
            token = scope.tasks.get(token_id)
            if token is not None and not branches.is_fork(token):
                return token
        return None

    def wake_all(self) -> None:
        """Let nobody sleep."""
        sleeping.wake_all(self)

    def note(self, token: Token) -> None:
        """Remember what `token`, which is no fork, waits for before anything moves."""
        key = waiting.key_of(token)
        if key is not None:
            self.awaited[key] = None

    def standing(self) -> Iterator[Token]:
        """Every token and armed event, the oldest first; forks left out."""
        self.wake_all()
        return self.standing_awake()

    def standing_awake(self) -> Iterator[Token]:
        """Those of them who do not sleep."""
        tokens = [
            token
            for scope in self.scopes.values()
            for token in scope.tasks.values()
            if not branches.is_fork(token)
        ]
        return iter(sorted(tokens, key=lambda token: token.number))

    def pass_on(self, token: Token, outcome: Outcome = Outcome.COMPLETED) -> None:
        """Note that `token` leaves its element."""
        element = token.task_spec.element
        self.passages.append(
            Passage(
                token_id=token.id,
                element_id=element.id,
                process_id=element.process_id,
                name=element.name or element.id,
                type=element.type,
                outcome=outcome,
            )
        )

    def abandon(self, token: Token, outcome: Outcome) -> None:
        """Let an activity end before its time, with all that goes on inside."""
        inner = self.scopes.get(token.id)
        if inner is not None:
            token.task_spec.give_up(token, inner)
            self.close(inner)
        self.pass_on(token, outcome)

    def close(self, scope: Scope) -> None:
        """Take everybody off `scope`, e.g. because it was interrupted."""
        self.clear(scope)
        del self.scopes[TOP if scope.activity is None else scope.activity.id]

    def clear(self, scope: Scope, *, erred: Token | None = None) -> None:
        """Take everybody off `scope`; who `erred` leaves with an error."""
        for token in branches.leaves(scope):
            if token.state in (TaskState.STARTED, TaskState.WAITING) and not token.task_spec.joins:
                self.abandon(token, Outcome.ERROR if token is erred else Outcome.CANCELLED)
        scope.task_tree = None
        scope.tasks.clear()

    def finish(self, scope: Scope, data: Data) -> None:
        """Nobody is left in `scope`: who waits for it goes on."""
        self.close(scope)
        if scope.activity is None:
            self.result = data
        else:
            scope.activity.task_spec.return_from(scope.activity, scope, data)

    def forget(self) -> None:
        """Nothing is asked of this any more.

        Tokens and scopes refer to one another in circles. Who breaks them gives the memory
        back at once; else Python has to search for them, which costs more than an act.
        """
        for scope in self.scopes.values():
            scope.task_tree = scope.asleep = None
            scope.tasks.clear()
        self.scopes.clear()

    def variables(self) -> Data:
        """Of the token that moved last; of the process when it has ended."""
        if self.result is not None:
            return self.result
        youngest = self._youngest()
        while sleeping.wake_youngest(self, than=youngest.number):
            youngest = self._youngest()
        return youngest.data

    def _youngest(self) -> Token:
        """Of those who stand somewhere and do not sleep."""
        youngest: Token | None = None
        for scope in self.scopes.values():
            for token in scope.tasks.values():
                younger = youngest is None or token.number > youngest.number
                if younger and not branches.is_fork(token) and branches.stands_in_flow(token):
                    youngest = token
        assert youngest is not None  # noqa: S101 — a scope that goes on belongs to somebody
        return youngest

    def check_rest(self) -> None:
        """Whether whoever stands somewhere can be moved from outside, or all have ended.

        Raises:
            CannotProceed: somebody waits for what cannot come, e.g. at a parallel gateway.
        """
        standing = list(self.standing())
        if self.result is not None or waiting.awaiting(standing):
            return
        at = ", ".join(sorted({token.task_spec.name for token in standing}))
        sentence = (
            f"Expected a token to wait for something outside, or none to be left, "
            f"but tokens stand at {at} and no further one can come"
        )
        raise CannotProceed(sentence, element_id=standing[0].task_spec.name)


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text
