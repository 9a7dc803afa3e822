"""Reports as Markdown: words of people and models are escaped, so that none of them is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from suggest.exchange.blocks import Block, Grid, Heading, Items, Plot, Quoted, Text
from suggest.printable import one_line, printable

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)([-+=>]|\d+[.)])(?=\s|$)", re.MULTILINE)


def write_markdown(path: Path, title: str, blocks: Iterable[Block]) -> None:
    """UTF-8, LF; a block quote is a quote of Markdown with its citation at the end."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f"# {_inline(title)}\n")
        for block in blocks:
            stream.write(f"\n{_block(block)}\n")


def _plain(text: str) -> str:
    return _line_start(_inline(text))


def _inline(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text))


def _lines(text: str) -> str:
    return _line_start(_MARKUP.sub(r"\\\1", printable(text)))


def _line_start(text: str) -> str:
    """What would begin a list, a quote or a heading at the start of a line, escaped."""
    return _LINE_START.sub(lambda match: f"{match[1]}{_escaped(match[2])}", text)


def _escaped(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * min(block.level, 6)} {_inline(block.text)}"
    if isinstance(block, Quoted):
        lines = [line for line in _lines(block.words).split("\n") if line.strip()]
        return "\n>\n".join(f"> {line}" for line in lines) + f" ({_plain(block.cite)})"
    if isinstance(block, Items):
        return "\n".join(f"- {_plain(item)}" for item in block.items)
    if isinstance(block, Grid):
        rows = [block.head, ["---", *["---:"] * (len(block.head) - 1)], *block.rows]
        return "\n".join(
            "| " + " | ".join(str(cell) if n == 1 else _cell(cell) for cell in row) + " |" for n, row in enumerate(rows)
        )
    if isinstance(block, Plot):
        return _plain(block.elsewhere)
    return _shown(block)


def _shown(block: Text) -> str:
    return f"**{_plain(block.text)}**" if block.kind == "gap" else _plain(block.text)


def _cell(cell: str | int | None) -> str:
    return "" if cell is None else _plain(str(cell))
