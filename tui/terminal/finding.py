"""Finding a code in the tree: what matches the typed words, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence

from tui.terminal.meaning import Meaning


def nearest(codes: Sequence[Meaning], to: str | None, recent: Sequence[str] = ()) -> list[Meaning]:
    """All codes, those near a code (its id) in the tree first, then those used lately, then in the tree's order.

    Near are its neighbours under the same parent, what lies under it, and its parent; the code itself comes last.
    """
    here = next((code for code in codes if code.id == to), None)
    place = {id_: i for i, id_ in enumerate(recent)}

    def rank(code: Meaning) -> tuple[int, int]:
        if here is not None and code.id == here.id:
            return 4, 0
        if here is not None and code.parent == here.id:
            return 1, 0
        if here is not None and (code.id == here.parent or (code.parent == here.parent and code.parent is not None)):
            return 0, 0
        return (2, place[code.id]) if code.id in place else (3, 0)

    return sorted(codes, key=rank)


def matching(codes: Sequence[Meaning], typed: str) -> list[Meaning]:
    """The codes that hold every typed word, in the name, else in the path, else in the definition; order kept."""
    wanted = typed.casefold().split()
    if not wanted:
        return [*codes]
    found: list[list[Meaning]] = [[], [], [], []]
    for code in codes:
        name, path = code.name.casefold(), code.path.casefold()
        if name.startswith(" ".join(wanted)):
            found[0].append(code)
        elif all(word in name for word in wanted):
            found[1].append(code)
        elif all(word in path for word in wanted):
            found[2].append(code)
        elif all(word in f"{path} {code.definition.casefold()}" for word in wanted):
            found[3].append(code)
    return [code for group in found for code in group]
