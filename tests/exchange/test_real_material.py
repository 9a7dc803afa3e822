"""Real human-coded material through the whole way in: documents, code tree, codings, coverage."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from suggest.exchange.bring_in import Wish, bring_in, read_files
from suggest.exchange.codebook import import_codebook, read_codebook
from suggest.exchange.codings import read_codings, store_codings
from suggest.study.codes import read_codes
from suggest.study.documents import document_text, list_documents
from suggest.study.segments import SegmentReader
from suggest.study.study import Study
from suggest.study.units import codings


def load(study: Study, actor: str, folder: Path, table: str, **mapping: str) -> None:
    bring_in(study, actor, read_files([folder / table], Wish(unit="row", mapping=mapping)))
    import_codebook(study, actor, read_codebook(folder / "codes.csv"))


def test_twelve_thousand_labels_come_in_with_their_coverage(study: Study, anna: str, shared: Path) -> None:
    folder = shared / "data" / "talkmoves"
    load(study, anna, folder, "segments.csv")
    done = store_codings(study, anna, read_codings(study, folder / "labels.csv", coverage=folder / "coverage.csv"))
    assert (done.codings, done.completed) == (12_370, 30_582)


def test_the_think_aloud_sessions_keep_every_label(study: Study, anna: str, shared: Path) -> None:
    folder = shared / "data" / "serdif_thinkaloud"
    load(study, anna, folder, "segments.csv")
    assert store_codings(study, anna, read_codings(study, folder / "labels.csv")).codings == 2_393


def test_fifteen_coders_and_an_expert_keep_their_coverage(study: Study, anna: str, shared: Path) -> None:
    folder = shared / "data" / "cams_dialogue"
    load(study, anna, folder, "segments.csv")
    read = read_codings(study, folder / "labels.csv", coverage=folder / "coverage.csv")
    assert (len(read.coders), read.notices) == (16, ())
    assert store_codings(study, anna, read).completed == 912


def test_the_founding_studys_quotes_are_codings_on_its_paragraphs(study: Study, anna: str, shared: Path) -> None:
    folder = shared / "data" / "upsides"
    load(study, anna, folder, "quotes.csv", segment_id="quote_id")
    store_codings(study, anna, read_codings(study, folder / "quotes.csv", coder="authors"))
    reader = SegmentReader(study)
    cites = {segment.cite for coding in codings(study) if (segment := reader.number(coding.segment)) is not None}
    assert {"ULM 92", "BGU 180–182"} <= cites


def test_the_founding_studys_citations_are_codings_on_numbered_paragraphs(
    study: Study, anna: str, shared: Path, tmp_path: Path
) -> None:
    """The transcripts are not public, so words of our own stand under the numbers of the paragraphs that are cited."""
    folder = shared / "data" / "upsides"
    with (folder / "citations.csv").open(encoding="utf-8", newline="") as stream:
        cited = list(csv.DictReader(stream))
    files = []
    for label in sorted({row["document_id"] for row in cited}):
        last = max(int(row["paragraph_to"]) for row in cited if row["document_id"] == label)
        files.append(tmp_path / f"{label}.txt")
        lines = (f"{n} R{n % 4 + 1}: what stands in paragraph {n} of {label}" for n in range(1, last + 1))
        files[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    bring_in(study, anna, read_files(files, Wish()))
    import_codebook(study, anna, read_codebook(folder / "codes.csv"))
    read = read_codings(study, folder / "citations.csv", coder="authors")
    assert store_codings(study, anna, read).codings == len({(r["code_id"], *list(r.values())[1:4]) for r in cited})
    texts = {document.id: document_text(study, document.id) for document in list_documents(study)}
    labels = {document.id: document.label for document in list_documents(study)}
    codes = {code.id: code.wording.external for code in read_codes(study)}
    found = set()
    for coding in codings(study):
        words = texts[coding.document][coding.start : coding.end]
        numbers = re.findall(rf"paragraph (\d+) of {labels[coding.document]}", words)
        found.add((codes[coding.code], labels[coding.document], numbers[0], numbers[-1]))
    assert found == {(r["code_id"], r["document_id"], r["paragraph_from"], r["paragraph_to"]) for r in cited}
