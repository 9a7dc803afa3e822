"""Somebody at the terminal: a real study file, a real reviewer, and a clock that the test moves by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import Event
from typing import Any

from desk import Desk
from textual.events import Key
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from suggest.study.people import ensure_coder
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from tui.errands.errands import Errands
from tui.errands.state import Kind, State
from tui.review.bench import Bench, Choice
from tui.review.screen import ReviewScreen
from tui.review.widgets.header import Header
from tui.review.widgets.suggestions import Suggestions
from tui.terminal.app import StudyApp
from tui.terminal.lines import Lines
from tui.terminal.table import Table


class HandClock:
    """Stands still until the test moves it; what was put off is done when its time has come."""

    def __init__(self) -> None:
        self.time = 100.0
        self.waiting: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        return self.time

    def at(self, event: Key) -> float:
        return self.time

    def later(self, pump: MessagePump, seconds: float, do: Callable[[], object]) -> None:
        self.waiting.append((self.time + seconds, do))

    def move(self, seconds: float) -> None:
        self.time += seconds
        due = [do for time, do in self.waiting if time <= self.time]
        self.waiting = [(time, do) for time, do in self.waiting if time > self.time]
        for do in due:
            do()


class Seat:
    """Somebody at the terminal: presses keys, one a second unless told otherwise, and reads the screen."""

    def __init__(self, desk: Desk, app: StudyApp, pilot: Pilot[Any], clock: HandClock) -> None:
        self.desk, self.app, self.pilot, self.clock = desk, app, pilot, clock

    async def settle(self) -> None:
        """Until the study has answered and the answer is painted."""
        for _ in range(3):
            await asyncio.to_thread(self.app.session.wait)
            await self.pilot.pause()

    async def press(self, *keys: str, gap: float = 1.0) -> None:
        for key in keys:
            self.clock.move(gap)
            await self.pilot.press(key)
            await self.settle()

    async def type(self, words: str) -> None:
        for letter in words:
            await self.pilot.press("space" if letter == " " else letter)
        await self.pilot.pause()

    async def errand(self, kind: Kind, until: Callable[[State], Any] = lambda state: state.ended) -> None:
        """Until an errand has come so far, and that is painted."""
        errands = self.app.beside.errands if self.app.beside is not None else None
        assert errands is not None
        while (state := errands.state(kind)) is None or not until(state):
            await asyncio.to_thread(Event().wait, 0.01)
        await self.settle()

    @property
    def screen(self) -> ReviewScreen:
        return self.app.review

    @property
    def list(self) -> list[str]:
        return self.screen.query_one(Suggestions).plain

    @property
    def said(self) -> str:
        return " ".join(self.screen.query_one("#said", Lines).plain).strip()

    @property
    def header(self) -> str:
        return " ".join(self.screen.query_one(Header).plain)

    @property
    def cite(self) -> str:
        card = self.screen.hand.board.card
        return "" if card is None else card.segment.cite

    @property
    def everything(self) -> str:
        """All words of the screen's widgets, for what must not be among them."""
        return "\n".join(line for widget in self.screen.query(Lines) for line in widget.plain)

    def decided(self, *kinds: str) -> list[str]:
        """The actions that stand in the study, of anna."""
        query = "SELECT action FROM act WHERE live = 1 AND coder = ? ORDER BY ord"
        rows = self.desk.study.db.execute(query, (self.desk.anna,))
        return [action for (action,) in rows if not kinds or action in kinds]

    @property
    def top(self) -> Any:
        """The screen on top."""
        return self.app.screen

    @property
    def top_said(self) -> str:
        """What the line for what happened says on the screen on top."""
        return " ".join(self.top.query_one("#said", Lines).plain).strip()

    @property
    def shown(self) -> str:
        """All words of the screen on top: its lines and its tables."""
        lines = [line for widget in self.top.query(Lines) for line in widget.plain]
        return "\n".join(lines + [row for table in self.top.query(Table) for row in table.plain])


Sit = Callable[..., AbstractAsyncContextManager[Seat]]


@asynccontextmanager
async def seated(
    desk: Desk,
    size: tuple[int, int] = (80, 24),
    *,
    coder: str = "anna",
    keys: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    errands: Errands | None = None,
    sources: FixedSources | None = None,
    **given: Any,
) -> AsyncIterator[Seat]:
    """Opens the review of a study and waits for the first segment."""
    desk.reviewer(coder)  # draws the core here, by fixed chance, and not in the review
    choice = Choice(ensure_coder(desk.study, coder), coder, **given)
    path, clock = desk.study.path, HandClock()
    app = StudyApp(
        lambda: Bench(path, choice, sources), lambda: Study.open(path), clock=clock, keys=keys, errands=errands
    )
    async with app.run_test(size=size) as pilot:
        seat = Seat(desk, app, pilot, clock)
        await seat.settle()
        await seat.settle()
        yield seat
