"""What every export shares: what was asked for, what came of it, and the names under which coders go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from suggest.study.people import coders
from suggest.study.study import Study


@dataclass(frozen=True)
class OutOptions:
    """What the user asked of an export. With `pseudonyms` no coder's name goes out."""

    pseudonyms: bool = False


@dataclass(frozen=True)
class Outcome:
    """What an export wrote: counts by what was counted ("documents"), in order, and remarks for the user."""

    counts: Mapping[str, int]
    notices: tuple[str, ...] = field(default=())


def coder_names(study: Study, options: OutOptions) -> dict[str, str]:
    """What each coder (an id) is called outside: the name, or "coder 1", "coder 2" ... in the order they came.

    Models keep theirs: they are nobody's.
    """
    named: dict[str, str] = {}
    persons = 0
    for coder in coders(study):
        persons += coder.type == "person"
        named[coder.id] = f"coder {persons}" if options.pseudonyms and coder.type == "person" else coder.name
    return named
