"""The state of the review's screen without a screen: lines, signs, the choice, what is open, what Enter means."""

from __future__ import annotations

from dataclasses import dataclass

from tui.review.card import Card, Own, Proposal
from tui.review.span import Span, cited

SIGNS = {"accept": "✓", "edit": "✎", "reject": "✗", "unsure": "?"}
WORDS = {"accept": "accepted", "edit": "edited", "reject": "rejected", "unsure": "unsure"}
OPEN, NOT_APPLIED, ADDED, SAME = "·", "–", "+", "="


@dataclass(frozen=True)
class Row:
    """A line of the list: a suggestion or a code of one's own. `word` says what the sign says, or the strength."""

    sign: str
    path: str
    word: str
    proposal: Proposal | None = None
    own: Own | None = None

    @property
    def code(self) -> str:
        """The id of the line's code: the one applied, where an edit put another in the place of the suggested one."""
        coding = self.coding
        return coding.code if coding is not None else self.proposal.code if self.proposal is not None else ""

    @property
    def coding(self) -> Own | None:
        """The coding that stands by this line, if any."""
        return self.own if self.proposal is None else self.proposal.applied

    @property
    def range(self) -> tuple[int, int] | None:
        """The words that the line rests on: its coding's, else the suggestion's evidence."""
        coding = self.coding
        if coding is not None:
            return coding.start, coding.end
        return None if self.proposal is None else self.proposal.evidence


class Board:
    """One segment on the table. All of it is computed from the card, the choice and what was unfolded."""

    def __init__(self, card: Card | None = None) -> None:
        self.card = card
        self.chosen = 0
        self.unfolded = False
        self.declined = False
        """The first Enter was pressed: what is open shows as not applied."""
        self.asked = False
        """ "Anything missing?" was asked."""
        self.rejected: Proposal | None = None
        """The suggestion rejected just now, for which a reason may follow."""
        self.span: Span | None = None
        """The range set by hand, for the next code that is applied."""
        if card is not None:
            self.chosen = self._first_open(0)
            row = self.row
            if row is not None and row.sign == OPEN and not self._counts(row):
                self.chosen = -1  # where nothing fits, a weak suggestion is not put into anybody's hand

    def same(self, card: Card) -> bool:
        """Whether the card is of the segment on the table, with as much to be seen of it."""
        return self.card is not None and (self.card.segment.id, self.card.visible) == (card.segment.id, card.visible)

    def renew(self, card: Card) -> None:
        """Take in how the same segment stands now; a decided line stays where it is and the choice goes on. The choice
        stays on a code of one's own, too, when suggestions come up above it."""
        before = self.row
        waited = before is not None and before.proposal is not None and before.proposal.verdict is None
        self.card = card
        if before is not None and before.own is not None:
            self.chosen = next((i for i, row in enumerate(self.rows) if row.own == before.own), self.chosen)
        decided = [i for i, row in enumerate(self.rows) if row.proposal is not None and row.proposal.verdict]
        if waited and self.chosen in decided:
            self.chosen = self._first_open(self.chosen)
        self.chosen = min(self.chosen, max(0, len(self.rows) - 1))

    @property
    def blind(self) -> bool:
        """Whether suggestions are withheld from this screen."""
        return self.card is not None and not self.card.visible

    @property
    def when(self) -> str:
        """The state by which commands apply: "always", "shown" or "blind"."""
        return "always" if self.card is None else "blind" if self.blind else "shown"

    @property
    def rows(self) -> list[Row]:
        """The visible lines: what fits, or the nearest where nothing does; the rest if unfolded; one's own codes."""
        if self.card is None:
            return []
        own = {item.code for item in self.card.own}
        shown = [self._proposal(item, own) for item in self._visible()]
        joined = {row.proposal.code for row in shown if row.proposal is not None and row.sign == SAME}
        mine = [self._own(item) for item in self.card.own if item.code not in joined]
        return shown + mine

    def _own(self, item: Own) -> Row:
        assert self.card is not None
        here = self.card.segment
        over = item.start < here.start or item.end > here.end
        where = f"  ({cited(self.card, item.start, item.end)})" if over else ""
        return Row(ADDED, item.path + where, "yours", own=item)

    def _visible(self) -> list[Proposal]:
        assert self.card is not None
        if self.unfolded:
            return [*self.card.proposals]
        kept = [item for item in self.card.proposals if item.fits or item.verdict]
        return kept or [*self.card.proposals[:1]]

    def _proposal(self, item: Proposal, own: set[str]) -> Row:
        if item.verdict is not None:
            path = item.path if item.became is None else f"{item.became} (for {item.path})"
            return Row(SIGNS[item.verdict], path, WORDS[item.verdict], item)
        if item.code in own:
            return Row(SAME, item.path, "as yours", item)
        if self.declined:
            return Row(NOT_APPLIED, item.path, "not applied", item)
        return Row(OPEN, item.path, item.strength, item)

    @property
    def given_range(self) -> dict[str, list[int]]:
        """The range set by hand, as a decide object has it; nothing where there is none."""
        return {} if self.span is None else {"range": [*self.span.range]}

    @property
    def mark(self) -> tuple[int, int] | None:
        """What of the text the chosen line rests on; None where that is the whole segment."""
        found = None if self.row is None else self.row.range
        if self.card is None or found == (self.card.segment.start, self.card.segment.end):
            return None
        return found

    @property
    def folded(self) -> int:
        """How many candidates are not shown because they do not seem to fit."""
        return 0 if self.card is None else len(self.card.proposals) - len(self._visible())

    @property
    def row(self) -> Row | None:
        """The chosen line."""
        rows = self.rows
        return rows[self.chosen] if 0 <= self.chosen < len(rows) else None

    @property
    def open(self) -> int:
        """How many suggestions wait for a verdict: those that fit, and the others once they were unfolded."""
        return sum(row.sign == OPEN and self._counts(row) for row in self.rows)

    @property
    def not_applied(self) -> int:
        """How many suggestions completing leaves without a verdict, of those that count as open."""
        return sum(row.sign == NOT_APPLIED and self._counts(row) for row in self.rows)

    def _counts(self, row: Row) -> bool:
        return row.proposal is not None and (row.proposal.fits or self.unfolded)

    def choose(self, line: int) -> bool:
        """Choose a visible line by its place from 0; whether there is one."""
        if not 0 <= line < len(self.rows):
            return False
        self.chosen = line
        return True

    def move(self, by: int) -> None:
        """Move the choice by lines, stopping at both ends."""
        self.chosen = max(0, min(len(self.rows) - 1, self.chosen + by))

    def unfold(self) -> None:
        """Show what does not seem to fit, or hide it again."""
        self.unfolded = not self.unfolded
        self.chosen = min(self.chosen, max(0, len(self.rows) - 1))

    def _first_open(self, start: int) -> int:
        """The first open line from `start` on, else the first of all, else where the choice is."""
        open_lines = [i for i, row in enumerate(self.rows) if row.sign == OPEN and self._counts(row)]
        return next((i for i in open_lines if i >= start), open_lines[0] if open_lines else min(start, self.chosen))
