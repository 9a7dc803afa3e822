"""How many calls may be under way at once: begins low, grows while all is well, halves where the endpoint says
"too many", and holds everybody back for as long as it asks for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from suggest.models.chat.calls import Limit

FIRST = 4
MOST_SPACING = 60.0
"""Seconds between two calls at most, whatever an endpoint says."""
STEP = 0.25
"""Seconds after which whoever waits for a turn looks again."""


class Gate:
    """Lets callers through one attempt at a time each; nobody holds a place while waiting to try again.

    At first every call that went well makes room for one more, which doubles the number in each round; after the
    first "too many" a whole round of good calls makes room for one more (the rule by which networks share a line).
    """

    def __init__(self, most: int, clock: Callable[[], float] | None = None) -> None:
        """`clock` gives seconds; by default the event loop's own."""
        self._most = max(1, most)
        self._room = float(min(FIRST, self._most))
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._clock = clock
        self._slow = False
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
        return self._under_way

    @property
    def spacing(self) -> float:
        """Seconds between two calls, as the endpoint's limits ask for."""
        return self._spacing

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[int]:
        """A place for one attempt; gives the round that it belongs to, which `too_many` wants to know."""
        await self._enter()
        try:
            yield self._epoch
        finally:
            self._leave()

    def went_well(self, limit: Limit) -> None:
        """A call was answered. What the endpoint says of its limits spaces out the calls to come."""
        if self._room < self._most:
            self._room = min(float(self._most), self._room + (1 / self._room if self._slow else 1))
        self._heed(limit)
        self._let_in()

    def too_many(self, epoch: int, wait: float) -> None:
        """The endpoint refused a call for its rate: all wait so many seconds, and half as many come after it. Calls
        of one round that are refused together halve the number once."""
        now = self._now()
        self._not_before = max(self._not_before, now + wait)
        if epoch == self._epoch:
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
            await self._place()
            if self._not_before <= self._now():
                return
            # Meanwhile the endpoint asked for a pause: nobody keeps a place through that.
            self._leave()

    async def _place(self) -> None:
        if self._under_way < self.room and not self._waiting:
            self._under_way += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()  # the place was given to somebody who no longer wants it
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def _leave(self) -> None:
        self._under_way -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._under_way < self.room:
            turn = self._waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)

    async def _held_back(self) -> None:
        """Wait until the endpoint takes calls again, and for one's turn where calls are spaced out.

        One at a time, the first come first; in short steps, since an answer may make the wait shorter meanwhile.
        """
        async with self._line:
            while (left := max(self._not_before, self._last + self._spacing) - self._now()) > 0:
                await asyncio.sleep(min(left, STEP) if self._spacing else left)
            self._last = self._now()
