"""What a chat suggester is made from, and what identifies it: the model, and each thing that decides an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from suggest.models.chat.budget import Ceiling
from suggest.models.chat.endpoint import Api, Endpoint
from suggest.models.chat.questions import Ask, Read
from suggest.models.interface import Capability, Limits, ModelProfile, OfferedCode, Price, Scalar

VERSION = 1
THRESHOLD = 500_000
"""A code that is decided on fits from this probability (millionths) on: the even odds."""

CAPABILITIES: Mapping[Api, frozenset[Capability]] = {
    "chat": frozenset({"evidence", "rationale", "json_schema"}),
    "decisions": frozenset({"probabilities"}),
}
STORE_EVERY, STORE_WITHIN = 32, 0.05
"""So many answers may wait so many seconds to be stored together: each costs money, and each writing takes its time."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What a chat suggester is made from. `ask` and `read` are the engine's: this room knows no prompts.

    `prompt_version` names the prompt; `parameters` are those of how it is asked, `prepare` does
    what `ask` needs before the first question, and `close` gives back what it needs;
    `price` None is unknown; `ceiling` is for one call of the command: what a run has cost before is not known here.
    `samples` is how often each question is asked, `examples` how many decided segments a question shows at most,
    `per_call` about how many segments it asks at most; several samples and several segments do not go together.
    """

    name: str
    endpoint: Endpoint
    codes: Sequence[OfferedCode]
    ask: Ask
    read: Read
    prompt_version: str
    price: Price | None = None
    ceiling: Ceiling = field(default_factory=Ceiling)
    training: str = ""
    samples: int = 1
    examples: int = 0
    per_call: int = 1
    parameters: tuple[tuple[str, Scalar], ...] = ()
    prepare: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


def settled(chat: Chat) -> Chat:
    """The same, without asking what the tokens of an answer weigh where that says nothing."""
    # Of several samples each is one draw, and of several answers in one a code's place says nothing.
    if chat.samples == chat.per_call == 1 and chat.endpoint.api == "chat":
        return chat
    return replace(chat, endpoint=replace(chat.endpoint, logprobs=False))


def asked_with(chat: Chat) -> dict[str, Scalar]:
    """The parameters that decide what a single question is answered with."""
    endpoint = chat.endpoint
    asked: dict[str, Scalar] = {"api": "decisions", "threshold": THRESHOLD}
    if endpoint.api == "chat":
        asked = {
            "most_output": endpoint.most_output,
            "schema": endpoint.schema,
            "seed": endpoint.seed,
            "temperature": endpoint.temperature,
            **({"confidence": "probability"} if endpoint.logprobs else {}),
            **({"per_call": chat.per_call} if chat.per_call > 1 else {}),
        }
    if chat.examples:
        asked["examples"] = chat.examples
    asked.update(chat.parameters)
    return asked


def profile_of(chat: Chat) -> ModelProfile:
    """The model as the engine knows it. How often a question is asked is the last of its parameters, where it is more
    than once."""
    endpoint = chat.endpoint
    return ModelProfile(
        name=chat.name,
        kind=endpoint.api,
        identity=f"{endpoint.api}-{VERSION}-{endpoint.model}@{endpoint.host}"
        + (f"+{chat.training[:16]}" if chat.training else ""),
        capabilities=CAPABILITIES[endpoint.api],
        price=chat.price,
        limits=Limits(concurrency=endpoint.concurrency, store_every=STORE_EVERY, store_within=STORE_WITHIN),
        host=endpoint.host if endpoint.leaving else None,
        training=chat.training,
        parameters=(*asked_with(chat).items(), *([("samples", chat.samples)] if chat.samples > 1 else [])),
    )
