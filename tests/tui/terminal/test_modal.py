"""A screen over another one closes once, however many keys come meanwhile."""

from __future__ import annotations

import pytest
from desk import Desk
from seat import Sit

from tui.terminal.words import WordsScreen


@pytest.mark.asyncio
async def test_a_second_key_neither_answers_again_nor_closes_what_lies_below(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        answers: list[str | None] = []
        asks = WordsScreen("Words")
        seat.app.push_screen(asks, answers.append)
        await seat.settle()

        def twice() -> None:
            asks.dismiss("first")
            asks.dismiss("second")

        asks.call_later(twice)
        await seat.settle()
        assert answers == ["first"]
        assert seat.app.screen is seat.screen
