"""The embedded model, with its real weights, learns in its own process while somebody reviews."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from desk import Desk
from seat import Sit

from suggest.models.embedded.weights import find_weights
from suggest.study.runs import runs
from suggest.study.settings import set_setting
from suggest.study.suggestion_sets import current_sets
from tui.cli import main
from tui.errands.errands import Errands

pytestmark = pytest.mark.skipif(find_weights() is None, reason="the weights of the embedded model are not installed")


@pytest.mark.asyncio
async def test_what_was_decided_shows_in_the_next_segments(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    set_setting(desk.study, desk.anna, "learn_every", "4")
    words = ["suggest", str(desk.study.path), "--profile", "embedded", "--coder", "anna"]
    asked = await asyncio.to_thread(CliRunner().invoke, main, words)
    assert asked.exit_code == 0, asked.output
    async with sit(desk, errands=Errands(desk.study.path, "anna")) as seat:
        await seat.press("0", "enter", "0", "enter")
        await seat.errand("ahead")
        assert seat.app.beside is not None
        state = seat.app.beside.errands.state("ahead")
        assert state is not None
        assert (state.ended, state.report["learned_from"]) == ("done", 2), state
        first, second = runs(desk.study)
        assert (second.profile, second.parameters["ahead"]) == ("embedded", state.report["segments"])
        await seat.press("0", "enter")
        card = seat.screen.hand.card
        assert card is not None
        (stored,) = current_sets(desk.study, card.segment.number)
        assert stored.run == second.id != first.id
        assert card.proposals[0].id.startswith(stored.hash[:20])
