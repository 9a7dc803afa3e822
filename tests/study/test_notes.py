"""Notes that a copy of the study keeps for its users: each coder's own, and none of them in the log."""

from __future__ import annotations

from pathlib import Path

from suggest.study.notes import get_note, keep_note
from suggest.study.people import ensure_coder
from suggest.study.study import Study
from suggest.study.verify import verify


def test_a_note_is_one_coders_own_and_outlasts_closing(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Study.create(path, "T", "anna") as study:
        anna, ben = ensure_coder(study, "anna"), ensure_coder(study, "ben")
        entries = study.db.execute("SELECT count(*) FROM log").fetchone()[0]
        keep_note(study, anna, "palette", "one")
        keep_note(study, anna, "palette", "two")
    with Study.open(path, write=True) as study:
        assert (get_note(study, anna, "palette"), get_note(study, ben, "palette")) == ("two", None)
        assert study.db.execute("SELECT count(*) FROM log").fetchone()[0] == entries, "the log knows nothing of it"
        assert verify(study).ok
        keep_note(study, anna, "palette", None)
        assert get_note(study, anna, "palette") is None
