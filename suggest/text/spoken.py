"""Talk that comes in timed pieces, as captions and speech recognisers give it: speakers settled, one line a piece."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.text.analysis import Analysis
from suggest.text.prefixes import Label, read_prefix
from suggest.text.prose import prose_document
from suggest.text.speakers import accepted_speakers, role_of
from suggest.text.transcripts import ReadDocument, Talk, Unit


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of one speaker in one stretch of time, in milliseconds from the start; a time not known is None."""

    words: str
    speaker: str | None
    time_from: int | None
    time_to: int | None


def spoken_document(
    pieces: Sequence[Spoken],
    *,
    called: str,
    file: str,
    unit: Unit | None,
    label: str,
    language: str | None,
    named: Collection[str],
    notices: tuple[str, ...],
) -> ReadDocument:
    """The document of timed pieces, which are `called` "cues" or "segments" where their file comes from.

    The stored text has one line for each piece with words, with the speaker's label where a turn begins. A paragraph
    is a piece, a turn all pieces of one speaker in a row. BadInput where there are no words.
    """
    spoken = [piece for piece in pieces if piece.words]
    if not spoken:
        raise BadInput(
            f"no {called[:-1]} with words was found.", file=file, advice="Check that the transcript was exported."
        )
    spoken, speakers = _with_labels(spoken, named)
    text, talks = _transcript(spoken)
    counted = f"counted by this program from 1 over the {called} that hold words"
    found = Analysis(tuple(talks), speakers, len(spoken), counted, ())
    return prose_document(text, found, unit=unit, label=label, language=language, notices=notices)


def _with_labels(spoken: list[Spoken], named: Collection[str]) -> tuple[list[Spoken], frozenset[str]]:
    """Labels such as "Anna:" at the start of a piece become its speaker; later ones without one belong to the same."""
    voices = frozenset(part.speaker for part in spoken if part.speaker is not None)
    labels: list[Label | None] = [
        read_prefix(part.words, 0, len(part.words)).label if part.speaker is None else None for part in spoken
    ]
    speakers = accepted_speakers((label for label in labels if label is not None), len(spoken), voices.union(named))
    result: list[Spoken] = []
    carried: str | None = None
    for part, label in zip(spoken, labels, strict=True):
        words, speaker = part.words, part.speaker
        if label is not None and label.name in speakers:
            words, speaker = words[label.end :].strip(), label.name
            carried = speaker
        elif speaker is None and not voices:
            speaker = carried
        if words:
            result.append(Spoken(words, speaker, part.time_from, part.time_to))
    return result, speakers | voices


def _transcript(spoken: list[Spoken]) -> tuple[str, list[Talk]]:
    """The stored text, with a speaker's label where a turn begins, and the talk in it."""
    lines: list[str] = []
    talks: list[Talk] = []
    at, before = 0, None
    for number, part in enumerate(spoken, 1):
        fresh = part.speaker is not None and part.speaker != before
        label = f"{part.speaker}: " if fresh else ""
        start = at + len(label)
        end = start + len(part.words)
        role = role_of(part.words, part.speaker)
        talks.append(Talk(start, end, number, part.speaker, role, fresh, part.time_from, part.time_to))
        lines.append(label + part.words)
        at, before = end + 1, part.speaker
    return "\n".join(lines), talks
