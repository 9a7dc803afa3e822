"""A document's segments made ready to leave the study: who speaks under which name, what may be quoted, what was asked.

Consent is settled here and nowhere else, so that no way out forgets it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from suggest.study.documents import Document, document_text, list_documents
from suggest.study.segments import Segment, SegmentReader, all_details
from suggest.study.settings import get_setting
from suggest.study.study import Study
from suggest.text.citations import Citation

OMISSION = "(…)"
_PARTS = frozenset(
    (
        "moderator",
        "moderatorin",
        "facilitator",
        "interviewer",
        "participant",
        "respondent",
        "speaker",
        "observer",
        "all",
    )
)
_PLAIN_SPEAKER = re.compile(r"[^\W\d_]{0,2}\W?\d+|\W*")


@dataclass(frozen=True, slots=True)
class Spot:
    """A segment on its way out. `speaker` is the name outside, `withheld` the consent flag that keeps its words back.

    `asked` is true for the first answer after the moderator spoke (by whoever gives it, as long as that person goes
    on), false for what came unasked, None where the document has no segment with the role `prompt`.
    """

    segment: Segment
    external: str | None
    attributes: tuple[tuple[str, str], ...]
    speaker: str | None
    asked: bool | None
    withheld: str | None


class Passages:
    """One document, ready to be quoted from."""

    def __init__(self, study: Study, document: Document, *, pseudonyms: bool = False) -> None:
        self.document = document
        self._pseudonyms = pseudonyms
        self.text = document_text(study, document.id)
        last = document.first + document.count - 1
        held = list(SegmentReader(study).span(document.first, last)) if document.count else []
        names = list(dict.fromkeys(segment.speaker for segment in held if segment.speaker is not None))
        outside = {name: f"speaker {n}" if pseudonyms else name for n, name in enumerate(names, 1)}
        further = all_details(study, document.id)
        self.spots = [
            Spot(
                segment,
                further[segment.ordinal].external if segment.ordinal in further else None,
                further[segment.ordinal].attributes if segment.ordinal in further else (),
                None if segment.speaker is None else outside[segment.speaker],
                asked,
                withheld(document, segment.speaker),
            )
            for segment, asked in zip(held, _asked(held), strict=True)
        ]
        self.names = tuple(names)
        self._starts = [spot.segment.start for spot in self.spots]
        self._ends = [spot.segment.end for spot in self.spots]

    def spot(self, number: int) -> Spot:
        """The segment of that number, which is in this document."""
        return self.spots[number - self.document.first]

    def touched(self, start: int, end: int) -> Sequence[Spot]:
        """The segments that a range of the text runs over, in their order; one at a gap between segments has none."""
        return self.spots[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def kept_back(self, start: int, end: int) -> str | None:
        """The consent flag that keeps words of a range back; None if all of it may leave."""
        if flag := withheld(self.document, None):
            return flag
        flags = {spot.withheld for spot in self.touched(start, end)} - {None}
        return "exclude" if "exclude" in flags else "no_quote" if flags else None

    def excluded(self, start: int, end: int) -> bool:
        """Whether all that was said in a range is excluded, so that it counts nowhere."""
        touched = self.touched(start, end)
        said = [spot for spot in touched if spot.segment.role == "data"] or touched
        return withheld(self.document, None) == "exclude" or (
            bool(said) and all(spot.withheld == "exclude" for spot in said)
        )

    def words(self, start: int, end: int) -> str | None:
        """The words of a range as they stand in the document; None if consent keeps any of them back.

        With pseudonyms a range over several segments comes without the names that stand between them.
        """
        if self.kept_back(start, end) is not None:
            return None
        touched = self.touched(start, end)
        if self._pseudonyms and len(touched) > 1:
            return self.quote(start, end)
        return self.text[start:end]

    def quote(self, start: int, end: int, *, labels: bool = True) -> str | None:
        """The words of a range as a report prints them: a speaker's name before each turn where several speak, "(…)"
        for turns that may not be quoted; None if none of it may. Without `labels` a dash stands for each name."""
        pieces: list[tuple[str | None, str]] = []
        for spot in self.touched(start, end):
            if spot.segment.role == "other":
                continue
            words = self.text[max(start, spot.segment.start) : min(end, spot.segment.end)].strip()
            speaker = spot.speaker
            if spot.withheld is not None:
                words, speaker = OMISSION, None
            if words and pieces and pieces[-1][0] == speaker:
                joined = words if words == pieces[-1][1] == OMISSION else f"{pieces[-1][1]} {words}"
                pieces[-1] = (speaker, joined)
            elif words:
                pieces.append((speaker, words))
        if not any(words != OMISSION for _, words in pieces):
            return None
        several = len({speaker for speaker, words in pieces if words != OMISSION}) > 1
        lines = (
            words if not several or speaker is None else f"{speaker}: {words}" if labels else f"– {words}"
            for speaker, words in pieces
        )
        return "\n".join(lines)

    def speakers(self, start: int, end: int) -> list[str]:
        """The speakers of the data in a range by their names outside, each once."""
        touched = self.touched(start, end)
        return list(dict.fromkeys(s.speaker for s in touched if s.speaker is not None and s.segment.role == "data"))

    def names_in(self, start: int, end: int) -> list[str]:
        """The speakers of the data in a range as the study knows them, whatever they are called outside, each once."""
        data = (spot.segment for spot in self.touched(start, end) if spot.segment.role == "data")
        return list(dict.fromkeys(segment.speaker for segment in data if segment.speaker is not None))

    def asked(self, start: int, end: int) -> bool | None:
        """Whether the first data segment of a range answers the moderator; None if that cannot be told."""
        return next((spot.asked for spot in self.touched(start, end) if spot.segment.role == "data"), None)

    def citation(self, start: int, end: int) -> Citation:
        """The paragraphs of a range."""
        touched = self.touched(start, end) or [self.spots[min(bisect_right(self._ends, start), len(self.spots) - 1)]]
        low = min(spot.segment.paragraph_from for spot in touched)
        return Citation(self.document.label, low, max(spot.segment.paragraph_to for spot in touched))

    def named_in(self, words: str) -> bool:
        """Whether a speaker's name, other than one like "R1" or "Moderator", stands in the words."""
        return any(
            len(name) > 2
            and name[0].isupper()
            and name.casefold() not in _PARTS
            and not _PLAIN_SPEAKER.fullmatch(name)
            and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
            for name in self.names
        )


