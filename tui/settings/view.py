"""What the screen of the settings reads and writes: the study's settings, and the file of the user's own keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suggest.errors import BadInput
from suggest.study.settings import SETTINGS, Setting, get_setting, set_setting
from suggest.study.study import Study
from tui.review.bench import Bench
from tui.review.commands import REVIEW
from tui.terminal.keyfile import key_file
from tui.terminal.places import PLACES
from tui.terminal.registry import Registry


@dataclass(frozen=True)
class Held:
    """A setting of the study and its value now: what the form begins with is `written`."""

    setting: Setting
    value: Any

    @property
    def words(self) -> str:
        """The value for reading."""
        return written(self.value, ", ") or "none"

    @property
    def default(self) -> str:
        """The default for reading."""
        return written(self.setting.default, ", ") or "none"

    @property
    def changed(self) -> bool:
        """Whether it is another one than the default."""
        return bool(self.value != self.setting.default)


def written(value: Any, between: str = "\n") -> str:
    """A value as the user writes it: lists an item a line."""
    return (
        between.join(value)
        if isinstance(value, tuple | list)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def read_settings(study: Study) -> tuple[Held, ...]:
    """All settings of the study, in their order."""
    with study.reading():
        return tuple(Held(setting, get_setting(study, key)) for key, setting in SETTINGS.items())


def change(bench: Bench, *, key: str, value: str | Sequence[str]) -> str:
    """Change a setting, as an entry; what to say of it. BadInput says what is allowed."""
    set_setting(bench.study, bench.coder, key, value)
    return f"{key} = {written(get_setting(bench.study, key), ', ') or 'none'}"


def write_key_file() -> str:
    """Write a file of keys to begin with, every command in it and nothing changed; its path. BadInput if there is one
    already, or it cannot be written."""
    path = key_file()
    if path.exists():
        raise BadInput("is there already; nothing was written.", file=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(key_file_text(_registries()), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}.", file=str(path)) from None
    return str(path)


def _registries() -> list[Registry]:
    return [REVIEW, *(place.load().REGISTRY for place in PLACES)]


def key_file_text(registries: Sequence[Registry]) -> str:
    """All commands of the screens with their keys, each line a comment: taking a "#" away makes it the user's own."""
    lines = ["# The keys of Second Coder. Take the # before a line away to change its keys; [] takes a key away."]
    for registry in registries:
        lines += ["", f"[{registry.name}]"]
        for command in registry.commands:
            keys = ", ".join(f'"{key}"' for key in command.keys)
            lines.append(f"# {command.id} = [{keys}]  # {command.title}")
    return "\n".join(lines) + "\n"
