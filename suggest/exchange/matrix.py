"""Matrices: code by document, segment by code with what is missing kept apart from zero, and codes that occur together.

Which codings count is said in `gathering.counted_codings`, and counted in `standing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from suggest.errors import UsageError
from suggest.exchange.columns import Column
from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice, coder_names
from suggest.exchange.passages import Passages, in_site_order
from suggest.exchange.records import Row, chosen, code_keys
from suggest.exchange.standing import by_document, together
from suggest.exchange.tables_out import write_rows
from suggest.study.answers import AnswerReader, Said, UnitFacts
from suggest.study.carry import Answer
from suggest.study.codes import read_codes
from suggest.study.documents import Document
from suggest.study.outflow import run_views, suggestion_records, worked_units
from suggest.study.people import coders
from suggest.study.rounds import rounds
from suggest.study.runs import runs
from suggest.study.study import Study

MATRICES = ("documents", "segments", "together")
_SEGMENT_COLUMNS = ("document", "segment", "external", "cite", "speaker", "role", "round", "coder", "coder_type")


def write_matrix(study: Study, path: Path, options: OutOptions) -> Outcome:
    """A matrix as CSV (`options.table`: documents, the default, segments or together), or all three as a workbook.

    A file that ends in .svg becomes a plot of one of them: `plotting.write_plot`.
    """
    suffix = Path(options.name).suffix.casefold()
    if suffix not in (".csv", ".xlsx", ".svg"):
        raise UsageError("A matrix is written as .csv or .xlsx, a plot of it as .svg: let --output end so.")
    if options.table is not None and options.table not in MATRICES:
        raise UsageError(f"There is no matrix '{options.table}'. --table is one of {', '.join(MATRICES)}.")
    if suffix == ".svg":
        from suggest.exchange.plotting import write_plot

        return write_plot(study, path, options)
    with study.reading():
        matrices = Matrices(study, options)
        if suffix == ".csv":
            table = options.table or "documents"
            columns, rows = matrices.matrix(table)
            counts = {"rows": write_rows(path, columns, rows, bom=options.bom)}
        else:
            from suggest.exchange.workbook_out import Workbook

            book, counts = Workbook(), {}
            for table in (options.table,) if options.table else MATRICES:
                counts[f"{table} rows"] = book.table(table, *matrices.matrix(table))
            book.save(path)
        return Outcome(counts, blind_notice(study, options))


class Matrices:
    """The matrices of one study; each is made when it is asked for, document by document."""

    def __init__(self, study: Study, options: OutOptions) -> None:
        self._study = study
        self._options = options
        self._codes = read_codes(study)
        self._keys = code_keys(read_codes(study, all_states=True))
        self._documents = in_site_order(study)

    def matrix(self, name: str) -> tuple[Sequence[Column], Iterator[Row]]:
        """The columns and rows of one of `MATRICES`."""
        if name == "segments":
            return self._segment_columns(), self._segments()
        return self._by_document() if name == "documents" else self._together()

    def _by_document(self) -> tuple[Sequence[Column], Iterator[Row]]:
        """In how many segments of each document a code stands; empty where nothing is known of the document."""
        found = by_document(self._study, self._options)
        labels = _apart([document.label for document in found.documents], ("code", "path"))
        columns = [
            *(Column(name, "text", "", "") for name in ("code", "path")),
            *(Column(label, "int", "", "segments of this document with the code") for label in labels),
            Column("segments in all", "int", "", "the sum"),
            Column("documents in all", "int", "", "documents with the code"),
            Column("speakers in all", "int", "", "distinct speakers with the code, each within a document"),
        ]

        def rows() -> Iterator[Row]:
            for code in found.codes:
                counts = found.cells[code.id]
                row: Row = {"code": self._keys[code.id], "path": code.path_text}
                for label, document in zip(labels, found.documents, strict=True):
                    row[label] = found.count(code.id, document.id)
                row["segments in all"] = counts.total()
                row["documents in all"] = len(+counts)
                row["speakers in all"] = found.speakers[code.id]
                yield row

        return columns, rows()

    def _together(self) -> tuple[Sequence[Column], Iterator[Row]]:
        """In how many segments two codes stand both; on the diagonal, in how many one does."""
        found = together(self._study, self._options)
        names = _apart([self._keys[code.id] for code in found.codes], ("code", "path"))
        columns = [
            *(Column(name, "text", "", "") for name in ("code", "path")),
            *(Column(name, "int", "", "segments with both codes") for name in names),
        ]

        def rows() -> Iterator[Row]:
            for code in found.codes:
                row: Row = {"code": self._keys[code.id], "path": code.path_text}
                row.update({n: found.both[code.id, other.id] for n, other in zip(names, found.codes, strict=True)})
                yield row

        return columns, rows()

    def _segment_columns(self) -> Sequence[Column]:
        names = _apart([self._keys[code.id] for code in self._codes], _SEGMENT_COLUMNS)
        return [
            *(Column(name, "text", "", "") for name in _SEGMENT_COLUMNS),
            *(Column(name, "int", "", "1 applied, 0 not applied, empty: missing") for name in names),
        ]

    def _segments(self) -> Iterator[Row]:
        """A row for each segment, coder and round with any answer: 1 and 0 under today's tree, empty where unsure,
        out of scope, open, or stale since the code was redefined."""
        only_coders, only_round = chosen(self._study, self._options)
        names = [column.name for column in self._segment_columns()[len(_SEGMENT_COLUMNS) :]]
        columns = dict(zip((code.id for code in self._codes), names, strict=True))
        reader, models = AnswerReader(self._study), _ModelAnswers(self._study)
        called = coder_names(self._study, self._options)
        types = {coder.id: coder.type for coder in coders(self._study)}
        named = {item.id: item.name for item in rounds(self._study)}
        for document in self._documents:
            found: dict[int, list[tuple[str | None, str, Mapping[str, Answer]]]] = {}
            last = document.first + document.count - 1
            for round_, coder in worked_units(self._study, document):
                if (only_coders and coder not in only_coders) or (only_round is not None and round_ != only_round):
                    continue
                for number, facts in reader.facts(round_, coder, document.first, last, shown=False).items():
                    found.setdefault(number, []).append((round_, coder, reader.answers(facts)))
            if only_round is None:
                for number, model, said in models.of(reader, document):
                    if not only_coders or model in only_coders:
                        found.setdefault(number, []).append((None, model, said))
            if not found:
                continue
            passages = Passages(self._study, document, pseudonyms=self._options.pseudonyms)
            for number in sorted(found):
                spot = passages.spot(number)
                if spot.withheld == "exclude":
                    continue
                for round_or_none, coder, answers in found[number]:
                    if all(answer.missing for answer in answers.values()):
                        continue
                    row: Row = {
                        "document": document.label,
                        "segment": spot.segment.id,
                        "external": spot.external,
                        "cite": spot.segment.cite,
                        "speaker": spot.speaker,
                        "role": spot.segment.role,
                        "round": named.get(round_or_none or ""),
                        "coder": called[coder],
                        "coder_type": types[coder],
                    }
                    for code, answer in answers.items():
                        if not answer.missing:
                            row[columns[code]] = int(answer is Answer.APPLIED)
                    yield row


class _ModelAnswers:
    """What models say now of each code: 1 where it fits, 0 where the model was asked about it and it does not."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._views = run_views(study)
        self._codes = {run.id: run.codes for run in runs(study)}
        names = {coder.name: coder.id for coder in coders(study) if coder.type == "model"}
        self._models = {run.id: names[f"model:{run.profile}"] for run in runs(study)}

    def of(self, reader: AnswerReader, document: Document) -> Iterator[tuple[int, str, dict[str, Answer]]]:
        """(segment number, model's coder id, answers by code) for a document's current sets."""
        sets: dict[tuple[int, str, str], list[str]] = {}
        offered: dict[tuple[int, str], tuple[str, ...] | None] = {}
        for item in suggestion_records(self._study, document):
            if item.current:
                offered[item.segment, item.run] = self._codes[item.run] if item.offered is None else item.offered
                fits = sets.setdefault((item.segment, self._models[item.run], item.run), [])
                if item.fits and item.code is not None:
                    fits.append(item.code)
        merged: dict[tuple[int, str], dict[str, Answer]] = {}
        for (number, model, run), fits in sets.items():
            view = self._views[run]
            facts = UnitFacts(number, 0, view, said=[Said(code, Answer.APPLIED, -1, view) for code in fits])
            answers, only = reader.answers(facts), offered[number, run]
            if only is not None:
                answers = {code: answer for code, answer in answers.items() if code in only}
            merged.setdefault((number, model), {}).update(answers)
        yield from ((number, model, answers) for (number, model), answers in merged.items())


def _apart(names: Sequence[str], taken: Sequence[str]) -> list[str]:
    """The names as column names, none of them twice nor one of those taken."""
    used, found = set(taken), []
    for name in names:
        free, n = name, 1
        while free in used:
            n += 1
            free = f"{name} ({n})"
        used.add(free)
        found.append(free)
    return found
