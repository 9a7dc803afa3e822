"""One document in full, as lines."""

from __future__ import annotations

from suggest.printable import counted
from tui.documents.view import About
from tui.terminal.bars import bar
from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.wrap import fill, fill_left

BAR, NAME = 16, 14


def told(about: About, width: int) -> list[Line]:
    """What it consists of, its attributes and consent, and how far each coder is."""
    roles = ", ".join(f"{about.role(role)} {role}" for role in ("data", "prompt", "other") if about.role(role))
    version = f", corrected {counted(about.version, 'time')}" if about.version else ""
    head = (
        f"{counted(about.count, 'segment')} by {about.unit or 'turn'} ({roles or 'none'}), "
        f"{counted(about.characters, 'character')}{version}"
    )
    lines: list[Line] = paragraphs([(f"{about.label}  ", head)], width, " ")
    named = ", ".join(f"{key} {value}" for key, value in about.attributes)
    lines += paragraphs([("attributes  ", named or "none; e adds site, language, date ...")], width, " ")
    flags = ", ".join(f"{flag} for {name}" if name else flag for name, flag in about.consent)
    lines += paragraphs([("consent  ", flags or "no limits; k sets some")], width, " ")
    for n, (name, done, total) in enumerate(about.coders):
        numbers = fill_left(f"{done}/{total}", 11)
        shown = bar(done, total, BAR) if width >= NAME + BAR + 20 else ""
        you, style = (" you", "strong") if n == 0 else ("", "")
        lines.append([(f" {fill(name, NAME)} ", style), (shown, "bar"), (f"{numbers}{you}", style)])
    if len(about.coders) < 2:
        lines.append([(" Nobody else has begun in this round.", "soft")])
    return lines
