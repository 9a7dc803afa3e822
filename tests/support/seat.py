"""Somebody at the terminal: a real study file, a real reviewer, and a clock that the test moves by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

from desk import Desk
from textual.app import App
from textual.events import Key
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from suggest.study.people import ensure_coder
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from tui.errands.errands import Errands
from tui.errands.state import Kind, State
from tui.review.bench import Bench
from tui.review.choice import Choice
from tui.review.screen import ReviewScreen
from tui.review.widgets.header import Header
from tui.review.widgets.suggestions import Suggestions
from tui.terminal.app import StudyApp
from tui.terminal.lines import Lines
from tui.terminal.messages import ErrandTold
from tui.terminal.preferences import Preferences
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
        self._told = asyncio.Event()

    def hear(self, message: Message) -> None:
        """Told of every message that arrives: an errand has got further."""
        if isinstance(message, ErrandTold):
            self._told.set()

    async def settle(self) -> None:
        """Until the study has answered and the answer is painted, twice over: what follows may ask again."""
        calm = 0
        while calm < 2:
            await asyncio.to_thread(self.app.session.wait)
            await self.pilot.pause()
            busy = self.app.session._open or _messages(self.app) or _painting(self.app)
            calm = 0 if busy else calm + 1

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
        while True:
            self._told.clear()
            if (state := errands.state(kind)) is not None and until(state):
                break
            await self._told.wait()
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


def _messages(app: App[Any]) -> bool:
    """Whether a message or callback waits for anything on the screen on top."""
    pumps: list[MessagePump] = [app, *app.screen.walk_children(with_self=True)]
    return any(pump._next_callbacks or not pump._message_queue.empty() for pump in pumps)


def _painting(app: App[Any]) -> bool:
    """Whether something is still to be drawn, or to be done after that."""
    top = app.screen
    return bool(top._callbacks or top._layout_required or top._repaint_required or top._dirty_widgets)


@contextmanager
def _prompt(app: App[Any]) -> Iterator[None]:
    """Lets the pilot go on as soon as no message waits. By itself it watches the processor and sleeps at least 20 ms,
    five times a key, and on a busy machine up to a second."""

    async def idle(*_: object) -> None:
        turns = 0
        while turns < 3:
            await asyncio.sleep(0)
            turns = 0 if _messages(app) else turns + 1

    with patch("textual.pilot.wait_for_idle", idle), patch("textual.app.wait_for_idle", idle):
        yield


Sit = Callable[..., AbstractAsyncContextManager[Seat]]


@asynccontextmanager
async def seated(
    desk: Desk,
    size: tuple[int, int] = (80, 24),
    *,
    coder: str = "anna",
    keys: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    preferences: Preferences | None = None,
    errands: Errands | None = None,
    sources: FixedSources | None = None,
    **given: Any,
) -> AsyncIterator[Seat]:
    """Opens the review of a study and waits for the first segment."""
    desk.reviewer(coder)  # draws the core here, by fixed chance, and not in the review
    choice = Choice(ensure_coder(desk.study, coder), coder, **given)
    path, clock = desk.study.path, HandClock()
    app = StudyApp(
        lambda: Bench(path, choice, sources),
        lambda: Study.open(path),
        clock=clock,
        keys=keys,
        preferences=preferences,
        errands=errands,
    )
    heard: list[Callable[[Message], None]] = []
    with _prompt(app):
        async with app.run_test(size=size, message_hook=lambda message: [hear(message) for hear in heard]) as pilot:
            seat = Seat(desk, app, pilot, clock)
            heard.append(seat.hear)
            await seat.settle()
            await seat.settle()
            yield seat
