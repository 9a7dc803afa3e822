"""A project that was read meets the study: what is here already stays, what is new is stored, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from suggest.errors import BadInput
from suggest.exchange.bring_in import new_document
from suggest.exchange.codings import free_round_name
from suggest.exchange.refi.codes_in import place_codes
from suggest.exchange.refi.project_in import IncomingDocument, IncomingProject
from suggest.exchange.refi.texts_in import TextRead
from suggest.exchange.refi.tidy import free
from suggest.study.adding import same_text
from suggest.study.codes import read_codes
from suggest.study.documents import Document, document_text, list_documents
from suggest.study.outflow import worked_units
from suggest.study.people import coders
from suggest.study.project_import import NewMemo, Project, ProjectDocument, RangeCoding, import_project
from suggest.study.second_text import SecondReader
from suggest.study.second_writing import NewSecond
from suggest.study.segments import Segment, segments
from suggest.study.study import Study
from suggest.study.units import codings as stored_codings
from suggest.text.transcripts import Segment as ReadSegment


@dataclass(frozen=True)
class BroughtIn:
    """What was stored: the ids of all documents of the project and which of them are new, counts, the round of the
    codings, and remarks on how it met what the study has."""

    documents: tuple[str, ...]
    new: tuple[bool, ...]
    codes: int
    codings: int
    memos: int
    round: str | None
    new_coders: tuple[str, ...]
    notices: tuple[str, ...]


def bring_project_in(study: Study, actor: str, project: IncomingProject, *, again: bool = False) -> BroughtIn:
    """Store it whole or not at all, its codings in a round of their own. BadInput if all of it is here already.

    A document whose very text the study has is not stored twice (but with `again`): its codings go to that one.
    """
    placed = place_codes(project.codes, read_codes(study))
    meeting = _Meeting(study, placed.known)
    documents = [meeting.document(item, again=again) for item in project.documents]
    memos = {placed.known.get(key, key): held for key, held in project.code_memos.items()}
    plan = Project(
        free_round_name(study, project.name),
        documents,
        placed.new,
        {code: meeting.memos(held) for code, held in memos.items()},
        meeting.memos(project.memos),
    )
    if not placed.new and not any(item.new or item.codings or item.completed or item.second for item in documents):
        what = "everything in this project is in the study already; nothing was stored."
        advice = meeting.not_beside() or "Say --again to take it a second time."
        raise BadInput(what, file=project.file, advice=advice)
    done = import_project(study, actor, plan)
    notices = [*placed.notices, *meeting.notices()]
    if done.no_segment:
        notices.append(f"{done.no_segment} codings and memos are in documents without a segment; they were not taken.")
    return BroughtIn(
        tuple(done.documents),
        tuple(item.new is not None for item in documents),
        len(done.codes),
        done.codings,
        done.memos,
        plan.round if done.round else None,
        tuple(done.new_coders),
        tuple(notices),
    )


@dataclass
class _Meeting:
    """What happens where a project meets what the study has: labels, texts, names of coders, codings."""

    study: Study
    known_codes: Mapping[str, str]
    twice: int = 0
    here: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._labels = {item.label for item in list_documents(self.study)}
        self._people = {coder.name: coder.id for coder in coders(self.study)}
        self._models = {coder.name for coder in coders(self.study) if coder.type == "model"}

    def document(self, item: IncomingDocument, *, again: bool) -> ProjectDocument:
        read = item.read
        known = None if again else same_text(self.study, read.document.text)
        if known is not None and document_text(self.study, known.id) == read.document.text:
            self.here.append(known.label)
            codings = self._further(known.id, read.codings)
            spots = self._spots(read) if codings else ()
            second = self._second(item, known)
            return ProjectDocument(
                None, known.id, codings, (), spots, (), self._completed(read, known), self._shown(read), second
            )
        label = free(read.document.label, self._labels)
        if label != read.document.label:
            self.renamed.append(label)
        self._labels.add(label)
        new = new_document(replace(item.incoming, document=replace(read.document, label=label)))
        codings = [self._person(one) for one in read.codings]
        return ProjectDocument(
            new,
            None,
            codings,
            self.memos(read.memos),
            self._spots(read),
            read.consent,
            self._completed(read),
            self._shown(read),
        )

    def _second(self, item: IncomingDocument, known: Document) -> NewSecond | None:
        """What comes to stand beside a document of the study that has nothing there, and the same segments."""
        second = item.incoming.second
        if second is None or SecondReader(self.study).of(known.id) is not None:
            return None
        if _ranges(item.read.document.segments) != _ranges(segments(self.study, known.id)):
            self.beside.append(known.label)
            return None
        return second

    def memos(self, memos: Sequence[NewMemo]) -> list[NewMemo]:
        return [replace(memo, coder=self._name(memo.coder)) for memo in memos]

    def _spots(self, read: TextRead) -> list[tuple[int, NewMemo]]:
        return [(at, replace(memo, coder=self._name(memo.coder))) for at, memo in read.spots]

    def _completed(self, read: TextRead, known: Document | None = None) -> dict[str, frozenset[int]]:
        """Who completed what. In a document of the study (`known`) only of those who have not worked on it here: the
        codings of the others stay where they are, so that they would seem to have said no."""
        here = {coder for _, coder in worked_units(self.study, known)} if known else set()
        named = {self._name(name) or name: done for name, done in (read.completed or {}).items()}
        found = {name: done for name, done in named.items() if done and self._people.get(name) not in here}
        if known and found and _ranges(read.document.segments) != _ranges(segments(self.study, known.id)):
            self.unread.append(known.label)
            return {}
        return found

    def _shown(self, read: TextRead) -> dict[str, Sequence[tuple[int, int]]]:
        return {self._name(name) or name: spans for name, spans in read.shown.items()}

    def _name(self, name: str | None) -> str | None:
        return f"{name} (imported)" if name in self._models else name

    def _person(self, coding: RangeCoding) -> RangeCoding:
        name = self._name(coding.coder) or coding.coder
        return replace(coding, coder=name, memos=tuple(self.memos(coding.memos)), code=self._code(coding.code))

    def _code(self, key: str) -> str:
        return self.known_codes.get(key, key)

    def _further(self, document: str, codings: Sequence[RangeCoding]) -> list[RangeCoding]:
        """Those that the study does not have of the same coder."""
        held = {(one.coder, one.code, one.start, one.end) for one in stored_codings(self.study, document=document)}
        wanted = [self._person(one) for one in codings]
        new = [one for one in wanted if (self._people.get(one.coder), one.code, one.start, one.end) not in held]
        self.twice += len(wanted) - len(new)
        return new

    def not_beside(self) -> str:
        if not self.beside:
            return ""
        return (
            "The other language was not taken where the study has other segments, 'secondcoder add' with "
            f"--original-of or --translation-of brings it in: {', '.join(self.beside[:8])}."
        )

    def notices(self) -> list[str]:
        said = []
        if self.here:
            said.append(
                f"{len(self.here)} documents are in the study already, with the same text; what is new was put there: "
                f"{', '.join(self.here[:8])}."
            )
        if self.twice:
            said.append(f"{self.twice} codings are in the study already; they were not taken again.")
        if self.unread:
            said.append(
                "What was read and given no code was not taken where the study has other segments, so that agreement "
                f"looks too high: {', '.join(self.unread[:8])}."
            )
        if self.beside:
            said.append(self.not_beside())
        if self.renamed:
            said.append(f"Labels that were taken have got a number: {', '.join(self.renamed[:8])}.")
        return said


def _ranges(listed: Iterable[Segment | ReadSegment]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in listed]
