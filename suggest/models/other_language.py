"""A segment's words in another language, as a model may be given them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The words of a segment in another language: `side` is "original" or "translation", `segments` are the ids of all
    segments whose words these are."""

    side: str
    language: str
    text: str
    segments: tuple[str, ...]