def withheld(document: Document, speaker: str | None) -> str | None:
    """The consent flag that keeps a speaker's words back in a document (None: the whole document), the stronger one."""
    flags = {flag for name, flag in document.consent if name is None or name == speaker}
    return "exclude" if "exclude" in flags else "no_quote" if "no_quote" in flags else None


class KeptBack:
    """Which segments of a study may not be quoted, by their ids, whichever document they are in."""

    def __init__(self, study: Study) -> None:
        self._documents: set[str] = set()
        self._segments: set[str] = set()
        reader = SegmentReader(study)
        for document in list_documents(study):
            if withheld(document, None):
                self._documents.add(document.id)
            elif document.consent and document.count:
                held = reader.span(document.first, document.first + document.count - 1)
                self._segments.update(segment.id for segment in held if withheld(document, segment.speaker))

    def any(self, segments: Iterable[str]) -> bool:
        """Whether consent keeps the words of any of these back."""
        return any(id_ in self._segments or id_.rpartition(".")[0] in self._documents for id_ in segments)


def _asked(held: Sequence[Segment]) -> Iterator[bool | None]:
    if not any(segment.role == "prompt" for segment in held):
        yield from (None for _ in held)
        return
    pending, answering = False, False
    speaker: str | None = None
    for segment in held:
        if segment.role != "data":
            pending = pending or segment.role == "prompt"
            yield None
            continue
        answering = pending or (answering and segment.speaker is not None and segment.speaker == speaker)
        pending, speaker = False, segment.speaker
        yield answering


def in_site_order(study: Study, documents: Sequence[Document] | None = None) -> list[Document]:
    """The documents in the study's order of sites (setting `site_order`), the others after them as they came.

    An item of the setting is a document's label, or the value of its attribute `site`.
    """
    held = list_documents(study) if documents is None else list(documents)
    wanted: tuple[str, ...] = get_setting(study, "site_order")
    place = {name: n for n, name in reversed(list(enumerate(wanted)))}
    last = len(wanted)

    def rank(document: Document) -> int:
        return min(place.get(document.label, last), place.get(site_of(document), last))

    return sorted(held, key=rank)


def site_of(document: Document) -> str:
    """The site of a document: its attribute `site`, else its label."""
    return document.attributes.get("site", "").strip() or document.label


def joined(citations: Sequence[Citation]) -> list[Citation]:
    """The same paragraphs with each named once: ranges that overlap become one, so do three or more in a row.

    Two neighbours stay "16, 17". Labels keep the order in which they first stand.
    """
    found: list[Citation] = []
    for label in dict.fromkeys(one.label for one in citations):
        ranges: list[tuple[int, int]] = []
        for first, last in sorted({(one.first, one.last) for one in citations if one.label == label}):
            if ranges and first <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
            else:
                ranges.append((first, last))
        found += [Citation(label, first, last) for first, last in _rows(ranges)]
    return found


def _rows(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Single paragraphs in a row as a range where there are three or more of them."""
    run: list[tuple[int, int]] = []
    for item in [*ranges, None]:
        if item is not None and item[0] == item[1] and run and run[-1][1] + 1 == item[0]:
            run.append(item)
            continue
        if len(run) > 2:
            yield run[0][0], run[-1][1]
        else:
            yield from run
        run = []
        if item is not None and item[0] == item[1]:
            run = [item]
        elif item is not None:
            yield item
