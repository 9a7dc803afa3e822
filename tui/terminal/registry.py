"""What can be done on a screen, in one place: keys, footer, help, palette and documentation all come from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

ALWAYS = "always"
"""A command that applies at any time. A screen has words of its own for its other states."""


@dataclass(frozen=True)
class Command:
    """One thing that can be done. `keys` in Textual's names; its handler is the method `do_ID`.

    `when` names the state of the screen in which it applies; `decides`: its keys are guarded against repeats, pasted
    text and keys meant for the segment before. `footer` is its place in the footer, 0 for none; the footer shows as
    many as there is room for, and `short` is its word there. Without keys it can be bound by the user only. One that
    `yields` gives up keys that the user gave to another: there are more ways to it.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    when: str = ALWAYS
    decides: bool = False
    footer: int = 0
    short: str = ""
    yields: bool = False

    @property
    def handler(self) -> str:
        return f"do_{self.id}"


@dataclass(frozen=True)
class Registry:
    """The commands of one screen. `states` says which of them apply in a state of the screen besides those that
    always do: by state, the words for `Command.when`."""

    name: str
    commands: tuple[Command, ...]
    states: Mapping[str, frozenset[str]]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order in which they are listed."""
        return tuple(dict.fromkeys(command.group for command in self.commands))

    def applying(self, state: str) -> list[Command]:
        """The commands that apply in a state, in their order."""
        words = {ALWAYS, state, *self.states.get(state, ())}
        return [command for command in self.commands if command.when in words]

    def applies(self, command: Command, state: str) -> bool:
        """Whether a command applies in a state."""
        return command.when in {ALWAYS, state, *self.states.get(state, ())}

    def footer(self, state: str) -> list[Command]:
        """The commands of the footer that apply now, the most needed first."""
        return sorted((c for c in self.applying(state) if c.footer), key=lambda command: command.footer)

    def rebound(self, keys: Mapping[str, Sequence[str]]) -> Registry:
        """The same with other keys for some commands (by id); an empty list leaves a command without a key.

        A command that yields gives up keys that others get. ValueError for an id that is not here, and if two share
        a key.
        """
        known = {command.id for command in self.commands}
        for id_ in keys:
            if id_ not in known:
                raise ValueError(f"there is no command '{id_}' on the screen '{self.name}'.")
        taken = {key for given in keys.values() for key in given}
        commands = tuple(
            replace(c, keys=tuple(keys[c.id]))
            if c.id in keys
            else replace(c, keys=tuple(key for key in c.keys if not (c.yields and key in taken)))
            for c in self.commands
        )
        changed = Registry(self.name, commands, self.states)
        changed.keymap()
        return changed

    def keymap(self) -> dict[str, Command]:
        """The command behind each key. ValueError if two share a key."""
        found: dict[str, Command] = {}
        for command in self.commands:
            for key in command.keys:
                if key in found:
                    raise ValueError(f"the key {key} belongs to both '{found[key].id}' and '{command.id}'.")
                found[key] = command
        return found

    def listed(self, group: str) -> list[tuple[str, str]]:
        """(keys, title) of a group's commands, for help and documentation; a row of digits is one line."""
        rows: list[tuple[str, str]] = []
        for command in self.commands:
            if command.group != group or not command.keys:
                continue
            if command.id.startswith("digit_"):
                if command.id == "digit_1":
                    rows.append(("1-9", command.title))
            else:
                rows.append((keys_text(command.keys), command.title))
        return rows


_SHOWN_AS = {
    "enter": "⏎", "space": "space", "question_mark": "?", "exclamation_mark": "!", "down": "↓", "up": "↑",
    "left": "←", "right": "→", "delete": "del", "backspace": "⌫", "pagedown": "pgdn", "pageup": "pgup",
    "escape": "esc", "slash": "/", "left_square_bracket": "[", "right_square_bracket": "]", "comma": ",",
    "left_curly_bracket": "{", "right_curly_bracket": "}", "less_than_sign": "<", "greater_than_sign": ">",
    "plus": "+", "minus": "-", "full_stop": ".", "equals_sign": "=", "number_sign": "#",
}  # fmt: skip


def key_text(key: str) -> str:
    """How a key is written on screen and in the documentation."""
    return _SHOWN_AS.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key)


def keys_text(keys: Iterable[str]) -> str:
    """All keys of a command, written for people."""
    return " ".join(key_text(key) for key in keys)
