"""The study's side of the disagreements: what its reader may know of who differs where, and one case with its talk.

What the reader may not know yet is left out here, in the thread that reads, and never reaches a widget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from suggest.audit.disagreements import Disagreement, Disagreements, disagreements
from suggest.audit.reading import Choice
from suggest.review.sight import Sight
from suggest.study.coded import codings_on
from suggest.study.not_when import words_stand
from suggest.study.notes import get_note
from suggest.study.people import coders
from suggest.study.reasons import Reason, reasons
from suggest.study.rounds import Round
from suggest.study.segments import Segment, SegmentReader
from suggest.study.settling import Settlement, settlements
from suggest.study.study import Study
from suggest.study.units import memos
from tui.disagreements.knowing import known_to

AROUND = 3
HIDE = "hide_names"
"""The note under which it is kept that a coder wants no names."""

Pair = tuple[str, str | None]
"""Two codes (ids) in one another's place; None for no code."""
Range = tuple[int, int]


@dataclass(frozen=True)
class Given:
    """What one coder or model (an id and a name) gave a segment: codes (ids), in the round (an id) it was given in."""

    coder: str
    name: str
    model: bool
    round: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A segment on which coders differ. `differing` are the codes (ids) that some applied and others did not, or to
    other words; `pairs` those that stand in one another's place. `core`: it is in the blind core."""

    number: int
    segment: str
    document: str
    cite: str
    speaker: str
    kinds: tuple[str, ...]
    distance: float
    given: tuple[Given, ...]
    differing: tuple[str, ...]
    pairs: frozenset[Pair]
    settled: Settlement | None
    core: bool

    @property
    def people(self) -> list[Given]:
        return [given for given in self.given if not given.model]

    @property
    def hidden(self) -> bool:
        """Whether models keep out of it until it is settled."""
        return self.core and self.settled is None


@dataclass(frozen=True)
class Listing:
    """All cases that the reader may know, in the order of the talk. `paths` and `names` of codes and coders are by id;
    `withheld`: so many segments more were answered by two, of which nothing may be told yet. `hide`: the reader wants
    no names."""

    round: Round
    rounds: tuple[str, ...]
    cases: tuple[Case, ...]
    pairs: tuple[tuple[Pair, int], ...]
    compared: int
    withheld: int
    coders: tuple[str, ...]
    models: tuple[str, ...]
    paths: Mapping[str, str]
    names: Mapping[str, str]
    hide: bool


@dataclass(frozen=True)
class Asked:
    """What to compare: a round by name (None: the newest in which anybody coded), people alone or `models` too."""

    round: str | None = None
    models: bool = False


def read_listing(study: Study, coder: str, asked: Asked) -> Listing:
    """The cases for a reader (an id)."""
    with study.reading():
        known = known_to(Sight(study, coder))
        found = disagreements(
            study, Choice(asked.round), known.answers, known.settled, to_settle=True, compare_models=asked.models
        )
        material = found.material
        people = coders(study)
        return Listing(
            material.round,
            material.rounds,
            tuple(_case(found, item) for item in found.segments),
            tuple(
                ((material.codes[pair.a].id, None if pair.b is None else material.codes[pair.b].id), pair.times)
                for pair in found.code_pairs
            ),
            found.compared,
            found.withheld,
            tuple(rater.name for rater in found.raters),
            tuple(model.name for model in material.models),
            {code.id: code.path_text for code in material.codes},
            {person.id: person.name for person in people},
            get_note(study, coder, HIDE) == "1",
        )


def _case(found: Disagreements, item: Disagreement) -> Case:
    material, segment = found.material, item.segment
    ids = [code.id for code in material.codes]
    raters = {rater.name: rater for rater in material.raters}
    answers = [*item.codes.items(), *item.models.items()]
    given = [
        Given(raters[name].id, name, raters[name].kind == "model", raters[name].round.id,
              tuple(ids[column] for column in columns))
        for name, columns in answers
    ]  # fmt: skip
    return Case(
        segment.number,
        segment.id,
        segment.label,
        segment.cite,
        segment.speaker or "",
        item.kinds,
        item.distance,
        tuple(sorted(given, key=lambda one: one.model)),
        tuple(ids[vote.code] for vote in item.votes),
        frozenset(_pairs(item, ids)),
        item.settled,
        item.core,
    )


def _pairs(item: Disagreement, ids: Sequence[str]) -> set[Pair]:
    """The codes in one another's place, over all pairs of coders, the one that comes first in the tree before."""
    found: set[Pair] = set()
    for one, other in permutations(item.codes, 2):
        mine = [vote.code for vote in item.votes if one in vote.applied and other in vote.not_applied]
        theirs = [vote.code for vote in item.votes if other in vote.applied and one in vote.not_applied]
        found |= {(ids[min(a, b)], ids[max(a, b)]) for a in mine for b in theirs}
        if not theirs:
            found |= {(ids[a], None) for a in mine}
    return found


@dataclass(frozen=True)
class Turn:
    """A neighbour's citation, speaker and words."""

    cite: str
    speaker: str
    words: str


@dataclass(frozen=True)
class Detail:
    """One case in full. `ranges` are what a coder meant by a code (ids), within the words of the segment; `reasons` and
    `memos` by coder. `written`: what was settled stands in a code's "not when"."""

    case: Case
    words: str
    before: tuple[Turn, ...]
    after: tuple[Turn, ...]
    ranges: Mapping[tuple[str, str], tuple[Range, ...]]
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    memos: tuple[tuple[str, str], ...] = ()
    written: bool = False


def read_detail(study: Study, coder: str, case: Case) -> Detail | None:
    """The case's words, talk, ranges, reasons and memos, as far as its reader (an id) may know them; None where it was
    withdrawn meanwhile."""
    with study.reading():
        sight, reader = Sight(study, coder), SegmentReader(study)
        segment = reader.get(case.segment)
        if segment is None:
            return None
        before, after = reader.around(segment, AROUND, AROUND)
        notes = [(who, text) for who, text in memos(study, case.number, coder) if sight.memo(who, case.number)]
        why = {
            one.coder: tuple(
                reason
                for reason in reasons(study, one.round, one.coder, case.number)
                if not (reason.verdict and case.hidden)  # it would tell what a model suggested
            )
            for one in case.people
        }
        return Detail(
            case, segment.text, tuple(map(_turn, before)), tuple(map(_turn, after)),
            _ranges(sight, segment, case), why, tuple(notes),
            case.settled is not None and words_stand(study, case.settled.defined),
        )  # fmt: skip


def _turn(segment: Segment) -> Turn:
    return Turn(segment.cite, segment.speaker or "", segment.text)


def _ranges(sight: Sight, segment: Segment, case: Case) -> dict[tuple[str, str], tuple[Range, ...]]:
    found: dict[tuple[str, str], tuple[Range, ...]] = {}
    rounds = {one.coder: one.round for one in case.people}
    for coding in codings_on(sight.study, segment.document, segment.start, segment.end):
        if rounds.get(coding.coder) == coding.round and sight.coding(coding):
            low, high = max(coding.start, segment.start), min(coding.end, segment.end)
            key = (coding.coder, coding.code)
            found[key] = (*found.get(key, ()), (low - segment.start, high - segment.start))
    return found


def read_settlement(study: Study, coder: str, round_: str, number: int) -> Settlement | None:
    """What stands as settled for a segment (its number) in a round (an id), where its reader (an id) may know it."""
    with study.reading():
        held = settlements(study, round_).get(number)
        if held is None or not Sight(study, coder).settled(held.coders, round_, number):
            return None
        return held
