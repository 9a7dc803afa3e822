"""Reports as one HTML file that needs nothing else: no script, no picture or font from elsewhere, all words escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from suggest.exchange.blocks import Block, Grid, Heading, Items, Plot, Quoted, Text
from suggest.exchange.heat_svg import drawn
from suggest.printable import printable

_STYLE = """
body{font:16px/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1,h2,h3,h4,h5,h6,table{font-family:system-ui,sans-serif}
blockquote{margin:1rem 0 1rem 1.5rem;padding-left:1rem;border-left:3px solid #999}
blockquote p{margin:.3rem 0}
.small{font-size:.85rem;color:#444}
.gap{background:#fff3c4;border:1px solid #c9a400;padding:.2rem .5rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem}
th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:right}
th:first-child,td:first-child,th.w,td.w{text-align:left}
figure{margin:1rem 0}
@media screen{figure .wide{width:max-content;max-width:96vw;position:relative;left:50%;transform:translateX(-50%)}}
@media print{body{margin:0}h2{break-after:avoid}blockquote,figure{break-inside:avoid}
figure svg{max-width:100%;height:auto}}
@media screen and (prefers-color-scheme:dark){
body{color:#e6e9ec;background:#14171a}.small{color:#b3bcc5}th,td{border-color:#59636e}.gap{background:#4a3d00}
}
"""
_LEFT = ' class="w"'
"""Words in a table stand to the left, numbers to the right."""


def write_html(path: Path, title: str, blocks: Iterable[Block]) -> None:
    """UTF-8. A policy in the head forbids the page to load or run anything."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{_shown(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{_shown(title)}</h1>\n"
        )
        for block in blocks:
            stream.write(_block(block) + "\n")
        stream.write("</body></html>\n")


def _shown(text: str) -> str:
    return escape(printable(text), quote=True)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        level = min(block.level, 6)
        return f"<h{level}>{_shown(block.text)}</h{level}>"
    if isinstance(block, Quoted):
        lines = [line for line in block.words.split("\n") if line.strip()]
        lines[-1] += f" ({block.cite})"
        return "<blockquote>" + "".join(f"<p>{_shown(line)}</p>" for line in lines) + "</blockquote>"
    if isinstance(block, Items):
        return "<ul>" + "".join(f"<li>{_shown(item)}</li>" for item in block.items) + "</ul>"
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Plot):
        told = _shown(" ".join(block.heat.told))
        return (
            f'<figure><figcaption class="small">{told}</figcaption><div class="wide">{drawn(block.heat)}</div></figure>'
        )
    return _text(block)


def _text(block: Text) -> str:
    kind = f' class="{block.kind}"' if block.kind != "plain" else ""
    return f"<p{kind}>{_shown(block.text)}</p>"


def _grid(grid: Grid) -> str:
    most = max((cell for row in grid.rows for cell in row if isinstance(cell, int)), default=0) if grid.shaded else 0
    words = [isinstance(cell, str) for cell in grid.rows[0]] if grid.rows else [False] * len(grid.head)
    head = "".join(
        f'<th scope="col"{_LEFT if left else ""}>{_shown(name)}</th>'
        for name, left in zip(grid.head, words, strict=True)
    )
    body = "".join(f"<tr>{''.join(_cell(cell, most) for cell in row)}</tr>" for row in grid.rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(cell: str | int | None, most: int) -> str:
    if cell is None:
        return "<td></td>"
    # The number stands in the cell: the shade only helps the eye, and stays so light that it can be read.
    shade = f' style="background:rgba(70,110,170,{0.55 * cell / most:.2f})"' if isinstance(cell, int) and most else ""
    return f"<td{_LEFT if isinstance(cell, str) else shade}>{_shown(str(cell))}</td>"
