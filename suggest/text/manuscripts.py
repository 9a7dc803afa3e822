"""A manuscript's paragraphs in their order: headings, block quotes, and where each stands in the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.text.decoding import read_text
from suggest.text.word_written import WrittenParagraph, written_paragraphs

_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s|\|")
"""A line that begins an item of a list or is a row of a table: a paragraph of its own."""
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]<>#|~().!+\-=])")
_EMPHASIS = re.compile(r"(?<![\w*_\\])(\*{1,3}|_{1,3})(?=\S)([^*_]{1,2000}?)(?<=\S)\1(?![\w*_])")


@dataclass(frozen=True, slots=True)
class Written:
    """A paragraph of a manuscript. `level` is a heading's, 0 for other paragraphs; `block`: set as a block quote;
    `beside`: it stands in a note or a text box, and heads nothing that follows."""

    place: str
    text: str
    level: int = 0
    block: bool = False
    beside: bool = False

    def at(self, offset: int) -> str:
        """Where a character of the text stands: in files that have lines, in which of the paragraph's."""
        kind, _, first = self.place.partition(" ")
        return f"line {int(first) + self.text.count(chr(10), 0, offset)}" if kind == "line" else self.place


def read_manuscript(path: Path) -> list[Written]:
    """The paragraphs of a .docx, .md or .txt that hold words; BadInput for another kind of file or one without any."""
    suffix = path.suffix.casefold()
    if not path.exists():
        raise BadInput("no such file.", file=path.name, advice="Check the path.")
    if suffix == ".docx":
        found = list(_word(written_paragraphs(path, beside=True)))
    elif suffix in (".md", ".markdown", ".txt", ".text"):
        text = read_text(path).text
        found = list(_markdown(text) if suffix.startswith(".m") else _plain(text))
    else:
        raise BadInput("is no manuscript that can be read.", file=path.name, advice="Save it as .docx, .md or .txt.")
    found = [item for item in found if item.text.strip()]
    if not found:
        raise BadInput("the file holds no words.", file=path.name)
    return found


def _word(paragraphs: Sequence[WrittenParagraph]) -> Iterator[Written]:
    """With places as a reader counts them: paragraphs of the body, those of a note or text box from its second on."""
    numbers: Counter[str] = Counter()
    for item in paragraphs:
        numbers[item.beside] += 1
        number = numbers[item.beside]
        place = f"{item.beside}, paragraph {number}" if number > 1 else item.beside
        yield Written(place if item.beside else f"paragraph {number}", item.text, item.level, item.block,
                      bool(item.beside))  # fmt: skip


def _markdown(text: str) -> Iterator[Written]:
    lines = text.split("\n")
    held: list[str] = []
    began, block = 0, False

    def done() -> Iterator[Written]:
        if held:
            words = _unmarked("\n".join(held))
            yield Written(f"line {began}", words, 0, block)
            held.clear()

    for n, line in enumerate([*lines, ""], 1):
        bare = line.strip()
        quoted = bare.startswith(">")
        inner = bare.lstrip("> ").strip() if quoted else bare
        heading = _MARKDOWN_HEADING.fullmatch(bare)
        if heading or not inner or quoted != block or _ITEM.match(inner):
            yield from done()
        if heading:
            words = _unmarked(heading[2])
            yield Written(f"line {n}", words, len(heading[1]))
        elif inner:
            if not held:
                began, block = n, quoted
            held.append(inner)


def _unmarked(text: str) -> str:
    """The words without the marks for emphasis, also where one stands inside another."""
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)))


def _plain(text: str) -> Iterator[Written]:
    """Paragraphs end at empty lines; where there are none, at every line. An indented paragraph is a block quote."""
    lines = text.split("\n")
    by_line = not any(not line.strip() for line in "\n".join(lines).strip("\n").split("\n"))
    held: list[str] = []
    began = 0
    for n, line in enumerate([*lines, ""], 1):
        if line.strip():
            began = began or n
            held.append(line)
        if held and (by_line or not line.strip()):
            words = "\n".join(item.strip() for item in held)
            indented = all(item.startswith(("    ", "\t")) for item in held)
            yield Written(f"line {began}", words, _looks_like_heading(words), indented)
            held, began = [], 0


def _looks_like_heading(words: str) -> int:
    """1 for a short line without an end, as plain text has its headings."""
    short = "\n" not in words and len(words) <= 100 and len(words.split()) <= 14
    return int(short and words.rstrip()[-1:] not in '.!;:,)]”"' and words.lstrip()[:1] not in "“‘\"'(")
