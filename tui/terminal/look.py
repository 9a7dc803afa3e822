"""How the application looks on this terminal: the user's own choice, else what suits the terminal's background."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.places import settings_folder
from tui.terminal.background import is_dark

FILE = "look.toml"
TERMINAL = "terminal"
"""A theme that draws with the terminal's own sixteen colours."""
ANIMATIONS = ("none", "basic", "full")
RICH = ("truecolor", "24bit")
FEW = ("linux", "vt100", "vt220", "ansi", "xterm", "screen", "rxvt", "dumb")


@dataclass(frozen=True)
class Look:
    """`theme` is one of Textual's, "terminal", or None for what suits; `animations` as Textual's levels."""

    theme: str | None = None
    animations: str = "none"


def look_file() -> Path:
    """Where the file would be."""
    return settings_folder() / FILE


def read_look(path: Path | None = None) -> Look:
    """What the user's file says, which looks like

        theme = "nord"
        animations = "full"

    Nothing of it is needed. BadInput for what is not TOML, and for words that mean nothing here.
    """
    path = path or look_file()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Look()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}.", file=path.name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"is not TOML: {error}.", file=path.name) from None
    for key in given:
        if key not in ("theme", "animations"):
            raise BadInput(
                "there is no such setting.", file=path.name, place=key, advice="There are: theme, animations."
            )
    theme, animations = given.get("theme"), given.get("animations", "none")
    if theme is not None and theme not in known_themes():
        raise BadInput(
            "no such theme.", file=path.name, place=str(theme), advice=f"There are: {', '.join(known_themes())}."
        )
    if animations not in ANIMATIONS:
        raise BadInput("no such level of animations.", file=path.name, place=str(animations),
                       advice=f"There are: {', '.join(ANIMATIONS)}.")  # fmt: skip
    return Look(theme, animations)


def known_themes() -> tuple[str, ...]:
    """What a theme may be called."""
    from textual.theme import BUILTIN_THEMES

    return (TERMINAL, *BUILTIN_THEMES)


def theme_for(look: Look, environment: Mapping[str, str], dark: bool | None) -> str:
    """Textual's name of the theme to begin with. `dark`: whether the terminal's background is, None if it does not say.

    TEXTUAL_THEME comes first, then the user's file. Where there are only sixteen colours they are the terminal's own.
    """
    given = environment.get("TEXTUAL_THEME", "")
    wanted = given if given in known_themes() else look.theme
    if wanted is None:
        wanted = "textual-light" if dark is False else "textual-dark"
        if few_colours(environment):
            wanted = TERMINAL
    if wanted == TERMINAL:
        return "ansi-light" if dark is False else "ansi-dark"
    return wanted


def few_colours(environment: Mapping[str, str]) -> bool:
    """Whether the terminal has sixteen colours at most, as it names itself."""
    return environment.get("COLORTERM", "") not in RICH and environment.get("TERM", "") in FEW


def animation_level(look: Look, environment: Mapping[str, str]) -> str:
    """TEXTUAL_ANIMATIONS, else the user's file; none of either means calm."""
    given = environment.get("TEXTUAL_ANIMATIONS", "").lower()
    return given if given in ANIMATIONS else look.animations


def look_of_this_terminal() -> Look:
    """The look to begin with: a theme of Textual's, and how much moves. BadInput as `read_look`."""
    wanted, given = read_look(), os.environ
    settled = given.get("TEXTUAL_THEME") in known_themes() or wanted.theme not in (None, TERMINAL)
    dark = None if settled else is_dark(given)
    return Look(theme_for(wanted, given, dark), animation_level(wanted, given))
