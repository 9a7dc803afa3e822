"""What speech recognisers write as JSON or TSV: Whisper and its kin, Otter, AssemblyAI, Deepgram, Amazon, Azure.

Each shape says where its pieces of talk stand, and in which unit their times; the file's own keys tell which it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.decoding import MAX_PROSE_BYTES, read_text, refuse_nul, settle_line_endings
from suggest.text.recognised_words import found_in_words
from suggest.text.spoken import Spoken, spoken_document
from suggest.text.transcripts import ReadDocument, Unit

_LONGEST_TIME = 1_000 * 3_600_000


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where the list of pieces stands (keys, with dots between), and in each piece its words, times and speaker; a bar
    parts keys of which the first that is there counts.

    `per_second` is the unit of the times; with `lasts`, the end is a duration.
    """

    called: str
    pieces: str
    words: str
    start: str
    end: str
    speaker: str
    per_second: int = 1
    lasts: bool = False


_SHAPES = (
    _Shape("Whisper or WhisperX", "segments", "text", "start", "end", "speaker"),
    _Shape("whisper.cpp", "transcription", "text", "offsets.from", "offsets.to", "speaker", 1000),
    _Shape("AssemblyAI", "utterances", "text", "start", "end", "speaker", 1000),
    _Shape("Deepgram", "results.utterances", "transcript", "start", "end", "speaker"),
    _Shape("Amazon Transcribe", "results.audio_segments", "transcript", "start_time", "end_time", "speaker_label"),
    _Shape(
        "Azure", "recognizedPhrases", "nBest.0.display", "offsetInTicks", "durationInTicks", "speaker", 10_000_000, True
    ),
    _Shape(
        "Azure",
        "phrases",
        "text",
        "offsetMilliseconds|offset",
        "durationMilliseconds|duration",
        "speaker",
        1000,
        True,
    ),
    _Shape("Otter", "speech.transcripts", "transcript", "start_offset", "end_offset", "speaker_name", 16_000),
    _Shape("Otter", "transcripts", "transcript", "start_offset", "end_offset", "speaker_name", 16_000),
    _Shape("a list of segments", "", "text", "start", "end", "speaker"),
)


def read_recognised(
    path: Path, *, unit: Unit | None, label: str, language: str | None, encoding: str | None, named: Collection[str]
) -> ReadDocument:
    """One recogniser's JSON or TSV as one document, one line a segment of its own, with its times and speakers.

    BadInput, with the line, for what is no JSON, and for JSON that is no transcript of a kind that is known.
    """
    decoded = read_text(path, encoding=encoding, longest=MAX_PROSE_BYTES)
    if decoded.text.lstrip()[:1] in ("{", "["):
        called, pieces = _from_json(decoded.text, path.name)
    elif decoded.text[:6].casefold() == "start\t":
        called, pieces = "Whisper (TSV)", _from_table(decoded.text, path.name)
    else:
        raise BadInput("this is not JSON.", file=path.name, advice="Check that the right file was exported.")
    notice = (
        f"Read as a transcript by {called}: one line for each of its segments; words and alternatives were left out."
    )
    return spoken_document(
        pieces,
        called="segments",
        file=path.name,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=(*decoded.notices, notice),
    )


def _from_json(text: str, file: str) -> tuple[str, list[Spoken]]:
    try:
        held = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        raise BadInput("this is not JSON.", file=file, place=place, advice="Export it anew.") from None
    except (RecursionError, ValueError):
        raise BadInput("this JSON is nested too deeply or holds a number out of all bounds.", file=file) from None
    for shape in _SHAPES:
        found = _at(held, shape.pieces)
        if isinstance(found, list) and any(isinstance(_at(item, shape.words), str) for item in found):
            return shape.called, _pieces(found, shape, _speakers(held), file)
    if (words := found_in_words(held)) is not None:
        called, per_second, pieces = words
        shape = _Shape(called, "", "text", "start", "end", "speaker", per_second)
        return f"{called} (words alone, joined to sentences)", _pieces(pieces, shape, {}, file)
    advice = "Export as SRT, VTT or text, or as a table (CSV) with columns speaker and text."
    raise BadInput("this JSON is no transcript of a kind that is known.", file=file, advice=advice)


