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


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(80, 12), (80, 24), (160, 50), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [("question_mark",), ("f2", "z"), ("f2", "n"), ("f3", "o"), ("f9", "v", "B"), ("O",)])
async def test_the_keys_of_a_page_are_never_cut_off(
    desk: Desk, sit: Sit, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with sit(desk, size) as seat:
        await seat.press(*keys)
        (box,), hint = seat.top.query(".box"), seat.top.query_one("#hint")
        assert box.region.y < hint.region.y
        assert hint.region.bottom < box.region.bottom, "inside of the frame"
