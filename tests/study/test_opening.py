"""The opening of a study: the first segments are always shown, whatever the shares of core and arm."""

from __future__ import annotations

from pathlib import Path

import pytest

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.people import ensure_coder
from suggest.study.rounds import current_round, exposure, make_ready
from suggest.study.sets import read_set
from suggest.study.settings import set_setting
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify


def test_the_opening_is_shown_even_if_all_else_is_blind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with Study.create(tmp_path / "s.db", "T", "anna", FixedSources()) as study:
        anna = ensure_coder(study, "anna")
        text = "word\n" * 40
        turns = [NewSegment(5 * n, 5 * n + 4, "prompt" if n % 4 == 0 else "data") for n in range(40)]
        (document,) = add_documents(study, anna, [NewDocument("D", text, "line", turns)])
        for key, value in (("core", "0"), ("arm", "1"), ("core_opening", "12")):
            set_setting(study, anna, key, value)
        round_ = current_round(study, anna)
        make_ready(study, anna, round_)
        data = [n for n in range(40) if n % 4]
        seen = {n: exposure(study, round_, anna, n, f"{document}.{n}").assigned for n in data}
        assert [n for n in data if seen[n] == "shown"] == data[:12]
        blind = read_set(study, f"arm:{round_.id}:{anna}", 0, None)
        assert all((n in blind) == (seen[n] != "shown") for n in data)
        assert verify(study).ok
