"""Texts with a label, wrapped to lines."""

from __future__ import annotations

from tui.terminal.lines import Line
from tui.terminal.wrap import words, wrap


def paragraphs(parts: list[tuple[str, str]], width: int, indent: str) -> list[Line]:
    """Lines for (label, text) pairs: the label once, in bold, then the text wrapped behind and below it."""
    lines: list[Line] = []
    for label, text in parts:
        safe = words(f"{label}{text}").text
        head = len(words(label).text)
        for start, end in wrap(safe, width - len(indent) - 1):
            bold = max(start, min(end, head))
            lines.append([(indent, ""), (safe[start:bold], "strong"), (safe[bold:end], "")])
    return lines
