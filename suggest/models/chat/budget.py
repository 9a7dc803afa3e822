"""What a run may cost: a ceiling that counts every call under way at the most that it could come to.

Money is in millionths of a US dollar, prices per million tokens; nothing here is a float but a growing estimate.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import ceil

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
MARGIN = 1.1
"""What an endpoint counted beyond what was thought possible is thought possible from then on, and this much more."""


def cost_of(price: Price | None, tokens_in: int, tokens_out: int) -> int | None:
    """In millionths of a US dollar, rounded up; None where the price is unknown."""
    if price is None:
        return None
    return -(-(price.tokens_in * tokens_in + price.tokens_out * tokens_out) // MILLION)


class Budget:
    """Shares of the ceiling for the calls under way, and what those before came to.

    `most_output` is the most tokens of an answer. A call whose answer never came may have been charged for all the
    same: it stays in the sum at the most that it could come to. Under a ceiling a single call is under way until one
    was answered, since only then it is known whether the endpoint heeds the limit of an answer.
    """

    def __init__(self, ceiling: Ceiling, price: Price | None, most_output: int) -> None:
        """ValueError for a ceiling on the cost where the price is unknown."""
        if ceiling.cost is not None and price is None:
            raise ValueError("a ceiling on the cost needs a price")
        self._ceiling, self._price, self._most_output = ceiling, price, most_output
        self._tried = ceiling == UNLIMITED
        self._reserved_in = self._reserved_out = 0
        self._sent = 0
        self._stretch = 1.0
        self._freed = asyncio.Event()
        self.tokens_in = self.tokens_out = 0
        self.perhaps_in = self.perhaps_out = 0
        """What was counted by the endpoint, and the most that calls which it did not count may come to."""
        self.counted = self.uncounted = self.unanswered = 0
        """Calls that the endpoint counted, that it answered without counting, and that it may charge for without having
        answered."""

    async def reserve(self, tokens_in: int, answers: int = 1) -> Share:
        """Set the most that a call for so many answers could come to aside, waiting for calls under way to end where
        that may make room.

        BudgetReached where it does not fit and nothing is under way that could.
        """
        while True:
            most_in, most_out = int(tokens_in * self._stretch) + 1, answers * self._most_output
            if (self._tried or not self._sent) and self._fits(most_in, most_out):
                self._reserved_in += most_in
                self._reserved_out += most_out
                self._sent += 1
                return Share(self, tokens_in, most_in, most_out, answers)
            if not self._sent:
                raise BudgetReached
            self._freed.clear()
            await self._freed.wait()

    def _fits(self, most_in: int, most_out: int) -> bool:
        total_in = self.tokens_in + self.perhaps_in + self._reserved_in + most_in
        total_out = self.tokens_out + self.perhaps_out + self._reserved_out + most_out
        if self._ceiling.tokens is not None and total_in + total_out > self._ceiling.tokens:
            return False
        cost = cost_of(self._price, total_in, total_out)
        return self._ceiling.cost is None or cost is None or cost <= self._ceiling.cost

    def settle(self, share: Share, usage: Usage | None, *, answered: bool, perhaps: bool) -> None:
        """A call is over. `usage` is what the endpoint counted; without it `perhaps` says that it may be charged."""
        self._reserved_in -= share.most_in
        self._reserved_out -= share.most_out
        self._sent -= 1
        self._tried = self._tried or answered
        if usage is not None:
            self.counted += 1
            self.tokens_in += usage.tokens_in
            self.tokens_out += usage.tokens_out
            self._learn(share, usage)
        elif perhaps:
            self.uncounted += int(answered)
            self.unanswered += int(not answered)
            self.perhaps_in += share.most_in
            self.perhaps_out += share.most_out
        self._freed.set()

    def heard(self, usage: Usage | None, most_in: int) -> None:
        """A call that was made elsewhere was answered: what the endpoint counted, or the most that it may come to."""
        if usage is not None:
            self.counted += 1
            self.tokens_in += usage.tokens_in
            self.tokens_out += usage.tokens_out
        else:
            self.uncounted += 1
            self.perhaps_in += most_in
            self.perhaps_out += self._most_output

    def _learn(self, share: Share, usage: Usage) -> None:
        """Where the endpoint counts more than was thought possible, what is set aside grows with it."""
        if share.estimate and usage.tokens_in > share.most_in:
            self._stretch = max(self._stretch, MARGIN * usage.tokens_in / share.estimate)
        if usage.tokens_out > share.most_out:
            self._most_output = max(self._most_output, ceil(MARGIN * usage.tokens_out / share.answers))


class Share:
    """What is set aside for one attempt. It must be closed."""

    def __init__(self, budget: Budget, estimate: int, most_in: int, most_out: int, answers: int = 1) -> None:
        self._budget = budget
        self.estimate, self.most_in, self.most_out, self.answers = estimate, most_in, most_out, answers
        self._on_the_way = False
        self._settled = False

    def sent(self) -> None:
        """From now on the endpoint may charge for it."""
        self._on_the_way = True

    def answered(self, usage: Usage | None) -> None:
        """An answer came, with the endpoint's count or without."""
        self._settle(usage, answered=True, perhaps=True)

    def failed(self, *, may_cost: bool, usage: Usage | None, answered: bool = False) -> None:
        """No answer came, or (`answered`) none that can be used."""
        self._settle(usage, answered=answered or usage is not None, perhaps=may_cost)

    def close(self) -> None:
        """Whatever happened: a call that was cut off in the middle may be charged for."""
        self._settle(None, answered=False, perhaps=self._on_the_way)

    def _settle(self, usage: Usage | None, *, answered: bool, perhaps: bool) -> None:
        if not self._settled:
            self._settled = True
            self._budget.settle(self, usage, answered=answered, perhaps=perhaps)
