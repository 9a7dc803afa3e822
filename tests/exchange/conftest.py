"""Small studies for the tests of what goes in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.people import ensure_coder
from suggest.study.sources import FixedSources
from suggest.study.study import Study


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of this test's own."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    """An empty study by anna."""
    with Study.create(tmp_path / "study.db", "T", "anna", FixedSources()) as made:
        yield made


@pytest.fixture
def anna(study: Study) -> str:
    return ensure_coder(study, "anna")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file, text as UTF-8; its path."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


@pytest.fixture
def entries(study: Study) -> Callable[[], int]:
    """How many entries the log holds."""
    return lambda: int(study.db.execute("SELECT count(*) FROM log").fetchone()[0])


@pytest.fixture
def talk(study: Study, anna: str) -> list[str]:
    """Two documents of six lines, BU and PU, a prompt first in each; their ids. External ids s1 to s6 in both."""
    text = "\n".join(f"line {n} of the talk" for n in range(1, 7))
    width = len("line 1 of the talk")
    made = []
    for label in ("BU", "PU"):
        segments = [
            NewSegment(
                n * (width + 1),
                n * (width + 1) + width,
                "prompt" if n == 0 else "data",
                None,
                n + 1,
                n + 1,
                f"s{n + 1}",
            )
            for n in range(6)
        ]
        made.append(NewDocument(label, f"{text}\nin {label}", "line", segments))
    return add_documents(study, anna, made)
