"""The terminal driven by keys, on real study files. Textual is loaded only by the tests that ask for a seat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from desk import Desk, make_desk

if TYPE_CHECKING:
    from seat import Sit


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    """Makes studies in a folder of the test's own and closes them at its end."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made: list[Desk] = []

    def build(**given: Any) -> Desk:
        made.append(make_desk(tmp_path / f"study{len(made)}.db", **given))
        return made[-1]

    yield build
    for desk in made:
        desk.study.close()


@pytest.fixture
def desk(make: Callable[..., Desk]) -> Desk:
    """Everything shown; for each segment five suggestions of which two fit."""
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest_everywhere(fitting=2)
    return desk


@pytest.fixture
def sit() -> Sit:
    """Opens the review of a study and waits for the first segment."""
    from seat import seated

    return seated
