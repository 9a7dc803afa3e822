"""How the application looks on this terminal: the user's own choice, else what suits the terminal's background."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from tui.terminal.background import answer_of_the_terminal, is_dark, is_owed

ANIMATIONS = ("none", "basic", "full")
RICH = ("truecolor", "24bit")
FEW = ("linux", "vt100", "vt220", "ansi", "xterm", "screen", "rxvt", "dumb")


@dataclass(frozen=True)
class Look:
    """`theme` is one of `known_themes`, or None for the user's own, else the dark one; `animations` as Textual's
    levels. `owed`: how many answers the terminal, asked what suits it, has not given yet."""

    theme: str | None = None
    animations: str = "none"
    owed: int = 0


def known_themes() -> tuple[str, ...]:
    """What a theme may be called."""
    from textual.theme import BUILTIN_THEMES

    from tui.terminal.themes import OWN

    return tuple(sorted([*BUILTIN_THEMES, *(theme.name for theme in OWN)]))


def theme_for(preferred: str, environment: Mapping[str, str], dark: bool | None) -> str:
    """The theme to begin with: TEXTUAL_THEME, else the preferred one, else what suits.

    `dark`: whether the terminal's background is, None if it does not say. Where there are only sixteen colours they
    are the terminal's own.
    """
    for wanted in (environment.get("TEXTUAL_THEME", ""), preferred):
        if wanted in known_themes():
            return wanted
    kind = "ansi" if few_colours(environment) else "second-coder"
    return f"{kind}-light" if dark is False else f"{kind}-dark"


def few_colours(environment: Mapping[str, str]) -> bool:
    """Whether the terminal has sixteen colours at most, as it names itself."""
    return environment.get("COLORTERM", "") not in RICH and environment.get("TERM", "") in FEW


def animation_level(environment: Mapping[str, str]) -> str:
    """TEXTUAL_ANIMATIONS; without it nothing moves."""
    given = environment.get("TEXTUAL_ANIMATIONS", "").lower()
    return given if given in ANIMATIONS else "none"


def look_of_this_terminal(preferred: str) -> Look:
    """The look to begin with, for a user who prefers a theme ("" for none). The terminal is asked only where that
    decides."""
    given = os.environ
    settled = given.get("TEXTUAL_THEME") in known_themes() or preferred in known_themes()
    answer = None if settled else answer_of_the_terminal()
    dark = None if settled else is_dark(given, answer)
    return Look(theme_for(preferred, given, dark), animation_level(given), int(is_owed(answer)))
