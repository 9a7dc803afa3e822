"""From paragraphs to talk: numbers, speakers, time codes and roles settled over the whole of a document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from suggest.text.paragraphs import Numbering, find_numbering
from suggest.text.prefixes import Prefix, first_time, is_time_code, read_prefix, time_at_end
from suggest.text.speakers import accepted_speakers, may_be_single_speaker, role_of
from suggest.text.transcripts import Paragraph, Role, Talk

_FRONT_MATTER = 120


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document's talk in the order of the text, with what was found out about speakers and paragraph numbers."""

    talks: tuple[Talk, ...]
    speakers: frozenset[str]
    paragraphs: int
    counted: str
    notices: tuple[str, ...]


def analyse(text: str, paragraphs: Sequence[Paragraph], how: str, named: Collection[str] = ()) -> Analysis:
    """The talk of `paragraphs` (ranges of `text`, told apart as `how` says); `named` always count as speakers."""
    numbering = find_numbering(text, paragraphs)
    prefixes = [_prefix_of(text, one, index, numbering) for index, one in enumerate(paragraphs)]
    labels = [prefix.label for prefix in prefixes if prefix is not None and prefix.label is not None]
    count = sum(not one.continues for one in paragraphs)
    speakers = accepted_speakers(labels, count, named)
    reading = _Reading(text, paragraphs, prefixes, numbering, speakers)
    talks = reading.talks()
    counted = (
        "taken from the file, which numbers its paragraphs"
        if numbering.printed
        else f"counted by this program from 1 over {how}"
    )
    return Analysis(tuple(talks), speakers, reading.paragraph_count, counted, tuple(reading.notices))


def _prefix_of(text: str, one: Paragraph, index: int, numbering: Numbering) -> Prefix | None:
    if one.heading:
        return None
    start = numbering.numbers[index][1] if index in numbering.numbers else one.start
    return read_prefix(text, start, one.end, one.bold_to)


class _Reading:
    """One pass over a document's paragraphs, carrying speaker and paragraph number along."""

    def __init__(
        self,
        text: str,
        paragraphs: Sequence[Paragraph],
        prefixes: Sequence[Prefix | None],
        numbering: Numbering,
        speakers: frozenset[str],
    ) -> None:
        self.text, self.paragraphs, self.prefixes = text, paragraphs, prefixes
        self.numbering, self.speakers = numbering, speakers
        self.notices: list[str] = []
        self.paragraph_count = 0
        self._talks: list[Talk] = []
        self._speaker: str | None = None
        self._time: int | None = None
        self._mark: int | None = None
        self._number = 0
        self._lowest = min((number for number, _ in numbering.numbers.values()), default=1)
        self._fresh = True
        self._first_label = next((i for i in range(len(paragraphs)) if self._label_of(i) is not None), 0)
        self._singles: list[str] = []

    def talks(self) -> list[Talk]:
        for index, paragraph in enumerate(self.paragraphs):
            self._read(index, paragraph)
        if self._singles:
            names = ", ".join(f"“{name}”" for name in self._singles[:5])
            self.notices.append(f"Stands once and was not taken as a speaker: {names}. --map speakers=A,B counts them.")
        return self._talks

    def _label_of(self, index: int) -> str | None:
        prefix = self.prefixes[index]
        if prefix is None or prefix.label is None or prefix.label.name not in self.speakers:
            return None
        return prefix.label.name

    def _read(self, index: int, paragraph: Paragraph) -> None:
        label = self._label_of(index)
        numbered = index in self.numbering.numbers
        if label is None and self._joins(index, paragraph, numbered):
            self._extend(paragraph)
            return
        self._count(index, paragraph, label, numbered)
        start = self._body(index, paragraph, label, numbered)
        start, end = _trimmed(self.text, start, paragraph.end)
        if start >= end:
            return
        role = self._role(index, paragraph, start, end)
        time, self._time = self._time, None
        if role != "other":
            time, self._mark = self._mark if time is None else time, None
            time = paragraph.time_from if time is None else time
        end, marked = self._before_mark(start, end)
        if role == "other" and is_time_code(self.text[start:end]):
            self._time = first_time(self.text[start:end])
        speaker = None if role == "other" and label is None else self._speaker
        self._talks.append(
            Talk(start, end, max(1, self._number), speaker, role, self._fresh, time, marked or paragraph.time_to)
        )
        self._marked(marked)

    def _joins(self, index: int, paragraph: Paragraph, numbered: bool) -> bool:
        """Whether this line goes on with the paragraph before: same block, or no number where the file has them."""
        if not paragraph.continues and (numbered or not self.numbering.printed):
            return False
        prefix = self.prefixes[index]
        if not self._talks or self._talks[-1].role == "other" or self._fresh:
            return False
        if prefix is None or prefix.time is not None or self._single(index, prefix) is not None:
            return False
        return role_of(self.text[paragraph.start : paragraph.end], None) != "other"

    def _single(self, index: int, prefix: Prefix) -> str | None:
        """A label that stands once among speakers: whose words follow is not known, so they go to nobody else."""
        label = prefix.label
        if label is None or not self.speakers or index < self._first_label:
            return None
        return label.name if label.kind in ("colon", "bold") and may_be_single_speaker(label.name) else None

    def _extend(self, paragraph: Paragraph) -> None:
        last = self._talks[-1]
        _, end = _trimmed(self.text, paragraph.start, paragraph.end)
        end, time_to = self._before_mark(last.start, end)
        self._talks[-1] = Talk(
            last.start, end, last.paragraph, last.speaker, last.role, last.fresh, last.time_from, time_to
        )
        self._marked(time_to)

    def _marked(self, time: int | None) -> None:
        """After f4's time mark nothing goes on, and the talk that follows begins at it."""
        self._fresh = time is not None
        self._mark = self._mark if time is None else time

    def _before_mark(self, start: int, end: int) -> tuple[int, int | None]:
        """The end of the talk without f4's time mark, and the time of the mark."""
        ended = time_at_end(self.text, start, end)
        return (end, None) if ended is None else ended

    def _count(self, index: int, paragraph: Paragraph, label: str | None, numbered: bool) -> None:
        if numbered:
            self._number = self.numbering.numbers[index][0]
            self.paragraph_count += 1
        elif not self.numbering.printed:
            self._number += 1
            self.paragraph_count += 1
        elif not self._number:
            self._number = self._lowest

    def _body(self, index: int, paragraph: Paragraph, label: str | None, numbered: bool) -> int:
        """Where the talk begins; settles the speaker, the time and whether a prefix stands before the talk."""
        prefix = self.prefixes[index]
        if paragraph.heading or prefix is None:
            self._speaker, self._fresh = None, True
            return paragraph.start
        if prefix.time is not None:
            self._time = prefix.time
        if label is not None and prefix.label is not None:
            self._speaker, self._fresh = label, True
            self._time = prefix.time if prefix.label.time is None else prefix.label.time
            return prefix.label.end
        self._fresh = self._fresh or numbered or prefix.time is not None
        if (name := self._single(index, prefix)) is not None:
            self._singles.append(name)
            self._speaker, self._fresh = None, True
        return prefix.body

    def _role(self, index: int, paragraph: Paragraph, start: int, end: int) -> Role:
        before_speakers = bool(self.speakers) and index < self._first_label and end - start <= _FRONT_MATTER
        return role_of(self.text[start:end], self._speaker, heading=paragraph.heading or before_speakers)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))
