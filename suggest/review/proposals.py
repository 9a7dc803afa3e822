"""The worklist of codes that models propose, as far as one coder may see it: near duplicates joined, settled by people.

What was proposed of a segment that is blind for the coder is as if it were not there, in names, counts and joins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from suggest.errors import BadInput
from suggest.models.ideas import Ideas, idea
from suggest.review.near import near_duplicates, plain_words
from suggest.review.sight import Sight
from suggest.study.codes import Code, Wording, find_code, read_codes
from suggest.study.log import EntryRef
from suggest.study.proposals import Proposal, dismiss_proposals, make_code, merge_proposals, read_proposals
from suggest.study.segments import Segment, SegmentReader
from suggest.study.study import Study
from suggest.study.vector_store import StudyVectors

SPELT_ALIKE = 0.86
"""From this share of common letters on (Ratcliff and Obershelp, difflib) two names are one."""
MEANT_ALIKE = 0.6
"""From this share of common words on (Jaccard) two definitions are one."""
LEAST_WORDS = 5
"""A shorter definition says too little for that."""
MAYBE_ONE = 0.6
"""From this cosine of their vectors on two lines may mean the same, which is for a person to say: no figure tells an
idea that is said otherwise from its opposite (docs/measured.md), so nothing is joined by it."""
MOST_MAYBE = 3


@dataclass(frozen=True)
class Support:
    """A proposal with its segment: `quote` is the evidence as the text has it, empty where it is not there."""

    proposal: Proposal
    segment: Segment
    quote: str


@dataclass(frozen=True)
class Joined:
    """Proposals of one idea, the oldest first. `id` is that of the oldest; name, definition and place are those that
    came most often; `near` are codes of the tree whose names are nearly that. `maybe` names other lines (by
    id) that may mean the same, the likeliest first."""

    id: str
    name: str
    definition: str
    parent: Code | None
    members: tuple[Support, ...]
    near: tuple[Code, ...]
    maybe: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[Proposal, ...]:
        """Its proposals that are worded otherwise than the line itself, each wording once: to be compared by whoever
        settles them together."""
        told = {(one.proposal.name, one.proposal.definition): one.proposal for one in reversed(self.members)}
        return tuple(one for key, one in reversed(told.items()) if key != (self.name, self.definition))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its proposals."""
        return tuple(one.proposal.id for one in self.members)

    @property
    def segments(self) -> int:
        """For how many segments it was proposed."""
        return len({one.segment.number for one in self.members})

    @property
    def documents(self) -> int:
        """In how many documents it was proposed."""
        return len({one.segment.document for one in self.members})


@dataclass(frozen=True)
class Worklist:
    """What waits, what most segments speak for first. `kept_back`: there are segments whose proposals may not be seen
    yet, whether any were made or not."""

    joined: tuple[Joined, ...]
    kept_back: bool


def worklist(study: Study, coder: str) -> Worklist:
    """The proposals that wait, for a coder (an id)."""
    with study.reading():
        sight = Sight(study, coder)
        codes = read_codes(study)
        seen = _supports(study, sight, read_proposals(study))
        ideas = Ideas(StudyVectors(study), (_told(one.proposal) for one in seen))
        found = _with_maybes([_joined(group, codes) for group in _groups(seen)], ideas)
        found.sort(
            key=lambda one: (-len({member.segment.number for member in one.members}), one.members[0].segment.number)
        )
        return Worklist(tuple(found), bool(sight.withheld))


def waiting(sight: Sight) -> int:
    """How many proposals wait, of those that the coder may see."""
    with sight.study.reading():
        return len(_supports(sight.study, sight, read_proposals(sight.study)))


def settled(study: Study, coder: str) -> list[Support]:
    """The proposals that somebody has settled, in the order in which they came."""
    with study.reading():
        held = [one for one in read_proposals(study, settled=True) if one.fate is not None]
        return _supports(study, Sight(study, coder), held)


def make(
    study: Study,
    coder: str,
    refs: Sequence[str],
    *,
    name: str | None = None,
    definition: str | None = None,
    under: str | None = None,
    top: bool = False,
    alone: bool = False,
) -> Code:
    """Make a code of proposals; the code. What is not said is as the first of them has it; `under` is a code by any
    name, `top` puts it at the top, `alone` leaves out what is joined with the proposals."""
    chosen = _chosen(study, coder, refs, alone)
    first = chosen[0]
    codes = read_codes(study)
    parent = None if top else find_code(codes, under).id if under else first.parent.id if first.parent else None
    wording = Wording(
        (name or first.name).strip(), (definition if definition is not None else first.definition).strip()
    )
    made = make_code(study, coder, _ids(chosen), wording, parent)
    return find_code(read_codes(study), made)


