"""What holds where two sites did something at once: each line of docs/copies.md that says more than that all stands."""

from __future__ import annotations

from typing import Any

import pytest
from site_copies import Sites, as_it_is, bu, centre, code, redact, rules, site, take, text_of

from suggest.study import (
    codes,
    documents,
    hosts,
    kept_profiles,
    kept_prompts,
    proposals,
    rounds,
    runs,
    second_text,
    second_writing,
    settings,
    settling,
)
from suggest.study import masking as masks
from suggest.study.conflict_names import conflict_names
from suggest.study.segments import segment_id

__all__ = ["centre", "site"]


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


def beside(work: Any, words: str) -> None:
    parts = [second_writing.NewPart(n, n, f"{words} {n}") for n in range(12)]
    second_writing.add_second(work.study, work.anna, bu(work), second_writing.NewSecond("original", parts))


def read_beside(work: Any) -> list[str]:
    reader = second_text.SecondReader(work.study)
    text = reader.of(work.documents["BU"])
    assert text is not None
    return [part.words for part in reader.parts(text)]


def test_of_two_originals_the_earlier_is_in_use(centre: Any, site: Sites) -> None:
    a, b = site("a"), site("b")
    beside(a, "erst")
    beside(b, "zweit")
    done = take(a, b)
    assert rules(done) == ["second_text"]
    assert conflict_names(a.study)(done.conflicts[0]) == "BU"
    assert read_beside(a)[0] == "erst 0"
    second_writing.remove_second(a.study, a.anna, bu(a))
    assert read_beside(a)[0] == "zweit 0"


def test_of_two_corrections_of_a_paragraph_beside_the_text_the_later_stands(centre: Any, site: Sites) -> None:
    beside(centre, "erst")
    a, b = site("a"), site("b")
    for one, number, words in ((a, 3, "here"), (a, 4, "alone"), (b, 3, "there"), (b, 5, "alone, too")):
        _, part = second_writing.standing(one.study, bu(one), number)
        second_writing.correct_part(one.study, one.anna, bu(one), part, words)
    done = take(a, b)
    assert rules(done) == ["second_words"]
    assert conflict_names(a.study)(done.conflicts[0]).startswith("BU ")
    assert read_beside(a)[3:6] == ["there", "alone", "alone, too"]


@pytest.mark.parametrize("removed_later", [True, False])
def test_an_original_that_is_taken_out_here_and_put_right_there_is_out(
    centre: Any, site: Sites, removed_later: bool
) -> None:
    beside(centre, "erst")
    first, second = site("a"), site("b")
    a, b = (second, first) if removed_later else (first, second)
    second_writing.remove_second(a.study, a.anna, bu(a))
    _, part = second_writing.standing(b.study, bu(b), 3)
    second_writing.correct_part(b.study, b.anna, bu(b), part, "zqright")
    done = take(a, b)
    assert rules(done) == ["second_removed"]
    assert conflict_names(a.study)(done.conflicts[0]) == "BU"
    assert second_text.SecondReader(a.study).of(a.documents["BU"]) is None
    a.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"zqright" not in a.study.path.read_bytes()
    assert rules(take(b, a)) == ["second_removed"]
