"""Copies of a study at sites, opened to be worked in, and their way back: what the tests of copies stand on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from suggest.study import (
    codes,
    correcting,
    documents,
    merge,
    settings,
)
from suggest.study.copies import make_copy
from suggest.study.documents import document_text, find_document
from suggest.study.verify import verify

Sites = Callable[[str], Any]


@pytest.fixture
def centre(work: Any, tools: Any) -> Any:
    """A study that is ready to be copied: codes, two documents, no blind core."""
    settings.set_setting(work.study, work.anna, "core", "0")
    settings.set_setting(work.study, work.anna, "arm", "0")
    for name in ("Support", "Doubt", "Hope"):
        work.code(name)
    work.add(tools.numbered_talk("BU", 12), tools.numbered_talk("PU", 12))
    return work


@pytest.fixture
def site(centre: Any, tools: Any, tmp_path: Path) -> Iterator[Sites]:
    """Makes a copy of the centre's study for a site and opens it there. Each site works later than the one before."""
    opened: list[Any] = []

    def open_site(name: str) -> Any:
        path = tmp_path / f"{name}.db"
        make_copy(centre.study, path, centre.anna)
        made = tools.open_work(path, 10 + len(opened), centre)
        made.sources.time = centre.sources.time + 600 * (1 + len(opened))
        opened.append(made)
        return made

    yield open_site
    for made in opened:
        made.study.close()


def other_user(work: Any, tools: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same file in the hands of somebody else on this machine, who has begun to write already."""
    monkeypatch.setenv("SECONDCODER_HOME", str(work.study.path.with_name("another home")))
    other = tools.open_work(work.study.path, 77, work)
    other.memo(other.bo, 1, "here I am")
    monkeypatch.undo()
    return other


def as_it_is(work: Any, name: str) -> Path:
    """A copy of the open file as it is now."""
    work.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path: Path = work.study.path.with_name(f"{name}.now")
    shutil.copy(work.study.path, path)
    return path


def take(into: Any, source: Any, name: str = "other") -> merge.Merged:
    """`into` takes in what `source` is now."""
    into.sources.time = max(into.sources.time, source.sources.time) + 600
    done = merge.merge(into.study, as_it_is(source, name), into.anna)
    verdict = verify(into.study)
    assert verdict.ok, verdict.first_bad
    return done


def rules(done: merge.Merged) -> list[str]:
    return [conflict.rule for conflict in done.conflicts]


def code(work: Any, name: str) -> codes.Code:
    return next(item for item in codes.read_codes(work.study, all_states=True) if item.id == work.codes[name])


def bu(work: Any) -> documents.Document:
    return find_document(work.study, "BU")


def redact(work: Any, word: str) -> None:
    text = document_text(work.study, bu(work).id)
    assert word in text
    correcting.correct(work.study, work.anna, bu(work), after=text.replace(word, "[redacted]"), reason="redaction")


def text_of(work: Any) -> str:
    return document_text(work.study, bu(work).id)
