"""WebVTT and SRT: timed cues become a transcript of one line a cue, with speakers from voice tags or labels.

Read here and not with `webvtt-py` or `srt`: those keep one voice a cue, leave entities as they are, and pass over
what they cannot read, where a transcript that loses words must be refused with the line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.text.analysis import Analysis
from suggest.text.decoding import read_text
from suggest.text.prefixes import Label, milliseconds, read_prefix
from suggest.text.prose import prose_document
from suggest.text.speakers import accepted_speakers, role_of
from suggest.text.transcripts import ReadDocument, Talk, Unit

_STAMP = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}|\d{1,4}:\d{2}:\d{2}"
_TIMING = re.compile(rf"\s*(?P<from>{_STAMP})[ \t]*-->[ \t]*(?P<to>{_STAMP})(?:\s.*)?$")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+(?P<name>[^<>]{0,200})>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:[bicuv]|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\an?\d\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Words of one speaker in one cue: a cue with two voices gives two."""

    words: str
    speaker: str | None
    time_from: int
    time_to: int


def read_cues(
    path: Path, *, unit: Unit | None, label: str, language: str | None, encoding: str | None, named: Collection[str]
) -> ReadDocument:
    """One WebVTT or SRT file as one document; a paragraph is a cue, a turn the cues of one speaker in a row.

    Raises BadInput with the line for a time line that cannot be read, and for a file without cues.
    """
    decoded = read_text(path, encoding=encoding)
    spoken = [part for part in _cues(decoded.text, path.name) if part.words]
    if not spoken:
        raise BadInput("no cue with words was found.", file=path.name, advice="Check that the captions were exported.")
    spoken, speakers = _with_labels(spoken, named)
    text, talks = _transcript(spoken)
    counted = "counted by this program from 1 over the cues that hold words"
    notice = "The text is the cues' words, one line a cue; formatting tags and cue numbers were left out."
    found = Analysis(tuple(talks), speakers, len(spoken), counted, ())
    notices = (*decoded.notices, notice)
    return prose_document(text, found, unit=unit, label=label, language=language, notices=notices)


def _cues(text: str, file: str) -> Iterator[_Spoken]:
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
        yield from _voices([line for line in body if line], milliseconds(found["from"]), milliseconds(found["to"]))


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


def _voices(body: list[str], time_from: int, time_to: int) -> Iterator[_Spoken]:
    joined = " ".join(body)
    at, speaker = 0, None
    for voice in _VOICE.finditer(joined):
        yield _Spoken(_plain(joined[at : voice.start()]), speaker, time_from, time_to)
        at, speaker = voice.end(), " ".join(html.unescape(voice["name"]).split()) or None
    yield _Spoken(_plain(joined[at:]), speaker, time_from, time_to)


def _plain(words: str) -> str:
    return html.unescape(_TAG.sub("", words)).replace("\n", " ").strip()


def _with_labels(spoken: list[_Spoken], named: Collection[str]) -> tuple[list[_Spoken], frozenset[str]]:
    """Labels such as "Anna:" at the start of a cue become its speaker; later cues without one belong to the same."""
    voices = frozenset(part.speaker for part in spoken if part.speaker is not None)
    labels: list[Label | None] = [
        read_prefix(part.words, 0, len(part.words)).label if part.speaker is None else None for part in spoken
    ]
    speakers = accepted_speakers((label for label in labels if label is not None), len(spoken), voices.union(named))
    result: list[_Spoken] = []
    carried: str | None = None
    for part, label in zip(spoken, labels, strict=True):
        words, speaker = part.words, part.speaker
        if label is not None and label.name in speakers:
            words, speaker = words[label.end :].strip(), label.name
            carried = speaker
        elif speaker is None and not voices:
            speaker = carried
        if words:
            result.append(_Spoken(words, speaker, part.time_from, part.time_to))
    return result, speakers | voices


def _transcript(spoken: list[_Spoken]) -> tuple[str, list[Talk]]:
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
