"""Which codes of the tree are in sight: all but those under a folded one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.terminal.meaning import Meaning


class Folding:
    """The tree's codes in order, and which of them are folded. Knows nothing of a screen."""

    def __init__(self, codes: Sequence[Meaning] = (), folded: Iterable[str] = ()) -> None:
        self.codes = codes
        self.by_id = {code.id: code for code in codes}
        self.paths = {code.id: code.path for code in codes}
        self.folded = {id_ for id_ in folded if id_ in self.by_id and not self.by_id[id_].leaf}
        self.shown = self._shown()

    def _shown(self) -> list[Meaning]:
        found: list[Meaning] = []
        hidden_below: int | None = None
        for code in self.codes:
            if hidden_below is not None and code.depth > hidden_below:
                continue
            found.append(code)
            hidden_below = code.depth if code.id in self.folded else None
        return found

    def fold(self, code: str, on: bool) -> bool:
        """Fold a code, or unfold it; whether that changed anything."""
        if self.by_id[code].leaf or (code in self.folded) == on:
            return False
        self.folded = self.folded | {code} if on else self.folded - {code}
        self.shown = self._shown()
        return True

    def fold_all(self) -> None:
        """Fold all that has codes below it; unfold all where something is folded."""
        self.folded = set() if self.folded else {code.id for code in self.codes if not code.leaf}
        self.shown = self._shown()

    def reveal(self, code: str) -> None:
        """Unfold whatever hides a code."""
        above = self.by_id[code].parent if code in self.by_id else None
        while above is not None and above in self.by_id:
            self.folded = self.folded - {above}
            above = self.by_id[above].parent
        self.shown = self._shown()

    def place(self, code: str | None) -> int:
        """The line of a code, or of the nearest one above it that is in sight; 0 where there is none."""
        lines = {item.id: i for i, item in enumerate(self.shown)}
        while code is not None and code in self.by_id:
            if code in lines:
                return lines[code]
            code = self.by_id[code].parent
        return 0

    def branch(self, code: str) -> list[Meaning]:
        """A code and all below it."""
        first = next((i for i, item in enumerate(self.codes) if item.id == code), None)
        if first is None:
            return []
        last = first + 1
        while last < len(self.codes) and self.codes[last].depth > self.codes[first].depth:
            last += 1
        return list(self.codes[first:last])
