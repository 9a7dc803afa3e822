"""WebVTT and SRT: timed cues become a transcript of one line a cue, with speakers from voice tags or labels.

Read here and not with `webvtt-py` or `srt`: those keep one voice a cue, leave entities as they are, and pass over
what they cannot read, where a transcript that loses words must be refused with the line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from suggest.errors import BadInput
from suggest.text.decoding import read_text
from suggest.text.prefixes import milliseconds
from suggest.text.spoken import Spoken, spoken_document
from suggest.text.transcripts import ReadDocument, Unit

_STAMP = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}|\d{1,4}:\d{2}:\d{2}"
_TIMING = re.compile(rf"\s*(?P<from>{_STAMP})[ \t]*-->[ \t]*(?P<to>{_STAMP})(?:\s.*)?$")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_AT_ONCE = 100
_NAME_LINE = re.compile(r"[^\W\d_][^:?!\n<>]{0,59}[^\s.,;:?!<>]")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+(?P<name>[^<>]{0,200})>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:[bicuv]|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\an?\d\}", re.IGNORECASE)


def read_cues(
    path: Path, *, unit: Unit | None, label: str, language: str | None, encoding: str | None, named: Collection[str]
) -> ReadDocument:
    """One WebVTT or SRT file as one document; a paragraph is a cue, a turn the cues of one speaker in a row.

    Raises BadInput with the line for a time line that cannot be read, and for a file without cues.
    """
    decoded = read_text(path, encoding=encoding)
    return cues_document(
        decoded.text,
        path.name,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=decoded.notices,
    )


def cues_document(
    text: str,
    file: str,
    *,
    unit: Unit | None,
    label: str,
    language: str | None,
    named: Collection[str],
    notices: tuple[str, ...],
) -> ReadDocument:
    """As `read_cues`, of text that was decoded."""
    cues = list(_cues(text, file))
    said = [*notices, "The text is the cues' words, one line a cue; formatting tags and cue numbers were left out."]
    if _rolls(cues):
        cues = _without_repeats(cues)
        said.append("The captions roll: lines that a cue repeats from the cue before were left out.")
    elif _names_stand_above(cues):
        cues = [_below_name(cue) for cue in cues]
        said.append("The first line of each cue was taken as who speaks.")
    spoken = [part for cue in cues for part in _voices(cue)]
    return spoken_document(
        spoken,
        called="cues",
        file=file,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=tuple(said),
    )


@dataclass(frozen=True, slots=True)
class _Cue:
    """The lines of a cue that are not empty, and its times in milliseconds; `speaker` where its format names one."""

    lines: tuple[str, ...]
    time_from: int
    time_to: int
    speaker: str | None = None


def _cues(text: str, file: str) -> Iterator[_Cue]:
    """The cues in the file's order. A cue's words run to the next time line; notes and styles are passed over."""
    lines = text.split("\n")
    skipped = _commented(lines)
    starts = [index for index, line in enumerate(lines) if index not in skipped and _is_time_line(line)]
    for position, index in enumerate(starts):
        found = _TIMING.match(lines[index])
        if found is None:
            advice = "A time line looks like 00:01:02.500 --> 00:01:04.000."
            raise BadInput("this time line cannot be read.", file=file, place=f"line {index + 1}", advice=advice)
        last = position + 1 == len(starts)
        stop = len(lines) if last else starts[position + 1]
        body = [lines[at].strip() for at in range(index + 1, stop) if at not in skipped]
        if not last and _ends_with_name(body):
            body.pop()
        held = tuple(line for line in body if line)
        yield _Cue(held, milliseconds(found["from"]), milliseconds(found["to"]))


def _rolls(cues: Sequence[_Cue]) -> bool:
    """Whether captions move up line by line, as live ones do: most cues follow the one before at once and begin with
    its last line, many of them with a new line below."""
    pairs = [(before, cue) for before, cue in pairwise(cues) if before.lines and cue.lines]
    again = [
        cue
        for before, cue in pairs
        if cue.time_from - before.time_to <= _AT_ONCE and _plain(before.lines[-1]) == _plain(cue.lines[0])
    ]
    return (
        len(again) >= 3 and len(again) * 2 > len(pairs) and sum(len(cue.lines) > 1 for cue in again) * 3 >= len(again)
    )


def _without_repeats(cues: Sequence[_Cue]) -> list[_Cue]:
    """The cues without the lines at their start that stood at the end of the cue before."""
    kept: list[_Cue] = []
    before: tuple[str, ...] = ()
    for cue in cues:
        lines = tuple(_plain(line) for line in cue.lines)
        repeated = max(
            (n for n in range(1, min(len(before), len(lines), 8) + 1) if before[-n:] == lines[:n]), default=0
        )
        kept.append(_Cue(cue.lines[repeated:], cue.time_from, cue.time_to))
        before = lines or before
    return kept


def _names_stand_above(cues: Sequence[_Cue]) -> bool:
    """Whether the first of several lines is a name throughout, as in transcripts that Teams once wrote."""
    spoken = [cue for cue in cues if cue.lines]
    names = {cue.lines[0] for cue in spoken}
    return (
        len(spoken) >= 3
        and all(len(cue.lines) > 1 and _NAME_LINE.fullmatch(cue.lines[0]) for cue in spoken)
        and len(names) * 2 <= len(spoken)
    )


def _below_name(cue: _Cue) -> _Cue:
    return _Cue(cue.lines[1:], cue.time_from, cue.time_to, cue.lines[0] if cue.lines else None)


def _is_time_line(line: str) -> bool:
    """An arrow after a digit; an arrow among words is talk."""
    return "-->" in line and line.lstrip()[:1].isdigit()


def _commented(lines: list[str]) -> set[int]:
    """Lines of the WEBVTT header and of NOTE, STYLE and REGION blocks: from their first line to an empty one."""
    found: set[int] = set()
    inside, vtt = False, bool(lines) and lines[0].startswith("WEBVTT")
    for index, line in enumerate(lines):
        if not line.strip():
            inside = False
        elif vtt and (not index or not lines[index - 1].strip()):
            inside = not index or _ASIDE.match(line) is not None
        elif _is_time_line(line):
            inside = False
        if inside:
            found.add(index)
    return found


def _ends_with_name(body: list[str]) -> bool:
    """Whether the last line is the next cue's number or name: right above its time line, and parted from the words."""
    if not body or not body[-1]:
        return False
    return body[-1].isdigit() or (len(body) > 1 and not body[-2])


def _voices(cue: _Cue) -> Iterator[Spoken]:
    joined = " ".join(cue.lines)
    at, speaker = 0, cue.speaker
    for voice in _VOICE.finditer(joined):
        yield Spoken(_plain(joined[at : voice.start()]), speaker, cue.time_from, cue.time_to)
        at, speaker = voice.end(), " ".join(html.unescape(voice["name"]).split()) or None
    yield Spoken(_plain(joined[at:]), speaker, cue.time_from, cue.time_to)


def _plain(words: str) -> str:
    return html.unescape(_TAG.sub("", words)).replace("\n", " ").strip()
