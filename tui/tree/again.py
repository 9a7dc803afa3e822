"""What one has to read again: one's own completed segments in which a code has changed its meaning, or is new."""

from __future__ import annotations

from textual.app import ComposeResult

from suggest.study.study import Study
from tui.terminal.paged import PagedRows
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Column, Table
from tui.tree.commands import AGAIN
from tui.tree.telling import path
from tui.tree.view import AgainLine, SegmentLine, read_again, read_lines

COLUMNS = (Column("segment", 12), Column("round", 10, most=2), Column("look again at"), Column("words", most=1))


class AgainScreen(StudyScreen):
    """The worklist: Enter reads a segment again in the review."""

    REGISTRY = AGAIN
    HEADING = "To be read again"

    def body(self) -> ComposeResult:
        """One line a segment."""
        self._found: list[AgainLine] = []
        self._lines: dict[int, SegmentLine] = {}
        yield Table(COLUMNS, id="body")

    @property
    def table(self) -> Table:
        """The list."""
        return self.query_one("#body", Table)

    def opened(self) -> None:
        """Ask for the list."""
        coder = self.owner.coder
        self.entitle("reading …")
        self.look(lambda study: read_again(study, coder), self._arrived, "again")

    def _arrived(self, found: list[AgainLine]) -> None:
        self._found = found
        self.entitle(f"{len(found)} segments of yours" if found else "")
        self._rows = PagedRows(len(found), len(COLUMNS), self._fetch)
        self.table.put(self._rows, empty="Nothing: what you completed holds under today's tree.")

    def _fetch(self, page: int, first: int, last: int) -> None:
        some = self._found[first:last]

        def job(study: Study) -> list[SegmentLine]:
            return read_lines(study, [line.number for line in some])

        def arrived(lines: list[SegmentLine]) -> None:
            self._lines.update(zip(range(first, last), lines, strict=True))
            rows = [(line.cite, item.round, path(item.why), line.words) for item, line in zip(some, lines, strict=True)]
            self._rows.arrived(page, rows)
            self.table.refresh()

        self.look(job, arrived, f"page {page}")

    def on_table_taken(self) -> None:
        """A second click is Enter."""
        self.do_enter()

    def do_enter(self) -> None:
        """Read it again."""
        line = self._lines.get(self.table.cursor)
        if line is None or not line.id:
            return
        item = self._found[self.table.cursor]
        if item.now:
            self.owner.to_segment(line.id)
        else:
            self.say(f"Completed in the round {item.round}, which you do not work in now: there it stays unanswered.")

    def do_down(self) -> None:
        """The next line."""
        self.table.move(1)

    def do_up(self) -> None:
        """The line before."""
        self.table.move(-1)

    def do_page_down(self) -> None:
        """A page further."""
        self.table.move(self.table.page)

    def do_page_up(self) -> None:
        """A page back."""
        self.table.move(-self.table.page)

    def do_first(self) -> None:
        """The first line."""
        self.table.choose(0)

    def do_last(self) -> None:
        """The last line."""
        self.table.choose(self.table.count - 1)
