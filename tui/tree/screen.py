"""The code tree: the codes with one's own counts, the chosen code's words, history and segments, and every change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from suggest.printable import counted
from suggest.review.visible import CodeCounts
from tui.terminal.finder import FinderScreen
from tui.terminal.keys import Keys
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.paged import Paged
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen
from tui.terminal.table import Column, Table
from tui.tree.again import UNSTORED, AgainScreen
from tui.tree.changing import ChangingScreen
from tui.tree.commands import REGISTRY, SEGMENTS, TREE
from tui.tree.folding import Folding
from tui.tree.telling import Parts, brief, full
from tui.tree.view import (
    PAGE,
    About,
    SegmentLine,
    read_about,
    read_counts,
    read_lines,
    read_own_counts,
    read_tree,
)

COLUMNS = (
    Column("code", least=31),
    Column("all", 5, right=True, most=3),
    Column("mine", 5, right=True),
    Column("docs", 4, right=True, most=4),
    Column("model", 5, right=True, most=2),
    Column("again", 5, right=True, most=1),
)


class AboutScreen(ReadingScreen):
    """All about a code."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts

    def lines(self, width: int) -> Sequence[Line]:
        """The parts, wrapped."""
        rows: list[Line] = []
        for part in self._parts:
            rows += paragraphs([part], width, "") if any(part) else [[("", "")]]
        return rows


