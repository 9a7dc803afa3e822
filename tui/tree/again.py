"""What one has to read again: one's own completed segments in which a code has changed its meaning, or is new."""

from __future__ import annotations

from textual.app import ComposeResult

from suggest.printable import counted
from tui.terminal.listing import ListScreen
from tui.terminal.paged import Paged
from tui.terminal.table import Column, Table
from tui.tree.commands import AGAIN
from tui.tree.telling import path
from tui.tree.view import PAGE, AgainLine, SegmentLine, read_again, read_lines

UNSTORED = "A decision in the review is not stored yet: go back with esc and see to it."

COLUMNS = (Column("segment", 12), Column("round", 10, most=2), Column("look again at"), Column("words", most=1))


class AgainScreen(ListScreen):
    """The worklist: Enter reads a segment again in the review."""

    REGISTRY = AGAIN
    HEADING = "To be read again"

    def body(self) -> ComposeResult:
        """One line a segment."""
        self._found: list[AgainLine] = []
        self._rows = self._paged()
        yield Table(COLUMNS, id="body")

    def _paged(self) -> Paged[tuple[AgainLine, SegmentLine]]:
        return Paged(len(self._found), PAGE, len(COLUMNS), _cells, self._fetch)

    def opened(self) -> None:
        """Ask for the list."""
        coder = self.owner.coder
        self.entitle("reading …")
        self.look(lambda study: read_again(study, coder), self._arrived, "again")

    def _arrived(self, found: list[AgainLine]) -> None:
        self._found = found
        self.entitle(f"{counted(len(found), 'segment')} of yours" if found else "")
        self._rows = self._paged()
        self.table.put(self._rows, empty="Nothing: what you completed holds under today's tree.")

    def _fetch(self, start: int) -> None:
        some = self._found[start : start + PAGE]

        def arrived(lines: list[SegmentLine]) -> None:
            self._rows.put(start, list(zip(some, lines, strict=True)))
            self.table.refresh()

        self.look(lambda study: read_lines(study, [line.number for line in some]), arrived, f"page {start}")

    def do_enter(self) -> None:
        """Read it again."""
        found = self._rows.item(self.table.cursor)
        if found is None or not found[1].id:
            return
        if not found[0].now:
            self.say(f"Completed in the round {found[0].round}, which you do not work in now: it stays as it is.")
        elif not self.owner.to_segment(found[1].id):
            self.say(UNSTORED, warn=True)


def _cells(item: tuple[AgainLine, SegmentLine]) -> tuple[str, ...]:
    return item[1].cite, item[0].round, path(item[0].why), item[1].words
