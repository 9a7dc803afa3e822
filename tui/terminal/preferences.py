"""What a user prefers on this machine, whatever the study: the theme, and whether the tour was seen."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.places import settings_folder

FILE = "preferences.toml"


@dataclass(frozen=True)
class Preferences:
    """`theme` is a name of Textual's, "" for the terminal application's own choice; `toured`: the tour was shown."""

    theme: str = ""
    toured: bool = False


def preferences_file() -> Path:
    """Where the file would be."""
    return settings_folder() / FILE


def read_preferences(path: Path | None = None) -> Preferences:
    """What the file says. What cannot be read counts as not said: nobody is kept from their work by a theme."""
    try:
        found = tomllib.loads((path or preferences_file()).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Preferences()
    theme, toured = found.get("theme"), found.get("toured")
    return Preferences(theme if isinstance(theme, str) else "", toured is True)


def write_preferences(preferences: Preferences, path: Path | None = None) -> None:
    """Write the file whole. BadInput if the folder cannot be written."""
    path = path or preferences_file()
    lines = [f"theme = {json.dumps(preferences.theme)}", f"toured = {str(preferences.toured).lower()}"]
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}.", file=path.name) from None
