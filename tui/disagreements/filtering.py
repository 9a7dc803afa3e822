"""Which of the disagreements are listed, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.disagreements.telling import NO_CODE, OUT_OF_USE, WHY, arrows, last_name
from tui.disagreements.view import Case, Listing, Pair

EVERYTHING, OPEN, CODE, DOCUMENT, PAIR = "everything", "open", "a code", "a document", "two codes"


@dataclass(frozen=True)
class Filter:
    """What has to be so of a case; None and False ask for nothing. `by_talk`: in the order of the talk, else the
    farthest apart first."""

    kind: str | None = None
    code: str | None = None
    document: str | None = None
    pair: Pair | None = None
    open: bool = False
    by_talk: bool = False

    def chosen(self, cases: Sequence[Case]) -> list[Case]:
        """The cases that are listed, in their order."""
        found = [case for case in cases if self._fits(case)]
        return found if self.by_talk else sorted(found, key=lambda case: (-case.distance, case.number))

    def _fits(self, case: Case) -> bool:
        return (
            (self.kind is None or self.kind in case.kinds)
            and (self.code is None or self.code in case.differing)
            and (self.document is None or self.document == case.document)
            and (self.pair is None or self.pair in case.pairs)
            and not (self.open and case.settled is not None)
        )

    def told(self, paths: Mapping[str, str]) -> str:
        """What is asked for, in words; "" for everything."""
        parts = [
            "open" if self.open else "",
            WHY.get(self.kind or "", ""),
            last_name(paths.get(self.code, OUT_OF_USE)) if self.code else "",
            pair_name(self.pair, paths) if self.pair else "",
            self.document or "",
        ]
        return ", ".join(part for part in parts if part)


def pair_name(pair: Pair, paths: Mapping[str, str]) -> str:
    """Two codes in one another's place."""
    one = last_name(paths.get(pair[0], OUT_OF_USE))
    return f"{one} / {NO_CODE if pair[1] is None else last_name(paths.get(pair[1], OUT_OF_USE))}"


def options(listing: Listing) -> list[tuple[str, str]]:
    """What one can narrow the list to, with how many segments that is where it is a word."""
    counts = {kind: sum(kind in case.kinds for case in listing.cases) for kind in WHY}
    open_ = sum(case.settled is None for case in listing.cases)
    return [
        (EVERYTHING, str(len(listing.cases))),
        (OPEN, f"{open_} not settled yet"),
        *((kind, f"{counts[kind]} {words}") for kind, words in WHY.items()),
        (CODE, "about which coders differ"),
        (PAIR, "in one another's place"),
        (DOCUMENT, ""),
    ]


def pair_options(listing: Listing) -> list[tuple[Pair, str]]:
    """The pairs of codes that are confused, the most frequent first, with their paths."""
    return [
        (pair, f"{times}×  {_full(pair[0], listing.paths)} / {_full(pair[1], listing.paths)}")
        for pair, times in listing.pairs
    ]


def _full(code: str | None, paths: Mapping[str, str]) -> str:
    return NO_CODE if code is None else arrows(paths.get(code, OUT_OF_USE))
