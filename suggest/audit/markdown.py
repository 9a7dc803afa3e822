"""An audit in Markdown: the same sections as the page, without its drawings."""

from __future__ import annotations

import re

from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Table, Text
from suggest.audit.told import Told, told
from suggest.printable import one_line

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|])")


def markdown(report: Report, command: str) -> str:
    """The text. `command` is what made it, for whoever wants to make it again."""
    return markdown_of(told(report), command)


def markdown_of(given: Told, command: str) -> str:
    """The text of a report that was told elsewhere."""
    parts = [f"# {_plain(given.title)}", _plain(given.subtitle)]
    parts += [_section(section) for section in given.sections]
    parts.append(f"Made by `{one_line(command).replace('`', '')}`. {_plain(given.source)}")
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", one_line(text))


def _section(section: Section) -> str:
    blocks = [words for block in section.blocks if (words := _block(block))]
    return "\n\n".join([f"## {_plain(section.title)}", *blocks])


def _block(block: Block) -> str:
    if isinstance(block, Text):
        return f"> **Note.** {_plain(block.words)}" if block.kind == "warning" else _plain(block.words)
    return _table(block) if isinstance(block, Table) else ""


def _table(table: Table) -> str:
    lines = [f"{_plain(table.caption)}\n"] if table.caption else []
    lines.append(f"| {' | '.join(_plain(head) for head in table.heads)} |")
    lines.append("|" + "|".join(":--" if i in table.left else "--:" for i in range(len(table.heads))) + "|")
    lines += [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in table.rows]
    return "\n".join(lines)
