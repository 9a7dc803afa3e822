"""The footer: the keys that apply now, as many as there is room for, from a registry."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui.terminal.lines import Lines
from tui.terminal.registry import Command, key_text


class Keys(Lines):
    """One line; the most needed keys come first, and help is never left out."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._offered: Sequence[Command] = ()

    def offer(self, commands: Sequence[Command]) -> None:
        """Show these commands, the most needed first; those that have lost their keys are left out."""
        self._offered = [command for command in commands if command.keys]
        self.laid_out()

    def laid_out(self) -> None:
        """As many as fit."""
        parts: list[tuple[str, str]] = []
        last = [command for command in self._offered if command.id == "help"]
        used = sum(cell_len(command.short) + 5 for command in last)
        for command in [command for command in self._offered if command.id != "help"] + last:
            key = key_text(command.keys[0])
            wide = cell_len(key) + cell_len(command.short) + 3
            if command not in last and used + wide > self.size.width:
                continue
            used += wide
            parts += [(f" {key}", "key"), (f" {command.short} ", "")]
        self.put([parts])
