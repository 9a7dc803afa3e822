"""Reading a REFI-QDA project: names and references put in order, texts found, nothing stored yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.exchange.bring_in import Incoming, Wish
from suggest.exchange.listed import ListedCode
from suggest.exchange.projects.foreign_in import FOREIGN_ENDINGS, NoFiles, read_foreign
from suggest.exchange.refi.archive import MAX_TEXT, Archive
from suggest.exchange.refi.codebook_out import ORIGIN
from suggest.exchange.refi.codes_in import codes_of
from suggest.exchange.refi.found import FoundFile
from suggest.exchange.refi.own_in import OwnFile, read_own
from suggest.exchange.refi.project_out import LOG_NAME
from suggest.exchange.refi.provenance import NOTE_NAME
from suggest.exchange.refi.sources_out import MEMO_NAME, TYPED_MEMO
from suggest.exchange.refi.texts_in import Reader, TextRead
from suggest.exchange.refi.tidy import coder_name, document_label, free, one_name
from suggest.exchange.refi.xml_in import read_xml
from suggest.exchange.second_in import second_beside
from suggest.study.documents import check_label
from suggest.study.events import MEMO_TYPES
from suggest.study.people import check_name
from suggest.study.project_import import NewMemo
from suggest.text.decoding import decode_content
from suggest.text.documents import preview

_TYPED = {TYPED_MEMO.format(type_): type_ for type_ in MEMO_TYPES}


@dataclass(frozen=True)
class IncomingDocument:
    """A document of a project as it would be stored, and what is said of it."""

    incoming: Incoming
    read: TextRead


@dataclass(frozen=True)
class IncomingProject:
    """A project read and put in order. `untaken` counts what has no place here, by kind; `notices` are remarks."""

    file: str
    name: str
    documents: tuple[IncomingDocument, ...]
    codes: tuple[ListedCode, ...]
    code_memos: Mapping[str, Sequence[NewMemo]]
    memos: tuple[NewMemo, ...]
    notices: tuple[str, ...]
    untaken: Mapping[str, int]

    @property
    def codings(self) -> int:
        return sum(len(item.read.codings) for item in self.documents)

    @property
    def coders(self) -> tuple[str, ...]:
        """Who coded, in the order of the text."""
        return tuple(dict.fromkeys(one.coder for item in self.documents for one in item.read.codings))


def read_project(path: Path, wish: Wish, progress: Callable[[int, int], None] | None = None) -> IncomingProject:
    """The project in a .qdpx or .qde file, or of Taguette or QualCoder. BadInput for what is not well-formed, no
    project, damaged or unsafe.

    A file that breaks the standard is read as far as it makes sense; the notices and `untaken` say what was found.
    """
    if wish.label is not None or {*(wish.mapping or {})} - {"speakers"}:
        raise UsageError("A project names its documents itself: --label and --map are for single files.")
    if path.suffix.casefold() in FOREIGN_ENDINGS:
        return _Reading(path, NoFiles(), read_foreign(path), wish).read(progress)
    with Archive(path) as archive:
        with archive.project() as stream:
            found = read_xml(stream, path.name)
        if found.kind != "Project":
            advice = "'secondcoder codes STUDY import FILE' takes a codebook."
            raise BadInput("this is a codebook, not a project.", file=path.name, advice=advice)
        return _Reading(path, archive, found, wish).read(progress)


class _Reading:
    """Puts what a file says in order: names, references, texts."""

    def __init__(self, path: Path, archive: Archive | NoFiles, found: FoundFile, wish: Wish) -> None:
        self._path, self._archive, self._found, self._wish = path, archive, found, wish
        self._ours = found.origin.startswith(ORIGIN)
        self._from_us = self._ours or any(one.name == LOG_NAME for one in found.texts)
        self._own = read_own(archive) if self._ours and isinstance(archive, Archive) else OwnFile()
        self._users = _coder_names(found.users, self._ours)
        self._only = next(iter(self._users.values())) if len(self._users) == 1 else None
        self._memos: dict[str, NewMemo | None] = {}
        self._noted: set[str] = set()

    def read(self, progress: Callable[[int, int], None] | None) -> IncomingProject:
        found = self._found
        codes = codes_of(found, self._path.name, self._own.codes)
        reader = Reader(
            self._archive,
            found,
            self._own,
            self._wish,
            codes.by_guid,
            self._coder,
            self._memo,
            self._ours,
        )
        documents: list[IncomingDocument] = []
        notices = [*found.warnings, *codes.notices]
        sources = [one for one in found.texts if not self._is_log(one.guid, one.name)]
        if sources and not self._own.documents and self._from_us:
            notices.append(
                "The project came from Second Coder, but what it said of consent is gone: set consent anew, for "
                "documents and speakers, before anything is suggested or exported."
            )
        attributes = self._attributes()
        labels: set[str] = set()
        for n, source in enumerate(sources):
            if progress is not None:
                progress(n, len(sources))
            own_label = self._ours and _holds(check_label, source.name)
            label = free(source.name if own_label else document_label(source.name, source.path, n + 1), labels)
            read = reader.read(source, label)
            if read is None:
                continue
            labels.add(label)
            named = dict(read.document.attributes) or {
                **attributes.get(source.guid, {}),
                **_named(found.variables, source.values),
            }
            given = {**named, **(self._wish.attributes or {})}
            second = second_beside(read.document, self._path.name)
            incoming = Incoming(self._path.name, read.document, given, preview([read.document])[0], second)
            documents.append(IncomingDocument(incoming, read))
            notices += read.notices
        notices += self._on_answers(documents)
        code_memos = {
            item.key: memos
            for item, code in zip(codes.codes, found.codes, strict=True)
            if (memos := [memo for guid in code.notes if (memo := self._memo(guid)) is not None])
        }
        untaken = Counter(found.untaken)
        untaken.update(reader.untaken)
        project = IncomingProject(
            self._path.name,
            one_name(found.name, 150, self._path.stem),
            tuple(documents),
            codes.codes,
            code_memos,
            tuple(self._project_memos()),
            tuple(dict.fromkeys(notices)),
            {what: count for what, count in untaken.items() if count},
        )
        if not documents and not codes.codes:
            left = ", ".join(f"{what} ({count})" for what, count in project.untaken.items())
            advice = f"Not taken: {left}." if left else "Check that the right file was exported."
            raise BadInput("the project holds nothing that can be taken.", file=self._path.name, advice=advice)
        return project

    def _on_answers(self, documents: Sequence[IncomingDocument]) -> list[str]:
        """What has to be known of the codings before agreement is computed from them."""
        said = []
        guessed = any(item.read.codings and item.read.completed is None for item in documents)
        if guessed:
            said.append(
                "Only segments that bear a code count as answered, since the file does not say what was read and given "
                "no code: agreement computed from these codings looks too high."
            )
        shown = sum(len(spans) for item in documents for spans in item.read.shown.values())
        if shown:
            said.append(
                f"In {shown} segments coders had suggestions on screen: the audit keeps their answers there apart from "
                "blind ones."
            )
        if self._from_us and any(item.read.codings and not item.read.on_record for item in documents):
            said.append(
                "For some documents the file does not say any more whether suggestions were on screen: those codings "
                "count as blind, though they may have been. Their agreement is no measure of reliability."
            )
        return said

    def _is_log(self, guid: str, name: str) -> bool:
        """Whether a source is the log that we put into a project, though other programs wrote the project since."""
        return name == LOG_NAME or (self._ours and guid == self._own.log)

    def _coder(self, guid: str) -> str:
        return self._users.get(guid) or self._only or "unknown coder"

    def _memo(self, guid: str) -> NewMemo | None:
        """The memo that a note becomes; None where there is none of that GUID, or no words in it."""
        if guid not in self._memos:
            note = self._found.notes.get(guid)
            words = None
            if note is not None:
                words = note.content if note.content is not None else self._file(note.path)
            if note is None or words is None or not (words.strip() or note.name.strip()):
                self._memos[guid] = None
            else:
                type_ = _TYPED.get(note.name) if self._ours else None
                title = "" if type_ or (self._ours and note.name in (MEMO_NAME, NOTE_NAME)) else note.name.strip()
                kept = words if self._ours else words.strip()
                text = kept if not title or kept.startswith(title.rstrip("….")) else f"{title}\n\n{kept}".strip()
                writer = self._coder(note.user) if note.user else None
                self._memos[guid] = NewMemo(writer, text.replace("\x00", ""), type_)
        self._noted.add(guid)
        return self._memos[guid]

    def _file(self, path: str) -> str | None:
        held = self._archive.text(path) if path else None
        if held is None or len(held) > MAX_TEXT:
            return None
        try:
            return decode_content(held, path).removeprefix("\ufeff")
        except BadInput:
            return None

    def _project_memos(self) -> list[NewMemo]:
        """Notes on the project, its description, and notes that nothing refers to. Our own description says only what
        the log says."""
        found = self._found
        listed = [*found.project_notes, *(guid for guid in found.notes if guid not in self._noted)]
        memos = [memo for guid in dict.fromkeys(listed) if (memo := self._memo(guid)) is not None]
        if found.description.strip() and not self._ours:
            memos.append(NewMemo(None, found.description.strip()))
        return memos

    def _attributes(self) -> dict[str, dict[str, str]]:
        """What cases and sets say of sources, by source: a case's name and values, the names of sets."""
        found = self._found
        said: dict[str, dict[str, list[str]]] = {}
        for case in found.cases:
            pairs = {"case": one_name(case.name, 500, ""), **_named(found.variables, case.values)}
            for source in case.sources:
                for key, value in pairs.items():
                    said.setdefault(source, {}).setdefault(key, []).append(value)
        for one in found.sets:
            for source in one.sources:
                said.setdefault(source, {}).setdefault("set", []).append(one_name(one.name, 500, ""))
        return {
            source: {key: "; ".join(dict.fromkeys(filter(None, values))) for key, values in held.items() if any(values)}
            for source, held in said.items()
        }


def _holds(check: Callable[[str], None], name: str) -> bool:
    """Whether a study can hold the name as it is."""
    try:
        check(name)
    except BadInput:
        return False
    return True


def _coder_names(users: Mapping[str, str], ours: bool) -> dict[str, str]:
    """Names for the users by GUID, each once; as they are where we wrote them."""
    taken: set[str] = set()
    named: dict[str, str] = {}
    for guid, name in users.items():
        named[guid] = free(name if ours and _holds(check_name, name) else coder_name(name), taken)
        taken.add(named[guid])
    return named


def _named(variables: Mapping[str, str], values: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Attributes from values of variables; those of a variable that is missing or has no name are left out."""
    return {name: value for guid, value in values if (name := one_name(variables.get(guid, ""), 200, ""))}
