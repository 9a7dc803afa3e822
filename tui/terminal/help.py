"""All keys of a screen, from its registry."""

from __future__ import annotations

from collections.abc import Sequence

from tui.terminal.lines import Line
from tui.terminal.reading import ReadingScreen
from tui.terminal.registry import Registry
from tui.terminal.wrap import wrap

KEYS, NARROW = 15, 46
"""Keys take so many cells; in fewer than so many there is no room for words beside them."""


class HelpScreen(ReadingScreen):
    """A registry's commands, group by group, and what the screen's signs mean."""

    def __init__(self, registry: Registry, signs: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._registry, self._signs = registry, signs

    def lines(self, width: int) -> Sequence[Line]:
        """A command's keys and beside them, or below them on a narrow screen, what it does."""
        rows: list[Line] = []
        for group in self._registry.groups:
            rows += self._listed(group, self._registry.listed(group), width)
        return [*rows[1:], *(self._listed("Signs", self._signs, width) if self._signs else [])]

    def _listed(self, head: str, pairs: Sequence[tuple[str, str]], width: int) -> list[Line]:
        rows: list[Line] = [[("", "")], [(head, "strong")]]
        beside = width >= NARROW
        indent = KEYS + 2 if beside else 4
        for keys, told in pairs:
            lines = [told[start:end] for start, end in wrap(told, width - indent)]
            if not beside:
                rows.append([(f"  {keys}", "key")])
            for n, line in enumerate(lines):
                rows.append([(f"  {keys if n == 0 else '':<{KEYS}}" if beside else " " * indent, "key"), (line, "")])
        return rows
