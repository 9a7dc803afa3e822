"""The talk: the segment, marked out, with the turns before and after it, scrolled as one text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment as Piece
from rich.style import Style
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from suggest.study.segments import Segment
from tui.review.card import Card
from tui.terminal.wrap import Words, cut, fill, words, wrap

CITE, SPEAKER = 14, 10
"""The citation and the speaker take at most so many cells."""
SLIM = 60
"""Below so many cells the citation has a line of its own."""
CONTEXT = 2
"""So many lines of the talk before stay in sight above the segment."""


@dataclass(frozen=True)
class _Line:
    kind: str
    head: str
    words: Words
    start: int
    end: int


class Talk(ScrollView):
    """Draws a card's turns line by line; only the segment is laid out anew when the mark moves."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "talk--near", "talk--here", "talk--mark", "talk--bar", "talk--rule", "talk--head",
    }  # fmt: skip

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._card: Card | None = None
        self._mark: tuple[int, int] | None = None
        self._before: list[_Line] = []
        self._here: list[_Line] = []
        self._after: list[_Line] = []
        self._laid_out_for = 0
        self._end_seen = False

    def show(self, card: Card | None, mark: tuple[int, int] | None) -> None:
        """Show a card with these words marked (document offsets). The same segment keeps its place on screen."""
        old, self._card = self._card, card
        same = old is not None and card is not None and _talk(old) == _talk(card)
        moved, self._mark = mark != self._mark, mark
        if same and not moved:
            return
        self._lay_out(around=not same)
        if not same:
            self._end_seen = False
            self.to_segment()
        self.refresh()

    def to_segment(self) -> None:
        """Scroll so that the segment is in sight, with a little of what came before."""
        if self.size.height:
            spare = self.size.height - len(self._here)
            above = max(1, min(CONTEXT, spare - 1) if spare < 6 else spare // 3)
            self.scroll_to(y=max(0, len(self._before) - above), animate=False, force=True)
            self._look()

    @property
    def end_seen(self) -> bool:
        """Whether the segment's last line was on screen since it was shown."""
        self._look()
        return self._end_seen

    def further(self) -> None:
        """Scroll on towards the segment's end, a page at most."""
        self.scroll_to(y=min(self._last - self.size.height + 1, self.scroll_offset.y + self._page), animate=False)

    def page(self, by: int) -> None:
        """Scroll by pages."""
        self.scroll_to(y=self.scroll_offset.y + by * self._page, animate=False)

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 2)

    @property
    def _last(self) -> int:
        return len(self._before) + len(self._here) - 2

    def _look(self) -> None:
        if self._card is None or self.scroll_offset.y + self.size.height > self._last:
            self._end_seen = True

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._look()

    def on_resize(self, event: Resize) -> None:
        """Lay out anew for another width."""
        if event.size.width != self._laid_out_for:
            self._lay_out(around=True)
        self.to_segment()

    def _lay_out(self, *, around: bool) -> None:
        card, self._laid_out_for = self._card, self.size.width
        if card is None:
            self._before, self._here, self._after = [], [], []
        elif self.size.width:
            columns = self._columns(card)
            if around:
                self._before = [line for turn in card.before for line in self._turn(turn, "near", columns, None)]
                self._after = [line for turn in card.after for line in self._turn(turn, "near", columns, None)]
            segment = card.segment
            mark = None
            if self._mark is not None:
                mark = (self._mark[0] - segment.start, self._mark[1] - segment.start)
            rule = _Line("rule", "", Words(""), 0, 0)
            self._here = [rule, *self._turn(segment, "here", columns, mark), rule]
        height = len(self._before) + len(self._here) + len(self._after)
        self.virtual_size = Size(max(1, self.size.width - 1), height)

    def _columns(self, card: Card) -> tuple[int, int]:
        turns = [*card.before[-20:], card.segment, *card.after[:20]]
        cite = max(cell_len(cut(turn.cite, CITE)) for turn in turns)
        return cite, max(cell_len(cut(turn.speaker or "", SPEAKER)) for turn in turns)

    def _turn(self, turn: Segment, kind: str, columns: tuple[int, int], mark: tuple[int, int] | None) -> list[_Line]:
        said = words(turn.text, mark)
        cite, speaker = columns
        if self.size.width < SLIM:
            head = " ".join(part for part in (turn.cite, turn.speaker) if part)
            lines = [_Line(kind, cut(head, self.size.width - 2), Words(""), 0, 0)]
            return lines + [_Line(kind, "", said, *place) for place in wrap(said.text, self.size.width - 2)]
        gap = "  " if speaker else ""
        head = f"{fill(turn.cite, cite)}  {fill(turn.speaker or '', speaker) if speaker else ''}{gap}"
        blank = " " * cell_len(head)
        places = wrap(said.text, self.size.width - 2 - len(blank))
        return [_Line(kind, head if i == 0 else blank, said, *place) for i, place in enumerate(places)]

    def _line(self, y: int) -> _Line | None:
        for part in (self._before, self._here, self._after):
            if y < len(part):
                return part[y]
            y -= len(part)
        return None

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        line = self._line(y + self.scroll_offset.y)
        if line is None:
            return Strip.blank(width, base)
        if line.kind == "rule":
            return Strip([Piece("─" * width, base + self._style("rule"))])
        style = base + self._style(line.kind)
        here = line.kind == "here"
        pieces = [Piece("▌" if here else " ", base + self._style("bar"))]
        if line.head:
            pieces.append(Piece(line.head, base + self._style("head") if here else style))
        pieces += self._pieces(line, style)
        return Strip(pieces).adjust_cell_length(width, base)

    def _pieces(self, line: _Line, style: Style) -> list[Piece]:
        text, mark = line.words.text, line.words.mark
        if mark is None:
            return [Piece(text[line.start : line.end], style)]
        low, high = max(line.start, min(line.end, mark[0])), max(line.start, min(line.end, mark[1]))
        marked = style + self._style("mark")
        found = ((text[line.start : low], style), (text[low:high], marked), (text[high : line.end], style))
        return [Piece(part, how) for part, how in found if part]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"talk--{name}", partial=True)


def _talk(card: Card) -> tuple[object, ...]:
    """What is drawn of a card: a correction or a withdrawal may have changed the talk around the segment."""
    return card.segment, card.before, card.after
