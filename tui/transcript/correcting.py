"""Correcting the words of a segment: they are edited, what becomes of the codings is shown, then it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import TextArea

from suggest.printable import counted, printable
from suggest.review.sight import Sight
from suggest.study.correcting import correct
from suggest.study.correction_preview import CorrectionPreview, Moved, preview_correction
from suggest.study.corrections import Replacement, find_edits
from suggest.study.documents import Document
from suggest.study.segments import Segment
from suggest.study.study import Study
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal
from tui.terminal.page import Hint, PageScreen
from tui.terminal.paragraphs import paragraphs
from tui.terminal.wrap import cut

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

MOST = 12_000
"""Of a longer segment only the words around what is on screen are edited."""
AROUND = 20
"""So many characters before and after a difference are shown."""
REASONS = ("transcription", "redaction", "translation")
NONE = "no coding of yours is touched"
OTHERS = (
    "Codings that you may not see, if there are any, move with their words in the same way; what loses its words is on "
    "the list of 'codes stale'."
)


def differing(before: str, after: str) -> tuple[str, str]:
    """Both texts cut to where they differ, with a few words around it."""
    least = min(len(before), len(after))
    low = next((i for i in range(least) if before[i] != after[i]), least)
    high = next((i for i in range(least - low) if before[-1 - i] != after[-1 - i]), least - low)
    start, kept = max(0, low - AROUND), max(0, high - AROUND)
    if start:
        start = max(start, before.find(" ", start, low) + 1)
    if kept:
        space = before.rfind(" ", len(before) - high, len(before) - kept)
        kept = kept if space < 0 else len(before) - space

    def part(text: str) -> str:
        return f"{'…' if start else ''}{cut(text[start : len(text) - kept], 60)}{'…' if kept else ''}"

    return part(before), part(after)


@dataclass(frozen=True)
class Stretch:
    """Words to be edited: where they begin in the document, as they are, and as they are shown."""

    start: int
    text: str

    @property
    def shown(self) -> str:
        """Control characters are shown as signs."""
        return printable(self.text)

    def edits(self, shown: str, edited: str) -> list[Replacement]:
        """What leads from the words as shown to the edited ones, in offsets of the document. What is left as it was
        shown stays as it is stored."""
        places = [i for i, character in enumerate(self.text) for _ in printable(character)]
        places.append(len(self.text))
        return [
            (self.start + places[low], self.start + places[high], new) for low, high, new in find_edits(shown, edited)
        ]


def stretch(turn: Segment, top: int) -> Stretch:
    """All of a turn, or of a long one what stands around an offset of the document."""
    if len(turn.text) <= MOST:
        return Stretch(turn.start, turn.text)
    begin = max(0, min(top - turn.start, len(turn.text) - MOST // 2))
    end = min(len(turn.text), begin + MOST // 2)
    space = turn.text.rfind(" ", begin, end)
    return Stretch(turn.start + begin, turn.text[begin : space if space > begin and end < len(turn.text) else end])


class EditScreen(Modal[None]):
    """The words in a text area. `stored` hears what was done."""

    def __init__(
        self, owner: StudyApp, document: Document, turn: Segment, top: int, stored: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.owner = owner
        self._document, self._turn, self._stored = document, turn, stored
        self._stretch = stretch(turn, top)
        self._before = ""
        self._dropping = False

    def compose(self) -> ComposeResult:
        """Title, words, what happened, keys."""
        with Vertical(classes="box edit"):
            yield Lines(id="title", classes="title")
            yield TextArea(self._stretch.shown, id="words", compact=True, soft_wrap=True, tab_behavior="focus")
            yield Lines(id="told")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for typing."""
        area = self.query_one(TextArea)
        self._before = area.text
        shown, all_ = len(self._stretch.text), len(self._turn.text)
        part = "" if shown == all_ else f"   {shown} of its {all_} characters, from the top of the screen on"
        self.query_one("#title", Lines).put([[(f"Correct {self._turn.cite}", "strong"), (part, "soft")]])
        self.query_one("#hint", Lines).put([[("ctrl+s", "key"), (" what it does  ", ""), ("esc", "key"),
                                             (" back", "")]])  # fmt: skip
        area.focus()

    def tell(self, sentence: str, *, warn: bool = False) -> None:
        """Say what happened."""
        if self.is_mounted:
            self.query_one("#told", Lines).put([[(sentence, "warn" if warn else "strong")]])

    def on_key(self, event: Key) -> None:
        """`ctrl+s` goes on to the preview; escape goes back, the second time if something was changed."""
        if event.key == "ctrl+s":
            event.stop()
            self._preview()
        elif event.key == "escape":
            event.stop()
            if self.query_one(TextArea).text != self._before and not self._dropping:
                self._dropping = True
                self.tell("esc once more drops what you have changed", warn=True)
            else:
                self.dismiss(None)
        else:
            self._dropping = False

    def _preview(self) -> None:
        edited = self.query_one(TextArea).text
        if edited == self._before:
            self.tell("The words are as they were: there is nothing to store.")
            return
        if len(self._before) != len(self._stretch.shown):
            self.tell("It holds characters that cannot be edited here: use 'secondcoder documents correct'.", warn=True)
            return
        edits, document = self._stretch.edits(self._before, edited), self._document
        coder = self.owner.coder
        self.tell("looking what it would do ...")

        def show(seen: CorrectionPreview) -> None:
            self.tell("")
            self.app.push_screen(PreviewScreen(self.owner, document, self._turn.cite, seen, self._done))

        def read(study: Study) -> CorrectionPreview:
            sight = Sight(study, coder)
            return preview_correction(
                study, document, edits=edits, seen=lambda coding: coding.coder == coder and sight.coding(coding)
            )

        self.owner.session.look(read, show, lambda sentence: self.tell(sentence, warn=True))

    def _done(self, said: str) -> None:
        self._stored(said)
        self.dismiss(None)


