"""Copies for sites: what they share, what they go without, who knew what, and which copies are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from site_copies import Sites, as_it_is, centre, other_user, redact, rules, site, take, text_of

from suggest.errors import BadInput, Refused
from suggest.study import (
    documents,
    merge,
    people,
    rounds,
    runs,
    settings,
)
from suggest.study.backup import backup
from suggest.study.claims import put_claims, who_holds
from suggest.study.conflict_names import conflict_names
from suggest.study.copies import make_copy
from suggest.study.documents import document_text, find_document
from suggest.study.masking import mask
from suggest.study.memos import all_memos
from suggest.study.segments import segment_id
from suggest.study.study import Study
from suggest.study.verify import verify

__all__ = ["centre", "site"]

# What copies share, and what they go without


def test_all_copies_share_one_blind_core(centre: Any, site: Sites) -> None:
    settings.set_setting(centre.study, centre.anna, "core", "0.5")
    a, b = site("a"), site("b")
    for one, coder in ((a, a.anna), (b, b.bo)):
        rounds.make_ready(one.study, coder, rounds.rounds(one.study)[0])
    cores = [one.study.db.execute("SELECT * FROM core_block").fetchall() for one in (a, b)]
    assert cores[0] == cores[1] != []
    assert rules(take(a, b)) == []


def reflexive(work: Any, coder: str, text: str) -> None:
    work.content(
        coder, "memo", text, "memo_written", coder=coder, about="study", subject=None, coding=None, ref=None,
        type="reflexive",
    )  # fmt: skip


def said(work: Any) -> set[str]:
    return {memo.text for memo in all_memos(work.study)}


def test_a_copy_goes_without_the_words_of_reflexive_memos_and_verifies(centre: Any, site: Sites) -> None:
    reflexive(centre, centre.anna, "I was impatient with zqprivate today")
    centre.memo(centre.anna, 1, "for all to read")
    a = site("a")
    assert said(a) == {"for all to read"}
    verdict = verify(a.study)
    assert (verdict.ok, verdict.withheld) == (True, 1)
    assert b"zqprivate" not in a.study.path.read_bytes()
    assert verify(centre.study).withheld == 0


def test_withheld_words_that_come_back_alone_are_masked_and_withdrawn_as_all_others(centre: Any, site: Sites) -> None:
    document = centre.documents["BU"]
    for about, subject, text in (
        ("segment", f"{document}.5", "BUw4x3, again"),
        ("segment", f"{document}.3", "zqgone"),
        ("study", None, "nothing of it"),
    ):
        centre.content(
            centre.anna, "memo", text, "memo_written", coder=centre.anna, about=about, subject=subject, coding=None,
            ref=None, type="reflexive",
        )  # fmt: skip
    a = site("a")
    start = text_of(a).index("BUw4x3")
    mask(a.study, a.anna, find_document(a.study, "BU"), start, start + 6)
    a.erase("BU", "segments", (3, 3))
    assert take(a, centre).entries == 0  # the log holds nothing new, and the words come all the same
    assert said(a) == {"[masked], again", "nothing of it"}
    a.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = a.study.path.read_bytes()
    assert b"BUw4x3" not in held and b"zqgone" not in held
    size = a.study.db.execute("SELECT count(*) FROM log").fetchone()
    take(a, centre)
    assert a.study.db.execute("SELECT count(*) FROM log").fetchone() == size


@pytest.mark.parametrize("scope", ["segments", "document"])
@pytest.mark.parametrize("into_erased", [True, False])
def test_withdrawn_words_go_from_notes_that_the_other_copy_did_not_have(
    centre: Any, site: Sites, scope: str, into_erased: bool
) -> None:
    text = document_text(centre.study, centre.documents["BU"])
    quote = text[text.index("BUw3x0") : text.index("BUw3x8") + 6]
    reflexive(centre, centre.anna, f"I keep hearing: {quote}!")
    a = site("a")
    centre.memo(centre.anna, 15, f"as in {quote}, too")
    a.erase("BU", scope, (3, 3))
    into, source = (a, centre) if into_erased else (centre, a)
    take(into, source)
    assert said(into) == {"I keep hearing: [withdrawn]!", "as in [withdrawn], too"}
    into.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"BUw3x4" not in into.study.path.read_bytes()
    assert take(into, source).entries == 0


def test_a_copy_for_somebody_holds_their_own_reflexive_memos(centre: Any, tools: Any, tmp_path: Path) -> None:
    reflexive(centre, centre.anna, "of anna alone")
    reflexive(centre, centre.bo, "of bo alone")
    make_copy(centre.study, tmp_path / "bo.db", centre.anna, [centre.bo])
    with Study.open(tmp_path / "bo.db") as copy:
        assert {memo.text for memo in all_memos(copy)} == {"of bo alone"}


def test_a_backup_holds_all_words(centre: Any, tmp_path: Path) -> None:
    reflexive(centre, centre.anna, "of anna alone")
    backup(centre.study, tmp_path / "backup.db", centre.anna)
    with Study.open(tmp_path / "backup.db") as copy:
        assert [memo.text for memo in all_memos(copy)] == ["of anna alone"]


def test_withheld_words_come_back_to_their_entries_when_the_study_is_merged(centre: Any, site: Sites) -> None:
    reflexive(centre, centre.anna, "of anna alone")
    a = site("a")
    take(a, centre)
    assert said(a) == {"of anna alone"}
    assert verify(a.study).withheld == 0


def test_what_another_copy_goes_without_is_no_fault_of_the_one_that_took_it_in(centre: Any, site: Sites) -> None:
    a = site("a")
    reflexive(centre, centre.anna, "of anna alone")
    b = site("b")
    take(a, b)
    assert verify(a.study).withheld == 1


@pytest.mark.parametrize("type_", [{}, {"type": "analytic"}])
def test_no_other_words_may_be_missing_in_such_a_copy(centre: Any, site: Sites, type_: dict[str, str]) -> None:
    reflexive(centre, centre.anna, "of anna alone")
    centre.content(
        centre.anna, "memo", "for all", "memo_written", coder=centre.anna, about="study", subject=None, coding=None,
        ref=None, **type_,
    )  # fmt: skip
    a = site("a")
    a.study.db.execute("DELETE FROM content WHERE body = 'for all'")
    bad = verify(a.study).first_bad
    assert bad is not None and bad.what == "is missing and was not erased"


# Names that two sites gave


def test_two_people_of_one_name_stay_two(centre: Any, site: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = site("a"), site("b")
    monkeypatch.setenv("SECONDCODER_HOME", str(a.study.path.with_name("home-a")))
    a.study._binding = None  # from here on as another user would write
    maria = people.ensure_coder(a.study, "maria")
    monkeypatch.setenv("SECONDCODER_HOME", str(b.study.path.with_name("home-b")))
    b.study._binding = None
    other = people.ensure_coder(b.study, "maria")
    done = take(b, a)
    assert rules(done) == ["coder_name"]
    shown = {coder.id: coder.name for coder in people.coders(b.study)}
    assert shown[maria] == f"maria ({maria[1:5]})" and shown[other] == f"maria ({other[1:5]})"
    # Her own machine knows which of them she is, others have to say so.
    assert people.ensure_coder(b.study, "maria") == other
    assert people.ensure_coder(b.study, shown[maria]) == maria
    monkeypatch.setenv("SECONDCODER_HOME", str(b.study.path.with_name("home-c")))
    with pytest.raises(BadInput, match="2 coders are called so") as error:
        people.ensure_coder(b.study, "maria")
    assert shown[maria] in str(error.value) and shown[other] in str(error.value)


def test_one_profile_is_one_model_wherever_it_was_used_first(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        one.suggest(one.start_run("far"), 1, one.codes["Hope"])
    done = take(a, b)
    assert rules(done) == []
    assert [coder.name for coder in people.coders(a.study) if coder.type == "model"] == ["model:far"]
    assert [run.profile for run in runs.runs(a.study)] == ["far", "far"]


def test_rounds_and_documents_of_one_name_are_told_apart(centre: Any, site: Sites, tools: Any) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        rounds.open_round(one.study, one.anna, "second")
        one.add(tools.numbered_talk("GR", 5, one.study.path.stem))
    done = take(a, b)
    assert rules(done) == ["label_shared", "round_name"]
    with pytest.raises(BadInput, match="2 rounds are called so"):
        rounds.find_round(a.study, "second")
    with pytest.raises(BadInput, match="the round needs a name of its own"):
        rounds.open_round(a.study, a.anna, "second")
    with pytest.raises(BadInput, match="2 documents are called so") as error:
        find_document(a.study, "GR")
    for known in documents.list_documents(a.study)[2:]:
        marked = f"GR ({known.id[1:5]})"
        assert marked in str(error.value)
        assert find_document(a.study, marked) == find_document(a.study, known.id) == known
    assert {item.name for item in rounds.rounds(a.study)} - {"main"} == {
        f"second ({item.id[1:5]})" for item in rounds.rounds(a.study) if item.name != "main"
    }
    name = conflict_names(a.study)
    assert name(done.conflicts[0]).count("GR (") == 2 and name(done.conflicts[1]).count("second (") == 2


def test_the_same_text_brought_in_twice_is_told(centre: Any, site: Sites, tools: Any) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        one.add(tools.talk(f"GR {one.study.path.stem}", [("R1", "the very same words"), ("R2", "yes")]))
    assert rules(take(a, b)) == ["text_shared"]


# Who knew what


def test_a_copy_does_not_know_what_another_learned_after_it_was_taken_in(centre: Any, site: Sites) -> None:
    """The centre takes in b before b takes in c: what c did stays unknown to the centre, whatever b knew by then."""
    b, c = site("b"), site("c")
    b.code("Early")
    early = as_it_is(b, "early")
    redact(c, "BUw3x2")
    take(b, c)
    centre.sources.time = b.sources.time + 600
    merge.merge(centre.study, early, centre.anna)
    redact(centre, "BUw5x2")
    take(centre, b)
    assert "BUw3x2" not in text_of(centre)


def test_two_users_of_one_file_know_of_one_anothers_corrections(
    centre: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_user(centre, tools, monkeypatch)
    redact(centre, "BUw3x2")
    redact(other, "BUw5x2")
    redact(centre, "BUw6x2")
    assert not {"BUw3x2", "BUw5x2", "BUw6x2"} & set(text_of(centre).split())
    assert verify(centre.study).ok
    other.study.close()


def test_two_users_of_one_file_answer_for_codes_that_the_other_made(
    centre: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_user(centre, tools, monkeypatch)
    centre.code("New")
    other.complete(other.bo, 1)
    other.complete(other.bo, 2)
    query = "SELECT DISTINCT u.view, v.heads FROM unit u JOIN tree_view v USING (view) WHERE completed IS NOT NULL"
    ((_, heads),) = other.study.db.execute(query).fetchall()
    last = centre.study.db.execute("SELECT max(seq) FROM log WHERE kind = 'code_changed'").fetchone()[0]
    assert str(last) in heads
    # It is put on record once, not with every act.
    assert other.study.db.execute("SELECT count(*) FROM log WHERE kind = 'merged'").fetchone() == (1,)
    other.study.close()


def test_copies_that_hold_the_same_come_to_rest(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    a.code("Of a")
    b.code("Of b")
    for into, source in ((a, b), (b, a), (a, b)):
        take(into, source)
    assert take(b, a) == merge.Merged(0, (), None)
    heads = [one.study.db.execute("SELECT * FROM replica ORDER BY replica").fetchall() for one in (a, b)]
    assert heads[0] == heads[1]


# What a merge moves, and what it tells


def test_claims_stay_on_their_segments_when_documents_come_in_before_them(centre: Any, site: Sites, tools: Any) -> None:
    a, b = site("a"), site("b")
    a.add(tools.numbered_talk("GR", 5))
    b.add(tools.numbered_talk("LV", 5))
    held = segment_id(b.study, 26)
    b.sources.time = a.sources.time + 600
    with b.study.write(b.bo):
        put_claims(b.study, b.main, b.bo, "session", [26, 2])
    time = b.sources.time
    take(b, a)
    b.sources.time = time
    assert [segment_id(b.study, hold.number) for hold in who_holds(b.study, b.main)] == [segment_id(b.study, 2), held]
    assert held.startswith(find_document(b.study, "LV").id)


def test_what_came_in_is_told_by_coder_and_kind(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    b.decide(b.bo, 3, "add", b.codes["Hope"])
    b.memo(b.bo, 3, "well")
    b.code("Of b")
    done = take(a, b)
    told = {(work.coder, work.kind): work.entries for work in done.work}
    assert told == {(b.bo, "decided"): 1, (b.bo, "memo_written"): 1, (b.anna, "code_changed"): 1, **exported(a)}


def exported(work: Any) -> dict[tuple[str, str], int]:
    """The centre's own note that it made the second copy."""
    return {(work.anna, "exported"): 1}