def _at(held: Any, keys: str) -> Any:
    """What stands under the keys; None where there is nothing."""
    if "|" in keys:
        return next((found for one in keys.split("|") if (found := _at(held, one)) is not None), None)
    for key in filter(None, keys.split(".")):
        if isinstance(held, dict):
            held = held.get(key)
        elif isinstance(held, list) and key.isdigit() and int(key) < len(held):
            held = held[int(key)]
        else:
            return None
    return held


def _speakers(held: Any) -> dict[Any, str]:
    """Names of speakers by their ids, where the file lists them apart, as Otter does."""
    listed = _at(held, "speech.speakers") or _at(held, "speakers")
    found: dict[Any, str] = {}
    for item in listed if isinstance(listed, list) else []:
        name, id_ = _at(item, "speaker_name"), _at(item, "speaker_id") or _at(item, "id")
        if isinstance(name, str) and isinstance(id_, str | int):
            found[id_] = name
    return found


def _pieces(items: Iterable[Any], shape: _Shape, speakers: Mapping[Any, str], file: str) -> list[Spoken]:
    pieces = []
    items = list(items)
    channels = {_channel(item) for item in items} - {None}
    for number, item in enumerate(items, 1):
        words = _at(item, shape.words)
        if not isinstance(words, str):
            if item is None or words is None:
                continue
            raise BadInput("the words of a segment are no text.", file=file, place=f"segment {number}")
        begin = _milliseconds(_at(item, shape.start), shape.per_second)
        end = _milliseconds(_at(item, shape.end), shape.per_second)
        if shape.lasts and begin is not None and end is not None:
            end += begin
        speaker = _name(_at(item, shape.speaker))
        if speaker is None and isinstance(id_ := _at(item, "speaker_id"), str | int):
            speaker = _name(speakers.get(id_, id_))
        if len(channels) > 1:
            speaker = speaker or _channel(item)
        pieces.append(Spoken(_one_line(words, file, number), speaker, begin, end))
    if len(channels) > 1 and all(piece.time_from is not None for piece in pieces):
        # Some list one channel after the other.
        pieces.sort(key=lambda piece: piece.time_from or 0)
    return pieces


def _channel(item: Any) -> str | None:
    """The channel of a piece, by its name or counted from 1, which stands for a speaker where nobody is named."""
    found = _at(item, "channel")
    if isinstance(found, int) and not isinstance(found, bool):
        return f"Channel {found + 1}"
    return f"Channel {found[:50].strip()}" if isinstance(found, str) and found.strip() else None


def _from_table(text: str, file: str) -> list[Spoken]:
    """The rows of Whisper's table: start and end in milliseconds, perhaps a speaker, and the words."""
    lines = text.split("\n")
    header = [name.strip().casefold() for name in lines[0].split("\t")]
    pieces = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = line.split("\t", len(header) - 1)
        if len(cells) != len(header) or not all(cell.strip().isdecimal() and len(cell) < 12 for cell in cells[:2]):
            advice = "A row has start and end in milliseconds, and the words, parted by tabs."
            raise BadInput("this row cannot be read.", file=file, place=f"line {number}", advice=advice)
        row = dict(zip(header, cells, strict=True))
        speaker = _name(row.get("speaker"))
        pieces.append(Spoken(_one_line(row["text"], file, number), speaker, int(row["start"]), int(row["end"])))
    return pieces


def _milliseconds(value: Any, per_second: int) -> int | None:
    """A time as a recogniser gives it, a number or one in quotes; None for what is none."""
    if isinstance(value, str):
        try:
            value = float(value.removesuffix("s")) if len(value) < 30 else None
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    if value > _LONGEST_TIME * per_second:
        return None
    found = round(value * 1000 / per_second)
    return found if found <= _LONGEST_TIME else None


def _name(value: Any) -> str | None:
    """A speaker's name; a mere number is "Speaker 1"."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    name = " ".join(str(value).replace("\x00", "").split())[:200]
    return f"Speaker {name}" if name.isdecimal() else name or None


def _one_line(words: str, file: str, number: int) -> str:
    refuse_nul(words, file, f"segment {number}")
    return " ".join(settle_line_endings(words).split("\n")).strip()
