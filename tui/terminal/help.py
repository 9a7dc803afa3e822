"""All keys of a screen, from its registry."""

from __future__ import annotations

from collections.abc import Sequence

from tui.terminal.lines import Line
from tui.terminal.reading import ReadingScreen
from tui.terminal.registry import Registry


class HelpScreen(ReadingScreen):
    """A registry's commands, group by group, and what the screen's signs mean."""

    def __init__(self, registry: Registry, signs: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._registry, self._signs = registry, signs

    def lines(self, width: int) -> Sequence[Line]:
        """One line a command."""
        rows: list[Line] = []
        for group in self._registry.groups:
            rows.append([(group, "strong")])
            rows += [[(f"  {keys:<15}", "key"), (title, "")] for keys, title in self._registry.listed(group)]
        if self._signs:
            rows += [[("Signs", "strong")], *([(f"  {signs:<15}", "key"), (words, "")] for signs, words in self._signs)]
        return rows
