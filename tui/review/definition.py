"""A code in full: definition, when to use it, when not, examples, and why it was suggested."""

from __future__ import annotations

from collections.abc import Sequence

from tui.review.board import Row
from tui.terminal.lines import Line
from tui.terminal.meaning import Meaning
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen


class DefinitionScreen(ReadingScreen):
    """What the codebook says of a code and, with the line that it was chosen on, the model's reason."""

    def __init__(self, row: Row | None, code: Meaning) -> None:
        super().__init__()
        self._row, self._code = row, code

    def lines(self, width: int) -> Sequence[Line]:
        """The parts that the codebook has."""
        code = self._code
        proposal = None if self._row is None else self._row.proposal
        parts = [(code.path.replace(" > ", " › "), ""), ("", code.definition), ("When: ", code.include),
                 ("Not when: ", code.exclude), *(("Example: ", example) for example in code.examples)]  # fmt: skip
        if proposal is not None:
            parts.append((f"Suggested by {proposal.profile}, because: ", proposal.rationale))
        return paragraphs([part for i, part in enumerate(parts) if i == 0 or part[1]], width, "")
