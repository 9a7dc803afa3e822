"""The code tree beside the review, the chosen code lit; without counts, which a blind segment must not show."""

from __future__ import annotations

from collections.abc import Sequence

from tui.terminal.lines import Lines
from tui.terminal.meaning import Meaning


class Tree(Lines):
    """Names in the order of the tree, scrolled so that the lit one is in sight."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._codes: Sequence[Meaning] = ()
        self._lit: Meaning | None = None

    def show(self, codes: Sequence[Meaning], lit: Meaning | None) -> None:
        """Draw the tree with a code lit, or none."""
        self._codes, self._lit = codes, lit
        if self.display:
            self.laid_out()

    def laid_out(self) -> None:
        """The names, also when there is room for them only now."""
        codes, lit = self._codes, self._lit
        lines = [
            [
                ("▸" if lit is not None and code.id == lit.id else " ", "key"),
                ("  " * code.depth + code.name, "chosen" if lit is not None and code.id == lit.id
                 else "strong" if code.depth == 0 else ""),
            ]
            for code in codes
        ]  # fmt: skip
        cursor = next((i for i, code in enumerate(codes) if lit is not None and code.id == lit.id), None)
        self.put(lines, cursor)
