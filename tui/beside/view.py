"""What the screen of original and translation shows, read from the study: some parts around a place at a time."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.review.beside import Beside, names, told
from suggest.study.second_text import Part, SecondReader, SecondText
from suggest.study.segments import Segment, SegmentReader
from suggest.study.study import Study

AROUND = 40
"""So many parts each way are read at once."""
LONGEST = 20_000
"""So many characters of a part are shown; the rest is in the transcript, and in 'translations show'."""


@dataclass(frozen=True)
class Pair:
    """A part: its citation, who speaks, the words that are coded, and what stands beside them. `segment` is the id of
    the first segment that is coded, None where it is all context."""

    number: int
    cite: str
    speaker: str
    words: str
    beside: Beside
    segment: str | None
    place: str


@dataclass(frozen=True)
class Stretch:
    """Parts of one document in a row, the first of which has the number `first` of `total`; `here` is the number of
    the one that was asked for."""

    label: str
    named: str
    total: int
    first: int
    here: int
    pairs: tuple[Pair, ...]


def stretch_at(study: Study, document: str, ordinal: int) -> Stretch | None:
    """The parts around a segment (an ordinal); None if nothing stands beside the document."""
    with study.reading():
        reader = SecondReader(study)
        text = reader.of(document)
        if text is None or not text.parts:
            return None
        found = next(reader.parts(text, ordinal), None)
        return _around(study, reader, text, found.number if found is not None else text.parts - 1)


def stretch(study: Study, document: str, number: int) -> Stretch | None:
    """The parts around one of them (a number)."""
    with study.reading():
        reader = SecondReader(study)
        text = reader.of(document)
        if text is None or not text.parts:
            return None
        return _around(study, reader, text, max(0, min(number, text.parts - 1)))


def next_open(study: Study, document: str, after: int) -> int | None:
    """The number of the next part after one that somebody has still to check or to answer; None if there is none."""
    with study.reading():
        reader = SecondReader(study)
        text = reader.of(document)
        here = None if text is None else reader.part(text, after)
        if text is None or here is None:
            return None
        later = (part for part in reader.parts(text, here.last + 1) if part.state.state in ("draft", "query"))
        return next((part.number for part in later), None)


def _around(study: Study, reader: SecondReader, text: SecondText, number: int) -> Stretch:
    low, high = max(0, number - AROUND), min(text.parts - 1, number + AROUND)
    first, last = reader.part(text, low), reader.part(text, high)
    assert first is not None and last is not None
    parts = [*reader.parts(text, first.first, last.last)]
    base = SegmentReader(study).get(f"{text.document}.0")
    assert base is not None
    turns = {
        turn.ordinal: turn for turn in SegmentReader(study).span(base.number + first.first, base.number + last.last)
    }
    known = names(study)
    pairs = tuple(
        _pair([turns[n] for n in range(part.first, part.last + 1)], told(text, part, known), part) for part in parts
    )
    return Stretch(base.label, pairs[0].beside.named, text.parts, low, number, pairs)


def _pair(turns: list[Segment], beside: Beside, part: Part) -> Pair:
    low, high = turns[0].paragraph_from, turns[-1].paragraph_to
    place = str(low) if low == high else f"{low}–{high}"
    segment = next((turn.id for turn in turns if turn.role == "data"), None)
    words = "\n".join(turn.text for turn in turns)
    return Pair(part.number, f"{turns[0].label} {place}", turns[0].speaker or "", words, beside, segment, place)
