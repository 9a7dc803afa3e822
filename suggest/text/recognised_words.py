"""What recognisers write where nobody asked them for utterances: only words, each with its time, perhaps its speaker.

A piece of talk is then a sentence, as its punctuation tells; a new speaker begins a new one. Where punctuation is
missing a piece ends at a pause, and at the latest after so many words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

PAUSE, MOST_WORDS = 1_500, 80
"""A pause in milliseconds that ends a piece, and the number of words at which it ends in any case."""
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is written, with the punctuation after it; times as the file gives them, in `unit` a second."""

    text: str
    start: Any
    end: Any
    speaker: Any


def found_in_words(held: Any) -> tuple[str, int, list[dict[str, Any]]] | None:
    """(the program, its time unit per second, pieces with text, start, end and speaker); None for other JSON.

    Known are Deepgram's channels, AssemblyAI's words and Amazon Transcribe's items. Several channels are as many
    speakers, in the order of time.
    """
    if not isinstance(held, dict):
        return None
    results = held.get("results")
    if isinstance(results, dict) and isinstance(results.get("channels"), list):
        channels = [list(_deepgram(channel)) for channel in results["channels"]]
        return "Deepgram", 1, _joined(channels, 1)
    if isinstance(results, dict) and isinstance(results.get("items"), list):
        return "Amazon Transcribe", 1, _joined([list(_amazon(results))], 1)
    if isinstance(held.get("words"), list) and ("language_model" in held or "audio_url" in held):
        return "AssemblyAI", 1000, _joined([list(_words(held["words"], ("text",)))], 1000)
    return None


def _deepgram(channel: Any) -> Iterator[_Word]:
    alternatives = channel.get("alternatives") if isinstance(channel, dict) else None
    best = alternatives[0] if isinstance(alternatives, list) and alternatives else None
    if isinstance(best, dict) and isinstance(best.get("words"), list):
        yield from _words(best["words"], ("punctuated_word", "word"))


def _words(items: Sequence[Any], names: Sequence[str]) -> Iterator[_Word]:
    for item in items:
        if isinstance(item, dict):
            text = next((item[name] for name in names if isinstance(item.get(name), str)), "")
            yield _Word(text, item.get("start"), item.get("end"), item.get("speaker"))


def _amazon(results: Mapping[str, Any]) -> Iterator[_Word]:
    """Amazon's words; punctuation, an item of its own without a time, belongs to the word before. In older files the
    speakers stand apart, by the time at which a word begins."""
    voices = _amazon_speakers(results.get("speaker_labels"))
    word: _Word | None = None
    for item in results["items"]:
        alternatives = item.get("alternatives") if isinstance(item, dict) else None
        best = alternatives[0] if isinstance(alternatives, list) and alternatives else None
        text = best.get("content") if isinstance(best, dict) else None
        if not isinstance(text, str):
            continue
        if item.get("type") == "punctuation" and word is not None:
            word = _Word(word.text + text, word.start, word.end, word.speaker)
            continue
        if word is not None:
            yield word
        start = item.get("start_time")
        speaker = item.get("speaker_label") or (voices.get(start) if isinstance(start, str) else None)
        word = _Word(text, start, item.get("end_time"), speaker)
    if word is not None:
        yield word


def _amazon_speakers(labels: Any) -> dict[str, Any]:
    segments = labels.get("segments") if isinstance(labels, dict) else None
    found: dict[str, Any] = {}
    for segment in segments if isinstance(segments, list) else []:
        items = segment.get("items") if isinstance(segment, dict) else None
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("start_time"), str):
                found[item["start_time"]] = item.get("speaker_label") or segment.get("speaker_label")
    return found


def _joined(channels: Sequence[list[_Word]], per_second: int) -> list[dict[str, Any]]:
    """The words of all channels as pieces of talk, in the order of their times."""
    several = sum(bool(words) for words in channels) > 1
    pieces: list[dict[str, Any]] = []
    for number, words in enumerate(channels, 1):
        pieces += _sentences(
            [word for word in words if word.text], f"Channel {number}" if several else None, per_second
        )
    return sorted(pieces, key=lambda piece: _number(piece["start"])) if several else pieces


def _sentences(words: Sequence[_Word], channel: str | None, per_second: int) -> Iterator[dict[str, Any]]:
    if not words:
        return
    ends = [n for n, (word, after) in enumerate(pairwise(words), 1) if _ends(word, after, per_second)]
    start = 0
    for end in (*ends, len(words)):
        for at in range(start, end, MOST_WORDS):
            held = words[at : min(at + MOST_WORDS, end)]
            yield {
                "text": " ".join(word.text for word in held),
                "start": held[0].start,
                "end": held[-1].end,
                "speaker": held[0].speaker if channel is None else channel,
            }
        start = end


def _ends(word: _Word, after: _Word, per_second: int) -> bool:
    pause = (_number(after.start) - _number(word.end)) * 1000 / per_second
    return word.speaker != after.speaker or word.text.rstrip("\"'”’»)").endswith(_SENTENCE_ENDS) or pause >= PAUSE


def _number(value: Any) -> float:
    """A time as a number; 0 for what is none."""
    try:
        return float(value) if isinstance(value, str | int | float) and len(str(value)) < 30 else 0.0
    except ValueError:
        return 0.0
