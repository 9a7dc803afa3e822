"""The rows of the tables that leave a study, made one document at a time: memory does not grow with the study."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from suggest.errors import UsageError
from suggest.exchange.columns import RECORDS
from suggest.exchange.outgoing import OutOptions, coder_names
from suggest.exchange.passages import KeptBack, Passages, Spot, in_site_order, site_of, withheld
from suggest.exchange.wordings_out import codes_going_out
from suggest.study import outflow
from suggest.study.codes import Code, read_codes
from suggest.study.people import coders, existing_coder
from suggest.study.rounds import find_round, rounds
from suggest.study.runs import runs
from suggest.study.study import Study
from suggest.text.citations import format_citations

Cell = str | int | float | bool | None
Row = dict[str, Cell]
"""Cells by column; a column that is not there is empty."""

MILLION = 1_000_000
_KINDS = ("coding", "suggestion", "failure", "decision", "exposure")


def code_keys(codes: list[Code]) -> dict[str, str]:
    """What each code (an id) is called in tables: its id in the codebook where that names one code only."""
    named: dict[str, list[str]] = {}
    for code in codes:
        if code.wording.external:
            named.setdefault(code.wording.external, []).append(code.id)
    single = {held[0]: external for external, held in named.items() if len(held) == 1}
    return {code.id: single.get(code.id, code.id) for code in codes}


class Rows:
    """The rows of one study as one export asked for them. Counts what consent kept back and who is named in words.

    `reworded` says, once the rows of codes were read, which of their wordings lost words that may not go out.
    """

    def __init__(self, study: Study, options: OutOptions) -> None:
        self._study = study
        self._options = options
        self._codes = read_codes(study, all_states=True)
        self._keys = code_keys(self._codes)
        self._paths = {code.id: code.path_text for code in self._codes}
        self._names = coder_names(study, options)
        self._types = {coder.id: coder.type for coder in coders(study)}
        self._rounds = {item.id: item.name for item in rounds(study)}
        self._runs = {run.id: (run.number, run.profile) for run in runs(study)}
        self._models = {coder.name: coder.id for coder in coders(study) if coder.type == "model"}
        self._only_coders, self._only_round = chosen(study, options)
        self._kept: KeptBack | None = None
        self.withheld = 0
        self.naming = 0
        self.reworded: tuple[str, ...] = ()

    def table(self, table: str) -> Iterator[Row]:
        """The rows of a table that `columns.TABLES` names."""
        if table == "codes":
            return self._code_rows()
        if table == "documents":
            return self._document_rows()
        if table == "segments":
            return self._segment_rows()
        return self._record_rows(_KINDS if table == "all" else tuple(RECORDS[table].split()))

    def _record_rows(self, kinds: tuple[str, ...]) -> Iterator[Row]:
        for document in in_site_order(self._study):
            passages = Passages(self._study, document, pseudonyms=self._options.pseudonyms)
            exposure = self._exposures(passages) if {"coding", "exposure"} & set(kinds) else {}
            for kind in kinds:
                if kind == "coding":
                    yield from self._codings(passages, exposure)
                elif kind == "suggestion":
                    yield from self._suggestions(passages)
                elif kind == "failure":
                    yield from self._failures(passages)
                elif kind == "decision":
                    yield from self._decisions(passages)
                else:
                    yield from self._exposure_rows(passages, exposure)

    def _exposures(self, passages: Passages) -> dict[tuple[str, str, int], outflow.ExposureRecord]:
        found = outflow.exposure_records(self._study, passages.document)
        return {(item.round, item.coder, item.segment): item for item in found}

    def _wanted(self, coder: str, round_: str | None) -> bool:
        if self._only_coders and coder not in self._only_coders:
            return False
        return self._only_round is None or round_ == self._only_round

    def _place(self, record: str, passages: Passages, spot: Spot) -> Row:
        segment = spot.segment
        return {
            "record": record,
            "document": passages.document.label,
            "site": site_of(passages.document),
            "segment": segment.id,
            "external": spot.external,
            "cite": segment.cite,
            "paragraph_from": segment.paragraph_from,
            "paragraph_to": segment.paragraph_to,
            "speaker": spot.speaker,
            "role": segment.role,
            "asked": spot.asked,
            "withheld": spot.withheld,
        }

    def _who(self, coder: str) -> Row:
        return {"coder": self._names.get(coder, coder), "coder_type": self._types.get(coder)}

    def _code(self, code: str | None) -> Row:
        if code is None:
            return {}
        return {"code": self._keys.get(code, code), "code_id": code, "code_path": self._paths.get(code)}

    def _words(self, passages: Passages, start: int, end: int) -> Row:
        row: Row = {"start": start, "end": end}
        if flag := passages.kept_back(start, end):
            self.withheld += self._options.words
            row["withheld"] = flag
        elif self._options.words:
            row["text"] = words = passages.words(start, end)
            self._look(passages, words)
        return row

    def _free(self, passages: Passages, spot: Spot, column: str, words: str | None) -> Row:
        """Words of a coder or a model about a segment: they may quote it."""
        if not words or not self._options.words or spot.withheld is not None:
            return {}
        self._look(passages, words)
        return {column: words}

    def _look(self, passages: Passages, words: str | None) -> None:
        if self._options.pseudonyms and words is not None:
            self.naming += passages.named_in(words)

    def _codings(
        self, passages: Passages, exposure: Mapping[tuple[str, str, int], outflow.ExposureRecord]
    ) -> Iterator[Row]:
        for item in outflow.coding_records(self._study, passages.document):
            if not self._wanted(item.coder, item.round):
                continue
            unit = exposure.get((item.round, item.coder, item.segment))
            cited = passages.citation(item.start, item.end)
            yield {
                **self._place("coding", passages, passages.spot(item.segment)),
                "cite": format_citations([cited]),
                "paragraph_from": cited.first,
                "paragraph_to": cited.last,
                **self._who(item.coder),
                **self._code(item.code),
                **self._words(passages, item.start, item.end),
                "round": self._rounds.get(item.round),
                "code_applied": self._keys.get(item.code_applied) if item.code_applied != item.code else None,
                "origin": item.origin,
                "suggestion": item.suggestion,
                "exposure": unit.actual if unit else None,
                "completed": unit is not None and unit.completed,
                "at": item.at,
                "entry": f"{item.entry[0]}:{item.entry[1]}",
            }

    def _suggestions(self, passages: Passages) -> Iterator[Row]:
        for item in outflow.suggestion_records(self._study, passages.document):
            if self._kept is None:
                self._kept = KeptBack(self._study)
            rationale = None if self._kept.any(item.context) else item.rationale
            number, profile = self._runs[item.run]
            model = self._models.get(f"model:{profile}", "")
            if self._only_coders and model not in self._only_coders:
                continue
            spot = passages.spot(item.segment)
            yield {
                **self._place("suggestion", passages, spot),
                **self._who(model),
                **self._code(item.code),
                **(self._words(passages, *item.evidence) if item.evidence else {}),
                **self._free(passages, spot, "rationale", rationale),
                "suggestion": item.id,
                "set": item.set,
                "run": number,
                "current": item.current and not item.anew,
                "rank": None if item.rank is None else item.rank + 1,
                "fits": item.fits,
                "confidence": None if item.confidence is None else item.confidence / MILLION,
                "method": item.method,
            }

    def _failures(self, passages: Passages) -> Iterator[Row]:
        for item in outflow.failure_records(self._study, passages.document):
            number, profile = self._runs[item.run]
            model = self._models.get(f"model:{profile}", "")
            if self._only_coders and model not in self._only_coders:
                continue
            place = self._place("failure", passages, passages.spot(item.segment))
            yield {**place, **self._who(model), "run": number, "reason": item.reason}

    def _decisions(self, passages: Passages) -> Iterator[Row]:
        for item in outflow.decision_records(self._study, passages.document):
            if not self._wanted(item.coder, item.round):
                continue
            spot = passages.spot(item.segment)
            yield {
                **self._place("decision", passages, spot),
                **self._who(item.coder),
                **self._code(item.code or item.suggested),
                **self._free(passages, spot, "reason", item.reason),
                "round": self._rounds.get(item.round or ""),
                "code_suggested": self._keys.get(item.suggested, item.suggested) if item.suggested else None,
                "action": item.action,
                "stands": item.stands,
                "bulk": item.bulk,
                "suggestion": item.suggestion,
                "set": item.set,
                "rank": None if item.rank is None else item.rank + 1,
                "start": item.range[0] if item.range else None,
                "end": item.range[1] if item.range else None,
                "at": item.at,
                "entry": f"{item.entry[0]}:{item.entry[1]}",
            }

    def _exposure_rows(
        self, passages: Passages, exposure: Mapping[tuple[str, str, int], outflow.ExposureRecord]
    ) -> Iterator[Row]:
        for item in exposure.values():
            if not self._wanted(item.coder, item.round):
                continue
            yield {
                **self._place("exposure", passages, passages.spot(item.segment)),
                **self._who(item.coder),
                "round": self._rounds.get(item.round),
                "exposure": item.actual,
                "assigned": item.assigned,
                "probability": None if item.probability is None else item.probability / MILLION,
                "core": item.core,
                "revealed": item.revealed,
                "completed": item.completed,
                "no_code": item.no_code,
                "flagged": item.flagged,
                "seen_elsewhere": item.seen_elsewhere,
            }

    def _segment_rows(self) -> Iterator[Row]:
        for document in in_site_order(self._study):
            passages = Passages(self._study, document, pseudonyms=self._options.pseudonyms)
            for spot in passages.spots:
                segment = spot.segment
                row = self._place("segment", passages, spot) | self._words(passages, segment.start, segment.end)
                yield row | {"attributes": self._more(spot.attributes, spot.withheld)}

    def _code_rows(self) -> Iterator[Row]:
        codes, self.reworded = codes_going_out(self._study, all_states=True)
        for code in codes:
            words = code.wording
            yield {
                "code": self._keys[code.id],
                "code_id": code.id,
                "parent": self._keys.get(code.parent, code.parent) if code.parent else None,
                "depth": len(code.path),
                "name": code.name,
                "path": code.path_text,
                "state": code.state,
                "definition": words.definition or None,
                "include": words.include or None,
                "exclude": words.exclude or None,
                "examples": "\n".join(words.examples) or None if self._options.words else None,
            }

    def _document_rows(self) -> Iterator[Row]:
        for document in in_site_order(self._study):
            flags = (
                flag if name is None else f"{flag} ({'a speaker' if self._options.pseudonyms else name})"
                for name, flag in document.consent
            )
            yield {
                "document": document.label,
                "site": site_of(document),
                "unit": document.unit,
                "segments": document.count,
                "data_segments": document.data,
                "characters": document.length,
                "text_version": document.version,
                "consent": "; ".join(flags) or None,
                "attributes": self._more(document.attributes.items(), withheld(document, None)),
            }

    def _more(self, attributes: Iterable[tuple[str, str]], flag: str | None) -> str | None:
        """Attributes as JSON. They are columns of somebody's file and may hold anything, words and names too, so they
        stay where words or names may not go out."""
        found = dict(attributes)
        if not found or flag is not None or not self._options.words or self._options.pseudonyms:
            return None
        return json.dumps(found, ensure_ascii=False, sort_keys=True)


def chosen(study: Study, options: OutOptions) -> tuple[frozenset[str], str | None]:
    """The coders (ids, empty for all) and the round (id, None for all) that an export is limited to."""
    ids = frozenset(existing_coder(study, name).id for name in options.coders)
    if options.round is not None and not options.round.strip():
        raise UsageError("--round names a round.")
    return ids, None if options.round is None else find_round(study, options.round).id
