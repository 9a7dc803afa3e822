"""The keys that decide: accept, edit, reject, unsure, add, remove, "no code fits", complete, undo, redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui.review.board import NOT_APPLIED, SAME
from tui.review.card import Card
from tui.terminal.finding import nearest

if TYPE_CHECKING:
    from tui.review.hand import Hand


CHOOSE = "Choose a suggestion first: its digit or j. c adds another code."


class Deciding:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def _judge(self, action: str, **given: Any) -> bool:
        hand = self._hand
        row = hand.board.row
        if row is None or row.proposal is None:
            hand.view.say(CHOOSE)
            return False
        hand.act({"action": action, "suggestion": row.proposal.id, **given})
        return True

    def _accept(self, after: Callable[[], object] | None = None) -> None:
        """Take the chosen suggestion: on the range if there is one, which makes it an edit."""
        hand = self._hand
        row, span = hand.board.row, hand.board.span
        if row is None or row.proposal is None:
            hand.view.say(CHOOSE)
            return

        def stored() -> None:
            hand.ranging.spent()
            if after is not None:
                after()

        hand.used(row.code)
        if span is None:
            hand.act({"action": "accept", "suggestion": row.proposal.id}, after=after)
        else:
            line = {"action": "edit", "suggestion": row.proposal.id, "code": row.code, "range": [*span.range]}
            hand.act(line, after=stored)

    def do_accept(self) -> None:
        """Take the chosen suggestion."""
        hand = self._hand
        row = hand.board.row
        if row is not None and row.sign == SAME:
            hand.view.say("Your own coding says so already: ⏎ stays with it.")
        elif hand.board.span is not None and row is not None and row.own is not None:
            hand.ranging.do_range_put()
        else:
            self._accept()

    def do_accept_and_complete(self) -> None:
        """Take the chosen suggestion, then what Enter does: it asks where Enter asks."""
        row = self._hand.board.row
        if row is not None and row.sign == SAME:
            self.do_complete()
        else:
            self._accept(self.do_complete)

    def do_reject(self) -> None:
        """Refuse the chosen suggestion."""
        row = self._hand.board.row
        if self._judge("reject") and row is not None:
            self._hand.board.rejected = row.proposal

    def do_unsure(self) -> None:
        """Leave the chosen suggestion open, in so many words."""
        self._judge("unsure")

    def do_reason(self) -> None:
        """A typed reason for the reject just made."""
        hand = self._hand
        rejected = hand.board.rejected
        if rejected is None:
            hand.view.say("A reason follows a reject: r first, then R.")
            return

        def store(reason: str) -> None:
            hand.act({"action": "reject", "suggestion": rejected.id, "reason": reason}, "reason kept")

        hand.view.ask_words(f"Why not {rejected.path.replace(' > ', ' › ')}?", store)

    def do_edit(self) -> None:
        """Another code in the place of the chosen suggestion's."""
        hand = self._hand
        row = hand.board.row
        if row is None or row.proposal is None:
            hand.view.say(CHOOSE)
            return
        suggestion, given = row.proposal.id, hand.board.given_range

        def store(code: str) -> None:
            hand.used(code)
            hand.act({"action": "edit", "suggestion": suggestion, "code": code, **given}, after=hand.ranging.spent)

        codes = nearest(hand.codes, row.proposal.code, hand.recent)
        parent = next((code.parent for code in hand.codes if code.id == row.code), None)
        hand.view.ask_code(f"Instead of {row.proposal.path.replace(' > ', ' › ')}", codes, store,
                           lambda name: hand.naming.name(name, parent, suggestion))  # fmt: skip

    def do_add(self) -> None:
        """A code that nobody suggested."""
        hand = self._hand
        # In a blind segment the tree's own order: what was used lately may have been suggested.
        recent = [] if hand.board.blind else hand.recent
        hand.view.ask_code(
            "Add a code", nearest(hand.codes, None, recent), self.add, lambda name: hand.naming.name(name, None)
        )

    def add(self, code: str) -> None:
        """Apply a code (its id), to the range or to the whole segment."""
        hand = self._hand
        card = hand.card
        if card is None:
            return
        if not hand.board.blind:
            hand.used(code)
        whole = {"range": [card.segment.start, card.segment.end]}
        hand.act({"action": "add", "code": code, **whole, **hand.board.given_range}, after=hand.ranging.spent)

    def digit(self, number: int) -> None:
        """Choose a line; in a blind segment, apply a code of the palette."""
        hand = self._hand
        if not hand.board.blind:
            hand.board.choose(hand.view.line_at(number))
            hand.view.draw()
            return
        code = hand.palette[number - 1] if number <= len(hand.palette) else None
        if code is not None:
            self.add(code.id)

    def do_remove(self) -> None:
        """Take the chosen code of one's own away."""
        hand = self._hand
        row = hand.board.row
        if row is None or row.own is None:
            hand.view.say("Choose one of your own codes (+) first; u undoes a verdict.")
            return
        hand.act({"action": "remove", "code": row.own.code, "range": [row.own.start, row.own.end]})

    def do_no_code(self) -> None:
        """No code fits the segment."""
        self._hand.board.declined = True
        self._hand.act({"action": "no_code"})

    def do_complete(self) -> None:
        """Two steps: what is open turns into "not applied" and is read once more; then the segment is done."""
        hand = self._hand
        board, card = hand.board, hand.card
        if card is None:
            return
        if not hand.view.end_seen():
            hand.view.further()
            return
        if card.completed:
            self._leave_completed(card)
            return
        if not board.asked and (board.open or card.asks):
            board.declined = board.asked = True
            count = f"{NOT_APPLIED} {board.not_applied} not applied · " if board.not_applied else ""
            hand.view.draw()
            hand.view.say(f"{count}anything missing? c add · ⏎ next")
            return
        asked = {"asked": True} if board.asked else {}
        hand.finish({"action": "complete", "end_seen": True, **asked})

    def _leave_completed(self, card: Card) -> None:
        """After a reveal: to go on is to stay with one's own answer, unless something was taken over."""
        if card.again:
            self._hand.finish({"action": "complete", "end_seen": True})
            return
        judged = any(item.verdict in ("accept", "edit") for item in card.proposals)
        revealed = card.exposure == "blind_then_shown" and card.visible
        if revealed and card.proposals and not card.kept and not judged:
            self._hand.finish({"action": "keep"})
        else:
            self._hand.move(lambda bench: bench.leave_completed())

    def do_undo(self) -> None:
        """Take one's last entry back."""
        shown, ref = self._hand.shown, self._hand.ref()
        self._hand.ask(lambda bench: bench.undo(shown, ref))

    def do_redo(self) -> None:
        """Bring back what was undone last."""
        shown, ref = self._hand.shown, self._hand.ref()
        self._hand.ask(lambda bench: bench.redo(shown, ref))