class PreviewScreen(PageScreen):
    """What a correction would do to this coder's codings, before it is made; Enter makes it."""

    def __init__(
        self, owner: StudyApp, document: Document, cite: str, seen: CorrectionPreview, done: Callable[[str], object]
    ) -> None:
        super().__init__(owner, f"Correct {cite}?")
        self._document, self._cite, self._seen, self._done = document, cite, seen, done
        self._reason = 0
        self._kept = seen.kept[owner.coder]

    @property
    def count(self) -> int:
        return 1

    def rows(self, width: int) -> Sequence[Line]:
        """One's own codings that change, each with its words before and after."""
        places = len(self._seen.edits)
        head = "1 place of the text changes" if places == 1 else f"{places} places of the text change"
        kept = counted(self._kept, "coding of yours keeps its", "codings of yours keep their")
        told = f"{head}; {kept} words." if self._kept else f"{head}." if self._seen.moved else f"{head}; {NONE}."
        lines = paragraphs([("", told)], width, "")
        for item in self._seen.moved:
            lines += self._moved(item, width)
        if self._seen.emptied:
            empty = counted(len(self._seen.emptied), "segment")
            lines += paragraphs([("It would be refused: ", f"{empty} would be left without a word."
                                  " Put something in their place, such as [removed].")], width, "")  # fmt: skip
        return lines

    def _moved(self, item: Moved, width: int) -> list[Line]:
        code = self.owner.review.hand.by_id.get(item.coding.code)
        name = "a code out of use" if code is None else code.name
        if item.lost:
            return paragraphs([(f"✗ {name}: ", f"“{cut(item.before, 60)}” would lose all of its words")], width, "")
        before, after = differing(item.before, item.after)
        return paragraphs([(f"→ {name}: ", f"“{before}” becomes “{after}”")], width, "")

    def meaning(self) -> str:
        """Why, and what it means for others."""
        return f"Reason: {REASONS[self._reason]}. The earlier text is kept as a version. {OTHERS}"

    def hint(self) -> Hint:
        return (*((("⏎", "store"),) if not self._seen.emptied else ()), ("r", "reason"))

    def press(self, key: str) -> None:
        """Make it, or name another reason."""
        if key == "r":
            self._reason = (self._reason + 1) % len(REASONS)
            self.draw()
        elif key == "enter" and not self._seen.emptied:
            self.ask(self._store, self._finished)

    def _store(self, bench: Bench) -> int:
        correct(bench.study, bench.coder, self._document, edits=self._seen.edits, reason=REASONS[self._reason])
        return len(self._seen.lost)  # as it was shown: of what came back to be coded once more, nothing is told

    def _finished(self, lost: int) -> None:
        more = f" {counted(lost, 'coding of yours lost its', 'codings of yours lost their')} words." if lost else ""
        if not lost and (self._kept or self._seen.moved):
            more = " All of your codings moved with their words."
        self.dismiss(None)
        self._done(f"{self._cite} is corrected.{more}")
