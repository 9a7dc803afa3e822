"""From talk to segments: turns, paragraphs, sentences or lines, each a range of the stored text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from suggest.errors import UsageError
from suggest.text.analysis import analyse
from suggest.text.paragraphs import nonempty_lines, plain_paragraphs
from suggest.text.speakers import role_of
from suggest.text.transcripts import UNITS, Segment, Talk, Unit

_SURROGATES = re.compile("[\ud800-\udfff]")


def checked_unit(unit: str | None) -> Unit | None:
    """The unit by its name, or None for the format's own; raises UsageError for any other word."""
    for known in UNITS:
        if unit == known:
            return known
    if unit is None:
        return None
    raise UsageError(f"'{unit}' is not a unit. Choose one of: {', '.join(UNITS)}.")


def segment_text(
    text: str,
    unit: str | None = None,
    *,
    language: str | None = None,
    markdown: bool = False,
    speakers: Iterable[str] = (),
) -> tuple[Segment, ...]:
    """Segments of stored prose, by the rules that its import used; `speakers` always count as such.

    `unit` None means turns where speakers are found, else paragraphs. `language` is an ISO 639 code for sentences.
    Raises UsageError for a unit that prose does not have.
    """
    paragraphs, how = plain_paragraphs(text, markdown=markdown)
    found = analyse(text, paragraphs, how, frozenset(speakers))
    chosen = checked_unit(unit) or ("turn" if found.speakers else "paragraph")
    return segments_of(text, found.talks, chosen, language)


def segments_of(text: str, talks: Sequence[Talk], unit: Unit, language: str | None = None) -> tuple[Segment, ...]:
    """The segments of a document's talk in the given unit; with the roles of its own words."""
    if unit == "row":
        raise UsageError("Rows are the unit of tables (CSV, XLSX). Choose turn, paragraph, sentence or line.")
    if unit == "turn":
        return tuple(_turns(talks))
    if unit == "paragraph":
        return tuple(_segment(talk, talk.start, talk.end) for talk in talks)
    return tuple(
        _part(text, talk, start, end)
        for talk in talks
        for start, end in parts_of(text, talk.start, talk.end, unit, language)
    )


def parts_of(text: str, start: int, end: int, unit: Unit, language: str | None) -> Iterator[tuple[int, int]]:
    """The ranges of sentences or lines within text[start:end], without white space around them."""
    ranges = sentences(text, start, end, language) if unit == "sentence" else nonempty_lines(text, start, end)
    for first, last in ranges:
        words = text[first:last]
        if stripped := words.strip():
            begin = first + len(words) - len(words.lstrip())
            yield begin, begin + len(stripped)


def sentences(text: str, start: int, end: int, language: str | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of the sentences in text[start:end], in order and without gaps but for what the splitter drops."""
    from sentencex import segment

    words = _SURROGATES.sub("\ufffd", text[start:end])
    at = 0
    for piece in segment(language or "en", words):
        found = words.find(piece, at)
        if found < 0 or not piece:
            continue
        yield start + found, start + found + len(piece)
        at = found + len(piece)
    if words[at:].strip():
        yield start + at, end


def _turns(talks: Sequence[Talk]) -> Iterator[Segment]:
    """One speaker's talk up to the next label: a range has no holes, so a label or number in between ends it."""
    run: list[Talk] = []
    for talk in talks:
        goes_on = run and talk.speaker is not None and not talk.fresh
        if not (goes_on and run[-1].speaker == talk.speaker and run[-1].role == talk.role != "other"):
            if run:
                yield _turn(run)
            run = []
        run.append(talk)
    if run:
        yield _turn(run)


def _turn(run: Sequence[Talk]) -> Segment:
    first, last = run[0], run[-1]
    return Segment(
        first.start,
        last.end,
        first.role,
        first.speaker,
        first.paragraph,
        last.paragraph,
        time_from=first.time_from,
        time_to=last.time_to,
    )


def _segment(talk: Talk, start: int, end: int) -> Segment:
    return Segment(
        start,
        end,
        talk.role,
        talk.speaker,
        talk.paragraph,
        talk.paragraph,
        time_from=talk.time_from,
        time_to=talk.time_to,
    )


def _part(text: str, talk: Talk, start: int, end: int) -> Segment:
    part = _segment(talk, start, end)
    if talk.role == "other":
        return part
    role = role_of(text[start:end], talk.speaker)
    return part if role == talk.role else Segment(start, end, role, talk.speaker, talk.paragraph, talk.paragraph)
