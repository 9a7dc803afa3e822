"""The study as a REFI-QDA project (.qdpx): documents, codes, codings with their coders, memos, attributes, the log."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice, coder_names
from suggest.exchange.refi import own_out
from suggest.exchange.refi.beside_out import beside_of
from suggest.exchange.refi.codebook_out import origin, write_codes
from suggest.exchange.refi.memos_out import Memos, gather
from suggest.exchange.refi.provenance import description_of, read_origins
from suggest.exchange.refi.sources_out import Context, write_source
from suggest.exchange.refi.xml_out import PROJECT, Guids, XmlWriter
from suggest.exchange.wordings_out import codes_going_out
from suggest.printable import counted
from suggest.study.coding_facts import documents_added, lost_codings
from suggest.study.documents import Document, document_text, list_documents
from suggest.study.log import entries
from suggest.study.outflow import how_answered
from suggest.study.people import coders
from suggest.study.rounds import rounds
from suggest.study.runs import MODEL_PREFIX
from suggest.study.segments import segments
from suggest.study.settling import settlements
from suggest.study.study import Study

LOG_NAME = "Second Coder log (JSON Lines)"
CONSENSUS = "consensus"
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_project(study: Study, path: Path, options: OutOptions) -> Outcome:
    """The whole study as it stands, all from one moment. Twice written, it is the same but for what happened between.

    Left out: documents that consent excludes, codings whose words or code went, suggestions that nobody took.
    """
    with study.reading(), zipfile.ZipFile(path, "w") as archive:
        return _Project(study, archive, options).write()


@dataclass(frozen=True)
class _Written:
    codings: int
    memos: int


@dataclass
class _Project:
    study: Study
    archive: zipfile.ZipFile
    options: OutOptions
    notices: list[str] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.guids = Guids(self.study.id)
        self.codes, reworded = codes_going_out(self.study, flags=frozenset({"exclude"}))
        self.notices += reworded
        present = list_documents(self.study)
        self.documents = [item for item in present if (None, "exclude") not in item.consent]
        self.settled = {one.number for item in rounds(self.study) for one in settlements(self.study, item.id).values()}
        self._say_consent(present)

    def write(self) -> Outcome:
        log, besides = self.guids.of("source", "log"), 0
        with self._entry(own_out.OWN_NAME) as own:
            own.write(own_out.line(own_out.header(log)))
            own.write(own_out.line(own_out.codes_line(self.codes, self._code)))
            for document in self.documents:
                text = self._text(document)
                guid = self._source(document.id)
                line = own_out.document_line(
                    self.study, document, guid, text, self._speakers(), self.withheld, self._answers(document)
                )
                beside = beside_of(self.study, document, self.withheld)
                besides += bool(beside)
                own.write(own_out.line({**line, **beside}))
        if besides:
            self.notices.append(
                f"The original or translation of {counted(besides, 'document')} goes along for Second Coder alone, as "
                "a draft: other programs do not show it."
            )
        for document in self.documents:
            self._text_file(self._source(document.id), [self._text(document)])
        self._text_file(log, self._log_lines())
        memos = gather(self.study, {code.id for code in self.codes}, {item.id for item in self.documents})
        with self._entry("project.qde") as stream:
            written = self._xml(XmlWriter(stream), memos, log)
        if memos.private:
            self.notices.append(f"{memos.private} reflexive memos stay here: they are their writers' alone.")
        if lost := lost_codings(self.study):
            self.notices.append(f"{lost} codings stand on words that were removed since; they are left out.")
        counts = {"documents": len(self.documents), "codes": len(self.codes)}
        self.notices += blind_notice(self.study, self.options)
        return Outcome({**counts, "codings": written.codings, "memos": written.memos}, tuple(self.notices))

    def _xml(self, xml: XmlWriter, memos: Memos, log: str) -> _Written:
        study, names, origins = self.study, _user_names(self.study, self.options), read_origins(self.study)
        users = {coder: self.guids.of("coder", coder) for coder in names}
        live, agreed = {code.id for code in self.codes}, self._consensus()
        context = Context(xml, study, self.guids, users, names, origins, memos, live, agreed, self.withheld)
        variables = sorted({key for item in self.documents for key in item.attributes})
        with xml.root("Project", PROJECT, name=study.title, origin=origin()):
            with xml.inside("Users"):
                for coder, name in names.items():
                    xml.leaf("User", guid=users[coder], name=name)
                if context.consensus is not None:
                    xml.leaf("User", guid=context.consensus, name=CONSENSUS)
            if self.codes:
                with xml.inside("CodeBook"):
                    write_codes(xml, self.codes, self._code, self._notes("code", memos))
            if variables:
                with xml.inside("Variables"):
                    for key in variables:
                        xml.leaf("Variable", guid=self.guids.of("variable", key), name=key, typeOfVariable="Text")
            added = documents_added(study)
            with xml.inside("Sources"):
                for document in self.documents:
                    write_source(context, document, self._text(document), added.get(document.id))
                path = f"internal://{log}.txt"
                with xml.inside("TextSource", guid=log, name=LOG_NAME, plainTextPath=path):
                    xml.leaf("Description", "One JSON object a line: what was done, by whom, when. It holds no words.")
            context.write_notes()
            xml.leaf("Description", description_of(study, origins))
            for note in self._notes("study", memos).get("", ()):
                xml.leaf("NoteRef", targetGUID=note)
        if context.without_code:
            self.notices.append(f"{context.without_code} codings have a code that is out of use; they are left out.")
        if withheld := ", ".join(f"{count} {what}" for what, count in self.withheld.items() if count):
            self.notices.append(f"Left out, since they are about words of excluded speakers: {withheld}.")
        if gone := memos.count - context.memos_written - self.withheld["memos"]:
            self.notices.append(f"{gone} memos are on codings that are gone; they are left out.")
        return _Written(context.codings, context.memos_written)

    def _say_consent(self, present: list[Document]) -> None:
        kept_out = [item.label for item in present if item not in self.documents]
        if kept_out:
            self.notices.append(f"Left out, since consent excludes them: {', '.join(kept_out)}.")
        for item in self.documents:
            if any(name is not None and flag == "exclude" for name, flag in item.consent):
                self.notices.append(f"{item.label}: the words of excluded speakers are blocked out.")
        if unquoted := [item.label for item in self.documents if any(flag == "no_quote" for _, flag in item.consent)]:
            self.notices.append(
                f"The file holds words that may not be quoted, in {', '.join(unquoted)}; memos and reasons, which may "
                "repeat such words, go out with them."
            )

    def _consensus(self) -> str | None:
        agreed = read_origins(self.study).consensus or self.settled
        return self.guids.of("user", CONSENSUS) if agreed else None

    def _notes(self, about: str, memos: Memos) -> dict[str, list[str]]:
        return {
            subject: [self.guids.of("memo", *memo.entry) for memo in held]
            for (kind, subject), held in memos.by_subject.items()
            if kind == about
        }

    def _code(self, code: str) -> str:
        return self.guids.of("code", code)

    def _source(self, document: str) -> str:
        return self.guids.of("source", document)

    def _text(self, document: Document) -> str:
        text = document_text(self.study, document.id)
        return own_out.masked(text, document, segments(self.study, document.id))

    def _speakers(self) -> Callable[[str], str]:
        """Names for the speakers of one document."""
        if not self.options.pseudonyms:
            return lambda name: name
        known: dict[str, str] = {}
        return lambda name: known.setdefault(name, f"speaker {len(known) + 1}")

    def _answers(self, document: Document) -> Iterator[tuple[str, int, bool, bool]]:
        """Who (the GUID of a user) worked on which segment, whether it is completed or settled, and whether suggestions
        were on screen; what was settled goes by those who coded it."""
        agreed = self.guids.of("user", CONSENSUS)
        joint = {item.id for item in rounds(self.study) if item.purpose == "consensus"}
        seen = set()
        for round_, coder, number, done, shown in how_answered(self.study, document):
            if shown:
                seen.add(number)
            if done or shown:
                yield agreed if round_ in joint else self.guids.of("coder", coder), number, done, shown
        yield from ((agreed, number, True, number in seen) for number in self.settled)

    def _log_lines(self) -> Iterator[str]:
        """The log up to the last entry that is no export: so a second export is the same as the first."""
        waiting: list[str] = []
        for entry in entries(self.study.db):
            waiting.append(
                json.dumps(
                    {
                        "replica": entry.replica,
                        "seq": entry.seq,
                        "at": entry.at,
                        "actor": entry.actor,
                        "kind": entry.kind,
                        "payload": entry.payload,
                        "clock": entry.clock,
                        "tick": entry.tick,
                        "prev": entry.prev,
                        "hash": entry.hash,
                    }
                )
                + "\n"
            )
            if entry.kind != "exported":
                yield from waiting
                waiting.clear()

    def _text_file(self, guid: str, parts: Iterable[str]) -> None:
        with self._entry(f"sources/{guid}.txt") as stream:
            for part in parts:
                stream.write(part.encode("utf-8"))

    @contextmanager
    def _entry(self, name: str) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(name, _NO_TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self.archive.open(info, "w", force_zip64=False) as stream:
            yield stream


def _user_names(study: Study, options: OutOptions) -> dict[str, str]:
    """What each coder (an id) is called as a user of the project."""
    named = coder_names(study, options)
    for coder in coders(study):
        if coder.type == "model":
            named[coder.id] = f"model: {coder.name.removeprefix(MODEL_PREFIX)} (secondcoder)"
    return named
