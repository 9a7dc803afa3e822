"""A whole project from another program in one transaction: documents, codes, coders, codings, memos, or nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suggest.study.adding import NewDocument, add_documents_within, check_documents
from suggest.study.codes import NewCode, add_codes_within
from suggest.study.documents import ranges
from suggest.study.imports import WITHIN, import_coders, imported_round, segment_places
from suggest.study.log import EntryRef, Writer
from suggest.study.second_writing import NewSecond, add_second_within
from suggest.study.settings import get_setting
from suggest.study.study import Study


@dataclass(frozen=True, slots=True)
class NewMemo:
    """A memo by a person (name), None for whoever brings it in; `type` is one of MEMO_TYPES, None for a plain note."""

    coder: str | None
    text: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class RangeCoding:
    """A code (a key of the new codes, or an id) that a person (name) applied to a half-open range of a document.

    `at` is when, in seconds since 1970, None if it is not known.
    """

    coder: str
    code: str
    start: int
    end: int
    at: int | None = None
    memos: tuple[NewMemo, ...] = ()


@dataclass(frozen=True)
class ProjectDocument:
    """A document to be stored, or one of the study's (`known`, an id), with what is said of it.

    `spots` are memos at an offset: they go to the segment there. `consent` holds (speaker or None, flag), `completed`
    the ordinals of segments that a person (name) read and answered, beside those that bear a code, `shown` the
    half-open ranges that a person answered with suggestions on screen. `second` is what is to stand beside a document
    of the study that has nothing there.
    """

    new: NewDocument | None
    known: str | None = None
    codings: Sequence[RangeCoding] = ()
    memos: Sequence[NewMemo] = ()
    spots: Sequence[tuple[int, NewMemo]] = ()
    consent: Sequence[tuple[str | None, str]] = ()
    completed: Mapping[str, Collection[int]] = field(default_factory=dict)
    shown: Mapping[str, Collection[tuple[int, int]]] = field(default_factory=dict)
    second: NewSecond | None = None


@dataclass(frozen=True)
class Project:
    """What to store. `code_memos` are on codes by key or id; `round` is the name of a round of its own."""

    round: str
    documents: Sequence[ProjectDocument]
    codes: Sequence[NewCode] = ()
    code_memos: Mapping[str, Sequence[NewMemo]] = field(default_factory=dict)
    memos: Sequence[NewMemo] = ()


@dataclass
class StoredProject:
    """What was stored: ids of the documents, new or not, and of the new codes, the round (None without codings), and
    counts.

    `no_segment` counts codings and memos in documents that have no segment they could stand on.
    """

    documents: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    round: str | None = None
    codings: int = 0
    memos: int = 0
    new_coders: list[str] = field(default_factory=list)
    no_segment: int = 0


def import_project(study: Study, actor: str, project: Project) -> StoredProject:
    """Store all of it as the coder `actor` (an id), the same text twice if it is there twice.

    BadInput, and nothing is stored, for what cannot be.
    """
    new = [item.new for item in project.documents if item.new is not None]
    check_documents(new)
    with study.write(actor) as writer:
        return _Storing(study, writer, project).store(new)


class _Storing:
    def __init__(self, study: Study, writer: Writer, project: Project) -> None:
        self.study, self.writer, self.project = study, writer, project
        self.done = StoredProject()
        self.codes: dict[str, str] = {}
        self.coders: dict[str, str] = {}
        self._timing = get_setting(study, "timing")

    def store(self, new: Sequence[NewDocument]) -> StoredProject:
        project, done = self.project, self.done
        added = iter(add_documents_within(self.study, self.writer, new, again=True))
        ids = [next(added) if item.new is not None else item.known or "" for item in project.documents]
        done.documents = ids
        for id_, item in zip(ids, project.documents, strict=True):
            if item.second is not None:
                add_second_within(self.writer, id_, self.writer.fold.span(id_)[1], item.second)
        if project.codes:
            self.codes = add_codes_within(self.study, self.writer, project.codes)
            done.codes = list(self.codes.values())
        self.coders, done.new_coders = import_coders(self.study, self.writer, _names(project))
        coding = dict.fromkeys(name for item in project.documents for name in _coding(item))
        if coding:
            done.round = imported_round(self.writer, project.round, [self.coders[name] for name in coding])
        for id_, item in zip(ids, project.documents, strict=True):
            self._document(id_, item)
        for code, held in project.code_memos.items():
            for memo in held:
                self._memo(memo, "code", self.codes.get(code, code))
        for memo in project.memos:
            self._memo(memo, "study", None)
        return done

    def _document(self, id_: str, item: ProjectDocument) -> None:
        if item.new is not None:
            self._consent(id_, item.new, item.consent)
        for memo in item.memos:
            self._memo(memo, "document", id_)
        if not item.codings and not item.spots and not item.completed:
            return
        places = segment_places(self.study, id_)
        if not places:
            self.done.no_segment += len(item.codings) + len(item.spots)
            return
        spans = _Spans(places)
        by_coder: dict[str, list[RangeCoding]] = {name: [] for name in _coding(item)}
        for one in item.codings:
            by_coder.setdefault(one.coder, []).append(one)
        roles = dict(self.study.db.execute(f"SELECT ord, role FROM segment {WITHIN}", (id_,)).fetchall())
        for coder, codings in by_coder.items():
            read = {*(n for one in codings for n in spans.touched(one.start, one.end)), *item.completed.get(coder, ())}
            touched = sorted(n for n in read if roles.get(n) == "data")
            seen = {n for start, end in item.shown.get(coder, ()) for n in spans.touched(start, end)}
            plain = [one for one in codings if not one.memos]
            self._codings(id_, coder, plain, spans, touched, seen)
            for one in codings:
                if one.memos:  # an entry of its own, so that the memo says which coding it is on
                    entry = self._codings(id_, coder, [one], spans, [])
                    for memo in one.memos:
                        self._memo(memo, "coding", None, entry)
        for offset, memo in item.spots:
            self._memo(memo, "segment", f"{id_}.{spans.at(offset)}")

    def _codings(
        self,
        id_: str,
        coder: str,
        codings: Sequence[RangeCoding],
        spans: _Spans,
        touched: Sequence[int],
        seen: Collection[int] = (),
    ) -> EntryRef:
        used = sorted({self.codes.get(one.code, one.code) for one in codings})
        index = {code: i for i, code in enumerate(used)}
        rows = sorted(
            (
                [index[self.codes.get(one.code, one.code)], spans.at(one.start), one.start, one.end, self._time(one.at)]
                for one in codings
            ),
            key=lambda row: (row[1], row[2], row[3], row[0]),
        )
        payload: dict[str, Any] = {
            "round": self.done.round,
            "coder": self.coders[coder],
            "document": id_,
            "codes": used,
            "codings": [row[:4] for row in rows],
            "completed": ranges(touched),
        }
        if any(row[4] is not None for row in rows):
            payload["times"] = [row[4] for row in rows]
        if shown := [n for n in touched if n in seen]:
            payload["shown"] = ranges(shown)
        self.done.codings += len(rows)
        return self.writer.append("codings_imported", payload)

    def _time(self, at: int | None) -> int | None:
        if at is None or at < 0 or self._timing == "off":
            return None
        return at if self._timing == "full" else at - at % 60

    def _memo(self, memo: NewMemo, about: str, subject: str | None, coding: EntryRef | None = None) -> None:
        self.writer.append(
            "memo_written",
            {
                "coder": self.writer.actor if memo.coder is None else self.coders[memo.coder],
                "about": about,
                "subject": subject,
                "coding": None if coding is None else list(coding),
                "text": self.writer.content("memo", memo.text),
                "ref": None,
                **({"type": memo.type} if memo.type else {}),
            },
        )
        self.done.memos += 1

    def _consent(self, id_: str, new: NewDocument, consent: Sequence[tuple[str | None, str]]) -> None:
        speakers = list(dict.fromkeys(one.speaker for one in new.segments if one.speaker is not None))
        for name, flag in consent:
            if name is None or name in speakers:
                number = None if name is None else speakers.index(name)
                payload = {"document": id_, "speaker": number, "flag": flag, "on": True}
                self.writer.append("consent_set", payload)


class _Spans:
    """The segments of a document by their ordinals, found by offset."""

    def __init__(self, places: Mapping[int, tuple[int, int]]) -> None:
        ordered = sorted((start, end, ordinal) for ordinal, (start, end) in places.items())
        self._starts = [start for start, _, _ in ordered]
        self._ends = [end for _, end, _ in ordered]
        self._ordinals = [ordinal for _, _, ordinal in ordered]

    def at(self, offset: int) -> int:
        """The segment at an offset; between two the later one, at the end the last."""
        place = max(0, bisect_right(self._starts, offset) - 1)
        if offset >= self._ends[place] and place + 1 < len(self._starts):
            place += 1
        return self._ordinals[place]

    def touched(self, start: int, end: int) -> Sequence[int]:
        """The segments that a half-open range runs over."""
        first = max(0, bisect_right(self._starts, start) - 1)
        if self._ends[first] <= start:
            first += 1
        last = bisect_right(self._starts, end - 1)
        return self._ordinals[first:last]


def _coding(item: ProjectDocument) -> list[str]:
    """Who coded or read a document."""
    return list(dict.fromkeys([*(one.coder for one in item.codings), *item.completed]))


def _names(project: Project) -> list[str]:
    names: dict[str, None] = {}
    for item in project.documents:
        names.update((name, None) for name in _coding(item))
        said = [*item.memos, *(memo for _, memo in item.spots), *(memo for one in item.codings for memo in one.memos)]
        names.update((memo.coder, None) for memo in said if memo.coder is not None)
    said = [*project.memos, *(memo for held in project.code_memos.values() for memo in held)]
    names.update((memo.coder, None) for memo in said if memo.coder is not None)
    return list(names)
