"""Colours that can be read in every theme: text keeps its contrast with whatever stands behind it.

The themes' own variables are mended in place, so that a screen has nothing to know of this. A theme that draws with the
terminal's colours is left to them, but for those that no palette makes readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.color import Color

LEAST = 4.6
"""WCAG 2 asks for 4.5 between text and its ground."""
STEPS = 24
INKS = ("accent", "warning", "error", "success", "secondary")
"""Variables that are used as colours of text, besides the foreground."""
GROUNDS = ("background", "surface", "panel")


def contrast(one: Color, other: Color) -> float:
    """The contrast of two opaque colours by WCAG 2: 1 (the same) to 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(given: Mapping[str, str], *, dark: bool, ansi: bool) -> dict[str, str]:
    """A theme's variables, with those mended that text is drawn with or on."""
    return {**given, **(_of_the_terminal(dark=dark) if ansi else _mended(given, dark=dark))}


def _of_the_terminal(*, dark: bool) -> dict[str, str]:
    """Nothing is mixed or dimmed: the terminal's palette is not ours to know."""
    sign, warn = ("ansi_green", "ansi_yellow") if dark else ("ansi_magenta", "ansi_red")
    plain = dict.fromkeys(("text", "text-muted", "text-disabled", "panel-lighten-2"), "ansi_default")
    grounds = dict.fromkeys(("warning-muted", "accent-muted", "boost"), "transparent")
    signs = dict.fromkeys(("primary", "secondary", "accent", "success"), sign)
    return {**plain, **grounds, **signs, "warning": warn, "error": warn}


def _mended(given: Mapping[str, str], *, dark: bool) -> dict[str, str]:
    grounds = [Color.parse(given[name]) for name in GROUNDS]
    base, end = grounds[0], Color.parse("#ffffff" if dark else "#000000")
    ink = _moved(Color.parse(given["foreground"]), end, grounds)
    boost = _ground(base, ink, 0.16)
    grounds.append(boost)
    found = {name: _moved(Color.parse(given[name]), ink, grounds) for name in INKS}
    found |= {
        "foreground": ink,
        "text": ink,
        "text-muted": _moved(base.blend(ink, 0.6), ink, grounds),
        "text-disabled": _moved(base.blend(ink, 0.5), ink, grounds),
        "boost": boost,
        "warning-muted": _ground(base, Color.parse(given["warning"]), 0.35, ink),
        "accent-muted": _ground(base, Color.parse(given["accent"]), 0.35, ink),
        "panel-lighten-2": base.blend(ink, 0.35),
    }
    return {name: color.hex for name, color in found.items()}


def _moved(color: Color, towards: Color, grounds: Sequence[Color]) -> Color:
    """The first on the way to another colour that can be read on all of the grounds; that one itself if none can."""
    for step in range(STEPS):
        mixed = color.blend(towards, step / STEPS)
        if all(contrast(mixed, ground) >= LEAST for ground in grounds):
            return mixed
    return towards


def _ground(base: Color, tint: Color, share: float, ink: Color | None = None) -> Color:
    """The base with a share of a tint, so much of it that the ink can still be read on it."""
    ink = ink or tint
    for step in range(STEPS):
        mixed = base.blend(tint, share * (1 - step / STEPS))
        if contrast(mixed, ink) >= LEAST + 0.6:
            return mixed
    return base
