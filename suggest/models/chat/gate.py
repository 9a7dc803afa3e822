"""How many calls may be under way at once, and how many may be ready to follow: begins low, grows while all is well,
halves where the endpoint says "too many", and holds everybody back for as long as it asks for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from suggest.models.chat.calls import Limit

FIRST = 4
HELD = 4
"""While the endpoint holds calls back, one for so many that may be under way is ready to follow; else for each one."""
MOST_SPACING = 60.0
"""Seconds between two calls at most, whatever an endpoint says."""
FIRST_PAUSE, MOST_PAUSE = 0.5, 3.0
"""Seconds for which all wait after a refusal that says nothing of waiting: twice as long after each round of them."""
STEP = 0.25
"""Seconds after which whoever waits for a turn looks again."""


class _Line:
    """Those who are in, as many as there is room for now, and those who wait to get in: first come, first served."""

    def __init__(self, room: Callable[[], int]) -> None:
        self._room = room
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.inside = 0

    async def enter(self) -> None:
        if self.inside < self._room() and not self._waiting:
            self.inside += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the place was given to somebody who no longer wants it
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def leave(self) -> None:
        self.inside -= 1
        self.let_in()

    def let_in(self) -> None:
        while self._waiting and self.inside < self._room():
            turn = self._waiting.popleft()
            if not turn.done():
                self.inside += 1
                turn.set_result(None)


class Gate:
    """Lets callers through one attempt at a time each; nobody holds a place while waiting to try again.

    At first every call that went well makes room for two more, which triples the number in each round; after the
    first "too many" a whole round of good calls makes room for one more (the rule by which networks share a line).
    """

    def __init__(self, most: int, clock: Callable[[], float] | None = None) -> None:
        """`clock` gives seconds; by default the event loop's own."""
        self._most = max(1, most)
        self._room = float(min(FIRST, self._most))
        self._places, self._ready = _Line(lambda: self.room), _Line(self._ready_room)
        self._clock = clock
        self._slow = False
        self._pause = self._next_pause = FIRST_PAUSE
        self._not_before = 0.0
        self._epoch = 0
        self._spacing = self._window = 0.0
        self._last = float("-inf")
        self._line = asyncio.Lock()

    @property
    def room(self) -> int:
        """How many calls may be under way now."""
        return max(1, int(self._room))

    @property
    def under_way(self) -> int:
        """How many are."""
        return self._places.inside

    @property
    def spacing(self) -> float:
        """Seconds between two calls, as the endpoint's limits ask for."""
        return self._spacing

    @asynccontextmanager
    async def attempt(self, ready: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[int]:
        """A place for one attempt; gives the round that it belongs to, which `too_many` wants to know.

        `ready` is awaited before: what takes time and can be done while others are under way. No more get ready than
        will soon have a place.
        """
        await self._ready.enter()
        try:
            if ready is not None:
                await ready()
            await self._enter()
        finally:
            self._ready.leave()
        try:
            yield self._epoch
        finally:
            self._leave()

    def went_well(self, limit: Limit) -> None:
        """A call was answered. What the endpoint says of its limits spaces out the calls to come."""
        self._next_pause = FIRST_PAUSE
        if self._room < self._most:
            self._room = min(float(self._most), self._room + (1 / self._room if self._slow else 2))
        self._heed(limit)
        self._places.let_in()
        self._ready.let_in()

    def too_many(self, epoch: int, wait: float | None) -> None:
        """The endpoint refused a call for its rate: all wait so many seconds, None where it did not say how many, and
        half as many come after it. Calls of one round that are refused together halve the number once."""
        now, fresh = self._now(), epoch == self._epoch
        if fresh:
            self._pause, self._next_pause = self._next_pause, min(MOST_PAUSE, 2 * self._next_pause)
        self._not_before = max(self._not_before, now + (self._pause if wait is None else wait))
        if fresh:
            self._epoch += 1
            self._slow = True
            self._room = max(1.0, self._room / 2)

    def _heed(self, limit: Limit) -> None:
        """Space calls so that what is left of the window lasts until it is full again, and never wider than it takes.

        Where a window ends all at once that spends it evenly; where it fills drop by drop, calls settle at the rate at
        which it fills. What is left over, or refused, at the end of a window costs less than a gap: so they are never
        further apart than a full window's calls would be (the longest time to a full one that was told stands for the
        window), nor than half of them in the time that is left.
        """
        if limit.left is None or limit.reset is None:
            return
        most = max(1, limit.limit or 1)
        self._window = max(self._window, limit.reset)
        self._spacing = min(limit.reset / max(1, limit.left), 2 * limit.reset / most, self._window / most, MOST_SPACING)

    def _now(self) -> float:
        return self._clock() if self._clock is not None else asyncio.get_running_loop().time()

    async def _enter(self) -> None:
        while True:
            await self._held_back()
            await self._places.enter()
            if self._not_before <= self._now():
                return
            # Meanwhile the endpoint asked for a pause: nobody keeps a place through that.
            self._leave()

    def _leave(self) -> None:
        self._places.leave()
        self._ready.let_in()

    def _ready_room(self) -> int:
        """How many may be on their way to a place: as many as are under way, since all of these may end at once, and
        as many as there are places free; a few while the endpoint asks to go slowly."""
        if self._spacing > 0 or self._not_before > self._now():
            return max(1, self.room // HELD)
        return self.room + max(0, self.room - self._places.inside)

    async def _held_back(self) -> None:
        """Wait until the endpoint takes calls again, and for one's turn where calls are spaced out.

        One at a time, the first come first; in short steps, since an answer may make the wait shorter meanwhile.
        """
        async with self._line:
            while (left := max(self._not_before, self._last + self._spacing) - self._now()) > 0:
                await asyncio.sleep(min(left, STEP) if self._spacing else left)
            self._last = self._now()
