"""Roles of a document's segments: by speaker, by paragraph, or of one segment."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from suggest.errors import BadInput
from suggest.printable import counted
from suggest.study.catalogue import Speaking, ordinals_between, ordinals_of, speaking
from suggest.study.documents import get_document, set_role
from suggest.study.study import Study
from tui.terminal.lines import Line
from tui.terminal.page import Hint, PageScreen
from tui.terminal.words import WordsScreen
from tui.terminal.wrap import fill, fill_left

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

KEYS = {"d": "data", "p": "prompt", "o": "other"}
MEANING = (
    "data is coded and counts in figures; prompt (the moderator asks) and other (headings, laughter) stay as context. "
    "What becomes context leaves everybody's queue; answers that exist stay on record."
)
NOBODY = "(no speaker)"


class RolesScreen(PageScreen):
    """One row for each speaker with segments by role, and one for paragraphs."""

    def __init__(self, owner: StudyApp, document: str, label: str, changed: Callable[[], object]) -> None:
        super().__init__(owner, f"{label}: roles")
        self._document, self._changed = document, changed
        self._speakers: list[Speaking] = []

    def opened(self) -> None:
        """Ask how things stand."""
        self.look(lambda study: speaking(study, self._document), self._arrived)

    def _arrived(self, found: list[Speaking]) -> None:
        self._speakers = found
        self.draw()

    @property
    def head(self) -> int:
        return 1

    @property
    def count(self) -> int:
        return len(self._speakers) + 1

    def rows(self, width: int) -> Sequence[Line]:
        """Speakers with numbers; the last row is for paragraphs."""
        names = max(8, width - 3 * 9 - 2)
        head: Line = [(f"  {' ' * names}", ""), *((fill_left(role, 9), "soft") for role in KEYS.values())]
        return [head, *(self._row(row, names) for row in range(self.count))]

    def _row(self, row: int, names: int) -> Line:
        here = row == self.cursor
        sign, style = ("▸ " if here else "  ", "key"), "chosen" if here else ""
        if row == len(self._speakers):
            return [sign, (fill("paragraphs ...", names), style)]
        item = self._speakers[row]
        numbers = [(fill_left(str(n), 9), "" if n else "soft") for n in (item.data, item.prompt, item.other)]
        return [sign, (fill(item.name or NOBODY, names), style), *numbers]

    def meaning(self) -> str:
        return MEANING

    def hint(self) -> Hint:
        return (("d", "data"), ("p", "prompt"), ("o", "other"), ("↑↓", "who"))

    def press(self, key: str) -> None:
        """Give the chosen ones a role."""
        role = KEYS.get(key)
        if role is None:
            return
        if self.cursor < len(self._speakers):
            item = self._speakers[self.cursor]
            self._store(role, lambda study: ordinals_of(study, self._document, speaker=item.number,
                                                        nobody=item.number is None), item.name or NOBODY)  # fmt: skip
            return

        def typed(words: str | None) -> None:
            if words:
                self._store(role, lambda study: _paragraphs(study, self._document, words), f"paragraphs {words}")

        self.app.push_screen(WordsScreen(f"Which paragraphs become {role}? 5 or 5-9", verb=f"make them {role}"), typed)

    def _store(self, role: str, which: Callable[[Study], list[int]], who: str) -> None:
        def store(bench: Bench) -> tuple[int, list[Speaking]]:
            count = give_role(bench, self._document, role, which(bench.study))
            return count, speaking(bench.study, self._document)

        def stored(found: tuple[int, list[Speaking]]) -> None:
            self._arrived(found[1])
            self.tell(f"{who}: {counted(found[0], 'segment is', 'segments are')} {role} now.")
            self._changed()

        self.ask(store, stored)


def give_role(bench: Bench, document: str, role: str, ordinals: Sequence[int]) -> int:
    """Give segments (ordinals) of a document a role; of how many that was. BadInput if there are none."""
    if not ordinals:
        raise BadInput("no segment is meant; nothing was stored.")
    set_role(bench.study, bench.coder, get_document(bench.study, document), role, ordinals=ordinals)
    return len(ordinals)


def _paragraphs(study: Study, document: str, words: str) -> list[int]:
    found = re.fullmatch(r"([0-9]{1,9})(?:\s*[-–]\s*([0-9]{1,9}))?", words.strip())
    if found is None:
        raise BadInput("paragraphs are written 5 or 5-9; nothing was stored.")
    return ordinals_between(study, document, int(found[1]), int(found[2] or found[1]))


class SegmentRoleScreen(PageScreen):
    """The role of one segment (its document and ordinal), cited as `cite`."""

    def __init__(
        self, owner: StudyApp, document: str, ordinal: int, cite: str, role: str, changed: Callable[[], object]
    ) -> None:
        super().__init__(owner, f"{cite}: role")
        self._document, self._ordinal, self._changed = document, ordinal, changed
        self._role = role
        self.cursor = [*KEYS.values()].index(role)

    @property
    def count(self) -> int:
        return len(KEYS)

    def rows(self, width: int) -> Sequence[Line]:
        """The three roles; the present one has a sign."""
        return [
            [("▸ " if row == self.cursor else "  ", "key"), (f"{'✓' if role == self._role else ' '} {role}",
             "chosen" if row == self.cursor else "")]
            for row, role in enumerate(KEYS.values())
        ]  # fmt: skip

    def meaning(self) -> str:
        return MEANING

    def hint(self) -> Hint:
        return (("⏎", "set"), ("d p o", "data, prompt, other"))

    def press(self, key: str) -> None:
        """Set it, and back."""
        role = [*KEYS.values()][self.cursor] if key == "enter" else KEYS.get(key)
        if role is None:
            return

        def stored(_: int) -> None:
            self._changed()
            self.dismiss(None)

        self.ask(lambda bench: give_role(bench, self._document, role, [self._ordinal]), stored)
