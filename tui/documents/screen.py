"""The documents: a list with one's own progress, the chosen one in full, and a key for each change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container

from suggest.printable import counted
from tui.documents.commands import DOCUMENTS, HELD
from tui.documents.telling import told
from tui.documents.view import About, Rows, Shelf, about, shelf
from tui.terminal.lines import Lines
from tui.terminal.registry import ALWAYS
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

COLUMNS = (
    Column("document", 14),
    Column("yours", 10, most=2, style="bar"),
    Column("done", 11, right=True),
    Column("segments", 9, right=True, most=3),
    Column("attributes", most=5),
    Column("consent", 10, most=4),
)
EMPTY = "No documents yet: n adds one, or run 'secondcoder add'."


class DocumentsScreen(StudyScreen):
    """Draws the list; what is under the cursor is read in full when the cursor rests on it."""

    REGISTRY = DOCUMENTS
    HEADING = "Documents"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._shelf: Shelf | None = None
        self._about: About | None = None
        self._wanted: str | None = None

    @property
    def state(self) -> str:
        """Whether there is a document to do something with."""
        return HELD if self._shelf is not None and self._shelf.listed else ALWAYS

    def body(self) -> ComposeResult:
        """The list and the document."""
        with Container(id="body"):
            yield Table(COLUMNS, id="list")
            yield Lines(id="about")

    def opened(self) -> None:
        """Ask for the list."""
        self.reload()

    def renewed(self) -> None:
        """Back from the transcript: roles or words may be others."""
        if self._shelf is not None:
            self.reload()

    def reload(self, said: str = "", go_to: str | None = None) -> None:
        """Read the list again, and say what happened; `go_to` is a label to put the cursor on."""
        self._wanted = go_to
        self.owner.review.stale = True
        coder = self.owner.coder
        self.look(lambda study: shelf(study, coder), self._arrived, "list")
        if said:
            self.say(said)

    def _arrived(self, found: Shelf) -> None:
        self._shelf = found
        table = self.query_one("#list", Table)
        table.put(Rows(found), empty=EMPTY)
        if self._wanted is not None:
            table.choose(next((i for i, item in enumerate(found.listed) if item.label == self._wanted), table.cursor))
        many = f"{len(found.listed)} with {counted(found.segments, 'segment')}" if found.listed else "none yet"
        self.entitle(f"{many}   round {found.round}" if found.round else many)
        self.show_keys()
        self._read()

    @property
    def document(self) -> str | None:
        """The id of the document under the cursor."""
        listed = [] if self._shelf is None else self._shelf.listed
        cursor = self.query_one("#list", Table).cursor
        return listed[cursor].id if cursor < len(listed) else None

    @property
    def _label(self) -> str:
        listed = [] if self._shelf is None else self._shelf.listed
        cursor = self.query_one("#list", Table).cursor
        return listed[cursor].label if cursor < len(listed) else ""

    def on_table_chosen(self) -> None:
        """Another document is under the cursor."""
        self._read()

    def _read(self) -> None:
        document, coder = self.document, self.owner.coder
        if document is None:
            self._about = None
            self._draw_about()
        else:
            self.look(lambda study: about(study, coder, document), self._read_in_full, "about")

    def _read_in_full(self, found: About) -> None:
        self._about = found
        self._draw_about()

    def _draw_about(self) -> None:
        panel = self.query_one("#about", Lines)
        panel.put([] if self._about is None else told(self._about, max(20, panel.size.width)))

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw_about)

    def on_table_taken(self) -> None:
        """A click on the row under the cursor opens it."""
        self.do_transcript()

    # Looking

    def do_transcript(self) -> None:
        """The whole text."""
        if self.document is not None:
            self._open_transcript(self.document, "")

    def do_correct(self) -> None:
        """The whole text, to correct something in it."""
        if self.document is not None:
            self._open_transcript(self.document, "Go to the segment with ↑↓, g or /, and press x to correct its words.")

    def _open_transcript(self, document: str, said: str) -> None:
        from tui.transcript.screen import TranscriptScreen

        self.app.push_screen(TranscriptScreen(self.owner, document, 0, said))

    def do_down(self) -> None:
        """The next one."""
        self.query_one("#list", Table).move(1)

    def do_up(self) -> None:
        """The one before."""
        self.query_one("#list", Table).move(-1)

    def do_page_down(self) -> None:
        """A page on."""
        table = self.query_one("#list", Table)
        table.move(table.page)

    def do_page_up(self) -> None:
        """A page back."""
        table = self.query_one("#list", Table)
        table.move(-table.page)

    def do_first(self) -> None:
        """The first one."""
        self.query_one("#list", Table).choose(0)

    def do_last(self) -> None:
        """The last one."""
        table = self.query_one("#list", Table)
        table.choose(table.count - 1)

    # Changing

    def do_attributes(self) -> None:
        """The form with the label and the attributes, as they are now."""
        from tui.documents.attributes import attributes_form

        document, coder = self.document, self.owner.coder
        if document is not None:
            self.look(
                lambda study: about(study, coder, document),
                lambda found: self.app.push_screen(attributes_form(self.owner, found, self.reload)),
                "form",
            )

    def do_consent(self) -> None:
        """The table of flags."""
        from tui.documents.consent import ConsentScreen

        if self.document is not None:
            self.app.push_screen(ConsentScreen(self.owner, self.document, self._label, self.reload))

    def do_roles(self) -> None:
        """The table of roles."""
        from tui.documents.roles import RolesScreen

        if self.document is not None:
            self.app.push_screen(RolesScreen(self.owner, self.document, self._label, self.reload))

    def do_withdraw(self) -> None:
        """What is to go, explained."""
        from tui.documents.withdrawing import WithdrawScreen

        if self.document is not None:
            self.app.push_screen(WithdrawScreen(self.owner, self.document, self._label, self.reload))

    def do_add(self) -> None:
        """A path, then the preview."""
        from tui.documents.adding import AddScreen

        def typed(words: str) -> None:
            self.app.push_screen(AddScreen(self.owner, Path(words).expanduser(), self.reload))

        self.ask_words("File to add (path)", typed, verb="look at it")
