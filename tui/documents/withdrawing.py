"""Withdrawal from the screen: what goes is chosen and explained, and the document's label is typed twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggest.printable import counted
from suggest.study.catalogue import Speaking, speaking
from suggest.study.documents import get_document
from suggest.study.erase import Erased, erase
from suggest.study.people import check_text
from suggest.study.study import Study
from suggest.study.withdrawal import erasures
from tui.terminal.form import Field, FormScreen
from tui.terminal.lines import Line
from tui.terminal.page import Hint, PageScreen
from tui.terminal.paragraphs import paragraphs

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

WHOLE = (
    "The document goes: its words, its earlier versions, memos, reasons and whatever a model said of them, from this "
    "file and from its backups. All codings in it go, everybody's."
)
MASKED = (
    "This person's turns become “[withdrawn]”: others answer them, so they stay as places. Their words, memos, reasons "
    "and whatever a model said of them go from this file and from its backups, and so do all codings on them."
)
NO_WAY_BACK = " The log keeps that there was something, and no word of it. There is no undo."


@dataclass(frozen=True)
class Gone:
    """What was done, and the labels of other documents in which the same words stand."""

    done: Erased
    same_words: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """What to tell the user."""
        told = [f"Withdrawn: {counted(self.done.gone, 'text')} removed, {self.done.masked} masked, the file rewritten."]
        told += [f"Also in the backup {path}." for path in self.done.backups]
        told += [f"NOT reached, see to it yourself: {path}." for path in self.done.beyond]
        told += [f"The same words stand in {label}: look whether they are to go as well." for label in self.same_words]
        return told


class WithdrawScreen(PageScreen):
    """One row for the whole document, one for each speaker. `gone` hears when something was withdrawn."""

    def __init__(self, owner: StudyApp, document: str, label: str, gone: Callable[[], object]) -> None:
        super().__init__(owner, f"{label}: withdraw")
        self._document, self._label, self._gone = document, label, gone
        self._speakers: list[Speaking] = []
        self._done: Gone | None = None

    def opened(self) -> None:
        """Ask who speaks in it."""

        def read(study: Study) -> list[Speaking]:
            return [item for item in speaking(study, self._document) if item.number is not None]

        self.look(read, self._arrived)

    def _arrived(self, found: list[Speaking]) -> None:
        self._speakers = found
        self.draw()

    @property
    def count(self) -> int:
        return 1 if self._done else len(self._speakers) + 1

    def rows(self, width: int) -> Sequence[Line]:
        """What can be withdrawn; afterwards what was done."""
        if self._done is not None:
            return paragraphs([("", sentence) for sentence in self._done.sentences], width, "")
        speakers = (f"{item.name}: {counted(_segments(item), 'segment')}" for item in self._speakers)
        names = ["the whole document", *speakers]
        return [
            [("▸ " if row == self.cursor else "  ", "key"), (name, "chosen" if row == self.cursor else "")]
            for row, name in enumerate(names)
        ]

    def meaning(self) -> str:
        """What would go."""
        return "" if self._done else (WHOLE if self.cursor == 0 else MASKED) + NO_WAY_BACK

    def hint(self) -> Hint:
        return () if self._done else (("⏎", "withdraw"), ("↑↓", "what"))

    def press(self, key: str) -> None:
        """Ask for the reason and, twice, for the label."""
        if key == "enter" and self._done is None:
            speaker = None if self.cursor == 0 else self._speakers[self.cursor - 1].name
            self._first(speaker)

    def _first(self, speaker: str | None) -> None:
        what = "the whole document" if speaker is None else f"what {speaker} said"

        def submit(form: FormScreen, values: Mapping[str, str]) -> None:
            reason = values["reason"].strip()
            if not reason:
                form.complain("a reason is needed: it stays in the study")
            elif values["label"].strip() != self._label:
                form.complain(f"that is not the label; nothing was withdrawn. It is {self._label}")
            else:
                form.done()
                self._second(speaker, what, reason)

        fields = [
            Field("reason", "reason", hint="kept in the study, without the person's words"),
            Field("label", f"type the label {self._label}", hint="to go on"),
        ]
        self.app.push_screen(FormScreen(f"Withdraw {what} of {self._label}?", fields, submit))

    def _second(self, speaker: str | None, what: str, reason: str) -> None:
        def submit(form: FormScreen, values: Mapping[str, str]) -> None:
            if values["label"].strip() != self._label:
                form.complain(f"that is not the label; nothing was withdrawn. It is {self._label}")
                return
            form.done()
            self.tell("Withdrawing, and rewriting the file ...")
            self.ask(lambda bench: withdraw(bench, self._document, speaker, reason), self._finished)

        fields = [Field("label", f"once more: type {self._label}", hint="there is no undo; esc leaves all as it is")]
        self.app.push_screen(FormScreen(f"Withdraw {what} of {self._label} for good", fields, submit))

    def _finished(self, gone: Gone) -> None:
        self._done = gone
        self.owner.session.look(lambda study: study.contents.forget(), lambda _: None, lambda _: None)
        self._gone()
        self.tell("")


def withdraw(bench: Bench, document: str, speaker: str | None, reason: str) -> Gone:
    """Erase a document (an id), or mask one of its speakers; BadInput if that was done before."""
    check_text(reason)
    label = get_document(bench.study, document).label
    (wanted,) = erasures(bench.study, label, speaker, [], reason)
    done = erase(bench.study, wanted, bench.coder)
    return Gone(done, tuple(get_document(bench.study, other).label for other in done.same_words))


def _segments(item: Speaking) -> int:
    return item.data + item.prompt + item.other
