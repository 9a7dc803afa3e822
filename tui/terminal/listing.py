"""A screen in which keys move through a table: the commands for it and their handlers."""

from __future__ import annotations

from tui.terminal.registry import Command
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Table

MOVING = "Moving"

MOVES = (
    Command("down", ("j", "down"), "next line", MOVING),
    Command("up", ("k", "up"), "line before", MOVING),
    Command("page_down", ("space", "pagedown"), "a page further", MOVING),
    Command("page_up", ("b", "pageup"), "a page back", MOVING),
    Command("first", ("home",), "to the first line", MOVING),
    Command("last", ("end",), "to the last line", MOVING),
)


class ListScreen(StudyScreen):
    """Has a table that the keys of MOVES move through; a second click on a line is Enter."""

    @property
    def table(self) -> Table:
        """The table that the keys move through now."""
        return self.query_one(Table)

    def do_enter(self) -> None:
        """What Enter does with the line that the cursor is on."""

    def on_table_taken(self, message: Table.Taken) -> None:
        """A second click is Enter."""
        self.do_enter()

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
        """To the first line."""
        self.table.choose(0)

    def do_last(self) -> None:
        """To the last line."""
        self.table.choose(self.table.count - 1)
