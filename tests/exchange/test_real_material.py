"""Real human-coded material through the whole way in: documents, code tree, codings, coverage."""

from __future__ import annotations

from pathlib import Path

from suggest.exchange.bring_in import Wish, bring_in, read_files
from suggest.exchange.codebook import import_codebook, read_codebook
from suggest.exchange.codings import read_codings, store_codings
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
