"""Proposals in words: what the model says, where it would go, and who speaks for it."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.review.proposals import Joined, Support

NOT_THERE = "the quote is not in the text"


def about(one: Joined, others: Sequence[Joined] = ()) -> list[tuple[str, str]]:
    """Labelled facts of joined proposals, the most needed first; `others` are the lines beside it."""
    told = [(f"{one.name}. ", one.definition or "Nothing was said about what it means.")]
    if one.near:
        told.append(("Much like: ", "; ".join(code.path_text.replace(" > ", " › ") for code in one.near)))
    told += [("Also worded: ", _worded(other.name, other.definition)) for other in one.wordings]
    maybe = (other for id_ in one.maybe for other in others if other.id == id_)
    told += [("May mean the same: ", _worded(other.name, other.definition)) for other in maybe]
    told += [(f"{member.segment.cite}  ", quote(member)) for member in one.members]
    reasons = dict.fromkeys(member.proposal.rationale for member in one.members if member.proposal.rationale)
    told += [("Because: ", reason) for reason in reasons]
    models = sorted({f"{member.proposal.profile}, run {member.proposal.run}" for member in one.members})
    told.append(("Proposed by: ", "; ".join(models)))
    return told


def _worded(name: str, definition: str) -> str:
    return f"{name}: {definition}" if definition else name


def quote(one: Support) -> str:
    """The words that speak for it."""
    return f"“{' '.join(one.quote.split())}”" if one.quote else NOT_THERE


def place(one: Joined) -> str:
    """Where in the tree it would be."""
    return "" if one.parent is None else one.parent.path_text.replace(" > ", " › ")
