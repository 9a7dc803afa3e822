"""What a correction would do to the codings, before it is made: which keep their words, and which would lose them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.corrections import Replacement, apply_edits, find_edits
from suggest.study.documents import Document, document_text
from suggest.study.people import check_text
from suggest.study.positions import map_range
from suggest.study.study import Study
from suggest.study.units import StoredCoding, codings


@dataclass(frozen=True)
class Moved:
    """A coding whose words change: the words before and after. `lost`: none of them are left."""

    coding: StoredCoding
    before: str
    after: str

    @property
    def lost(self) -> bool:
        """Whether the coding would be left without words."""
        return not self.after


@dataclass(frozen=True)
class CorrectionPreview:
    """The edits (in offsets of the text that is there), and what they would do.

    `moved` are codings that mark other words afterwards, in the order of the text; `kept` counts, by coder's id, those
    that keep their words wherever these then stand. `emptied` holds the ordinals of segments that would have no word
    left, for which the correction would be refused.
    """

    edits: tuple[Replacement, ...]
    length: int
    moved: tuple[Moved, ...]
    kept: Counter[str]
    emptied: tuple[int, ...]

    @property
    def lost(self) -> tuple[Moved, ...]:
        """The codings that would lose all of their words."""
        return tuple(item for item in self.moved if item.lost)


def preview_correction(
    study: Study,
    document: Document,
    *,
    after: str | None = None,
    edits: Sequence[Replacement] | None = None,
    seen: Callable[[StoredCoding], bool] = lambda _: True,
) -> CorrectionPreview:
    """What `correct` would do with the same arguments, told of the codings that may be `seen`. BadInput for edits that
    do not fit, and if nothing changes."""
    with study.reading():
        before = document_text(study, document.id)
        changes = list(edits) if edits is not None else find_edits(before, after or "")
        try:
            text = apply_edits(before, changes)
        except ValueError as error:
            raise BadInput(f"{error}.", file=document.label) from None
        check_text(text)
        if text == before:
            raise BadInput("the text is the same as before; nothing would be stored.", file=document.label)
        lengths = [(start, end, len(new)) for start, end, new in changes]
        moved, kept = [], Counter[str]()
        for coding in codings(study, document=document.id):
            if coding.lost or not seen(coding):
                continue
            start, end = map_range(coding.start, coding.end, lengths)
            old, new = before[coding.start : coding.end], text[start:end]
            if old == new:
                kept[coding.coder] += 1
            else:
                moved.append(Moved(coding, old, new))
        return CorrectionPreview(tuple(changes), len(text), tuple(moved), kept, _emptied(study, document, lengths))


def _emptied(study: Study, document: Document, edits: Sequence[tuple[int, int, int]]) -> tuple[int, ...]:
    """The ordinals of the segments, among those that an edit touches, that have no word left afterwards."""
    found = []
    for ordinal, start, end in study.db.execute(
        'SELECT ord, start, "end" FROM segment WHERE n BETWEEN ? AND ? AND start < ? AND "end" > ? ORDER BY n',
        (document.first, document.first + document.count - 1, max((e[1] for e in edits), default=0) + 1,
         min((e[0] for e in edits), default=0)),
    ):  # fmt: skip
        low, high = map_range(start, end, edits)
        if low >= high:
            found.append(ordinal)
    return tuple(found)
