"""Places where the order of settling could show: folding at once and folding step by step give the same rows."""

from __future__ import annotations

from typing import Any

import pytest

from suggest.study import correcting, documents, rounds, settings
from suggest.study.codes import tree_head
from suggest.study.pending import Pending
from suggest.study.segments import segment_id
from suggest.study.verify import verify


@pytest.fixture
def begun(work: Any, tools: Any) -> Any:
    for name in ("Support", "Doubt"):
        work.code(name)
    work.add(tools.numbered_talk("BU", 30))
    return work


def same_anew(work: Any, tools: Any) -> None:
    assert tools.rows(work.study.db) == tools.folded(work.study)
    assert verify(work.study).ok


def test_what_was_full_is_left_to_all_when_the_core_is_drawn_over_it(begun: Any, tools: Any) -> None:
    settings.set_setting(begun.study, begun.anna, "core", "1")
    round_ = rounds.open_round(begun.study, begun.anna, "second", overlap=1)
    for number in (1, 2, 3):
        begun.complete(begun.anna, number, round_)
    second = rounds.find_round(begun.study, "second")
    rounds.make_ready(begun.study, begun.bo, second)
    core = {
        row
        for row in range(30)
        if rounds.exposure(begun.study, second, begun.bo, row, segment_id(begun.study, row)).core
    }
    left = set(Pending(begun.study, round_, begun.bo).ascending())
    assert core & {1, 2, 3} == left & {1, 2, 3} != set()
    same_anew(begun, tools)


def test_ranges_that_a_correction_makes_one_stand_once(begun: Any, tools: Any) -> None:
    start, end = begun.study.db.execute('SELECT start, "end" FROM segment WHERE n = 1').fetchone()
    begun.decide(begun.anna, 1, "add", begun.codes["Support"], [start, start + 12])
    begun.decide(begun.anna, 1, "add", begun.codes["Support"], [start, start + 20])
    document = documents.find_document(begun.study, "BU")
    correcting.correct(begun.study, begun.anna, document, edits=[(start + 5, end, "[removed]")])
    assert begun.study.db.execute('SELECT start, "end" FROM coding').fetchall() == [(start, start + 14)]
    same_anew(begun, tools)


def test_undoing_the_making_of_a_merged_code_leaves_its_codings_with_it(begun: Any, tools: Any) -> None:
    begun.code("Hope")
    made = tree_head(begun.study)
    begun.decide(begun.anna, 1, "add", begun.codes["Hope"])
    begun.append(begun.anna, "code_changed", op="merge", code=begun.codes["Hope"], into=begun.codes["Doubt"])
    assert begun.study.db.execute("SELECT code FROM coding").fetchall() == [(begun.codes["Doubt"],)]
    begun.undo(begun.anna, made)
    assert begun.study.db.execute("SELECT code FROM coding").fetchall() == [(begun.codes["Hope"],)]
    same_anew(begun, tools)


def imported(work: Any, round_: str, codings: list[list[int]], completed: list[list[int]]) -> dict[str, Any]:
    return {
        "round": round_, "coder": work.bo, "document": work.documents["BU"], "codes": [work.codes["Doubt"]],
        "codings": codings, "completed": completed,
    }  # fmt: skip


def test_imported_codings_and_completions_stay_when_their_coder_goes_on(begun: Any, tools: Any) -> None:
    payload = imported(begun, begun.main, [[0, 3, 150, 160]], [[3, 4]])
    begun.append(begun.anna, "codings_imported", **payload)
    begun.decide(begun.bo, 3, "add", begun.codes["Support"])
    begun.undo(begun.bo, begun.complete(begun.bo, 3))
    found = begun.study.db.execute("SELECT code, origin FROM coding ORDER BY origin").fetchall()
    assert found == [(begun.codes["Support"], "add"), (begun.codes["Doubt"], "import")]
    assert begun.study.db.execute("SELECT completed FROM membership").fetchall() == [(2,)]
    assert not {3, 4} & set(Pending(begun.study, begun.main, begun.bo).ascending())
    same_anew(begun, tools)


