"""The talk: the segment, marked out, with the turns before and after it, scrolled as one text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment as Piece
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from suggest.study.segments import Segment
from tui.review.card import Card
from tui.review.span import Span
from tui.review.widgets.turns import RULE, TalkLine, columns, lay_out
from tui.terminal.wrap import fitting

CONTEXT = 2
"""So many lines of the talk before stay in sight above the segment."""
EVIDENCE, SPAN = ("▏", "▕"), ("▐", "▌")
"""Around marked words, so that a mark does not rest on colour: what a code rests on, and a range set by hand."""

Turns = tuple[Segment, tuple[Segment, ...], tuple[Segment, ...]]
Spread = tuple[str, str, int]
"""Words as they are drawn, the name of their style, and their place in the turn's safe text."""


class Talk(ScrollView):
    """Draws a card's turns line by line. A mark is drawn over the lines and breaks none of them anew."""

    can_focus = False
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "talk--near", "talk--here", "talk--mark", "talk--span", "talk--edge", "talk--still", "talk--bar", "talk--rule",
        "talk--head",
    }  # fmt: skip

    class Drawn(Message):
        """A hand drew from one place of the talk to another (document offsets)."""

        def __init__(self, anchor: int, place: int) -> None:
            self.anchor, self.place = anchor, place
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._card: Card | None = None
        self._mark: tuple[int, int] | None = None
        self._span: Span | None = None
        self._before: list[TalkLine] = []
        self._here: list[TalkLine] = []
        self._after: list[TalkLine] = []
        self._laid_out_for = 0
        self._end_seen = False
        self._anchor: int | None = None

    def show(self, card: Card | None, mark: tuple[int, int] | None, span: Span | None = None) -> None:
        """Show a card with these words marked, or the span in their place (document offsets). The same segment keeps
        its place on screen; the end of a span that moves comes into sight."""
        old, self._card = self._card, card
        same = old is not None and card is not None and _turns(old) == _turns(card)
        moved = span is not None and (self._span is None or span.moving != self._span.moving)
        self._mark, self._span = mark, span
        if not same:
            self._lay_out()
            self._end_seen = False
            self.to_segment()
        elif span is not None and moved:
            self._to_edge(span)
        self.refresh()

    def to_segment(self) -> None:
        """Scroll so that the segment is in sight, with a little of what came before."""
        if self.size.height:
            spare = self.size.height - len(self._here)
            above = max(1, min(CONTEXT, spare - 1) if spare < 6 else spare // 3)
            self.scroll_to(y=max(0, len(self._before) - above), animate=False, force=True)
            self._look()

    def _to_edge(self, span: Span) -> None:
        place = self._line_of(span)
        top, height = self.scroll_offset.y, self.size.height
        if place is not None and not top <= place < top + height:
            self.scroll_to(y=place - height // 2, animate=False, force=True)

    def _line_of(self, span: Span) -> int | None:
        """The line on which the end of the span lies that moves."""
        found = None
        for part, first in self._parts():
            for i, line in enumerate(part):
                if line.turn is None or not line.turn.start <= span.moving <= line.turn.end:
                    continue
                place = line.turn.place(span.moving)
                if line.start < place <= line.end or (span.edge == "start" and line.start <= place < line.end):
                    found = first + i
        return found

    def _parts(self) -> tuple[tuple[list[TalkLine], int], ...]:
        before, here = len(self._before), len(self._here)
        return (self._before, 0), (self._here, before), (self._after, before + here)

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

    def on_resize(self, event: events.Resize) -> None:
        """Lay out anew for another width."""
        if event.size.width != self._laid_out_for:
            self._lay_out()
        self.to_segment()

    def _lay_out(self) -> None:
        card, self._laid_out_for = self._card, self.size.width
        self._before, self._here, self._after = [], [], []
        if card is not None and self.size.width:
            width = self.size.width
            widths = columns([*card.before[-20:], card.segment, *card.after[:20]])
            self._before = [line for turn in card.before for line in lay_out(turn, "near", width, widths)]
            self._here = [RULE, *lay_out(card.segment, "here", width, widths), RULE]
            self._after = [line for turn in card.after for line in lay_out(turn, "near", width, widths)]
        height = len(self._before) + len(self._here) + len(self._after)
        self.virtual_size = Size(max(1, self.size.width - 1), height)

    def _line(self, y: int) -> TalkLine | None:
        for part in (self._before, self._here, self._after):
            if y < len(part):
                return part[y]
            y -= len(part)
        return None

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        line = self._line(y + self.scroll_offset.y)
        if line is None:
            return Strip.blank(width, base)
        if line.kind == "rule":
            return Strip([Piece("─" * width, base + self._style("rule"))])
        head, spread = self._spread(line)
        here = line.kind == "here"
        plain = base + self._style(line.kind)
        pieces = [Piece("▌" if here else " ", base + self._style("bar"))]
        pieces += [Piece(text, plain + self._style(name or ("head" if here else ""))) for text, name in head]
        pieces += [Piece(text, plain + self._style(name)) for text, name, _ in spread]
        return Strip(pieces).adjust_cell_length(width, base)

    def _spread(self, line: TalkLine) -> tuple[list[tuple[str, str]], list[Spread]]:
        """The head and the words of a line with the signs of the mark in them.

        A sign takes the place of a blank where there is one: before the words, between them, or behind them.
        """
        assert line.turn is not None
        text, start, end = line.turn.text, line.start, line.end
        head = [(line.head, "")]
        mark = line.within(self._mark if self._span is None else self._span.range)
        if mark is None:
            return head, [(text[start:end], "", start)]
        (opens, closes), how = (EVIDENCE, "mark") if self._span is None else (SPAN, "span")
        low, high = max(start, min(mark[0], end)), max(start, min(mark[1], end))
        before, after = text[start:low], text[high:end]
        spread: list[Spread] = []
        if start <= mark[0] < end:
            sign = self._edge(how, "start")
            if mark[0] == start:
                head = [(line.head[:-1], ""), (opens, sign)]
            else:
                before = before[:-1] if before.endswith(" ") else before
                spread += [(before, "", start), (opens, sign, low)]
        spread.append((text[low:high], how, low))
        if start < mark[1] <= end:
            blank = after.startswith(" ")
            spread.append((closes, self._edge(how, "end"), high))
            spread.append((after[1:], "", high + 1) if blank else (after, "", high))
        return head, [part for part in spread if part[0]]

    def _edge(self, how: str, edge: str) -> str:
        """The style of a mark's sign: of a span's ends one moves, the other stands still."""
        if self._span is None:
            return how
        return "edge" if self._span.edge == edge else "still"

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"talk--{name}", partial=True) if name else Style()

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A range may begin here."""
        self._anchor = self._offset_at(event) if event.button == 1 else None
        if self._anchor is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """It grows while the button is held."""
        place = self._offset_at(event)
        if self._anchor is not None and place is not None and place != self._anchor:
            self.post_message(self.Drawn(self._anchor, place))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """It is drawn."""
        self.release_mouse()
        self._anchor = None

    def _offset_at(self, event: events.MouseEvent) -> int | None:
        """The document offset under the mouse; that of the line's end behind it, None beside the talk."""
        line = self._line(event.y + self.scroll_offset.y)
        if line is None or line.turn is None or not 0 <= event.y < self.size.height:
            return None
        head, spread = self._spread(line)
        left = event.x - 1 - sum(cell_len(text) for text, _ in head)
        if left < 0:
            return line.turn.offset(line.start)
        for text, name, place in spread:
            wide = cell_len(text)
            if left < wide:
                single = name in ("mark", "still", "edge") and text in (*EVIDENCE, *SPAN)
                return line.turn.offset(place if single else place + fitting(text, left))
            left -= wide
        return line.turn.offset(line.end)

    @property
    def plain(self) -> Sequence[str]:
        """The words on screen, with the signs of the mark, for tests."""
        found = []
        for y in range(self.size.height):
            line = self._line(y + self.scroll_offset.y)
            if line is not None and line.turn is not None:
                head, spread = self._spread(line)
                found.append("".join([*(text for text, _ in head), *(text for text, _, _ in spread)]))
        return found


def _turns(card: Card) -> Turns:
    """What of a card is laid out."""
    return card.segment, card.before, card.after
