"""The footer: the keys that apply now, as many as there is room for, from a registry."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message

from tui.terminal.lines import Lines
from tui.terminal.registry import Command, key_text


class Keys(Lines):
    """One line; the most needed keys come first, and help is never left out. A click does what the key does."""

    class Clicked(Message):
        """The word of a command was clicked."""

        def __init__(self, command: Command) -> None:
            self.command = command
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._offered: Sequence[Command] = ()
        self._places: list[tuple[int, Command]] = []

    def offer(self, commands: Sequence[Command]) -> None:
        """Show these commands, the most needed first; those that have lost their keys are left out."""
        self._offered = [command for command in commands if command.keys]
        self.laid_out()

    def laid_out(self) -> None:
        """As many as fit."""
        parts: list[tuple[str, str]] = []
        self._places, end = [], 0
        last = [command for command in self._offered if command.id == "help"]
        used = sum(cell_len(command.short) + 5 for command in last)
        for command in [command for command in self._offered if command.id != "help"] + last:
            key = key_text(command.keys[0])
            wide = cell_len(key) + cell_len(command.short) + 3
            if command not in last and used + wide > self.size.width:
                continue
            used += wide
            parts += [(f" {key}", "key"), (f" {command.short} ", "")]
            end += wide
            self._places.append((end, command))
        self.put([parts])

    def on_click(self, event: Click) -> None:
        """The command whose word lies there."""
        event.stop()
        command = next((command for end, command in self._places if event.x < end), None)
        if command is not None:
            self.post_message(self.Clicked(command))
