"""Verbs for operators: tokens are taken off the diagram and put elsewhere, by hand."""

from __future__ import annotations

from collections.abc import Sequence

from processes.sentences import say

from . import branches
from .errors import TokenNotWaiting
from .execution import loaded, moved
from .instance import TOP, Instance
from .parsing import Spec
from .patches import Token
from .placing import Placing, Put, beside, check_open, enter, refused
from .plain import plain
from .types import Environment, Outcome, State, Step


def modify(
    spec: Spec,
    state: State,
    environment: Environment,
    *,
    take_off: Sequence[str] = (),
    put: Sequence[Put] = (),
) -> Step:
    """Take tokens off the diagram and put others on it, all at once; then all move on.

    With an activity go its events and all inside it. A scope in which nobody is left is
    cancelled with what it belongs to; if that is the process, the instance has ended.
    What a token that is taken off has written stays written.

    Raises:
        SurgeryRefused: a token cannot be taken off, or none put there; with every reason.
        TokenNotWaiting: a token is gone: somebody else was faster.
        CannotProceed: the tokens cannot move on from there, or come to no rest.
        BadState: the state was altered or is not of this definition.
    """
    instance = loaded(spec, state, environment)
    if instance.result is not None:
        raise refused("", say("Expected a running instance, but it has ended"))
    surgery = _Surgery(spec, instance)
    return moved(spec, instance, lambda: surgery.perform(take_off, put))


class _Surgery:
    def __init__(self, spec: Spec, instance: Instance) -> None:
        self._instance = instance
        self._placing = Placing(spec, instance)

    def perform(self, take_off: Sequence[str], put: Sequence[Put]) -> None:
        """New tokens come before old ones go: a scope does not end between the two."""
        asked = [*take_off, *(one.instead_of for one in put if one.instead_of)]
        leaving = [self._leaving(token_id) for token_id in dict.fromkeys(asked)]
        come = [(self._put(one), one) for one in put]
        for token in leaving:
            if self._instance.stands(token):
                self._take_off(token)
        for token, one in come:
            if not self._instance.stands(token):
                sentence = say("Expected it to stay, but it is inside what is taken off")
                raise refused(one.element_id, sentence)
        for token, one in come:
            # One that came before it may have ended the scope.
            if self._instance.stands(token):
                enter(token, after=one.after)

    def _leaving(self, token_id: str) -> Token:
        token = self._instance.find(token_id)
        if token is None:
            raise TokenNotWaiting(token_id)
        host = token.parent
        if not branches.in_a_branch(token) or (host is not None and not branches.is_fork(host)):
            sentence = say(
                "Expected a token that stands on the diagram, but this is an event that waits "
                "beside others; cancel what it belongs to"
            )
            raise refused(token.task_spec.name, sentence)
        return token

    def _put(self, put: Put) -> Token:
        spec, node = self._placing.node(put)
        variables = plain(put.variables, element_id=put.element_id)
        old = self._instance.find(put.instead_of) if put.instead_of else None
        if old is not None and old.workflow.spec is spec:
            _check_whole(old)
            check_open(old.workflow, put.element_id)
            new = self._instance.token(old.workflow, node, old.task_spec.data_so_far(old))
            self._abandon(old)
            branches.replace(old, new)
            new.data = {**new.data, **variables}
            return new
        return beside(self._placing.scope(spec, put), node, variables)

    def _take_off(self, token: Token) -> None:
        scope = token.workflow
        while scope.task_tree is token and scope.activity is not None:
            _check_whole(token)
            token, scope = scope.activity, scope.activity.workflow
        _check_whole(token)
        token.data = token.task_spec.data_so_far(token)
        if scope.task_tree is token:
            self._instance.close(self._instance.scopes[TOP])
            self._instance.result = token.data
            return
        self._abandon(token)
        branches.end(token)

    def _abandon(self, token: Token) -> None:
        if not token.task_spec.joins:
            self._instance.abandon(token, Outcome.CANCELLED)


def _check_whole(token: Token) -> None:
    """One of several items, and one that undoes, go only with all of them."""
    if token.task_spec.each is not None:
        activity = token.workflow.activity
        sentence = say(
            "Expected all of {activity} to be cancelled: what is done for one item, or to undo "
            "one activity, is counted there",
            activity=activity.task_spec.name if activity else token.task_spec.name,
        )
        raise refused(token.task_spec.name, sentence)
