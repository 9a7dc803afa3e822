"""Keys of the user's own: a file in the user's configuration folder that gives commands other keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from suggest.errors import BadInput
from suggest.places import settings_folder

FILE = "keys.toml"

Keys = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By screen and command: the keys."""


def key_file() -> Path:
    """Where the file would be."""
    return settings_folder() / FILE


def read_keys(path: Path | None = None) -> Keys:
    """The keys of the file, which looks like

        [review]
        accept = "y"
        accept_and_complete = ["A", "f12"]
        memo = []

    Nothing where there is no file. BadInput for what is not TOML or not of this shape, with its line or command.
    """
    path = path or key_file()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}.", file=path.name) from None
    try:
        tables = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"is not TOML: {error}.", file=path.name) from None
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for screen, commands in tables.items():
        if not isinstance(commands, dict):
            raise BadInput("is not a table; write it as [review].", file=path.name, place=screen)
        found[screen] = {}
        for command, keys in commands.items():
            listed = [keys] if isinstance(keys, str) else keys
            if not isinstance(listed, list) or not all(isinstance(key, str) and key for key in listed):
                raise BadInput('needs a key in quotation marks, or a list: ["y", "f12"].', file=path.name,
                               place=f"{screen}.{command}")  # fmt: skip
            found[screen][command] = tuple(listed)
    return found