class CodeWords(Lines):
    """What a code means, in as many lines as leave room for the list below."""

    LEFT = 7
    """So many lines stay for the list."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: Parts = []

    def show(self, parts: Parts) -> None:
        """Show these parts."""
        self._parts = parts
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        if self.size.width:
            rows = paragraphs(self._parts, self.size.width, " ")
            room = self.screen.size.height - self.LEFT - 3
            self.styles.height = max(1, min(len(rows), max(4, room)))
            self.put(rows)

    def note(self, more: int) -> str:
        """The rest is one key away."""
        return " … d shows all of it"


class TreeScreen(ChangingScreen):
    """Draws what was read of the tree; the counts, and all about a code, follow when they have been read."""

    REGISTRY = REGISTRY
    HEADING = "Code tree"
    CSS_PATH = "screen.tcss"

    def body(self) -> ComposeResult:
        """The tree on the left, the code and its segments on the right."""
        self.folding = Folding()
        self.counts: Mapping[str, CodeCounts] = {}
        self.about: About | None = None
        self._across = self._changed = self._back = False
        self._stamp: tuple[int, int] | None = None
        self._wanted: str | None = None
        self._rows: Paged[SegmentLine] | None = None
        with Horizontal(id="body"):
            yield Table(COLUMNS, id="codes")
            with Vertical(id="code"):
                yield CodeWords(id="about")
                yield Table([Column("segment", 12), Column("by", 6, most=1), Column("words")], id="segments")

    @property
    def state(self) -> str:
        """Which side has the cursor."""
        return SEGMENTS if self._across else TREE

    def show_keys(self) -> None:
        """The footer; among the segments Enter leads to the review."""
        shown = self._registry.footer(self.state)
        named = [replace(c, short="review") if self._across and c.id == "enter" else c for c in shown]
        self.query_one(Keys).offer(named)

    @property
    def codes(self) -> Table:
        """The table of codes."""
        return self.query_one("#codes", Table)

    @property
    def segments(self) -> Table:
        """The table of the chosen code's segments."""
        return self.query_one("#segments", Table)

    @property
    def chosen(self) -> Meaning | None:
        """The code that the cursor is on."""
        shown = self.folding.shown
        return shown[self.codes.cursor] if self.codes.cursor < len(shown) else None

    # Reading

    def opened(self) -> None:
        """Ask for the tree; the counts follow."""
        self.read()

    def renewed(self) -> None:
        """Back on top: others may have changed the tree."""
        self.look(lambda study: study.stamp(), self._stamped, "stamp")

    def _stamped(self, stamp: tuple[int, int]) -> None:
        if self._stamp is not None and stamp != self._stamp:
            self.read()
        self._stamp = stamp

    def read(self, at: str | None = None) -> None:
        """Read the tree and the counts again, and put the cursor on a code."""
        self._wanted = at or self._wanted
        coder = self.owner.coder
        self.segments.idle(not self._across)
        self.look(read_tree, self._arrived, "tree")
        if not self.counts:
            self.look(lambda study: read_own_counts(study, coder), self._counted, "own")
        self.look(lambda study: read_counts(study, coder), self._counted, "counts")

    def changed(self, said: str, at: str | None = None, *, back: bool = False) -> None:
        """The tree is another one."""
        self.about, self._changed, self._back = None, True, back
        self.say(said)
        self.read(at)

    def _arrived(self, codes: tuple[Meaning, ...]) -> None:
        here, before, line = self.chosen, self.folding, self.codes.cursor
        self.folding = Folding(codes, before.folded)
        come = [code.id for code in codes if code.id not in before.by_id] if self._back else []
        wanted, self._wanted = self._wanted or (come[0] if come else here.id if here else None), None
        self._back = False
        if wanted not in self.folding.by_id and here is not None and here.parent in self.folding.by_id:
            wanted = here.parent
        if wanted:
            self.folding.reveal(wanted)
        self.entitle(counted(len(codes), "code") if codes else "")
        self._draw()
        self.codes.choose(self.folding.place(wanted) if wanted in self.folding.by_id else line)
        self._about()

    def _counted(self, counts: Mapping[str, CodeCounts]) -> None:
        self.counts = counts
        self._draw()

    # Drawing

    def _draw(self) -> None:
        rows = [self._row(code) for code in self.folding.shown]
        styles = ["strong" if code.depth == 0 else "" for code in self.folding.shown]
        self.codes.put(rows, styles=styles, empty="No codes yet: N makes one, I brings in a codebook.")

    def _row(self, code: Meaning) -> list[str]:
        sign = " " if code.leaf else "▹" if code.id in self.folding.folded else "▾"
        hidden = f" ({len(self.folding.branch(code.id)) - 1})" if code.id in self.folding.folded else ""
        at = self.counts.get(code.id, CodeCounts())
        counts = (at.segments, at.mine, at.documents, at.by_model, at.stale)
        name = f"{' ' * code.depth}{sign} {code.name}{hidden}"
        return [name, *(str(number) if number else "" for number in counts)]

    def _about(self) -> None:
        """Show the chosen code, and ask for what is known beyond its words."""
        code = self.chosen
        self._show_code()
        self.show_keys()
        if code is None:
            self.segments.put([])
            return
        if self.about is None or self.about.code != code.id:
            coder, id_, paths = self.owner.coder, code.id, self.folding.paths
            self.look(lambda study: read_about(study, coder, id_, paths), self._told, "about")

    def _told(self, about: About) -> None:
        self.about = about
        self._show_code()
        self._rows = self._paged(about)
        self.segments.cursor = 0
        self.segments.put(self._rows, empty="No segment has this code yet, as far as you may see.")

    def _paged(self, about: About) -> Paged[SegmentLine]:
        def fetch(start: int) -> None:
            def arrived(lines: list[SegmentLine]) -> None:
                rows.put(start, lines)
                self.segments.refresh()

            numbers = about.segments[start : start + PAGE]
            self.look(lambda study: read_lines(study, numbers), arrived, f"page {start}")

        def cells(line: SegmentLine) -> tuple[str, ...]:
            both = line.number in about.mine, line.number in about.colleagues
            return line.cite, {(True, False): "you", (True, True): "both"}.get(both, "others"), line.words

        rows: Paged[SegmentLine] = Paged(len(about.segments), PAGE, 3, cells, fetch)
        return rows

    def _show_code(self) -> None:
        code = self.chosen
        self.query_one(CodeWords).show([] if code is None else brief(code, self.about))

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Another code, or another segment of it."""
        if message.table is self.codes:
            self._about()

    def on_table_taken(self, message: Table.Taken) -> None:
        """A second click takes what the cursor is on."""
        self._go_across(message.table is not self.codes)
        self.do_enter() if self._across else self._toggle()

    # Moving

    @property
    def table(self) -> Table:
        """The side that the keys move through."""
        return self.segments if self._across else self.codes

    def _toggle(self) -> None:
        code = self.chosen
        if code is not None:
            self._fold(code, code.id not in self.folding.folded)

    def _fold(self, code: Meaning, on: bool) -> bool:
        if not self.folding.fold(code.id, on):
            return False
        self._draw()
        return True

    def do_unfold(self) -> None:
        """Unfold; where that is done, on to the first code below."""
        code = self.chosen
        if code is not None and not self._fold(code, False) and not code.leaf:
            self.codes.move(1)

    def do_fold(self) -> None:
        """Fold; where there is nothing to fold, to the code above."""
        code = self.chosen
        if code is not None and not self._fold(code, True) and code.parent is not None:
            self.codes.choose(self.folding.place(code.parent))

    def do_fold_all(self) -> None:
        """Fold all, or unfold all."""
        code = self.chosen
        self.folding.fold_all()
        self._draw()
        self.codes.choose(self.folding.place(code.id if code else None))
        self._about()

    def do_find(self) -> None:
        """Go to a code by a few letters."""

        def go(id_: str | None) -> None:
            if id_ is not None:
                self.folding.reveal(id_)
                self._draw()
                self._go_across(False)
                self.codes.choose(self.folding.place(id_))
                self._about()

        self.app.push_screen(FinderScreen("Find a code", list(self.folding.codes)), go)

    def _go_across(self, on: bool) -> None:
        self._across = on
        self.codes.idle(on)
        self.segments.idle(not on)
        self.set_class(on, "-across")
        self.show_keys()

    def do_across(self) -> None:
        """To the segments, or back."""
        self._go_across(not self._across)

    def do_back(self) -> None:
        """From the segments to the tree; from there to the screen below."""
        if self._across:
            self._go_across(False)
        else:
            super().do_back()

    def do_enter(self) -> None:
        """To the segments; from one of them to the review."""
        if not self._across:
            self._go_across(True)
            return
        line = None if self._rows is None else self._rows.item(self.segments.cursor)
        if line is not None and line.id and not self.owner.to_segment(line.id):
            self.say(UNSTORED, warn=True)

    def do_about(self) -> None:
        """All about the code."""
        code = self.chosen
        if code is not None:
            self.app.push_screen(AboutScreen(full(code, self.about)))

    def do_proposals(self) -> None:
        """What models propose."""
        self.owner.go_to("proposals")

    def do_again(self) -> None:
        """What has to be read again."""
        self.app.push_screen(AgainScreen(self.owner))

    def on_unmount(self) -> None:
        """The review below knows the tree as it is now."""
        if self._changed and self.owner.is_running:
            self.owner.review.renew()