def merge(study: Study, coder: str, refs: Sequence[str], code: str, *, alone: bool = False) -> Code:
    """Put on record that a code of the tree covers the proposals; the code."""
    covering = find_code(read_codes(study), code)
    merge_proposals(study, coder, _ids(_chosen(study, coder, refs, alone)), covering.id)
    return covering


def dismiss(study: Study, coder: str, refs: Sequence[str], reason: str = "", *, alone: bool = False) -> EntryRef:
    """Put proposals away."""
    return dismiss_proposals(study, coder, _ids(_chosen(study, coder, refs, alone)), reason)


def _chosen(study: Study, coder: str, refs: Sequence[str], alone: bool) -> list[Joined]:
    known = worklist(study, coder).joined
    codes = read_codes(study)
    found: list[Joined] = []
    for ref in dict.fromkeys(refs):
        holding = next((one for one in known if ref in one.ids), None)
        if holding is None:
            raise BadInput(
                "no such proposal waits.", place=ref, advice="'secondcoder proposals STUDY list' lists them."
            )
        if alone:
            holding = _joined([one for one in holding.members if one.proposal.id == ref], codes)
        if holding not in found:
            found.append(holding)
    return found


def _ids(chosen: Sequence[Joined]) -> list[str]:
    return list(dict.fromkeys(id_ for one in chosen for id_ in one.ids))


def _supports(study: Study, sight: Sight, found: Sequence[Proposal]) -> list[Support]:
    reader = SegmentReader(study)
    seen = []
    for one in found:
        segment = reader.number(one.number) if sight.suggestions(one.number) else None
        if segment is not None:
            seen.append(Support(one, segment, _quote(one, segment)))
    return seen


def _quote(one: Proposal, segment: Segment) -> str:
    if one.evidence is None:
        return ""
    start, end = one.evidence
    return segment.text[max(0, start - segment.start) : max(0, end - segment.start)]


def _with_maybes(lines: Sequence[Joined], ideas: Ideas) -> list[Joined]:
    near = ideas.nearest([_told(one.members[0].proposal) for one in lines], MAYBE_ONE, MOST_MAYBE)
    return [
        replace(one, maybe=tuple(lines[other].id for other in others)) for one, others in zip(lines, near, strict=True)
    ]


def _told(one: Proposal) -> str:
    return idea(one.name, one.definition)


def _groups(seen: Sequence[Support]) -> list[list[Support]]:
    """The proposals of one idea together: each goes to the first group whose first member it is nearly the same as."""
    groups: list[tuple[Worded, list[Support]]] = []
    by_name: dict[tuple[str, ...], list[Support]] = {}
    for one in seen:
        said = worded(one.proposal.name, one.proposal.definition)
        group = by_name.get(said.words)
        if group is None:
            group = next((members for other, members in groups if said.same_as(other)), None)
            if group is None:
                group = []
                groups.append((said, group))
            by_name[said.words] = group
        group.append(one)
    return [group for _, group in groups]


@dataclass(frozen=True)
class Worded:
    """What a proposal says, without regard to case, accents, punctuation and the order of the name's words."""

    words: tuple[str, ...]
    spelt: str
    meaning: frozenset[str]

    def same_as(self, other: Worded) -> bool:
        """Whether both are one: by the letters of the name, its numbers being the same, or by the definition."""
        least = min(len(self.meaning), len(other.meaning))
        if least >= LEAST_WORDS:
            common = len(self.meaning & other.meaning)
            if common / (len(self.meaning) + len(other.meaning) - common) >= MEANT_ALIKE:
                return True
        if re.findall(r"\d+", self.spelt) != re.findall(r"\d+", other.spelt):
            return False
        matcher = SequenceMatcher(None, self.spelt, other.spelt, autojunk=False)
        return (
            matcher.real_quick_ratio() >= SPELT_ALIKE
            and matcher.quick_ratio() >= SPELT_ALIKE
            and matcher.ratio() >= SPELT_ALIKE
        )


def worded(name: str, definition: str) -> Worded:
    """A proposal as it is compared by letters and words. Words of up to three letters say nothing of a meaning."""
    spelt = " ".join(plain_words(name))
    meaning = frozenset(word for word in plain_words(definition) if len(word) > 3)
    return Worded(tuple(sorted(set(spelt.split()))), spelt, meaning)


def _joined(group: Sequence[Support], codes: Sequence[Code]) -> Joined:
    told = [one.proposal for one in group]
    name = _most([one.name for one in told])
    definition = _most([one.definition for one in told if one.name == name])
    place = _most([one.parent or "" for one in told])
    parent = next((code for code in codes if code.id == place), None)
    return Joined(told[0].id, name, definition, parent, tuple(group), near_duplicates(codes, name))


def _most(given: Sequence[str]) -> str:
    """What came most often; of equals the first."""
    return Counter(given).most_common(1)[0][0]
