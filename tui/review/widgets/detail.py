"""What the chosen code means and why it was suggested."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.review.visible import Example
from tui.review.board import Row
from tui.review.examples import LITTLE, example_lines
from tui.terminal.lines import Lines
from tui.terminal.meaning import Meaning
from tui.terminal.paragraphs import paragraphs


class Detail(Lines):
    """The chosen line's code in a few lines (`brief`), or with everything that the codebook says of it."""

    def __init__(self, id: str | None = None, *, brief: bool = True) -> None:
        super().__init__(id=id)
        self._brief = brief
        self._row: Row | None = None
        self._code: Meaning | None = None
        self._examples: Sequence[Example] = ()

    def show(self, row: Row | None, code: Meaning | None) -> None:
        """Show the code of a line; nothing without one."""
        self._row, self._code = row, code
        self.laid_out()

    def exemplify(self, examples: Sequence[Example]) -> None:
        """Words that the code was given, below what the codebook says."""
        self._examples = examples
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        if self._row is None or self._code is None:
            self.put([])
            return
        lines = paragraphs(self._parts(self._row, self._code), self.size.width, "   " if self._brief else " ")
        for example in self._examples:
            lines += [[("", "")], *example_lines(example, self.size.width - 1, LITTLE, " ")]
        self.put(lines)

    def note(self, more: int) -> str:
        """The rest is one key away."""
        return "   … d shows all of it"

    def _parts(self, row: Row, code: Meaning) -> list[tuple[str, str]]:
        why = []
        if row.proposal is not None and row.proposal.rationale:
            why = [("because: ", f"{row.proposal.rationale} ({row.proposal.profile})")]
        if self._brief and self.screen.has_class("-wide"):
            return why  # what the code means stands on the right
        if self._brief:
            not_when = f"  Not when: {code.exclude}" if code.exclude else ""
            return [*why, (f"{code.name}: ", f"{code.definition}{not_when}")]
        parts = [(code.name, ""), ("", code.definition), ("When: ", code.include), ("Not when: ", code.exclude)]
        examples = [("Example: ", example) for example in code.examples]
        return [part for part in [*parts, *examples] if part[0].strip() in {code.name} or part[1]]
