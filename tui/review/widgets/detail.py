"""What the chosen code means and why it was suggested."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.review.visible import Example
from tui.review.board import Row
from tui.review.examples import LITTLE, example_lines
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.paragraphs import paragraphs

INDENT, HINT = "   ", 4
"""What stands before each line in brief, and the cells kept behind it for the key that shows all."""


class Detail(Lines):
    """The chosen line's code in a few lines (`brief`), or with everything that the codebook says of it."""

    def __init__(self, id: str | None = None, *, brief: bool = True) -> None:
        super().__init__(id=id)
        self._brief = brief
        self._row: Row | None = None
        self._code: Meaning | None = None
        self._examples: Sequence[Example] = ()
        self.wanted = 0
        """How many lines there would be with room for all."""

    def show(self, row: Row | None, code: Meaning | None) -> None:
        """Show the code of a line; nothing without one."""
        self._row, self._code = row, code
        self.laid_out()

    def exemplify(self, examples: Sequence[Example]) -> None:
        """Words that the code was given, below what the codebook says."""
        self._examples = examples
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width, in brief also for the present height."""
        self.wanted = 0
        if self._row is None or self._code is None:
            self.put([])
            return
        if self._brief:
            self.put(self._in_brief(self._row, self._code))
            return
        lines: list[Line] = paragraphs(_in_full(self._code), self.size.width, " ")
        for example in self._examples:
            lines += [[("", "")], *example_lines(example, self.size.width - 1, LITTLE, " ")]
        self.put(lines)

    def note(self, more: int) -> str:
        """The rest is one key away."""
        return " … d shows all of it"

    def _in_brief(self, row: Row, code: Meaning) -> list[Line]:
        """What the code means, then why it was suggested: each has half of the room, and what the other leaves."""
        width, height = self.size.width, max(1, self.size.height)
        not_when = f"  Not when: {code.exclude}" if code.exclude else ""
        means: list[Line] = paragraphs([(f"{code.name}: ", f"{code.definition}{not_when}")], width - HINT, INDENT)
        if self.screen.has_class("-wide"):
            means = []  # it stands on the right
        why: list[Line] = []
        if row.proposal is not None and row.proposal.rationale:
            told = f"{row.proposal.rationale} ({row.proposal.profile})"
            why = paragraphs([("because: ", told)], width - HINT, INDENT)
        self.wanted = len(means) + len(why)
        below = min(len(why), max(height // 2, height - len(means)))
        return _cut(means, height - below) + _cut(why, below)


def _in_full(code: Meaning) -> list[tuple[str, str]]:
    parts = [(code.name, ""), ("", code.definition), ("When: ", code.include), ("Not when: ", code.exclude)]
    examples = [("Example: ", example) for example in code.examples]
    return [part for part in [*parts, *examples] if part[0].strip() in {code.name} or part[1]]


def _cut(lines: list[Line], most: int) -> list[Line]:
    """So many lines; where there are more, the last one says which key shows them."""
    if len(lines) <= most or not most:
        return lines[:most]
    return [*lines[: most - 1], [*lines[most - 1], (" … ", "soft"), ("d", "key")]]
