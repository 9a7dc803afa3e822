"""The margin: a column a coder, a sign of two letters for each code, and a legend of those in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.terminal.meaning import Meaning
from tui.terminal.wrap import cut, fill
from tui.transcript.view import Mark

NARROW, BROAD = 3, 17
"""The cells of a column with signs, and of one with names."""
UNKNOWN, GONE = "??", "a code out of use"
NAMES = (32, 24, 18, 14, 11, 8, 6)
"""The cells of a name in the legend: the first number with which all of them fit."""
NOTHING, HIDDEN = "–", "░"
"""Completed without a code; colleagues' work, if there is any, that is seen after one's own."""


def signs(codes: Sequence[Meaning]) -> dict[str, str]:
    """Two letters for each code (an id), no two the same as long as there are enough: from its name, else numbered."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    spare = (f"{high}{low}" for high in "0123456789abcdefghijklmnopqrstuvwxyz" for low in "0123456789abcdefghijklmnop")
    for code in codes:
        letters = [letter for letter in code.name if letter.isalnum() and letter.isascii()]
        initials = [word[0] for word in code.name.split() if word[0].isalnum() and word[0].isascii()]
        wanted = [f"{letters[0].upper()}{other}" for other in (*(i.upper() for i in initials[1:]), *letters[1:])
                  ] if letters else []  # fmt: skip
        sign = next((sign for sign in wanted if sign not in taken), None) or next(
            (sign for sign in spare if sign not in taken), UNKNOWN
        )
        taken.add(sign)
        found[code.id] = sign
    return found


@dataclass(frozen=True)
class Column:
    """One coder's column: who, what stands at its head, and how many cells it has."""

    coder: str
    head: str
    width: int


def columns(coders: Sequence[tuple[str, str]], width: int, own: str) -> list[Column]:
    """The columns that there is room for: with names of codes where there is much, else with signs; one's own first."""
    if width < 60:
        chosen, cells = [*coders[:1]], NARROW
    else:
        broad = (width - 84) // BROAD
        chosen, cells = ([*coders[:broad]], BROAD) if broad >= len(coders) else ([*coders[: max(1, (width - 60) // 5)]],
                                                                                 NARROW)  # fmt: skip
    return [Column(coder, cut("you" if coder == own else name, cells), cells) for coder, name in chosen]


@dataclass(frozen=True)
class Legend:
    """What names codes: their signs and their names, by id."""

    signs: Mapping[str, str]
    names: Mapping[str, str]

    def line(self, marks: Iterable[Mark], empty: set[str], width: int) -> str:
        """The codes in sight and the signs of `empty` turns, the names shorter the more there are; what does not fit
        at the end is left out."""
        used = sorted({mark.code for mark in marks}, key=lambda code: self.signs.get(code, UNKNOWN))
        told = "".join(
            f"  {sign} {what}" for sign, what in ((NOTHING, "no code"), (HIDDEN, "after your answer")) if sign in empty
        )
        for most in NAMES:
            names = (f" {self.signs.get(code, UNKNOWN)} {cut(self.names.get(code, GONE), most)}" for code in used)
            line = f"{' '.join(names)}{told}"
            if cell_len(line) <= width:
                return line
        return cut(line, width)


def cell(
    column: Column, marks: Sequence[Mark], line: tuple[int, int], legend: Legend, *, first: bool, empty: str
) -> str:
    """What stands in a column beside a line (a range of the document): the signs or names of what begins there, a bar
    where a coding goes on, and on the first line of a turn without any what says why (`empty`)."""
    start, end = line
    here = [
        mark for mark in marks if mark.coder == column.coder and mark.start < max(end, start + 1) and mark.end > start
    ]
    if not here:
        return fill(empty if first else "", column.width)
    begin = [mark for mark in here if first or start <= mark.start]
    if column.width == BROAD:
        names = [*dict.fromkeys(legend.names.get(mark.code, GONE) for mark in begin)]
        more = f" +{len(names) - 1}" if len(names) > 1 else ""
        return fill(f"│{cut(names[0], column.width - 1 - len(more))}{more}" if names else "│", column.width)
    found = [*dict.fromkeys(legend.signs.get(mark.code, UNKNOWN) for mark in begin)]
    more = "+" if len({mark.code for mark in here}) > 1 else ""
    return fill(f"{found[0]}{more}" if found else f"│ {more}", column.width)