# Copies that cannot be taken in


def test_a_study_does_not_take_in_itself(centre: Any) -> None:
    with pytest.raises(BadInput, match="the study itself"):
        merge.merge(centre.study, centre.study.path, centre.anna)


def untouched(work: Any, path: Path, error: type[Exception], words: str) -> None:
    before = work.study.path.read_bytes()
    with pytest.raises(error, match=words):
        merge.merge(work.study, path, work.anna)
    work.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert work.study.path.read_bytes() == before
    assert verify(work.study).ok


@pytest.fixture
def back(centre: Any, site: Sites) -> Path:
    """What came back from a site, with work in it."""
    a = site("a")
    a.decide(a.bo, 3, "add", a.codes["Hope"])
    a.memo(a.bo, 4, "well")
    centre.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return as_it_is(a, "back")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_copy_that_was_cut_off_is_refused(centre: Any, back: Path, part: float) -> None:
    whole = back.read_bytes()
    back.write_bytes(whole[: int(len(whole) * part)])
    untouched(centre, back, Exception, "damaged|does not verify|not a study")


def test_a_file_that_is_no_study_is_refused(centre: Any, back: Path) -> None:
    back.write_bytes(b"no database at all" * 100)
    untouched(centre, back, Exception, "not a|damaged")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE content SET body = 'other words' WHERE kind = 'memo'",
        "DELETE FROM content WHERE kind = 'memo'",
        "UPDATE coding SET code = 'kaaaaaaaaaaaa'",
        "DELETE FROM act",
        "CREATE TABLE more (x)",
    ],
)
def test_a_copy_that_was_changed_is_refused(centre: Any, back: Path, change: str) -> None:
    import sqlite3

    connection = sqlite3.connect(back)
    connection.execute(change)
    connection.commit()
    connection.close()
    untouched(centre, back, Refused, "does not verify")


def test_a_copy_of_newer_software_is_refused(centre: Any, back: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(back)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    untouched(centre, back, Refused, "newer software")


def test_a_copy_of_an_older_fold_is_taken_in(centre: Any, back: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(back)
    connection.execute("UPDATE local_state SET value = '0' WHERE key = 'fold'")
    connection.commit()
    connection.close()
    assert merge.merge(centre.study, back, centre.anna).entries > 0
    assert verify(centre.study).ok
