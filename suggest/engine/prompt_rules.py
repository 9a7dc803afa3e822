"""What a prompt has to keep to besides its form: people's words stand between fences; and what is worth a remark."""

from __future__ import annotations

import re
from collections.abc import Collection

FENCED = ("after", "before", "beside", "codes", "examples", "segment", "speaker", "study")
"""Variables that hold what people of the study said or wrote: a model must be able to tell it from instructions."""

LONG = 20_000
"""Characters of instructions above which a remark is made: they are paid for with each question."""

_FENCE = "{{fence}}"


def outside_fences(system: str, user: str) -> str | None:
    """The first variable with people's words that stands outside a pair of fences, a name of a fence that is not
    closed, or None. A fence is a line that names `{{fence}}` once: each opens what the next one closes."""
    for text in (system, user):
        inside = False
        for line in text.split("\n"):
            found = re.search(r"\{\{(" + "|".join(FENCED) + r")\}\}", line)
            if found and (not inside or _FENCE in line):
                return found.group(1)
            inside ^= line.count(_FENCE) == 1
        if inside:
            return "fence"
    return None


def remarks(system: str, user: str, variables: Collection[str]) -> tuple[str, ...]:
    """Sentences about what is allowed and seldom meant."""
    found = []
    for name, lack in (
        ("before", "the talk before the segment is not shown, so 'it' and 'yes' refer to nothing"),
        ("after", "the talk after the segment is not shown"),
        ("speaker", "who speaks is not told"),
    ):
        if name not in variables:
            found.append(f"{{{{{name}}}}} is not used: {lack}.")
    if "json" not in (system + user).casefold():
        found.append(
            "The text never says JSON: an endpoint that does not enforce the shape of an answer will be told nothing "
            "of it."
        )
    if "evidence" not in system + user:
        found.append("The text never says evidence: quotes that are not letter by letter count as not found.")
    if len(system) + len(user) > LONG:
        found.append(f"The instructions have more than {LONG:,} characters, which each question costs anew.")
    return tuple(found)
