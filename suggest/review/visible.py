"""Codings, examples, segments and counts of codes, and a study's figures, as far as one coder may see them.

Each takes a `Sight`, which holds the rules. What is withheld is left out as if it did not exist, also from counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

from suggest.review.sight import Sight
from suggest.study.coded import (
    OwnCounts,
    all_codings,
    codings_on,
    codings_with,
    own_counts,
    own_decisions,
)  # fmt: skip
from suggest.study.codes import load_tree
from suggest.study.not_begun import not_begun
from suggest.study.pending import members
from suggest.study.people import coders
from suggest.study.segments import Segment, SegmentReader
from suggest.study.sets import SegmentSet, gathered, read_set
from suggest.study.stale import stale
from suggest.study.tree import CodeTree
from suggest.study.units import StoredCoding, codings


def codings_in(sight: Sight, document: str, start: int, end: int) -> list[StoredCoding]:
    """The codings that touch a range of a document (an id) and that the coder may see, in the order of the text: what
    stands in the margin of a transcript."""
    with sight.study.reading():
        return [coding for coding in codings_on(sight.study, document, start, end) if sight.coding(coding)]


@dataclass(frozen=True)
class Example:
    """A coding of a code, with the segment that it is on. `coder` is a name; `own`: it is the reader's."""

    segment: Segment
    start: int
    end: int
    coder: str
    own: bool
    round: str


def examples(sight: Sight, code: str, limit: int = 20) -> list[Example]:
    """Codings of a code (an id) to learn from, at most so many: one's own, then those of rounds that are over or that
    settle a consensus. Work of an open round that colleagues did is none, even where it may be seen."""
    study = sight.study
    with study.reading():
        names = {coder.id: coder.name for coder in coders(study)}
        reader = SegmentReader(study)
        mine = (c for c in codings_with(study, code, coder=sight.coder) if sight.coding(c))
        over = [item.id for item in sight.over()]
        others = (c for c in codings_with(study, code, rounds=over) if c.coder != sight.coder and sight.coding(c))
        found = []
        for coding in islice(chain(mine, others), limit):
            segment = reader.number(coding.segment)
            if segment is not None:
                name, round_ = names.get(coding.coder, coding.coder), sight.rounds[coding.round].name
                own = coding.coder == sight.coder
                found.append(Example(segment, coding.start, coding.end, name, own, round_))
        return found


@dataclass(frozen=True)
class CodeSegments:
    """Where a code stands for one reader: by the reader's hand, by colleagues', and suggested by a model as fitting."""

    mine: SegmentSet
    colleagues: SegmentSet
    suggested: SegmentSet


def segments_of_code(sight: Sight, code: str) -> CodeSegments:
    """The segments of a code (an id), as far as the coder may see who says so."""
    study = sight.study
    with study.reading():
        return CodeSegments(
            *coded_segments(sight, code), _suggested(sight, _standing_for(load_tree(study)).get(code, []))
        )


def coded_segments(sight: Sight, code: str) -> tuple[SegmentSet, SegmentSet]:
    """The segments in which a code (an id) stands by the reader's hand, and by colleagues' as far as it may be seen."""
    with sight.study.reading():
        found = [coding for coding in codings_with(sight.study, code) if sight.coding(coding)]
        mine: list[int] = []
        others: list[int] = []
        for coding in found:
            (mine if coding.coder == sight.coder else others).append(coding.segment)
        return gathered(mine), gathered(others)


@dataclass(frozen=True)
class CodeCounts:
    """In how many segments a code stands for one reader, and in how many documents; `mine` of them by the reader's own
    hand, `stale` of those completed before it changed; `by_model`: it is suggested as fitting."""

    segments: int = 0
    documents: int = 0
    mine: int = 0
    by_model: int = 0
    stale: int = 0


def code_counts(sight: Sight) -> dict[str, CodeCounts]:
    """The counts of every code in use, by id. All codings are read, so it is not for a screen that waits."""
    study = sight.study
    with study.reading():
        tree = load_tree(study)
        merged = _standing_for(tree)
        own = own_seen(sight)
        places: dict[str, set[int]] = {}
        documents: dict[str, set[str]] = {}
        for coding in all_codings(study, but=sight.coder):
            if sight.coding(coding):
                places.setdefault(coding.code, set()).add(coding.segment)
                documents.setdefault(coding.code, set()).add(coding.document)
        old: dict[str, int] = {}
        for codes, units in Counter(unit.codes for unit in stale(study, coder=sight.coder)).items():
            for code, _ in codes:
                old[code] = old.get(code, 0) + units
        found = {}
        for node in tree.live():
            code, mine = node.code, own.get(node.code, OwnCounts(0, 0))
            segments, held = mine.segments, mine.documents
            if code in places:
                together = [c for c in codings_with(study, code, coder=sight.coder) if sight.coding(c)]
                segments = len(places[code].union(coding.segment for coding in together))
                held = len(documents[code].union(coding.document for coding in together))
            by_model = _suggested(sight, merged[code]).count()
            found[code] = CodeCounts(segments, held, mine.segments, by_model, old.get(code, 0))
        return found


def own_seen(sight: Sight) -> dict[str, OwnCounts]:
    """The reader's own counts by code (an id), without the first answers to what has come back."""
    study = sight.study
    if not sight.come_back:
        return own_counts(study, sight.coder)
    places: dict[str, set[int]] = {}
    documents: dict[str, set[str]] = {}
    for coding in codings(study, coder=sight.coder):
        if not coding.lost and sight.coding(coding):
            places.setdefault(coding.code, set()).add(coding.segment)
            documents.setdefault(coding.code, set()).add(coding.document)
    return {code: OwnCounts(len(found), len(documents[code])) for code, found in places.items()}


def _suggested(sight: Sight, codes: Sequence[str]) -> SegmentSet:
    """Where one of the codes is suggested as fitting and the coder may know it."""
    found = SegmentSet()
    for code in codes:
        found = found | read_set(sight.study, f"fits:{code}")
    return found - sight.withheld


def _standing_for(tree: CodeTree) -> dict[str, list[str]]:
    """By code, the codes that it stands for: itself, and what was merged into it."""
    found: dict[str, list[str]] = {}
    for code in tree.codes:
        found.setdefault(tree.resolve(code), []).append(code)
    return found


@dataclass(frozen=True)
class OwnView:
    """A study's figures for one coder: own decisions by action, own codings (a code on a segment counts once), and who
    is how far in the rounds that the coder takes part in or has yet to begin in, as (completed, left) by round and
    name; nothing is left where a round is closed."""

    decisions: dict[str, int]
    codings: int
    progress: dict[str, dict[str, tuple[int, int]]]


def own_view(sight: Sight) -> OwnView:
    """What `status` may tell a coder who has not committed everything: nothing that others decided, or a model."""
    study = sight.study
    with study.reading():
        names = {coder.id: coder.name for coder in coders(study)}
        waiting = not_begun(study).get(sight.coder, {})
        progress = {}
        for item in sight.rounds.values():
            people = {who: (part.completed, part.remaining) for who, part in members(study, item.id).items()}
            if item.name in waiting:
                people[sight.coder] = (0, waiting[item.name])
            if sight.coder in people:
                progress[item.name] = {
                    names.get(coder, coder): (done, left if item.state == "open" else 0)
                    for coder, (done, left) in people.items()
                }
        mine = sum(counts.segments for counts in own_seen(sight).values())
        return OwnView(dict(own_decisions(study, sight.coder, but=sight.come_back)), mine, progress)
