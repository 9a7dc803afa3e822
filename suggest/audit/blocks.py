"""What a report is made of before it has a form: paragraphs, tables and bars, for the terminal, Markdown and a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from suggest.audit.figures import Figure
from suggest.printable import counted


@dataclass(frozen=True)
class Text:
    """A paragraph. A "warning" comes first and says what not to read into the figures; a "note" says how they were
    made."""

    words: str
    kind: Literal["plain", "warning", "note"] = "plain"


@dataclass(frozen=True)
class Table:
    """Rows of cells under heads; the columns in `left` are words, all others numbers. `short` heads fit a terminal, and
    the columns in `wide` are for pages only. `how` names the section that says how its numbers were made."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: tuple[int, ...] = (0,)
    short: tuple[str, ...] = ()
    wide: tuple[int, ...] = ()
    caption: str = ""
    how: str = ""


@dataclass(frozen=True)
class Bars:
    """Values with intervals, to be drawn on a scale: (label, figure)."""

    caption: str
    rows: tuple[tuple[str, Figure], ...]
    low: float = 0.0
    high: float = 1.0


Block = Text | Table | Bars


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    blocks: tuple[Block, ...]


def number(value: float | None) -> str:
    """Two decimals; "–" for none."""
    return "–" if value is None else f"{value:.2f}".replace("-0.00", "0.00")


def interval(figure: Figure) -> str:
    """ "0.41 to 0.63"; why there is none otherwise."""
    if figure.interval is not None:
        return f"{number(figure.low)} to {number(figure.high)}"
    return brief(figure.undefined or figure.open or "")


def stands_on(segments: int, documents: int, kind: str = "segment", joint: str = "in") -> str:
    """ "1,200 segments in 1 document"; `kind` is the word for one."""
    return f"{counted(segments, kind)} {joint} {counted(documents, 'document')}"


def brief(reason: str) -> str:
    """A reason in the few words that a cell has room for; `Scope` and the notes say it in full."""
    for start, words in (
        ("too few documents", "too few docs"), ("too few", "too few"), ("fewer than", "too rare"),
        ("no variation", "no variation"), ("all documents agree", "no spread"), ("without one", "one doc only"),
    ):  # fmt: skip
        if reason.startswith(start):
            return words
    return reason


def share(part: int, whole: int) -> str:
    """ "0.41 (12 of 29)"."""
    return f"{number(part / whole)} ({part} of {whole})" if whole else "–"


def rate(part: int, whole: int) -> str:
    """ "0.41 (12 in 29)"."""
    return f"{number(part / whole)} ({part} in {whole})" if whole else "–"
