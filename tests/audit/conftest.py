"""Studies that were coded by several people and a model, for the tests of the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coded import finished_study
from desk import Desk, make_desk


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    """Makes studies as `make_desk` does, with a data folder of their own; closes them."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made: list[Desk] = []

    def build(**given: Any) -> Desk:
        made.append(make_desk(tmp_path / f"study{len(made)}.db", **given))
        return made[-1]

    yield build
    for desk in made:
        desk.study.close()


@pytest.fixture(scope="package")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A study at the end of its work (`coded.finished_study`), for tests that only read it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("home")))
        desk = finished_study(tmp_path_factory.mktemp("finished") / "s.db")
        yield desk
        desk.study.close()