def test_the_same_codings_imported_twice_stand_once(begun: Any, tools: Any) -> None:
    payload = imported(begun, begun.main, [[0, 3, 150, 160]], [[3, 4]])
    begun.append(begun.anna, "codings_imported", **payload)
    begun.append(begun.anna, "codings_imported", **payload)
    assert begun.study.db.execute("SELECT count(*) FROM coding").fetchone() == (1,)
    assert begun.study.db.execute("SELECT completed FROM membership").fetchall() == [(2,)]
    same_anew(begun, tools)


def test_an_import_over_work_that_has_begun_completes_it(begun: Any, tools: Any) -> None:
    begun.decide(begun.bo, 3, "add", begun.codes["Support"])
    begun.append(begun.anna, "codings_imported", **imported(begun, begun.main, [], [[3, 3]]))
    assigned, completed = begun.study.db.execute("SELECT assigned, completed FROM unit WHERE segment = 3").fetchone()
    assert assigned is None and completed is not None
    same_anew(begun, tools)


def test_what_was_imported_as_coded_with_suggestions_shown_is_never_blind(begun: Any, tools: Any) -> None:
    payload = imported(begun, begun.main, [], [[3, 5]])
    begun.append(begun.anna, "codings_imported", **payload, shown=[[4, 4]])
    begun.append(begun.anna, "codings_imported", **payload, shown=[[5, 5]])
    begun.append(begun.anna, "codings_imported", **payload)
    found = begun.study.db.execute("SELECT segment, assigned, actual FROM unit ORDER BY segment").fetchall()
    assert found == [(3, "blind", "blind"), (4, "shown", "shown"), (5, "shown", "shown")]
    same_anew(begun, tools)


def test_a_document_without_segments_takes_no_place(begun: Any, tools: Any) -> None:
    begun.add(tools.talk("EMPTY", []), tools.numbered_talk("PU", 5))
    begun.decide(begun.anna, 31, "add", begun.codes["Support"])
    assert segment_id(begun.study, 30).startswith(begun.documents["PU"])
    assert begun.study.db.execute("SELECT document FROM coding").fetchall() == [(begun.documents["PU"],)]
    begun.erase("EMPTY")
    same_anew(begun, tools)


def test_a_segment_whose_role_changes_after_completion_stays_counted_and_comes_back_completed(
    begun: Any, tools: Any
) -> None:
    rounds.make_ready(begun.study, begun.anna, rounds.rounds(begun.study)[0])
    before = begun.study.db.execute("SELECT remaining FROM membership").fetchone()[0]
    begun.complete(begun.anna, 1)
    document = documents.find_document(begun.study, "BU")
    for role, left in (("other", before - 1), ("data", before - 1)):
        documents.set_role(begun.study, begun.anna, document, role, ordinals=[1])
        assert begun.study.db.execute("SELECT remaining, completed FROM membership").fetchone() == (left, 1)
    same_anew(begun, tools)


def test_excluding_a_speaker_after_completion_takes_only_what_is_left(begun: Any, tools: Any) -> None:
    rounds.make_ready(begun.study, begun.anna, rounds.rounds(begun.study)[0])
    begun.complete(begun.anna, 1)
    document = documents.find_document(begun.study, "BU")
    before = set(Pending(begun.study, begun.main, begun.anna).ascending())
    documents.set_consent(begun.study, begun.anna, document, "R1", "exclude", True)
    left = set(Pending(begun.study, begun.main, begun.anna).ascending())
    assert left == {number for number in before if number % 3 != 1}
    documents.set_consent(begun.study, begun.anna, document, "R1", "exclude", False)
    assert set(Pending(begun.study, begun.main, begun.anna).ascending()) == before
    same_anew(begun, tools)


def test_the_committed_blind_answer_outlives_undo(begun: Any, tools: Any) -> None:
    unit = begun.unit(begun.anna, 1)
    begun.append(begun.anna, "opened", **unit, exposure="blind_then_shown", sets=[], shown=False)
    entry = begun.decide(begun.anna, 1, "add", begun.codes["Support"])
    begun.complete(begun.anna, 1)
    begun.append(begun.anna, "revealed", **unit, sets=[])
    begun.undo(begun.anna, entry)
    begun.append(begun.anna, "revealed", **unit, sets=[])
    rows = begun.study.db.execute("SELECT code FROM snapshot ORDER BY i").fetchall()
    assert rows == [(None,), (begun.codes["Support"],)]
    assert begun.study.db.execute("SELECT count(*) FROM coding").fetchone() == (0,)
    same_anew(begun, tools)
