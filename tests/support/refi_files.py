"""REFI-QDA files for tests: projects written by hand, and what a study holds in a form that can be compared."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from suggest.study.codes import read_codes
from suggest.study.coding_facts import coding_facts
from suggest.study.documents import document_text, list_documents
from suggest.study.memos import all_memos
from suggest.study.people import coders
from suggest.study.segments import SegmentReader, all_details, segments
from suggest.study.study import Study

NAMESPACE = "urn:QDA-XML:project:1.0"


def guid(name: object) -> str:
    """A GUID for a name, the same each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(name)))


@dataclass(frozen=True)
class Selection:
    """A selection with codings by (code, user); `name` None: the words themselves."""

    start: int
    end: int
    codings: Sequence[tuple[str, str]] = (("A", "Ann"),)
    name: str | None = None
    inside: str = ""


@dataclass
class Source:
    """A text source; `text` is what its file holds, `raw` its bytes where they are others."""

    name: str
    text: str
    selections: Sequence[Selection] = ()
    raw: bytes | None = None
    path: str | None = None
    further: str = ""


@dataclass
class Project:
    """A project of another program; every part can be replaced by text of one's own."""

    sources: Sequence[Source] = (Source("BU", "I waited for hours.\nNobody came.\n", [Selection(2, 8)]),)
    users: Mapping[str, str] = field(default_factory=lambda: {"Ann": "Ann", "Bob": "Bob"})
    codes: str | None = None
    variables: str = ""
    cases: str = ""
    notes: str = ""
    more: str = ""
    head: str = '<?xml version="1.0" encoding="utf-8"?>'
    origin: str = ' origin="Another Program 1"'
    namespace: str = NAMESPACE
    entry: str = "project.qde"
    entries: Mapping[str, bytes] = field(default_factory=dict)
    leave_out: Sequence[str] = ()

    def xml(self) -> str:
        users = "".join(
            f"<User guid={quoteattr(guid(key))} name={quoteattr(name)}/>" for key, name in self.users.items()
        )
        codes = self.codes if self.codes is not None else code("A", code("B")) + code("C")
        book = f"<CodeBook><Codes>{codes}</Codes></CodeBook>" if codes else ""
        sources = "".join(self._source(source) for source in self.sources)
        return (
            f'{self.head}<Project xmlns="{self.namespace}" name="P"{self.origin}>'
            f"{f'<Users>{users}</Users>' if users else ''}{book}{self.variables}{self.cases}"
            f"<Sources>{sources}</Sources>{self.notes}{self.more}</Project>"
        )

    def _source(self, source: Source) -> str:
        path = source.path if source.path is not None else f"internal://{guid(source.name)}.txt"
        return (
            f'<TextSource guid="{guid(source.name)}" name={quoteattr(source.name)} plainTextPath={quoteattr(path)}>'
            + "".join(self._selection(source, n, one) for n, one in enumerate(source.selections))
            + source.further
            + "</TextSource>"
        )

    def _selection(self, source: Source, n: int, one: Selection) -> str:
        name = source.text[one.start : one.end] if one.name is None else one.name
        codings = "".join(
            f'<Coding guid="{guid((source.name, n, k))}" creatingUser="{guid(user)}">'
            f'<CodeRef targetGUID="{guid(used)}"/></Coding>'
            for k, (used, user) in enumerate(one.codings)
        )
        return (
            f'<PlainTextSelection guid="{guid((source.name, n))}" name={quoteattr(" ".join(name.split()))} '
            f'startPosition="{one.start}" endPosition="{one.end}">{codings}{one.inside}</PlainTextSelection>'
        )

    def write(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(self.entry, self.xml())
            for source in self.sources:
                if source.name not in self.leave_out:
                    raw = source.text.encode("utf-8") if source.raw is None else source.raw
                    archive.writestr(f"sources/{guid(source.name)}.txt", raw)
            for name, content in self.entries.items():
                archive.writestr(name, content)
        return path

    def bytes(self) -> bytes:
        made = io.BytesIO()
        self.write(made)  # type: ignore[arg-type]
        return made.getvalue()


def code(name: str, inside: str = "", *, id_: object = None, description: str = "", more: str = "") -> str:
    """A code; its GUID is that of its name unless `id_` says otherwise."""
    said = f"<Description>{escape(description)}</Description>" if description else ""
    return (
        f'<Code guid="{guid(name if id_ is None else id_)}" name={quoteattr(name)} isCodable="true"{more}>'
        f"{said}{inside}</Code>"
    )


def held(study: Study) -> dict[str, Any]:
    """What a study holds, without ids: to be compared with what another one holds."""
    names = {coder.id: coder.name for coder in coders(study)}
    codes = {item.id: item for item in read_codes(study)}
    documents = {item.id: item for item in list_documents(study)}
    facts = [(item, one) for item in documents.values() for one in coding_facts(study, item.id)]
    by_entry = {one.entry: (item.label, one.start, one.end, codes[one.code].path) for item, one in facts}
    reader = SegmentReader(study)

    def subject(memo: Any) -> Any:
        if memo.about == "segment":
            one = reader.number(memo.segment)
            assert one is not None
            return one.label, one.start, one.end
        if memo.about == "coding":
            return by_entry[memo.coding]
        return {"document": lambda: documents[memo.subject].label, "code": lambda: codes[memo.subject].path}.get(
            memo.about, lambda: None
        )()

    return {
        "documents": {
            item.label: (
                document_text(study, item.id),
                item.unit,
                dict(item.attributes),
                sorted(item.consent, key=repr),
                [
                    (one.start, one.end, one.role, one.speaker, one.paragraph_from, one.paragraph_to, one.time_from,
                     one.time_to, all_details(study, item.id)[one.ordinal])
                    for one in segments(study, item.id)
                ],
            )
            for item in documents.values()
        },
        "codes": {item.path: item.wording for item in codes.values()},
        "order": [item.path for item in codes.values()],
        "codings": Counter(
            (item.label, one.start, one.end, names[one.coder], codes[one.code].path, one.at) for item, one in facts
        ),
        "memos": Counter((memo.about, subject(memo), names[memo.coder], memo.text) for memo in all_memos(study)),
    }  # fmt: skip
