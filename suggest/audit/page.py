"""An audit as one page for a browser and for paper: all in the file, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources

from suggest.audit.audit import Report
from suggest.audit.blocks import Bars, Block, Section, Table, Text
from suggest.audit.how import HOW, HOW_TITLES
from suggest.audit.plots import drawn
from suggest.audit.told import Told, told
from suggest.printable import one_line


def page(report: Report, command: str) -> str:
    """The page. `command` is what made it, for whoever wants to make it again."""
    return page_of(told(report), command)


def page_of(given: Told, command: str) -> str:
    """The page of a report that was told elsewhere."""
    title, sections = given.title, given.sections
    links = "".join(f'<a href="#{section.id}">{_plain(section.title)}</a>' for section in sections)
    body = "".join(_section(section) for section in sections)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_plain(title)}</title>\n<style>\n{_part('page.css')}</style>\n</head>\n<body>\n"
        f"<header><h1>{_plain(title)}</h1><p>{_plain(given.subtitle)}</p></header>\n<nav>{links}</nav>\n"
        f"<main>{body}</main>\n"
        f"<footer><p>Made by <code>{_plain(command)}</code>. {_plain(given.source)}</p></footer>\n"
        f"<script>\n{_part('page.js')}</script>\n</body>\n</html>\n"
    )


def _part(name: str) -> str:
    return (resources.files("suggest.audit") / name).read_text(encoding="utf-8")


def _plain(text: str) -> str:
    return escape(one_line(text))


def _section(section: Section) -> str:
    blocks = "".join(_block(block) for block in section.blocks)
    return f'<section id="{section.id}"><h2>{_plain(section.title)}</h2>{blocks}</section>\n'


def _block(block: Block) -> str:
    match block:
        case Text(words, "note"):
            return f'<p class="note"{_anchor(words)}>{_plain(words)}</p>'
        case Text(words, "warning"):
            return f'<p class="warning">{_plain(words)}</p>'
        case Text(words):
            return f"<p>{_plain(words)}</p>"
        case Table():
            return _table(block)
        case Bars():
            return f"<figure>{drawn(block)}<figcaption>{_plain(block.caption)}</figcaption></figure>"


def _anchor(words: str) -> str:
    """A note is where the numbers of its kind point to."""
    head = words.partition(":")[0]
    name = next((name for name, title in HOW_TITLES.items() if title == head), None)
    return f' id="how-{name}"' if name in HOW else ""


def _table(table: Table) -> str:
    caption = f"<caption>{_plain(table.caption)}</caption>" if table.caption else ""
    heads = "".join(
        f'<th scope="col"{_kind(table, i)}><button type="button">{_plain(head)}</button></th>'
        for i, head in enumerate(table.heads)
    )
    rows = "".join(f"<tr>{_cells(table, row)}</tr>" for row in table.rows)
    return (
        f'<figure><div class="scroll"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></figure>"
    )


def _kind(table: Table, column: int) -> str:
    return ' class="w"' if column in table.left else ""


def _cells(table: Table, row: Sequence[str]) -> str:
    found = []
    for i, cell in enumerate(row):
        words = _plain(cell)
        above, arrow, name = cell.rpartition(" > ")
        if i in table.left and arrow:
            found.append(f'<td class="w code">{_plain(name)}<small>{_plain(above)}</small></td>')
        elif i in table.left:
            found.append(f'<td class="w">{words}</td>')
        else:
            how = "intervals" if "interval" in table.heads[i] else table.how
            number = f'<a href="#how-{how}">{words}</a>' if how else words
            found.append(f'<td class="i">{number}</td>')
    return "".join(found)
