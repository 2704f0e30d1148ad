"""What happens at activities: work for people, machines, FEEL and decisions, and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processes.sentences import say

from . import branches
from .errors import CannotProceed
from .events import ARMED, CatchingNode, IntermediateCatchEvent, moment
from .expressions import Compiler
from .merging import Data, merge, written
from .nodes import SEEN, Node
from .patches import Scope, Token
from .types import Element, WaitKind
from .vocabulary import MAX_PRIORITY, MAX_RETRIES

if TYPE_CHECKING:
    from .building import Bundle, ScopeSpec
    from .events import BoundaryEvent

WORK = "w"
"""Of a user or service task: who may do it, until when, as evaluated when it came."""


class Activity(Node):
    """May have boundary events, armed while somebody works on it."""

    arms = True

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self.boundary_events: tuple[BoundaryEvent, ...] = ()

    def _update_hook(self, my_task: Token) -> bool:
        super()._update_hook(my_task)
        if self.arms:
            self._arm_events(my_task)
        return True

    def _arm_events(self, token: Token) -> None:
        for event in self.boundary_events:
            if event.element.event in ARMED:
                event.arm_for(token, self.visible(token))


class UserTask(Activity):
    """Work for a person."""

    waits_outside = True
    done_by = WaitKind.USER_TASK

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        texts = {
            "assignee": element.assignee,
            "groups": element.candidate_groups,
            "users": element.candidate_users,
            "due": element.due_date,
            "follow_up": element.follow_up_date,
            "priority": element.priority,
        }
        self._drawn = {
            name: compiler.expression(element.id, text) for name, text in texts.items() if text
        }

    def _run_hook(self, my_task: Token) -> None:
        seen = self.visible(my_task)
        environment = my_task.workflow.instance.environment
        work: dict[str, Any] = {}
        for name, expression in self._drawn.items():
            found = expression.value(seen, environment)
            if found is None or found == "":
                continue
            if name in ("due", "follow_up"):
                work[name] = moment(found, expression, environment)
            elif name in ("groups", "users"):
                work[name] = self._names(found)
            elif name == "priority":
                work[name] = self._whole(found)
            else:
                work[name] = self._text(found)
        if work:
            my_task.internal_data[WORK] = work

    def _names(self, found: object) -> list[str]:
        names = found.split(",") if isinstance(found, str) else found
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return list(dict.fromkeys(name.strip() for name in names if name.strip()))
        sentence = f"Expected candidates as a list of names, found {found!r:.60}"
        raise CannotProceed(sentence, element_id=self.name)

    def _text(self, found: object) -> str:
        if isinstance(found, str):
            return found
        sentence = f"Expected the assignee as a name, found {found!r:.60}"
        raise CannotProceed(sentence, element_id=self.name)

    def _whole(self, found: Any) -> int:
        if str(found).isdecimal() and int(found) <= MAX_PRIORITY:
            return int(found)
        sentence = f"Expected a priority from 0 to 100, found {found!r:.60}"
        raise CannotProceed(sentence, element_id=self.name)


class Job(Activity):
    """Work for a machine: service and send tasks, and others that name a topic."""

    waits_outside = True
    done_by = WaitKind.SERVICE_TASK

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self._retries = compiler.expression(element.id, element.retries)

    def _run_hook(self, my_task: Token) -> None:
        environment = my_task.workflow.instance.environment
        found = self._retries.value(self.visible(my_task), environment)
        if not str(found).isdecimal() or not 1 <= int(found) <= MAX_RETRIES:
            sentence = f"Expected a number of retries from 1 to 1000, found {found!r:.60}"
            raise CannotProceed(sentence, element_id=self.name)
        my_task.internal_data[WORK] = int(found)


class ReceiveTask(CatchingNode, Activity):
    """Waits for a message; behind an event-based gateway it is one of its events."""

    _on_trigger = IntermediateCatchEvent._on_trigger

    def _update_hook(self, my_task: Token) -> bool:
        Activity._update_hook(self, my_task)
        self.arm(my_task, self.visible(my_task))
        return False


class PassedTask(Activity):
    """A plain or manual task: nobody reports it as done, tokens pass it at once."""

    arms = False

    def _run_hook(self, my_task: Token) -> bool:
        my_task.data = self.after(my_task, {})
        return True


class ScriptTask(Activity):
    """FEEL, evaluated at once."""

    arms = False

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self._script = compiler.formula(element.id, element.script, what=say("the script"))

    def _run_hook(self, my_task: Token) -> bool:
        environment = my_task.workflow.instance.environment
        found = self._script.value(self.visible(my_task), environment)
        my_task.data = self.after(my_task, written({}, self.element.result_variable, found))
        return True


class DecisionTask(Activity):
    """A decision table of the same bundle, evaluated at once."""

    arms = False

    def __init__(
        self, spec: ScopeSpec, element: Element, compiler: Compiler, bundle: Bundle
    ) -> None:
        super().__init__(spec, element, compiler)
        self._decide = bundle.decision(element)

    def _run_hook(self, my_task: Token) -> bool:
        environment = my_task.workflow.instance.environment
        found = self._decide(self.visible(my_task), environment)
        my_task.data = self.after(my_task, written({}, self.element.result_variable, found))
        return True


class SubProcess(Activity):
    """A scope of its own that works on the same variables."""

    waits_outside = False
    shares_variables = True

    def _run_hook(self, my_task: Token) -> bool | None:
        spec = self.spec_of(my_task)
        my_task.workflow.instance.open(spec, activity=my_task, data=self.entry_of(my_task))
        return None

    def spec_of(self, token: Token) -> ScopeSpec:
        """What is run inside."""
        spec: ScopeSpec = token.workflow.spec
        return spec.inner(self.element)

    def entry_of(self, token: Token) -> Data:
        """The variables with which it begins inside."""
        return self.visible(token)

    def data_so_far(self, token: Token) -> Data:
        """With what has been done inside up to now."""
        inner = token.workflow.instance.scopes.get(token.id)
        if inner is None:
            return token.data
        return self._brought(token, inner.entry, branches.gathered(inner))

    def settle(self, token: Token) -> None:
        """What is done from now on counts against what was done until now."""
        inner = token.workflow.instance.scopes.get(token.id)
        if inner is not None and self.shares_variables:
            so_far = branches.gathered(inner)
            token.data = self._brought(token, inner.entry, so_far)
            inner.entry = so_far

    def return_from(self, token: Token, scope: Scope, data: Data) -> None:
        """Go on with what was done inside; output mappings come on top of it."""
        before = self.visible(token)
        token.data = self._brought(token, scope.entry, data)
        token.data = self.mapped(token, {**before, **data}, token.data)
        self.remember(token, scope)
        token.complete()

    def remember(self, token: Token, scope: Scope) -> None:
        """Keep what was completed in `scope` and can be undone, with what was its own there."""
        if scope.record and not self.handler:
            own = self.locals_of(token)
            entry = [self.name, scope.record]
            token.workflow.record.append([*entry, own] if own else entry)

    def _brought(self, token: Token, entry: Data, data: Data) -> Data:
        if data is entry:
            return token.data
        own = self.locals_of(token)
        before, after = (
            {key: value for key, value in side.items() if key not in own} if own else side
            for side in (entry, data)
        )
        return merge(before, token.data, after)


class CallActivity(SubProcess):
    """Another process of the bundle, with variables of its own."""

    shares_variables = False

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self._called = compiler.expression(element.id, element.called_process)

    def spec_of(self, token: Token) -> ScopeSpec:
        """The process that is named, or that FEEL chooses among those it may."""
        if self._called.formula is None:
            return super().spec_of(token)
        found = self._called.value(self.visible(token), token.workflow.instance.environment)
        if found not in self.element.calls:
            among = ", ".join(self.element.calls)
            sentence = f"Expected {self._called.text!r} to give one of {among}; found {found!r:.60}"
            raise CannotProceed(sentence, element_id=self.name)
        spec: ScopeSpec = token.workflow.spec
        return spec.called(str(found))

    def entry_of(self, token: Token) -> Data:
        """What is mapped, and all of the caller's unless that is not wanted."""
        own = self.locals_of(token)
        return self.visible(token) if self.element.propagate_parent else own

    def data_so_far(self, token: Token) -> Data:
        """Only of the caller: what a called process did comes when it ends."""
        return token.data

    def return_from(self, token: Token, scope: Scope, data: Data) -> None:
        """Go on with the mapped outputs, or with all the called process changed."""
        if self.element.outputs:
            seen = {**self.visible(token), **data}
            token.data = self.mapped(token, seen, token.data)
        else:
            given = data if self.element.propagate_child else {}
            if self.each is not None:
                token.internal_data[SEEN] = {**self.visible(token), **given}
            own = self.locals_of(token)
            given = {name: value for name, value in given.items() if name not in own}
            if self.element.propagate_child:
                before = {name: scope.entry[name] for name in scope.entry.keys() & given.keys()}
                token.data = merge(before, token.data, given)
        token.complete()
