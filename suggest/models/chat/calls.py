"""One call of an endpoint: what is sent, what comes back, and how a call that failed is to be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from suggest.models.interface import FailureKind


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a prompt."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of a call as the endpoint counted them."""

    tokens_in: int
    tokens_out: int
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an answer (UTF-8), its log probability, and those of others that might have stood there; of these the
    token itself may be one."""

    text: bytes
    logprob: float
    others: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered. `content` may be anything: it is checked elsewhere.

    `model` and `fingerprint` are what the endpoint says it is; `usage` None where it counts nothing; `seconds` how
    long it took; `logprobs` the log probabilities of the answer's tokens, empty without.
    """

    content: str
    model: str | None = None
    fingerprint: str | None = None
    usage: Usage | None = None
    seconds: float = 0.0
    logprobs: tuple[Token, ...] = ()


class Retry(StrEnum):
    """What to do with a call that failed: give up, try again a little later, or slow down for all calls."""

    NO = "no"
    TRANSIENT = "transient"
    RATE_LIMIT = "rate_limit"


@dataclass(slots=True)
class CallFailed(Exception):
    """A call without an answer. `detail` holds no participant's words.

    `wait` is how long the endpoint asks to wait, in seconds. `fatal` says that every other call would fail as well (a
    wrong key, an unknown model, no money left). `may_cost`: the endpoint may have worked on it and charge for it.
    `heard`: it said something, if only that it will not. `raw`: what the model said, where it did. `status` is that of
    the response, None where there was none.
    """

    kind: FailureKind
    detail: str
    retry: Retry = Retry.NO
    wait: float | None = None
    fatal: bool = False
    may_cost: bool = False
    heard: bool = True
    usage: Usage | None = None
    raw: str | None = None
    status: int | None = None

    def __str__(self) -> str:
        return self.detail

    @property
    def passes(self) -> bool:
        """Whether another attempt may go better."""
        return self.retry is not Retry.NO and not self.fatal


@dataclass(frozen=True, slots=True)
class Limit:
    """What an endpoint's rate-limit headers say of calls: how many in a window, how many are left, and in how many
    seconds the window is full again. None where nothing is said."""

    limit: int | None = None
    left: int | None = None
    reset: float | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, apart from the model's name: kept so that a request can be hashed and written to a file."""

    messages: tuple[Said, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, model: str) -> dict[str, Any]:
        """The object that the endpoint gets."""
        listed = [{"role": one.role, "content": one.content} for one in self.messages]
        return {"model": model, "input" if "questions" in self.settings else "messages": listed, **self.settings}


def seconds_of(text: str) -> float | None:
    """A duration as rate-limit headers write it: "0.2", "1s", "6m0s", "120ms"; None for anything else."""
    text = text.strip()
    try:
        found = float(text)
        return found if 0 <= found < float("inf") else None
    except ValueError:
        pass
    total, number = 0.0, ""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    i = 0
    while i < len(text):
        if text[i].isascii() and (text[i].isdigit() or text[i] == "."):
            number += text[i]
            i += 1
            continue
        unit = "ms" if text.startswith("ms", i) else text[i]
        if unit not in units or not number or number.count(".") > 1 or number == ".":
            return None
        total += float(number) * units[unit]
        number = ""
        i += len(unit)
    return total if text and not number else None
