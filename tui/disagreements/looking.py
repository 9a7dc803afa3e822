"""Looking at disagreements: which segments are listed, and the chosen one in full with its coders side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from suggest.printable import counted
from suggest.study.notes import keep_note
from suggest.study.study import Study
from tui.disagreements.commands import CASE, LIST
from tui.disagreements.filtering import (
    CODE,
    DOCUMENT,
    EVERYTHING,
    OPEN,
    PAIR,
    Filter,
    options,
    pair_options,
)
from tui.disagreements.naming import Naming
from tui.disagreements.telling import WHY, case_lines, first_marked, row
from tui.disagreements.view import (
    AROUND,
    HIDE,
    Asked,
    Case,
    Detail,
    Listing,
    read_detail,
    read_listing,
)
from tui.terminal.choosing import ChoosingScreen
from tui.terminal.finder import FinderScreen
from tui.terminal.lines import Lines
from tui.terminal.listing import ListScreen
from tui.terminal.meaning import Meaning
from tui.terminal.picking import PickScreen
from tui.terminal.registry import ALWAYS
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

COLUMNS = (
    Column("where", 10), Column("far", 4, right=True, most=1), Column("why", 11, most=3), Column("codes", least=14),
    Column("", 9, slim=1),
)  # fmt: skip
WIDE = 120
LOW = 28
"""With fewer lines there is room for one neighbour on either side."""
READING = "Comparing the coders …"


class CasePage(Lines):
    """The chosen segment; it is laid out anew whenever it comes into sight or gets another width."""

    def __init__(self, id: str, draw: Callable[[], None]) -> None:
        super().__init__(id=id)
        self._draw_case = draw

    def laid_out(self) -> None:
        """The lines for the present size."""
        self._draw_case()


class LookingScreen(ListScreen):
    """Draws what was read; whatever its reader may not know was left out before it came here. A subclass settles."""

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self.listing: Listing | None = None
        self._asked = Asked()
        self._filter = Filter()
        self._cases: list[Case] = []
        self._detail: Detail | None = None
        self._open = False
        self._viewed: int | None = None
        self._top = 0
        self.stamp: tuple[int, int] | None = None
        """The state of the study that the list was read from."""
        self._waiting = False

    def body(self) -> ComposeResult:
        """The list, and the chosen segment in full."""
        with Horizontal(id="body"):
            yield Table(COLUMNS, id="list")
            yield CasePage("case", self._draw)

    @property
    def state(self) -> str:
        """Whether there is a segment, and whether it is on screen in full."""
        if self.case is None:
            return ALWAYS
        return CASE if self._open or self.size.width >= WIDE else LIST

    @property
    def case(self) -> Case | None:
        """The segment that the cursor is on."""
        place = self.table.cursor if self.is_mounted and self._cases else -1
        return self._cases[place] if 0 <= place < len(self._cases) else None

    @property
    def naming(self) -> Naming:
        """What coders are called."""
        listing = self.listing
        return Naming({} if listing is None else listing.names, self.owner.coder, listing is not None and listing.hide)

    @property
    def codes(self) -> Sequence[Meaning]:
        """The codes in use, in the tree's order."""
        return self.owner.review.hand.codes

    @property
    def paths(self) -> Mapping[str, str]:
        """The paths of the codes, by id."""
        return {} if self.listing is None else self.listing.paths

    # Reading

    def opened(self) -> None:
        """Ask who differs where."""
        self._wait()

    def _wait(self) -> None:
        self._waiting = True
        self.say(READING)
        self.read()

    def read(self) -> None:
        """Read all of it again."""
        coder, asked = self.owner.coder, self._asked

        def job(study: Study) -> tuple[Listing, tuple[int, int]]:
            return read_listing(study, coder, asked), study.stamp()

        self.look(job, self._arrived, "listing")

    def renewed(self) -> None:
        """Back on top: others may have coded or settled since."""
        self.look(lambda study: study.stamp(), self._stamped, "stamp")

    def _stamped(self, stamp: tuple[int, int]) -> None:
        if self.stamp is not None and stamp != self.stamp:
            self.read()

    def _arrived(self, found: tuple[Listing, tuple[int, int]]) -> None:
        self.listing, self.stamp = found
        if self._waiting:
            self._waiting = False
            self.say("")
        self.draw_list()

    def draw_list(self, at: int | None = None) -> None:
        """Draw the list; the cursor goes to a segment (its number), or stays on the one that it was on."""
        listing = self.listing
        if listing is None:
            return
        wanted = at if at is not None else (self.case.number if self.case else None)
        self._cases = self._filter.chosen(listing.cases)
        place = next((n for n, case in enumerate(self._cases) if case.number == wanted), None)
        styles = ["soft" if case.settled else "" for case in self._cases]
        self.table.put([row(case, listing.paths) for case in self._cases], styles=styles, empty=self._empty(listing))
        self.table.choose(self.table.cursor if place is None else place)
        self._entitle(listing)
        self._detailed()

    def _empty(self, listing: Listing) -> str:
        if told := self._filter.told(listing.paths):
            return f"Nothing here is {told}: E shows everything again." if listing.cases else "Nothing to show."
        if listing.withheld:
            what = "1 segment was" if listing.withheld == 1 else f"{listing.withheld} segments were"
            return (
                f"{what} answered by two, and you may not know how yet: code them yourself, or close the rounds in "
                "which you have still to code (F5); what came from elsewhere is also shown where the setting peers "
                "says so (F8)."
            )
        if len(listing.coders) < 2:
            return "Only one coder has answered, so there is nothing to compare. R shows another round."
        answered = counted(listing.compared, "segment was", "segments were")
        return f"{answered} answered by at least two, and they agree on all of them."

    def _entitle(self, listing: Listing) -> None:
        done = sum(case.settled is not None for case in listing.cases)
        parts = [f"{done} of {len(listing.cases)} settled", f"round {listing.round.name}"]
        parts += [
            part for part in (self._filter.told(listing.paths), "with models" if self._asked.models else "") if part
        ]
        if listing.withheld:
            parts.append(f"{listing.withheld} not yet for you")
        self.entitle(" · ".join(parts))

    def _detailed(self) -> None:
        """Ask for the chosen segment in full."""
        case, coder = self.case, self.owner.coder
        self.show_keys()
        if case is None:
            self._detail, self._open = None, False
            self.set_class(False, "-open")
            self._draw()
            return
        self.look(lambda study: read_detail(study, coder, case), self._told, "case")

    def _told(self, detail: Detail | None) -> None:
        new = self._detail is None or detail is None or self._detail.case.number != detail.case.number
        self._detail = detail
        if new:
            self._top = 0
            self._viewed = None if detail is None else first_marked(detail, self.naming)
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        page, detail = self.query_one("#case", Lines), self._detail
        if detail is None or not page.size.width:
            page.put([])
            return
        around = 1 if page.size.height < LOW else AROUND
        lines = case_lines(detail, self.naming, self.paths, page.size.width, self._viewed, around)
        self._top = max(0, min(self._top, len(lines) - page.size.height))
        page.put(lines[self._top :])

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Another segment."""
        self._detailed()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self.show_keys)

    # Looking

    def do_enter(self) -> None:
        """The segment in full; from there on to the next one that is not settled."""
        if self.state == LIST:
            self._open = True
            self.set_class(True, "-open")
            self.show_keys()
        else:
            self.go_on()

    def go_on(self) -> None:
        """To the next one that is not settled."""
        here = self.table.cursor
        order = [*range(here + 1, len(self._cases)), *range(here)]
        place = next((n for n in order if self._cases[n].settled is None), None)
        if place is None:
            self.say("Everything listed is settled." if self._filter.told(self.paths) else "Everything is settled.")
        else:
            self.table.choose(place)

    def do_back(self) -> None:
        """From the segment to the list; from there to the screen below."""
        if self._open and self.size.width < WIDE:
            self._open = False
            self.set_class(False, "-open")
            self.show_keys()
        else:
            super().do_back()

    def do_read_on(self) -> None:
        """Further down."""
        self._top += max(1, self.query_one("#case", Lines).size.height // 2)
        self._draw()

    def do_read_back(self) -> None:
        """Further up."""
        self._top -= max(1, self.query_one("#case", Lines).size.height // 2)
        self._draw()

    def do_marks(self) -> None:
        """The next coder's words, then nobody's."""
        count = len(self.case.given) if self.case is not None else 0
        self._viewed = 0 if self._viewed is None else self._viewed + 1 if self._viewed + 1 < count else None
        self._draw()

    def do_hide(self) -> None:
        """Letters or names; kept for the next time."""
        if self.listing is None:
            return
        hide = not self.listing.hide
        self.listing = replace(self.listing, hide=hide)
        self.ask(lambda bench: keep_note(bench.study, bench.coder, HIDE, "1" if hide else None), lambda _: None)
        self.say("Letters stand for people, dealt anew for each segment." if hide else "People are named.")
        self._draw()

    def do_models(self) -> None:
        """Models as coders like others, or beside people."""
        listing = self.listing
        if listing is not None and not listing.models:
            self.say("No model has answered in this round.", warn=True)
            return
        self._asked = replace(self._asked, models=not self._asked.models)
        self.read()

    def do_round(self) -> None:
        """Another round."""
        if self.listing is None:
            return

        def take(name: str | None) -> None:
            if name is not None:
                self._asked, self._filter = replace(self._asked, round=name), Filter()
                self._wait()

        listed = [(name, "") for name in self.listing.rounds]
        self.app.push_screen(PickScreen("Which round?", listed, self.listing.round.name), take)

    def do_order(self) -> None:
        """By weight, or in the order of the talk."""
        self._narrow(by_talk=not self._filter.by_talk)
        self.say("In the order of the talk." if self._filter.by_talk else "The farthest apart first.")

    def do_everything(self) -> None:
        """No filter."""
        self._filter = Filter(by_talk=self._filter.by_talk)
        self.draw_list()

    def _narrow(self, **given: object) -> None:
        self._filter = replace(self._filter, **given)  # type: ignore[arg-type]
        self.draw_list()

    def do_filter(self) -> None:
        """Choose what is listed."""
        listing = self.listing
        if listing is None:
            return
        further: dict[str, Callable[[Listing], None]] = {
            EVERYTHING: lambda _: self.do_everything(), OPEN: lambda _: self._narrow(open=True), CODE: self._by_code,
            PAIR: self._by_pair, DOCUMENT: self._by_document,
            **{kind: lambda _, kind=kind: self._narrow(kind=kind) for kind in WHY},  # type: ignore[misc]
        }  # fmt: skip

        def take(chosen: str | None) -> None:
            if chosen is not None:
                further[chosen](listing)

        self.app.push_screen(PickScreen("Only", options(listing)), take)

    def _by_code(self, listing: Listing) -> None:
        about = {code for case in listing.cases for code in case.differing}
        codes = [code for code in self.codes if code.id in about]
        self.app.push_screen(FinderScreen("Only about", codes), lambda id_: self._narrow(code=id_) if id_ else None)

    def _by_document(self, listing: Listing) -> None:
        labels = dict.fromkeys(case.document for case in listing.cases)
        listed = [(label, f"{sum(case.document == label for case in listing.cases)}") for label in labels]
        self.app.push_screen(
            PickScreen("Only in", listed), lambda label: self._narrow(document=label) if label else None
        )

    def _by_pair(self, listing: Listing) -> None:
        pairs = pair_options(listing)

        def take(place: int | None) -> None:
            if place is not None:
                self._narrow(pair=pairs[place][0])

        if pairs:
            self.app.push_screen(ChoosingScreen("Only in one another's place", "", [told for _, told in pairs]), take)

    def do_transcript(self) -> None:
        """The whole text."""
        case = self.case
        if case is not None:
            document, _, ordinal = case.segment.partition(".")
            self.owner.review.show_transcript(document, int(ordinal))

    def do_review(self) -> None:
        """The segment in the review."""
        case = self.case
        if case is not None and not self.owner.to_segment(case.segment):
            self.say("A decision in the review waits to be stored: go back to it first.", warn=True)
