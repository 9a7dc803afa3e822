"""Names that two sites gave at once: each stays, and is shown with a mark of its own that no merge ever changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from suggest.errors import BadInput

Named = tuple[str, str]
"""An id and a name."""


def marked(id_: str, name: str) -> str:
    """The name with the beginning of its id, "maria (k3xq)"."""
    return f"{name} ({id_[1:5]})"


def told_apart(named: Sequence[Named]) -> list[str]:
    """The names in their order; those that several have are marked."""
    often = Counter(name for _, name in named)
    return [marked(id_, name) if often[name] > 1 else name for id_, name in named]


def refuse_shared(name: str, known: Iterable[Named], what: str) -> None:
    """BadInput where several of `known` (by the names that are shown) bear a name that does not tell them apart."""
    same = [shown for id_, shown in known if shown == marked(id_, name)]
    if len(same) > 1:
        raise BadInput(
            f"{len(same)} {what} are called so, since sites named them apart from one another.",
            place=name,
            advice=f"Say which: {' or '.join(same)}.",
        )
