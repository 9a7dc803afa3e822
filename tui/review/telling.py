"""The sentences that the review says: who has what open, what an undo undid, and why nothing comes any more."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.printable import counted
from suggest.review.claims import named_holds
from suggest.review.item import QueueLine
from suggest.study.claims import Hold
from suggest.study.pending import Progress
from suggest.study.study import Study
from tui.review.card import Card
from tui.review.way import SEEN


def taken(study: Study, line: QueueLine) -> str:
    """That a segment is not free, and who has it."""
    return f"{line.segment.cite}: {holders(study, line.held)}."


def holders(study: Study, holds: Sequence[Hold]) -> str:
    """Who has segments open, and until when at the least."""
    found = named_holds(study, tuple(holds))
    who = " and ".join(sorted({item["coder"] for item in found}))
    verb = "has" if len({item["coder"] for item in found}) == 1 else "have"
    return f"{who} {verb} it open until {max(item['until'] for item in found)[11:16]} UTC at the least"


def nothing_left(state: str, standing: Progress, held: str) -> str:
    """Why nothing comes: of the chosen state (`Choice.state`), with what is left elsewhere, and who has it open."""
    if held:
        return f"What is left here, {held}. It comes back when they let go of it: n looks."
    if state in SEEN:
        return f"That was all that is {state}: f changes what you see."
    if standing.remaining:
        return f"Nothing is left here, but {counted(standing.remaining, 'segment')} elsewhere: f widens what you see."
    if not standing.completed:
        return "There is nothing to code yet: bring in documents with 'secondcoder add'."
    done = f"All {standing.completed:,} segments are" if standing.completed > 1 else "The one segment is"
    return f"{done} coded. u goes back to the last, q leaves."


def named(action: str) -> str:
    """What was done, in the words of the screen."""
    return {
        "no_code": "no code fits",
        "skip": "later",
        "complete": "done",
        "unflag": "flag",
        "translation_check": "checked the translation",
        "translation_query": "a question about the translation",
        "translation_answer": "questions answered",
        "translation_draft": "own word on the translation taken back",
        "proposal": "what was settled of a proposal",
    }.get(action, action)


def difference(before: Card, after: Card) -> str:
    """The path of the code that an undo or redo concerned, "" where it was none."""
    for old, new in zip(before.proposals, after.proposals, strict=False):
        if (old.verdict, old.applied) != (new.verdict, new.applied):
            return (old.became or new.became or old.path).replace(" > ", " › ")
    return min((own.path for own in {*before.own} ^ {*after.own}), default="").replace(" > ", " › ")
