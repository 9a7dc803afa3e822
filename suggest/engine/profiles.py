"""The model profiles that a study can be suggested with, and how each is made from codes and examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from suggest.errors import BadInput
from suggest.models.interface import Example, ModelKind, OfferedCode, Suggester

Maker: TypeAlias = Callable[[Sequence[OfferedCode], Iterable[Example]], Suggester]

PREFERRED = ("embedded", "lexical")
"""Whichever is there first is what `suggest` takes when no profile is named."""


@dataclass(frozen=True)
class Profile:
    """A way to suggest. `make` gives the model for the codes on offer and the examples to learn from.

    `neighbours` is how many turns before and after a segment the model reads; a model that reads none is not asked
    again when only a neighbour's words change. `prompt_hash` is the SHA-256 of the prompt, None without one.
    """

    name: str
    kind: ModelKind
    make: Maker
    neighbours: int = 0
    prompt_hash: str | None = None

    @property
    def reads_aloud(self) -> bool:
        """Whether an answer may repeat words of what the model read, which an erasure must then find."""
        return self.kind not in ("lexical", "embedded")


def _lexical(codes: Sequence[OfferedCode], examples: Iterable[Example]) -> Suggester:
    from suggest.models.lexical import LexicalSuggester

    return LexicalSuggester(codes, examples)


PROFILES: Mapping[str, Profile] = {"lexical": Profile("lexical", "lexical", _lexical)}


def find_profile(name: str) -> Profile:
    """The profile of that name; BadInput naming those there are."""
    if name not in PROFILES:
        raise BadInput("there is no such model profile.", place=name, advice=f"There are: {', '.join(PROFILES)}.")
    return PROFILES[name]


def default_profile() -> Profile:
    """The first of the preferred profiles that this installation has."""
    return next(PROFILES[name] for name in PREFERRED if name in PROFILES)
