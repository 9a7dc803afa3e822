"""The screens that can be gone to from anywhere: the key that leads there, and where the screen's class is.

A screen is imported when it is first opened, so that the review starts quickly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from tui.terminal.registry import Command

if TYPE_CHECKING:
    from tui.terminal.study_screen import StudyScreen

GROUP = "Other screens"


@dataclass(frozen=True)
class Place:
    """A screen: `key` leads there from every screen, `letter` from the review as well; `screen` is
    the class, as "module:name"."""

    id: str
    title: str
    key: str
    letter: str
    screen: str

    def load(self) -> type[StudyScreen]:
        """The screen's class."""
        module, _, name = self.screen.partition(":")
        found: type[StudyScreen] = getattr(import_module(module), name)
        return found


PLACES: tuple[Place, ...] = (
    Place("tree", "the code tree", "f2", "T", "tui.tree.screen:TreeScreen"),
    Place("documents", "the documents", "f3", "D", "tui.documents.screen:DocumentsScreen"),
    Place("progress", "progress", "f4", "P", "tui.progress.screen:ProgressScreen"),
    Place("rounds", "rounds: who codes what", "f5", "W", "tui.rounds.screen:RoundsScreen"),
    Place("runs", "runs of models and their suggestions", "f6", "S", "tui.runs.screen:RunsScreen"),
    Place("log", "the log: everything that happened", "f7", "L", "tui.log.screen:LogScreen"),
    Place("settings", "settings", "f8", "comma", "tui.settings.screen:SettingsScreen"),
    Place("by_code", "all suggestions of one code in a row", "f9", "C", "tui.by_code.screen:ByCodeScreen"),
    Place(
        "disagreements",
        "disagreements, side by side, and settling them",
        "f10",
        "V",
        "tui.disagreements.screen:DisagreementsScreen",
    ),
    Place("audit", "the audit: how far people and models agree", "f11", "A", "tui.audit.screen:AuditScreen"),
    Place("proposals", "codes that models propose", "ctrl+n", "N", "tui.proposals.screen:ProposalsScreen"),
)

BY_ID: Mapping[str, Place] = {place.id: place for place in PLACES}


def commands(*, letters: bool) -> tuple[Command, ...]:
    """What leads to the other screens, as commands of a screen. `letters`: by their letters too."""
    return tuple(
        Command(
            f"to_{place.id}", (place.key, place.letter) if letters else (place.key,), place.title, GROUP, yields=True
        )
        for place in PLACES
    )
