"""What a call of `suggest` used and came to, and what of that nobody counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from suggest.models.chat.budget import cost_of
from suggest.models.chat.suggester import ChatSuggester
from suggest.models.interface import Price, Suggester

TokenMethod = Literal["none", "reported", "partly"]


@dataclass(frozen=True)
class Spending:
    """Tokens in and out as they were counted, and their price in millionths of a US dollar: None where the price is
    unknown, or where answers were not counted and are not free.

    `answered` calls were answered and not counted by the endpoint, `unanswered` ones may be charged for without an
    answer; `perhaps` is the most tokens that these came to, `perhaps_cost` their price.
    """

    tokens: tuple[int, int] = (0, 0)
    method: TokenMethod = "none"
    cost: int | None = None
    answered: int = 0
    unanswered: int = 0
    perhaps: tuple[int, int] = (0, 0)
    perhaps_cost: int | None = None


def spending(model: Suggester, stored: tuple[int, int] | None) -> Spending:
    """What a model used. `stored` are the tokens of its outcomes, None where it counts none; a model behind an endpoint
    knows more, since not every call ends as an outcome."""
    price = model.profile.price
    if not isinstance(model, ChatSuggester):
        tokens = stored or (0, 0)
        return Spending(tokens, "none" if stored is None else "reported", cost_of(price, *tokens))
    budget = model.budget
    tokens, perhaps = (budget.tokens_in, budget.tokens_out), (budget.perhaps_in, budget.perhaps_out)
    method: TokenMethod = "none" if not budget.counted else "partly" if budget.uncounted else "reported"
    known = not budget.uncounted or price == Price(0, 0)
    return Spending(
        tokens,
        method,
        cost_of(price, *tokens) if known else None,
        budget.uncounted,
        budget.unanswered,
        perhaps,
        cost_of(price, *perhaps),
    )
