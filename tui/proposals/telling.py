"""Proposals in words: what the model says, where it would go, and who speaks for it."""

from __future__ import annotations

from suggest.review.proposals import Joined, Support

NOT_THERE = "the quote is not in the text"


def about(one: Joined) -> list[tuple[str, str]]:
    """Labelled facts of joined proposals, the most needed first."""
    told = [(f"{one.name}. ", one.definition or "Nothing was said about what it means.")]
    if one.near:
        told.append(("Much like: ", "; ".join(code.path_text.replace(" > ", " › ") for code in one.near)))
    told += [(f"{member.segment.cite}  ", quote(member)) for member in one.members]
    reasons = dict.fromkeys(member.proposal.rationale for member in one.members if member.proposal.rationale)
    told += [("Because: ", reason) for reason in reasons]
    models = sorted({f"{member.proposal.profile}, run {member.proposal.run}" for member in one.members})
    told.append(("Proposed by: ", "; ".join(models)))
    return told


def quote(one: Support) -> str:
    """The words that speak for it."""
    return f"“{' '.join(one.quote.split())}”" if one.quote else NOT_THERE


def place(one: Joined) -> str:
    """Where in the tree it would be."""
    return "" if one.parent is None else one.parent.path_text.replace(" > ", " › ")
