"""What a file would bring into the study, in lines: for `add --preview` and for the screen of the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggest.printable import counted, one_line

if TYPE_CHECKING:
    from suggest.exchange.bring_in import Incoming


def preview_lines(item: Incoming) -> list[str]:
    """A head line, and below it, indented, what was found: safe to show."""
    seen = item.preview
    lines = [
        one_line(f"{seen.label} (from {item.file})"),
        f"  {counted(seen.characters, 'character')}, {counted(seen.segments, 'segment')} by {seen.unit}",
        "  roles: " + ", ".join(f"{count} {role}" for role, count in seen.roles),
    ]
    if seen.speakers:
        speakers = ", ".join(f"{speaker.name} {speaker.segments} ({speaker.role})" for speaker in seen.speakers)
        lines.append("  speakers: " + one_line(speakers))
    lines.append(f"  paragraphs: {seen.paragraphs}, {seen.counted}")
    lines += [one_line(f"  {key} = {value}") for key, value in item.attributes.items()]
    if seen.names:
        names = ", ".join(f"{hint.words} ({hint.kind}, {len(hint.ranges)}x)" for hint in seen.names)
        lines.append("  likely names, to be replaced before storing? " + one_line(names))
    lines += [one_line(f"  {notice}") for notice in seen.notices]
    return lines + [
        one_line(f"    [{role}] {speaker + ': ' if speaker else ''}{words}")
        for role, speaker, words in seen.first_lines
    ]
