"""A thousand segments through everything that an endpoint may do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hostile
import pytest
from kept import quick

from suggest.models.chat import asking
from suggest.study.people import ensure_coder
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from tests.engine.conftest import Bench

__all__ = ["quick"]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with Study.create(tmp_path / "s.db", "A study", "anna", FixedSources(1)) as study:
        made = Bench(study, ensure_coder(study, "anna"), monkeypatch)
        made.code("trust", "to rely on somebody")
        yield made


def test_a_thousand_segments_through_all_of_it(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.02)
    hostile.through_everything(bench, 1_000)
