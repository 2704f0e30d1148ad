"""Gateways wired at random: tokens go, wait and stick in the engine as in the token game."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from processes import engine
from processes.engine import CannotProceed, InvalidDiagram
from tests.engine.cases import ENVIRONMENT, spec_of
from tests.engine.wild import Game, TooLong, wired
from tests.moving import numbers
from tests.scenarios.driver import Case

SEEDS = numbers("AFTERFLOW_WILD", fixed=150, moving=50)
MAX_ACTS = 15
MAX_TOKENS = 12


class Played:
    """One case of a wild diagram, in the engine."""

    def __init__(self, spec: engine.Spec, picked: Sequence[str]) -> None:
        self._spec, self._picked = spec, picked
        self.case: Case

    def act(self, task: str) -> None:
        """Begin, or report one of those who stand at `task` as done."""
        if not task:
            self.case = Case(self._spec, {"pick": self._picked}, ENVIRONMENT)
            return
        token = next(w.token_id for w in self.case.step.waits if w.element_id == task)
        self.case._run(engine.complete, token_id=token, output={})


@pytest.mark.parametrize("seed", SEEDS)
def test_wild_gateways_do_what_the_token_game_says(seed: int) -> None:
    random = Random(seed)
    wild = wired(random)
    try:
        spec = spec_of(wild.drawing())
    except InvalidDiagram:
        # No way leads to the end.
        return
    picked = [flow.id for flow in wild.flows if random.random() < 0.7]
    game, played, task = Game(wild, picked), Played(spec, picked), ""
    for _ in range(MAX_ACTS):
        try:
            game.act(task)
        except TooLong:
            return
        if game.stuck:
            with pytest.raises(CannotProceed, match="no further one can come"):
                played.act(task)
            return
        played.act(task)
        assert played.case.stands_at == sorted(game.users)
        assert played.case.step.ended == (not game.users)
        if not 0 < len(game.users) <= MAX_TOKENS:
            return
        task = random.choice(sorted(set(game.users)))
