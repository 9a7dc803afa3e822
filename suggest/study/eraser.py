"""What one erasure takes out of one file: which words, which content, what is masked. Inside a write transaction."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from suggest.errors import BadInput
from suggest.study import events
from suggest.study.contents import WITHDRAWN
from suggest.study.corrections import apply_edits
from suggest.study.documents import ranges
from suggest.study.log import EntryRef, Writer, entries
from suggest.study.overlap import Shingles, mask_strings
from suggest.study.pages import PAGE, positions, unpack
from suggest.study.positions import inverse, map_range
from suggest.study.second_erasing import KIND as SECOND
from suggest.study.second_erasing import contents_beside, documents_of
from suggest.study.study import Study
from suggest.study.vectors import drop_vectors

_KEEP = ("secret", "title", "coder", "round", "path", "setting")
"""Kinds of content that no participant's words can be in; they are not searched."""

SAID = (
    "SELECT reason FROM act WHERE segment BETWEEN ? AND ?",
    "SELECT reason FROM settlement WHERE segment BETWEEN ? AND ?",
    "SELECT text FROM memo WHERE segment BETWEEN ? AND ?",
    "SELECT notes FROM suggestion_set WHERE segment BETWEEN ? AND ?",
    "SELECT raw FROM suggestion_set WHERE segment BETWEEN ? AND ?",
    "SELECT detail FROM failure WHERE segment BETWEEN ? AND ?",
    "SELECT content FROM model_words WHERE segment BETWEEN ? AND ?",
    "SELECT m.text FROM memo m JOIN coding c ON c.replica = m.coding_replica AND c.seq = m.coding_seq "
    "WHERE c.segment BETWEEN ? AND ?",
    "SELECT m.text FROM memo m JOIN act a ON a.replica = m.coding_replica AND a.seq = m.coding_seq "
    "WHERE a.segment BETWEEN ? AND ?",
)
"""What was said of the segments numbered from ? to ?, by people and by models: the contents' ids."""


@dataclass(frozen=True)
class Erasure:
    """What to withdraw: a whole document, or ranges of its segments (first and last ordinal, both included)."""

    document: str
    scope: str
    segments: tuple[tuple[int, int], ...]
    speaker: int | None = None
    reason: str = ""


@dataclass
class Erased:
    """What was done: the entry, how many content rows went or were masked, and what lies beyond our reach: copies, and
    hosts to which the words were sent."""

    entry: EntryRef
    gone: int = 0
    masked: int = 0
    backups: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    same_words: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


