"""How the tree grew while documents were coded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from leaving import Leaving, small

from suggest.study.codes import Wording, find_code, read_codes, retire, split_code
from suggest.study.documents import find_document
from suggest.study.growth import Growth, tree_growth
from suggest.study.sources import FixedSources
from suggest.study.study import Study


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leaving]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    study = Study.create(tmp_path / "s.db", "Study", "anna", FixedSources(3))
    yield small(study)
    study.close()


def test_a_change_belongs_to_the_document_that_was_coded_last_before_it(made: Leaving) -> None:
    before = tree_growth(made.study)
    assert set(before) == {None} and before[None].made == len(made.codes)
    made.decide(made.anna, "BU", 4, "add", "Hope")
    made.code("Late")
    taken_back = retire(made.study, made.anna, find_code(read_codes(made.study), "Hope"))
    made.undo(made.anna, taken_back)
    made.decide(made.person("ben"), "DS", 3, "add", "Hope")
    split_code(
        made.study, made.anna, find_code(read_codes(made.study), "Late"), [Wording("Too late"), Wording("Later")]
    )
    ids = {label: find_document(made.study, label).id for label in ("BU", "DS")}
    assert tree_growth(made.study) == {
        None: before[None], ids["BU"]: Growth(made=1), ids["DS"]: Growth(made=2, changed=1),
    }  # fmt: skip
