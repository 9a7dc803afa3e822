"""What a run may cost: a ceiling that counts every call under way at the most that it could come to.

Money is in millionths of a US dollar, prices per million tokens; nothing here is a float.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from suggest.models.chat.calls import Usage
from suggest.models.interface import MILLION, Price


class BudgetReached(Exception):
    """The next call might go over the ceiling. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a run may spend. None is without limit."""

    cost: int | None = None
    tokens: int | None = None


UNLIMITED = Ceiling()


def cost_of(price: Price, tokens_in: int, tokens_out: int) -> int:
    """In millionths of a US dollar, rounded up."""
    return -(-(price.tokens_in * tokens_in + price.tokens_out * tokens_out) // MILLION)


class Budget:
    """Shares of the ceiling for the calls under way, and what those before came to.

    `most_output` is the most tokens of an answer. A call whose answer never came may have been charged for all the
    same: it stays in the sum at the most that it could come to.
    """

    def __init__(self, ceiling: Ceiling, price: Price | None, most_output: int) -> None:
        """ValueError for a ceiling on the cost where the price is unknown."""
        if ceiling.cost is not None and price is None:
            raise ValueError("a ceiling on the cost needs a price")
        self._ceiling, self._price, self._most_output = ceiling, price, most_output
        self._reserved_in = self._reserved_out = 0
        self._sent = 0
        self._stretch = 1.0
        self._freed = asyncio.Event()
        self.tokens_in = self.tokens_out = 0
        self.perhaps_in = self.perhaps_out = 0
        """What was counted by the endpoint, and what may have been charged for without an answer."""

    @property
    def spent(self) -> int | None:
        """What the endpoint's own count comes to, in millionths of a US dollar; None where the price is unknown."""
        return None if self._price is None else cost_of(self._price, self.tokens_in, self.tokens_out)

    async def reserve(self, tokens_in: int) -> Share:
        """Set the most that a call could come to aside, waiting for calls under way to end where that may make room.

        BudgetReached where it does not fit and nothing is under way that could.
        """
        while True:
            most_in = int(tokens_in * self._stretch) + 1
            if self._fits(most_in):
                self._reserved_in += most_in
                self._reserved_out += self._most_output
                self._sent += 1
                return Share(self, tokens_in, most_in, self._most_output)
            if not self._sent:
                raise BudgetReached
            self._freed.clear()
            await self._freed.wait()

    def _fits(self, most_in: int) -> bool:
        total_in = self.tokens_in + self.perhaps_in + self._reserved_in + most_in
        total_out = self.tokens_out + self.perhaps_out + self._reserved_out + self._most_output
        if self._ceiling.tokens is not None and total_in + total_out > self._ceiling.tokens:
            return False
        if self._ceiling.cost is None or self._price is None:
            return True
        return cost_of(self._price, total_in, total_out) <= self._ceiling.cost

    def settle(self, share: Share, usage: Usage | None, *, perhaps: bool) -> None:
        """A call is over. `usage` is what the endpoint counted; without it `perhaps` says that it may be charged."""
        self._reserved_in -= share.most_in
        self._reserved_out -= share.most_out
        self._sent -= 1
        if usage is not None:
            self.tokens_in += usage.tokens_in
            self.tokens_out += usage.tokens_out
            if share.estimate and usage.tokens_in > share.most_in:
                # The endpoint counts more than was thought possible: what is set aside grows with it.
                self._stretch = max(self._stretch, 1.1 * usage.tokens_in / share.estimate)
        elif perhaps:
            self.perhaps_in += share.most_in
            self.perhaps_out += share.most_out
        self._freed.set()


class Share:
    """What is set aside for one attempt. It must be closed."""

    def __init__(self, budget: Budget, estimate: int, most_in: int, most_out: int) -> None:
        self._budget = budget
        self.estimate, self.most_in, self.most_out = estimate, most_in, most_out
        self._on_the_way = False
        self._settled = False

    def sent(self) -> None:
        """From now on the endpoint may charge for it."""
        self._on_the_way = True

    def answered(self, usage: Usage | None) -> None:
        """An answer came, with the endpoint's count or without."""
        self._settle(usage, perhaps=True)

    def failed(self, *, may_cost: bool, usage: Usage | None) -> None:
        """No answer came."""
        self._settle(usage, perhaps=may_cost)

    def close(self) -> None:
        """Whatever happened: a call that was cut off in the middle may be charged for."""
        self._settle(None, perhaps=self._on_the_way)

    def _settle(self, usage: Usage | None, *, perhaps: bool) -> None:
        if not self._settled:
            self._settled = True
            self._budget.settle(self, usage, perhaps=perhaps)