def still_there(study: Study, document: str, pairs: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """What of these segments (ordinals) is not erased yet."""
    row = study.db.execute("SELECT first, count FROM document WHERE document = ?", (document,)).fetchone()
    if row is None:
        return []
    first, count = row
    ordinals = sorted({n for low, high in pairs for n in range(low, min(high, count - 1) + 1)})
    gone = {
        page * PAGE + place - first
        for page, bits in study.db.execute("SELECT page, bits FROM pages WHERE name = 'erased'")
        for place in positions(unpack(bits))
    }
    return [(low, high) for low, high in ranges([n for n in ordinals if n not in gone])]


def _apart(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges in order; those that share words, as a correction can leave them, are one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        elif start < end:
            apart.append((start, end))
    return apart


class Eraser:
    def __init__(self, study: Study, writer: Writer, what: Erasure, *, again: bool = False) -> None:
        self.study, self.db, self.writer, self.what = study, study.db, writer, what
        row = self.db.execute(
            "SELECT text, first, count, state FROM document WHERE document = ?", (what.document,)
        ).fetchone()
        if row is None or row[3] == "erased":
            raise BadInput("the document is not in the study or was erased before.")
        self.text_id, self.first, self.count = row[0], row[1], row[2]
        self.ranges = [(0, max(self.count - 1, 0))]
        if what.scope != "document":
            self.ranges = list(what.segments) if again else still_there(study, what.document, what.segments)
            if not self.ranges:
                raise BadInput("these segments are not in the document or were erased before.")
        self.text = study.contents.body(self.text_id) or ""
        self.gone: dict[str, None] = {}
        self.replaced: dict[str, str] = {}

    def run(self) -> Erased:
        whole = self.what.scope == "document"
        chosen = self.ranges
        shingles = Shingles(self.gather_words())
        if whole:
            self._gather_document()
        else:
            self._mask_text(chosen)
            self._mask_chunks(chosen)
        for low, high in chosen:
            self._gather_segments(self.first + low, self.first + high)
        self._gather_contexts(chosen)
        same_words = self._mask_overlaps(shingles)
        entry = self.writer.append(
            "erased",
            {
                "scope": self.what.scope,
                "document": self.what.document,
                "segments": [list(item) for item in chosen],
                "gone": sorted({*self.gone, *self.replaced}),
                "replaced": sorted([old, new] for old, new in self.replaced.items()),
                "reason": self.writer.content("reason", self.what.reason) if self.what.reason else None,
            },
        )
        self.db.execute(
            "DELETE FROM content WHERE id IN (SELECT content FROM tombstone WHERE replica = ? AND seq = ?)", entry
        )
        self.db.execute("DELETE FROM cache_digest WHERE document = ?", (self.what.document,))
        drop_vectors(self.study, self.what.document, nobodys=True)
        return Erased(entry, len(self.gone), len(self.replaced), same_words=same_words)

    def gather_words(self) -> list[str]:
        """All that was ever said in what is withdrawn, in either language; the contents that go with it are noted."""
        whole = self.what.scope == "document"
        words = self._words(self._text_ranges(self.ranges))
        self._gather_versions()
        versions = [self.study.contents.body(content) or "" for content in self.gone]
        beside = self._gather_beside(None if whole else self.ranges)
        return [*([self.text, *versions] if whole else words), *beside]

    def _words(self, found: list[tuple[int, int]]) -> list[str]:
        """What stands in these ranges of the present text, and what stood there before each of its corrections."""
        rows = self.db.execute(
            "SELECT c.edits, l.payload FROM correction c JOIN log l ON l.replica = c.replica AND l.seq = c.seq "
            "WHERE c.document = ? AND c.live = 1 ORDER BY c.version DESC",
            (self.what.document,),
        ).fetchall()
        added = next(e for e in entries(self.db, kind="document_added") if e.payload["document"] == self.what.document)
        earlier = [*(json.loads(payload)["text"] for _, payload in rows[1:]), added.payload["text"]]
        words = [self.text[start:end] for start, end in found]
        for (edits, _), content in zip(rows, earlier, strict=False):
            found = [map_range(start, end, inverse(json.loads(edits))) for start, end in found]
            text = self.study.contents.body(content) or ""
            words += [text[start:end] for start, end in found]
        return words

    def _text_ranges(self, chosen: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Text ranges of the segments, with a speaker's label before them where it would name the person."""
        found = []
        for low, high in chosen:
            for n, start, end in self.db.execute(
                'SELECT n, start, "end" FROM segment WHERE n BETWEEN ? AND ?', (self.first + low, self.first + high)
            ).fetchall():
                before = self.db.execute(
                    'SELECT coalesce(max("end"), 0) FROM segment WHERE document = ? AND n < ?',
                    (self.what.document, n),
                ).fetchone()[0]
                found.extend(self._label_ranges(before, start))
                found.append((start, end))
        return found

    def _label_ranges(self, low: int, high: int) -> list[tuple[int, int]]:
        if self.what.speaker is None:
            return []
        row = self.db.execute(
            "SELECT name FROM speaker WHERE document = ? AND n = ?", (self.what.document, self.what.speaker)
        ).fetchone()
        name = self.study.contents.body(row[0]) if row else None
        place = self.text.rfind(name, low, high) if name else -1
        return [(place, place + len(name))] if name and place >= 0 else []

    def _gather_versions(self) -> None:
        """Every earlier version of the text goes, and for a whole document the present one."""
        for kind in ("document_added", "text_corrected"):
            for entry in entries(self.db, kind=kind):
                if entry.payload["document"] == self.what.document:
                    self._lose(entry.payload["text"])

    def _gather_beside(self, chosen: list[tuple[int, int]] | None) -> list[str]:
        """What stands beside the words goes with them: it says the same in another language."""
        found = [*contents_beside(self.study, self.what.document, chosen)]
        bodies = [self.study.contents.body(content) or "" for content, words in found if words]
        self._lose(*(content for content, _ in found))
        return bodies

    def _lose(self, *contents: str | None) -> None:
        for content in contents:
            if content and self.study.contents.body(content) is not None:
                self.gone[content] = None

    def _gather_document(self) -> None:
        for kind in ("document_added", "document_described", "segments_made"):
            for entry in entries(self.db, kind=kind):
                if entry.payload["document"] == self.what.document:
                    self._lose(*events.contents(kind, entry.payload))
        for table, column in (("speaker", "name"), ("chunk", "content")):
            for (content,) in self.db.execute(
                f"SELECT {column} FROM {table} WHERE document = ?",
                (self.what.document,),
            ):
                self._lose(content)
        for (text,) in self.db.execute(
            "SELECT text FROM memo WHERE about = 'document' AND subject = ?", (self.what.document,)
        ):
            self._lose(text)
        self._mask_site_order({body for content in self.gone if (body := self._label(content)) is not None})

    def _label(self, content: str) -> str | None:
        row = self.db.execute("SELECT body FROM content WHERE id = ? AND kind = 'label'", (content,)).fetchone()
        return None if row is None else str(row[0])

    def _mask_site_order(self, labels: set[str]) -> None:
        """A label may be a person's name, and the setting `site_order` lists labels."""
        for entry in [*entries(self.db, kind="setting_changed")]:
            if entry.payload["key"] != "site_order" or entry.payload["text"] is None:
                continue
            content = self.writer.fold.resolve(entry.payload["text"])
            listed: list[str] = json.loads(self.study.contents.body(content) or "[]")
            if not labels.isdisjoint(listed):
                kept = [WITHDRAWN if label in labels else label for label in listed]
                self.replaced[content] = self.writer.content("setting", json.dumps(kept))

    def _mask_text(self, chosen: list[tuple[int, int]]) -> None:
        edits = [[start, end, len(WITHDRAWN)] for start, end in _apart(self._text_ranges(chosen))]
        text = apply_edits(self.text, [(start, end, WITHDRAWN) for start, end, _ in edits])
        self.writer.append(
            "text_corrected",
            {
                "document": self.what.document,
                "text": self.writer.content("text", text),
                "length": len(text),
                "edits": edits,
                "reason": "withdrawal",
            },
        )
        if self.what.speaker is not None:
            (name,) = self.db.execute(
                "SELECT name FROM speaker WHERE document = ? AND n = ?", (self.what.document, self.what.speaker)
            ).fetchone()
            self.replaced[name] = self.writer.content("speaker", WITHDRAWN)

    def _mask_chunks(self, chosen: list[tuple[int, int]]) -> None:
        """The lists of segments keep numbers and places; ids and attributes of what was withdrawn go."""
        for (content,) in self.db.execute(
            "SELECT content FROM chunk WHERE document = ? ORDER BY k", (self.what.document,)
        ).fetchall():
            body = self.study.contents.body(content)
            rows: list[list[Any]] = json.loads(body) if body else []
            kept = [[*row[:9], None, []] if any(low <= row[0] <= high for low, high in chosen) else row for row in rows]
            if kept != rows:
                self.replaced[content] = self.writer.content("segments", json.dumps(kept, separators=(",", ":")))

    def _gather_segments(self, first: int, last: int) -> None:
        for query in SAID:
            for (content,) in self.db.execute(query, (first, last)).fetchall():
                self._lose(content)

    def _gather_contexts(self, chosen: list[tuple[int, int]]) -> None:
        """Answers and rationales in whose context the words stood, also those for other segments."""
        withdrawn = {f"{self.what.document}.{n}" for low, high in chosen for n in range(low, high + 1)}
        for notes, raw, context in self.db.execute(
            "SELECT notes, raw, context FROM suggestion_set UNION ALL SELECT content, NULL, context FROM model_words"
        ).fetchall():
            if not withdrawn.isdisjoint(json.loads(context)):
                self._lose(notes, raw)

    def _mask_overlaps(self, shingles: Shingles) -> list[str]:
        """Eight words in a row, wherever else they stand (memos, definitions, older wordings), are masked.

        Other documents are not touched: their ids are given back, for a person to look at.
        """
        same_words: list[str] = []
        current = self.db.execute("SELECT text FROM document WHERE document = ?", (self.what.document,)).fetchone()[0]
        for content, kind, masked in overlaps(self.study, shingles, {*self.gone, *self.replaced, current}):
            if masked is None:
                same_words.extend(item for item in self._documents_with(content) if item not in same_words)
            else:
                self.replaced[content] = self.writer.content(kind, masked)
        return same_words

    def _documents_with(self, text: str) -> list[str]:
        """The document that a text is a version of, or stands beside: older versions hold the words as well."""
        found = [document for document in documents_of(self.study, text) if document != self.what.document]
        for kind in ("document_added", "text_corrected"):
            for entry in entries(self.db, kind=kind):
                if entry.payload["text"] == text and entry.payload["document"] not in found:
                    found.append(entry.payload["document"])
        return found


_JSON_KINDS = ("wording", "proposal", "notes", "segments", "attributes", "parameters")


def overlaps(study: Study, shingles: Shingles, but: Container[str] = ()) -> Iterator[tuple[str, str, str | None]]:
    """(content, kind, what it becomes) of all that holds some of these runs of words; None for texts that are coded and
    those beside them, which are a person's to change. `but`: contents that are left as they are."""
    masks = ",".join("?" * len(_KEEP))
    rows = study.db.execute(f"SELECT id, kind FROM content WHERE kind NOT IN ({masks})", _KEEP).fetchall()
    for content, kind in rows:
        if content in but:
            continue
        body = study.contents.body(content) or ""
        masked = mask_strings(body, shingles.mask) if kind in _JSON_KINDS else shingles.mask(body)
        if masked != body:
            yield content, kind, None if kind in ("text", SECOND) else masked
