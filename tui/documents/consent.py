"""Consent of a document and of its speakers: a table of flags, each set or lifted by a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from suggest.printable import counted
from suggest.study.catalogue import Speaking, speaking
from suggest.study.documents import Document, get_document, set_consent
from suggest.study.study import Study
from tui.terminal.lines import Line
from tui.terminal.page import Hint, PageScreen
from tui.terminal.wrap import fill

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

FLAGS = ("local_only", "no_quote", "exclude")
MEANING = {
    "local_only": "These words go to no host, not even as the talk around another segment; models on this machine may "
    "read them.",
    "no_quote": "These words are left out of quotes and reports; coding goes on.",
    "exclude": "These segments leave everybody's queue. What was coded stays on record; lifting it brings them back.",
}

Held = tuple[Document, list[Speaking]]


def held(study: Study, document: str) -> Held:
    """The document and its speakers as they are now."""
    return get_document(study, document), [item for item in speaking(study, document) if item.number is not None]


class ConsentScreen(PageScreen):
    """One row for the whole document, one for each speaker; a flag on the whole document holds for all of them."""

    def __init__(self, owner: StudyApp, document: str, label: str, changed: Callable[[], object]) -> None:
        super().__init__(owner, f"{label}: consent")
        self._document, self._changed = document, changed
        self._held: Held | None = None
        self._flag = 0

    def opened(self) -> None:
        """Ask how things stand."""
        self.look(lambda study: held(study, self._document), self._arrived)

    def _arrived(self, found: Held) -> None:
        self._held = found
        self.draw()

    @property
    def _speakers(self) -> list[Speaking]:
        return [] if self._held is None else self._held[1]

    @property
    def head(self) -> int:
        return 1

    @property
    def count(self) -> int:
        return len(self._speakers) + 1

    def _on(self, row: int, flag: str) -> bool:
        name = None if row == 0 else self._speakers[row - 1].name
        return self._held is not None and (name, flag) in self._held[0].consent

    def rows(self, width: int) -> Sequence[Line]:
        """A head with the flags, then a sign for each: ✓ set, · not; (✓) by the whole document."""
        names = max(8, width - 3 * 12 - 2)
        head: Line = [(f"  {' ' * names}", ""), *((fill(flag, 12), "soft") for flag in FLAGS)]
        return [head, *(self._row(row, names) for row in range(self.count))]

    def _row(self, row: int, names: int) -> Line:
        here = row == self.cursor
        name = "the whole document" if row == 0 else f"{self._speakers[row - 1].name}"
        line: list[tuple[str, str]] = [("▸ " if here else "  ", "key"), (fill(name, names), "strong" if here else "")]
        for n, flag in enumerate(FLAGS):
            sign = "✓" if self._on(row, flag) else "(✓)" if row and self._on(0, flag) else "·"
            chosen = here and n == self._flag
            line.append((fill(f"[{sign}]" if chosen else f" {sign}", 12), "chosen" if chosen else ""))
        return line

    def meaning(self) -> str:
        """What the chosen flag means, here."""
        flag = FLAGS[self._flag]
        who = "everybody in the document" if self.cursor == 0 else self._speakers[self.cursor - 1].name or ""
        if flag == "exclude" and self._held is not None:
            some = self._held[0].data if self.cursor == 0 else self._speakers[self.cursor - 1].data
            return f"{flag}, {who}, {counted(some, 'segment')} to be coded: {MEANING[flag]}"
        return f"{flag}, {who}: {MEANING[flag]}"

    def hint(self) -> Hint:
        verb = "lift" if self._on(self.cursor, FLAGS[self._flag]) else "set"
        return (("⏎", verb), ("↑↓", "who"), ("←→", "flag"))

    def press(self, key: str) -> None:
        """Choose a flag, or set or lift it."""
        if key in ("left", "right"):
            self._flag = (self._flag + (1 if key == "right" else -1)) % len(FLAGS)
            self.tell("")
        elif key in ("enter", "space") and self._held is not None:
            row, flag = self.cursor, FLAGS[self._flag]
            name, on = None if row == 0 else self._speakers[row - 1].name, not self._on(row, flag)

            def store(bench: Bench) -> Held:
                set_consent(bench.study, bench.coder, get_document(bench.study, self._document), name, flag, on)
                return held(bench.study, self._document)

            def stored(found: Held) -> None:
                self._arrived(found)
                self.tell(f"{flag} is {'set' if on else 'lifted'} for {name or 'the whole document'}.")
                self._changed()

            self.ask(store, stored)
