"""What every export shares: what was asked for, what came of it, and the names under which coders go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from suggest.printable import counted
from suggest.study.blindness import blindness, has_begun
from suggest.study.people import coders, pseudonyms
from suggest.study.study import Study


@dataclass(frozen=True)
class OutOptions:
    """What the user asked of an export.

    With `pseudonyms` no coder's name goes out, and no speaker's beside the words. `name` is what the file will be
    called: its ending chooses the form where a target knows several. `table` is one of a target's tables, `words` is
    false where no words of participants may go out, `coders` (names) and `round` (a name) limit whose work counts.
    """

    pseudonyms: bool = False
    name: str = ""
    table: str | None = None
    words: bool = True
    bom: bool = False
    coders: tuple[str, ...] = ()
    round: str | None = None
    actor: str | None = None
    """The coder (an id) who asked."""


@dataclass(frozen=True)
class Outcome:
    """What an export wrote: counts by what was counted ("documents"), in order, and remarks for the user."""

    counts: Mapping[str, int]
    notices: tuple[str, ...] = field(default=())


def coder_names(study: Study, options: OutOptions) -> dict[str, str]:
    """What each coder (an id) is called outside: the name, or "coder 1", "coder 2" ... in the order they came.

    Models keep theirs: they are nobody's.
    """
    outside = pseudonyms(study) if options.pseudonyms else {}
    return {coder.id: outside.get(coder.id, coder.name) for coder in coders(study)}


def blind_notice(study: Study, options: OutOptions) -> tuple[str, ...]:
    """A warning where the one who asked has begun to code and has segments left to code blind: the file tells of them
    what the review withholds."""
    if options.actor is None or not has_begun(study, options.actor):
        return ()
    count = blindness(study, options.actor).uncommitted.count()
    if not count:
        return ()
    return (
        f"The file shows suggestions and colleagues' codings for {counted(count, 'segment')} that "
        "you have yet to code blind: "
        "code these before you look into it.",
    )
