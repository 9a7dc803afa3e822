"""Copies for sites: what they share, what they go without, and what holds where two of them did something at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import BadInput, Refused
from suggest.study import (
    codes,
    correcting,
    documents,
    hosts,
    kept_profiles,
    kept_prompts,
    merge,
    people,
    proposals,
    rounds,
    runs,
    settings,
    settling,
)
from suggest.study import masking as masks
from suggest.study.backup import backup
from suggest.study.claims import put_claims, who_holds
from suggest.study.conflict_names import conflict_names
from suggest.study.copies import make_copy
from suggest.study.documents import document_text, find_document
from suggest.study.memos import all_memos
from suggest.study.segments import segment_id
from suggest.study.study import Study
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


def redact(work: Any, word: str) -> None:
    text = document_text(work.study, bu(work).id)
    assert word in text
    correcting.correct(work.study, work.anna, bu(work), after=text.replace(word, "[redacted]"), reason="redaction")


def text_of(work: Any) -> str:
    return document_text(work.study, bu(work).id)


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


def other_user(work: Any, tools: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same file in the hands of somebody else on this machine, who has begun to write already."""
    monkeypatch.setenv("SECONDCODER_HOME", str(work.study.path.with_name("another home")))
    other = tools.open_work(work.study.path, 77, work)
    other.memo(other.bo, 1, "here I am")
    monkeypatch.undo()
    return other


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


# What holds where two sites did something at once. Each line of docs/copies.md is one of these.


