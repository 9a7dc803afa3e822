"""Bars and columns drawn in cells: lengths in eighths of a cell, so that small differences show."""

from __future__ import annotations

from collections.abc import Sequence

_PARTS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = " ▁▂▃▄▅▆▇█"


def bar(part: int, whole: int, width: int) -> str:
    """A bar of so many cells, filled by its share. It is full only when all is done, and never empty once one is."""
    if whole <= 0:
        return "░" * width
    full = min(width, max(0, part) * width // whole)
    if part > 0 and not full:
        return "▏" + "░" * (width - 1)
    return "█" * full + "░" * (width - full)


def length(value: float, most: float, width: int) -> str:
    """A bar without a background, as long as its value; `most` takes all of the width."""
    eighths = 0 if most <= 0 else max(round(8 * width * value / most), int(value > 0))
    return "█" * (eighths // 8) + (_PARTS[eighths % 8] if eighths % 8 else "")


def columns(values: Sequence[int], most: int, height: int) -> list[str]:
    """Upright bars, one cell wide, as lines from the top; a value above 0 is seen, however small."""
    eighths = [0 if most <= 0 else max(round(8 * height * value / most), int(value > 0)) for value in values]
    return [
        "".join(_HEIGHTS[max(0, min(8, filled - 8 * row))] for filled in eighths) for row in reversed(range(height))
    ]


def top_of(values: Sequence[int]) -> int:
    """A round number at or above all values, for the top of an axis: 1, 2, 5, 10, 20, 50 ..."""
    most, step = max(values, default=0), 1
    while True:
        for factor in (1, 2, 5):
            if factor * step >= most:
                return factor * step
        step *= 10
