"""How a code is put into words for the model, and how the model says why it proposes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggest.models.interface import OfferedCode


@dataclass(frozen=True, slots=True)
class Wording:
    """`texts` are read for their meaning, each an example of the code; `whole` for its runs of characters."""

    texts: tuple[str, ...]
    whole: str


def wording_of(code: OfferedCode, *, brief: bool = False) -> Wording:
    """The name, the definition, both together with the names above, and each of the code's own examples.

    With `brief` only the third of these. What the code is not for is left out: the model knows no negation. Without
    a definition the path stands for it.
    """
    defined = " ".join(part for part in (code.definition.strip(), code.include.strip()) if part)
    upwards = ". ".join(reversed(code.path))
    both = f"{upwards}. {defined}"
    texts = [both] if brief else [code.name, defined or code.name, both, *filter(str.strip, code.examples)]
    return Wording(tuple(texts), f"{' '.join(code.path)} {defined}")


def rationale(score: int, fits: bool, own: float, by_talk: float, named: Sequence[str]) -> str:
    """Why a code is proposed, in a sentence of our own.

    `score` is what it comes to and `fits` whether that is enough in its run, `own` what the code's wording adds to it
    and `by_talk` what decided talk adds. How many decisions stand behind it is not said, nor which: the reader may
    not have committed yet. `named` are words that the wording shares with the segment.
    """
    if score <= 0:
        return "Has little in common with the code's wording or with talk that was given it."
    words = f" (“{'”, “'.join(named)}”)" if named else ""
    wording, talk = f"the code's wording{words}", "talk that was given it"
    if own > 2 * by_talk:
        like = wording
    elif by_talk > 2 * own:
        like = f"{talk}{words}"
    else:
        like = f"{wording} and like {talk}"
    if not fits:
        return f"A little like {like}, but not enough to fit."
    return f"Like {like}." if like.startswith(talk) else f"Close to {like}."
