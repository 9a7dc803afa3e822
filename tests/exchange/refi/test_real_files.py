"""Files of other programs: each comes in with what it holds, or says what of it was not taken."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from refi_files import held

from suggest.exchange.bring_in import Wish
from suggest.exchange.codebook import import_codebook, read_codebook
from suggest.exchange.refi.project_in import read_project
from suggest.exchange.refi.project_stored import bring_project_in
from suggest.exchange.refi.readings import STANDARD, take_reading
from suggest.exchange.refi.xml_in import read_xml
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify
from suggest.text.decoding import decode_content, settle_line_endings

# Documents, codes, codings, coders, memos that come in; and what does not, by kind, as far as it matters.
PROJECTS: dict[str, tuple[tuple[int, int, int, int, int], dict[str, int]]] = {
    "cproctor-qc/nvivo_project.qdpx": ((0, 262, 0, 0, 0), {"texts without words": 2}),
    "cproctor-qc/demo.qdpx": ((2, 262, 205, 1, 0), {}),
    "sky-loom/TestProject.qdpx": (
        (0, 14, 0, 0, 2),
        {"texts that are not in the file": 8, "pictures": 1, "audio recordings": 1, "videos": 2, "areas of PDFs": 4},
    ),
    "sky-loom/Project.qde": ((0, 14, 0, 0, 2), {"texts that are not in the file": 8}),
    "qualilab/QualiLab_demo_artificial_stress_test.qdpx": ((16, 90, 2332, 6, 0), {}),
    "qdapy/sample.qdpx": ((2, 4, 6, 2, 2), {"pictures": 1, "PDFs": 1, "selections without code and note": 1}),
    "openqda-f4/f4-2025.2.9.qde": ((0, 1, 0, 0, 0), {"texts that are not in the file": 4}),
    "made-by-qualcoder/probe-from-qualcoder.qdpx": ((5, 3, 27, 2, 1), {}),
    "made-by-qualcoder/probe-from-qualcoder-maxqda-endings.qdpx": ((5, 3, 27, 2, 1), {}),
    "made-by-qualcoder/qualilab-from-qualcoder.qdpx": ((16, 90, 2332, 6, 0), {}),
    "own-probe/probe.qdpx": ((5, 3, 27, 2, 1), {}),
}
CODEBOOKS = {
    "portableqda/portableQDA_Atlasti.qdc": 5,
    "portableqda/REFI-QDA-1-5.qdc": 6,
    "portableqda/doorstop-core-tests-files-exported.qdc": 8,
    "portableqda/portableQDA_test_compare_Diff_destAtlas.qdc": 2,
    "made-by-taguette/codebook.qdc": 5,
    "made-by-qualcoder/codebook-from-qualcoder.qdc": 3,
}


@pytest.fixture
def files(shared: Path) -> Path:
    return shared / "data" / "refi"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with Study.create(tmp_path / "study.db", "T", "anna", FixedSources()) as made:
        yield made


def bring(study: Study, path: Path) -> dict[str, int]:
    project = read_project(path, Wish())
    (actor,) = study.db.execute("SELECT coder FROM coder LIMIT 1").fetchone()
    bring_project_in(study, actor, project)
    assert verify(study).ok
    return dict(project.untaken)


def counts(study: Study) -> tuple[int, int, int, int, int]:
    now = held(study)
    coders = {key[3] for key in now["codings"]}
    sizes = (len(now["documents"]), len(now["codes"]), sum(now["codings"].values()), len(coders))
    return (*sizes, sum(now["memos"].values()))


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_comes_in_with_its_counts(study: Study, files: Path, name: str) -> None:
    wanted, left = PROJECTS[name]
    untaken = bring(study, files / name)
    assert counts(study) == wanted
    assert left.items() <= untaken.items()
    if not left:
        assert untaken == {}


@pytest.mark.parametrize("name", CODEBOOKS)
def test_a_codebook_comes_in_with_its_codes(study: Study, files: Path, name: str) -> None:
    (actor,) = study.db.execute("SELECT coder FROM coder").fetchone()
    assert len(import_codebook(study, actor, read_codebook(files / name)).added) == CODEBOOKS[name]


NAMES = {
    "qualilab/QualiLab_demo_artificial_stress_test.qdpx": 2332,
    "made-by-qualcoder/qualilab-from-qualcoder.qdpx": 2332,
    "made-by-qualcoder/probe-from-qualcoder.qdpx": 27,
    "made-by-qualcoder/probe-from-qualcoder-maxqda-endings.qdpx": 27,
    "own-probe/probe.qdpx": 27,
}


@pytest.mark.parametrize("name", NAMES)
def test_all_names_of_selections_fit_their_words(files: Path, name: str) -> None:
    with zipfile.ZipFile(files / name) as archive:
        with archive.open("project.qde") as stream:
            found = read_xml(stream, name)
        fitting = 0
        for source in found.texts:
            raw = decode_content(archive.read("sources/" + source.path.removeprefix("internal://")), name)
            taken = take_reading(raw, settle_line_endings(raw).removeprefix("\ufeff"), source.selections)
            assert (taken.reading, taken.not_fitting) == (STANDARD, 0)
            fitting += taken.fitting
    assert fitting == NAMES[name]


def test_cases_and_variables_become_attributes(study: Study, files: Path) -> None:
    bring(study, files / "qualilab" / "QualiLab_demo_artificial_stress_test.qdpx")
    attributes = [document[2] for document in held(study)["documents"].values()]
    assert all(item["case"] for item in attributes)
    assert sum(len(item) - 1 for item in attributes) == 192  # as many as QualCoder takes


def test_colours_coders_and_times_come_along(study: Study, files: Path) -> None:
    bring(study, files / "qualilab" / "QualiLab_demo_artificial_stress_test.qdpx")
    now = held(study)
    assert sum(words.color is not None for words in now["codes"].values()) == 90
    times = {key[5] for key in now["codings"]}
    assert len(times) > 1
    assert all(time.endswith(":00Z") for time in times)  # no finer than the setting `timing`


def test_our_check_and_the_official_schema_agree_on_what_is_valid(files: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    schemas = {
        name: etree.XMLSchema(etree.parse(str(files / "refi-tools" / f"{file}.xsd")))
        for name, file in (("Project", "Project"), ("CodeBook", "Codebook"))
    }
    for name in [*PROJECTS, *CODEBOOKS]:
        path = files / name
        if path.suffix == ".qdpx":
            with zipfile.ZipFile(path) as archive:
                (entry,) = [entry for entry in archive.namelist() if entry.lower().endswith(".qde")]
                xml = archive.read(entry)
        else:
            xml = path.read_bytes()
        found = read_xml(BytesIO(xml), name)
        valid = schemas[found.kind].validate(etree.fromstring(xml))
        assert valid is (found.warnings == []), (name, found.warnings)
