"""The model profiles that a study can be suggested with, and how each is made from codes and examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from suggest.engine.tasks import NOTHING_AROUND, Scope
from suggest.errors import BadInput
from suggest.models.chat.budget import UNLIMITED, Ceiling
from suggest.models.embedded.vectors import VectorStore
from suggest.models.interface import Example, ModelKind, OfferedCode, Price, Scalar, Suggester, Task
from suggest.study.study import Study

PREFERRED = ("embedded", "lexical")
"""Whichever can be used first is what `suggest` takes when no profile is named. The last always can."""


@dataclass(frozen=True)
class Making:
    """What a model may use while it is made and asked, besides codes and examples.

    `vectors` is where it may keep what it computed of words. `parameters` are those that the run froze when it began:
    a model that is made again learns none of them anew, so that rounding, or another processor, cannot make a resumed
    run come out otherwise. None where the run begins. `sample` gives some of the study's segments, the same for
    whatever is asked. `progress` hears how many texts of how many were read before the first question. `ceiling` is
    the most that a call of `suggest` may spend, `samples` how often each question is asked.
    """

    vectors: VectorStore | None = None
    parameters: Mapping[str, Scalar] | None = None
    sample: Callable[[], Sequence[Task]] | None = None
    progress: Callable[[int, int], None] | None = None
    ceiling: Ceiling = UNLIMITED
    samples: int = 1

    @property
    def threshold(self) -> int | None:
        """The threshold (millionths) among the parameters."""
        found = (self.parameters or {}).get("threshold")
        return found if isinstance(found, int) else None


Maker: TypeAlias = Callable[[Sequence[OfferedCode], Iterable[Example], Making], Suggester]


FREE = Price(0, 0)


def _always() -> str:
    return ""


@dataclass(frozen=True)
class Profile:
    """A way to suggest. `make` gives the model for the codes on offer and the examples to learn from.

    `scope` is what the model reads around a segment; a model that reads nothing there is not asked again when only a
    neighbour's words change. `prompt_hash` is the SHA-256 of the prompt, None without one, `prompt` its
    NAME@VERSION.
    `available` says in a sentence why the model cannot be used here, and nothing where it can; `check` raises an error
    for what would come to light in the middle of a run only, such as damaged weights. What a `baseline` suggests is
    shown only where no other model has answered. `learns`: decisions teach it. `host` is where text goes, also where
    that is this machine; None where no text is handed on at all. `price` is None where it is not known.
    """

    name: str
    kind: ModelKind
    make: Maker
    scope: Scope = NOTHING_AROUND
    prompt_hash: str | None = None
    available: Callable[[], str] = _always
    check: Callable[[], object] = _always
    baseline: bool = False
    learns: bool = True
    host: str | None = None
    price: Price | None = FREE
    prompt: str | None = None

    @property
    def reads_aloud(self) -> bool:
        """Whether an answer may repeat words of what the model read, which an erasure must then find."""
        return self.kind not in ("lexical", "embedded")

    @property
    def learns_here(self) -> bool:
        """Whether the model learns from decisions and computes on this machine, so that asking it anew costs nothing
        and sends nothing."""
        return self.kind in ("lexical", "embedded")


def _lexical(codes: Sequence[OfferedCode], examples: Iterable[Example], making: Making) -> Suggester:
    from suggest.models.lexical import LexicalSuggester

    return LexicalSuggester(codes, examples, threshold=making.threshold)


def _embedded(codes: Sequence[OfferedCode], examples: Iterable[Example], making: Making) -> Suggester:
    from suggest.models.embedded.process import ProcessEncoder
    from suggest.models.embedded.suggester import EmbeddedSuggester

    encoder = ProcessEncoder()
    try:
        return EmbeddedSuggester(
            codes,
            examples,
            encoder,
            vectors=making.vectors,
            parameters=making.parameters,
            sample=making.sample,
            progress=making.progress,
        )
    except BaseException:
        encoder.close()
        raise


def _embedded_missing() -> str:
    from suggest.models.embedded.weights import find_weights

    if find_weights():
        return ""
    return (
        "The weights of the embedded model are not on this machine; 'secondcoder models install' fetches them (83 MB)."
    )


def _embedded_sound() -> None:
    from suggest.models.embedded.weights import check_weights, require_weights

    check_weights(require_weights())


PROFILES: Mapping[str, Profile] = {
    "embedded": Profile(
        "embedded",
        "embedded",
        _embedded,
        Scope(neighbours=2, places=True),
        available=_embedded_missing,
        check=_embedded_sound,
    ),
    "lexical": Profile("lexical", "lexical", _lexical, baseline=True),
}


def find_profile(name: str, study: Study | None = None, *, prompt: str | None = None) -> Profile:
    """The profile of that name, one that study or user keeps among them; BadInput naming those that can be used, or
    saying why this one cannot. `prompt` names what it is to be asked with instead of its own."""
    missing = PROFILES[name].available() if name in PROFILES else ""
    if name in PROFILES and not missing:
        if prompt is not None:
            raise BadInput("this model reads no prompt.", place=name, advice="Name a model behind an endpoint.")
        return PROFILES[name]
    found = chat_profile(study, name, prompt=prompt) if study is not None else None
    if found is not None:
        return found
    own = (profile.name for profile in PROFILES.values() if not profile.available())
    usable = ", ".join((*own, *_kept_names(study)))
    what = f"this model profile cannot be used here. {missing}" if missing else "there is no such model profile."
    raise BadInput(what, place=name, advice=f"There are: {usable}.")


def _kept_names(study: Study | None) -> tuple[str, ...]:
    if study is None:
        return ()
    from suggest.engine.own_profiles import usable_endpoints

    return tuple(usable_endpoints(study))


def chat_profile(study: Study, name: str, *, prompt: str | None = None) -> Profile | None:
    """The profile of that name that study or user keeps; None if neither does."""
    from suggest.engine.endpoints import profile_of
    from suggest.engine.own_profiles import usable_endpoints

    kept = usable_endpoints(study).get(name)
    return None if kept is None else profile_of(study, kept, prompt=prompt)


def default_profile() -> Profile:
    """The first of the preferred profiles that this installation can use."""
    return next(PROFILES[name] for name in PREFERRED if name in PROFILES and not PROFILES[name].available())


def why_not_preferred() -> str:
    """Why the most preferred profile is not the default, in a sentence; nothing where it is."""
    return PROFILES[PREFERRED[0]].available() if PREFERRED[0] in PROFILES else ""
