"""A study and a Findings section made from two tables in the form of the founding study's (`quotes.csv`,
`citations.csv`): transcripts with the quoted words under their paragraph numbers and words of our own elsewhere, and a
manuscript that prints every quote and every bracket.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]
_OMITTED = re.compile(r"\(\s*[….]*\s*\)")
_EXPLAINED = re.compile(r"\[[^\]]*\]")


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def spoken(printed: str) -> str:
    """What was said, for a printed quote: something where words were left out, nothing where some were explained."""
    said = _OMITTED.sub("so much more was said here", printed)
    return " ".join(_EXPLAINED.sub("", said).replace("R1—", "").replace("R2—", "").split())


def transcripts(folder: Path, rows: Iterable[Row], quotes: Iterable[Row]) -> list[Path]:
    """One file a site: numbered paragraphs of four speakers and a moderator, quotes where they are said to stand."""
    last: dict[str, int] = {}
    words: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        last[row["document_id"]] = max(last.get(row["document_id"], 0), int(row["paragraph_to"]))
    for quote in quotes:
        site = quote["document_id"]
        last[site] = max(last.get(site, 0), int(quote["paragraph_to"]))
        words.setdefault((site, int(quote["paragraph_from"])), []).append(spoken(quote["text"]))
    files = []
    for site in sorted(last):
        lines = []
        for n in range(1, last[site] + 1):
            said = " ".join(["Well, this is what I think.", *words.get((site, n), [f"{site} passage {n} of our own."])])
            lines.append(f"{n} R{n % 4 + 1}: {said} That is all.")
        files.append(folder / f"{site}.txt")
        files[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


@dataclass(frozen=True)
class Paper:
    """The paragraphs of a Findings section as Markdown, each with the code that it stands under."""

    paragraphs: tuple[str, ...]

    def text(self) -> str:
        return (
            "# Findings\n\nWhat was said in the groups.\n\n"
            + "\n\n".join(self.paragraphs)
            + "\n\n## Discussion\n\nEnd.\n"
        )

    def but(self, old: str, new: str) -> Paper:
        """The same with one change, which has to be possible in one place at least; the first is taken."""
        whole = "\x00".join(self.paragraphs)
        assert old in whole, old
        return Paper(tuple(whole.replace(old, new, 1).split("\x00")))


def paper(codes: Iterable[Row], citations: Iterable[Row], quotes: Iterable[Row]) -> Paper:
    """Theme by theme: a heading, its quotes (blocks as blocks, others inside sentences), then all brackets printed."""
    cited, said = list(citations), list(quotes)
    paragraphs = []
    for code in codes:
        paragraphs.append(f"{'###' if code['parent_id'] else '##'} {code['name']}")
        for quote in said:
            if quote["code_id"] == code["code_id"]:
                first, last = quote["paragraph_from"], quote["paragraph_to"]
                cite = f"{quote['document_id']} {first}" + ("" if first == last else f"–{last}")
                if quote["kind"] == "block":
                    paragraphs.append(f"> {quote['text']} ({cite})")
                else:
                    paragraphs.append(f"Somebody spoke of “{quote['text']}” in this group ({cite}), as others did.")
        for bracket in dict.fromkeys(row["as_printed"] for row in cited if row["code_id"] == code["code_id"]):
            paragraphs.append(f"Others said something like it ({bracket}).")
    return Paper(tuple(paragraphs))