def test_a_code_renamed_twice_has_the_later_name(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one, name in ((a, "Labour"), (b, "Jobs")):
        codes.reword(one.study, one.anna, code(one, "Hope"), codes.Wording(name), meaning=False)
    done = take(a, b)
    assert rules(done) == ["code_words"]
    assert code(a, "Hope").name == "Jobs"
    assert conflict_names(a.study)(done.conflicts[0]) == "Jobs"


def test_a_code_moved_twice_lies_where_the_later_move_put_it(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    codes.move(a.study, a.anna, code(a, "Hope"), code(a, "Support"))
    codes.move(b.study, b.anna, code(b, "Hope"), code(b, "Doubt"))
    assert rules(take(a, b)) == ["code_place"]
    assert code(a, "Hope").path == ("Doubt", "Hope")


def test_of_two_moves_that_would_make_a_circle_the_earlier_stands(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    codes.move(a.study, a.anna, code(a, "Hope"), code(a, "Doubt"))
    codes.move(b.study, b.anna, code(b, "Doubt"), code(b, "Hope"))
    assert rules(take(a, b)) == ["code_void"]
    assert code(a, "Hope").path == ("Doubt", "Hope")


def test_a_code_retired_here_and_used_there_keeps_its_codings(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    codes.retire(a.study, a.anna, code(a, "Hope"))
    b.decide(b.bo, 3, "add", b.codes["Hope"])
    codes.reword(b.study, b.anna, code(b, "Hope"), codes.Wording("Hopes"), meaning=False)
    done = take(a, b)
    assert rules(done) == ["code_ended", "code_ended_used"]
    assert code(a, "Hope").state == "retired" and code(a, "Hope").name == "Hopes"
    assert a.study.db.execute("SELECT code FROM coding").fetchall() == [(a.codes["Hope"],)]
    # How often, and where, is not told to who may not know yet, on either side.
    assert done.conflicts[1].there == () and done.conflicts[1].count == 1
    (used,) = (conflict for conflict in take(b, a).conflicts if conflict.rule == "code_ended_used")
    assert used.here == () and used.count == 1


def test_a_code_merged_here_and_used_there_counts_for_its_heir(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    codes.merge_codes(a.study, a.anna, code(a, "Hope"), code(a, "Support"))
    b.decide(b.bo, 3, "add", b.codes["Hope"])
    assert rules(take(a, b)) == ["code_ended_used"]
    assert a.study.db.execute("SELECT code, code_applied FROM coding").fetchall() == [
        (a.codes["Support"], a.codes["Hope"])
    ]


def test_a_code_ended_twice_is_what_the_earlier_change_made_of_it(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    codes.merge_codes(a.study, a.anna, code(a, "Hope"), code(a, "Support"))
    codes.retire(b.study, b.anna, code(b, "Hope"))
    assert rules(take(a, b)) == ["code_ended_twice", "code_void"]
    assert code(a, "Hope").state == "merged"


@pytest.mark.parametrize("use", ["coding", "child", "settlement", "import"])
@pytest.mark.parametrize("undone_later", [True, False])
def test_a_code_whose_making_is_undone_here_and_that_is_used_there_stays(
    centre: Any, site: Sites, use: str, undone_later: bool
) -> None:
    centre.code("New")
    change = centre.study.db.execute("SELECT replica, max(seq) FROM log WHERE kind = 'code_changed'").fetchone()
    first, second = site("a"), site("b")
    a, b = (second, first) if undone_later else (first, second)
    a.undo(a.anna, change)
    assert "New" not in [item.name for item in codes.read_codes(a.study)]
    if use == "coding":
        b.decide(b.bo, 3, "add", b.codes["New"])
    elif use == "child":
        b.code("Below", "New")
    elif use == "settlement":
        main = rounds.rounds(b.study)[0]
        settling.settle(b.study, b.anna, main, segment_id(b.study, 3), [b.codes["New"]], [b.anna, b.bo])
    else:
        b.append(
            b.bo, "codings_imported", round=b.main, coder=b.bo, document=b.documents["BU"], codes=[b.codes["New"]],
            codings=[[0, 3, 40, 50]], completed=[],
        )  # fmt: skip
    done = take(a, b)
    assert rules(done) == ["code_undone"]
    assert conflict_names(a.study)(done.conflicts[0]) == "New"
    assert code(a, "New").state == "live"
    if use == "child":
        assert codes.read_codes(a.study)[-1].path == ("New", "Below")
    # Whoever knows of the work is not kept from undoing it in the log.
    a.undo(a.anna, change)
    assert "New" not in [item.name for item in codes.read_codes(a.study)]


def test_a_code_that_nobody_used_is_undone(centre: Any, site: Sites) -> None:
    centre.code("New")
    change = centre.study.db.execute("SELECT replica, max(seq) FROM log WHERE kind = 'code_changed'").fetchone()
    a, b = site("a"), site("b")
    a.undo(a.anna, change)
    b.decide(b.bo, 3, "add", b.codes["Hope"])
    assert rules(take(a, b)) == []
    assert "New" not in [item.name for item in codes.read_codes(a.study)]


def test_two_codes_of_one_name_stay_two(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        one.code("Fear")
    assert rules(take(a, b)) == ["code_name"]
    assert [item.name for item in codes.read_codes(a.study)].count("Fear") == 2


def test_of_two_corrections_the_earlier_stands_and_the_later_is_told(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    redact(a, "BUw3x2")
    redact(b, "BUw5x2")
    done = take(a, b)
    assert rules(done) == ["correction"]
    assert "BUw3x2" not in text_of(a) and "BUw5x2" in text_of(a)
    assert conflict_names(a.study)(done.conflicts[0]) == "BU"


def test_a_mask_holds_whatever_was_corrected_elsewhere(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    redact(a, "BUw3x2")
    place = text_of(b).index("BUw5x2")
    masks.mask(b.study, b.anna, bu(b), place, place + 6)
    b.decide(b.bo, 5, "add", b.codes["Hope"])
    for into, source in ((a, b), (b, a)):
        take(into, source)
        assert not {"BUw3x2", "BUw5x2"} & set(text_of(into).split())
    row = b.study.db.execute('SELECT start, "end", lost FROM coding').fetchone()
    assert text_of(b)[row[0] : row[1]].split()[2] == "[masked]" and row[2] == 0


def test_what_is_withdrawn_here_and_coded_there_is_withdrawn(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    a.erase("BU", "segments", (3, 3))
    b.decide(b.bo, 3, "add", b.codes["Hope"], reason="since BUw3x2 was said")
    b.complete(b.bo, 3)
    b.decide(b.bo, 4, "add", b.codes["Hope"])
    done = take(a, b)
    assert rules(done) == ["erased"]
    assert a.study.db.execute("SELECT segment FROM coding").fetchall() == [(4,)]
    take(b, a)
    for one in (a, b):
        one.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"BUw3x2" not in one.study.path.read_bytes()


def test_a_consent_flag_set_here_and_lifted_there_is_set(centre: Any, site: Sites) -> None:
    documents.set_consent(centre.study, centre.anna, bu(centre), None, "no_quote", True)
    a, b = site("a"), site("b")
    documents.set_consent(a.study, a.anna, bu(a), None, "no_quote", True)
    documents.set_consent(b.study, b.anna, bu(b), None, "no_quote", False)
    assert rules(take(a, b)) == ["consent"]
    assert bu(a).consent == ((None, "no_quote"),)
    # Whoever knows of both may lift it.
    documents.set_consent(a.study, a.anna, bu(a), None, "no_quote", False)
    assert bu(a).consent == ()


def test_a_host_allowed_here_and_revoked_there_is_revoked(centre: Any, site: Sites) -> None:
    hosts.allow_host(centre.study, centre.anna, "example.org")
    a, b = site("a"), site("b")
    hosts.revoke_host(a.study, a.anna, "example.org")
    hosts.allow_host(b.study, b.anna, "example.org")
    done = take(a, b)
    assert rules(done) == ["host"] and conflict_names(a.study)(done.conflicts[0]) == "example.org"
    assert not hosts.is_allowed(a.study, "example.org")
    hosts.allow_host(a.study, a.anna, "example.org")
    assert hosts.is_allowed(a.study, "example.org")


def test_a_setting_set_twice_has_the_later_value(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    settings.set_setting(a.study, a.anna, "overlap", "1")
    settings.set_setting(b.study, b.anna, "overlap", "2")
    done = take(a, b)
    assert rules(done) == ["setting"] and conflict_names(a.study)(done.conflicts[0]) == "overlap"
    assert settings.get_setting(a.study, "overlap") == 2


def test_of_two_labels_and_two_sets_of_attributes_the_later_stand(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        name = one.study.path.stem
        documents.describe(one.study, one.anna, bu(one), label=f"BU {name}", attributes={"wave": name})
    assert rules(take(a, b)) == ["label", "attributes"]
    stands = documents.get_document(a.study, a.documents["BU"])
    assert (stands.label, stands.attributes["wave"]) == ("BU b", "b")


def test_of_two_roles_the_later_stands_where_they_meet(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    documents.set_role(a.study, a.anna, bu(a), "other", ordinals=[3, 4, 5])
    documents.set_role(b.study, b.anna, bu(b), "prompt", ordinals=[5, 6])
    assert rules(take(a, b)) == ["role"]
    roles = [row[0] for row in a.study.db.execute("SELECT role FROM segment WHERE n BETWEEN 3 AND 6 ORDER BY n")]
    assert roles == ["other", "other", "prompt", "prompt"]


def test_roles_of_different_segments_do_not_clash(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    documents.set_role(a.study, a.anna, bu(a), "other", ordinals=[3])
    documents.set_role(b.study, b.anna, bu(b), "prompt", ordinals=[6])
    assert rules(take(a, b)) == []


def test_of_two_profiles_of_one_name_the_later_stands_and_of_two_prompts_both_are_kept(
    centre: Any, site: Sites
) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        kept_profiles.keep_profile(one.study, one.anna, "far", {"model": one.study.path.stem})
        kept_prompts.keep_prompt(one.study, one.anna, "own", "ab" * 32, f"as {one.study.path.stem} wrote it")
    done = take(a, b)
    assert rules(done) == ["profile", "prompt"] and conflict_names(a.study)(done.conflicts[0]) == "far"
    assert kept_profiles.kept_profiles(a.study)["far"]["model"] == "b"
    assert [prompt.text for prompt in kept_prompts.kept_prompts(a.study)] == ["as a wrote it", "as b wrote it"]


def test_of_two_assignments_the_later_stands(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one, label in ((a, "BU"), (b, "PU")):
        rounds.assign(one.study, one.anna, rounds.rounds(one.study)[0], one.bo, [one.documents[label]])
    assert rules(take(a, b)) == ["assigned"]
    rounds.make_ready(a.study, a.bo, rounds.rounds(a.study)[0])
    assert a.study.db.execute("SELECT documents FROM assignment").fetchone() == (f'["{a.documents["PU"]}"]',)


def test_of_two_draws_of_one_core_the_earlier_stands(centre: Any, site: Sites, tools: Any) -> None:
    """They were copied by other means, so that the core was not drawn before."""
    settings.set_setting(centre.study, centre.anna, "core", "0.5")
    files = [as_it_is(centre, name) for name in ("a", "b")]
    a, b = (tools.open_work(file, 20 + n, centre) for n, file in enumerate(files))
    b.sources.time += 600
    for one in (a, b):
        rounds.draw_core(one.study, one.anna, rounds.rounds(one.study)[0])
    drawn = a.study.db.execute("SELECT * FROM core_block ORDER BY first").fetchall()
    assert drawn != b.study.db.execute("SELECT * FROM core_block ORDER BY first").fetchall()
    assert rules(take(b, a)) == ["drawn", "drawn"]
    assert b.study.db.execute("SELECT * FROM core_block ORDER BY first").fetchall() == drawn
    a.study.close()
    b.study.close()


def test_a_code_made_below_one_that_was_retired_hangs_where_that_one_hung(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    codes.retire(a.study, a.anna, code(a, "Hope"))
    b.code("Below", "Hope")
    assert rules(take(a, b)) == ["code_ended"]
    assert [node.code for node in codes.load_tree(a.study).live()][-1] == b.codes["Below"]


def test_the_same_value_set_twice_is_no_conflict(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one in (a, b):
        settings.set_setting(one.study, one.anna, "overlap", "2")
    assert rules(take(a, b)) == []


def test_one_coder_at_two_sites_has_the_work_of_both(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one, name in ((a, "Hope"), (b, "Doubt")):
        one.decide(one.bo, 3, "add", one.codes[name])
        one.complete(one.bo, 3)
    done = take(a, b)
    assert rules(done) == ["unit"] and conflict_names(a.study)(done.conflicts[0]) == "BU 4"
    assert {row[0] for row in a.study.db.execute("SELECT code FROM coding")} == {a.codes["Hope"], a.codes["Doubt"]}
    assert a.study.db.execute("SELECT completed FROM membership WHERE coder = ?", (a.bo,)).fetchone() == (1,)


def test_an_act_undone_twice_is_undone_once(centre: Any, site: Sites) -> None:
    entry = centre.decide(centre.bo, 3, "add", centre.codes["Hope"])
    a, b = site("a"), site("b")
    first = a.undo(a.bo, entry)
    b.undo(b.bo, entry)
    assert rules(take(a, b)) == ["undone"]
    assert a.study.db.execute("SELECT count(*) FROM coding").fetchone() == (0,)
    a.undo(a.bo, first)
    assert a.study.db.execute("SELECT count(*) FROM coding").fetchone() == (1,)


def test_of_two_settlements_the_later_stands(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    for one, name in ((a, "Hope"), (b, "Doubt")):
        main = rounds.rounds(one.study)[0]
        settling.settle(one.study, one.anna, main, segment_id(one.study, 3), [one.codes[name]], [one.anna, one.bo])
    assert rules(take(a, b)) == ["settled"]
    stands = settling.settlements(a.study, rounds.rounds(a.study)[0].id)
    assert stands[3].codes == (a.codes["Doubt"],)


def test_work_in_a_round_that_was_closed_elsewhere_stands(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    rounds.close_round(a.study, a.anna, rounds.rounds(a.study)[0])
    b.complete(b.bo, 3)
    assert rules(take(a, b)) == ["round_closed"]
    assert a.study.db.execute("SELECT count(*) FROM unit WHERE completed IS NOT NULL").fetchone() == (1,)
    assert rounds.rounds(a.study)[0].state == "closed"


def test_a_proposal_made_a_code_here_and_put_away_there_is_what_came_later(centre: Any, site: Sites) -> None:
    with centre.study.write(centre.anna) as writer:
        run = runs.begin_run(
            centre.study, writer, profile="far", identity="far 1", parameters={}, prompt=None, threshold=None,
            training=None, codes=None, segments=1, proposes=True,
        )  # fmt: skip
        new = [proposals.NewProposal("Sea", "", "", None, None, "none")]
        proposals.store_proposals(
            writer, run, segment_id(centre.study, 1), "ab" * 32, new, raw=None, context=[], tokens=None
        )
    (waiting,) = proposals.read_proposals(centre.study)
    a, b = site("a"), site("b")
    proposals.make_code(a.study, a.anna, [waiting.id], codes.Wording("Sea"), None)
    proposals.dismiss_proposals(b.study, b.anna, [waiting.id], "")
    assert rules(take(a, b)) == ["proposal"]


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
