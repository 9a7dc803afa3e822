"""A screen over another one closes once, however many keys come meanwhile."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.screen import Screen

from tui.terminal.modal import Modal


class Below(App[None]):
    answers: list[str | None]

    def on_mount(self) -> None:
        self.answers = []
        self.push_screen(Screen())
        self.push_screen(Asks(), self.answers.append)


class Asks(Modal[str]):
    def key_x(self) -> None:
        self.dismiss("yes")


@pytest.mark.asyncio
async def test_a_second_key_neither_answers_again_nor_closes_what_lies_below() -> None:
    app = Below()
    async with app.run_test() as pilot:
        under, asks = app.screen_stack[-2:]
        assert isinstance(asks, Asks)
        asks.dismiss("yes")
        asks.dismiss("yes")
        await pilot.pause()
        assert (app.answers, app.screen) == (["yes"], under)
