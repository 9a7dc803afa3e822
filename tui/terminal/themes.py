"""The application's own two themes: paper and night, calm enough for hours of reading.

What belongs to the program is blue, what marks a participant's words is amber, so that the two are never taken for one
another; neither carries a meaning alone.
"""

from __future__ import annotations

from textual.theme import Theme

DARK, LIGHT = "second-coder-dark", "second-coder-light"
"""What to begin with, by the terminal's background."""

OWN = (
    Theme(
        name=DARK, dark=True, background="#15181e", surface="#1b1f27", panel="#252b36", foreground="#d9dce3",
        primary="#5b8fd6", secondary="#8fa3c4", accent="#8ab8ff", warning="#e3a84a", error="#f0887c",
        success="#7fc08f", boost="#2a303c",
    ),
    Theme(
        name=LIGHT, dark=False, background="#fbfaf6", surface="#f4f2ec", panel="#e8e5dc", foreground="#23262c",
        primary="#1d5fa8", secondary="#4a5d78", accent="#0d54a0", warning="#b06000", error="#b3261e",
        success="#1f6b3a", boost="#eceae3",
    ),
)  # fmt: skip
