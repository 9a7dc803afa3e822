"""A second text beside a document: how far each part is checked, and that it goes wherever the first text goes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from site_copies import other_user

from suggest.errors import BadInput
from suggest.study import backup, correcting, documents, masking, merge, settings
from suggest.study.contents import MASKED, WITHDRAWN
from suggest.study.documents import document_text
from suggest.study.log import entry_at
from suggest.study.second_masking import mask_second
from suggest.study.second_text import Mark, Part, SecondReader, read_state
from suggest.study.second_writing import NewPart, NewSecond, add_second, correct_part, mark, remove_second
from suggest.study.study import Study
from suggest.study.units import last_act
from suggest.study.verify import verify

NAME = "BUw4x3"


def in_bytes(word: str, *files: Path) -> list[str]:
    parts = [part for file in files for part in (file, file.with_name(file.name + "-wal"))]
    return [part.name for part in parts if part.exists() and word.encode() in part.read_bytes()]


def originals(size: int, label: str = "BU") -> NewSecond:
    """Parts of two segments each, their words all different; the name of the first text's fifth turn stands in two."""
    parts = [
        NewPart(n, min(n + 1, size - 1), " ".join(f"{label}orig{n}y{i}" for i in range(9))) for n in range(0, size, 2)
    ]
    named = [NewPart(p.first, p.last, f"{p.words} {NAME}, so") if p.first in (4, 8) else p for p in parts]
    return NewSecond("original", named, "de", f"{label}-de.txt")


@pytest.fixture
def beside(work: Any, tools: Any) -> Any:
    work.add(tools.numbered_talk("BU", 12), tools.numbered_talk("PU", 8))
    add_second(work.study, work.anna, bu(work), originals(12))
    return work


def bu(work: Any) -> documents.Document:
    return documents.find_document(work.study, "BU")


def part(work: Any, number: int) -> Part:
    reader = SecondReader(work.study)
    text = reader.of(work.documents["BU"])
    assert text is not None
    found = reader.part(text, number)
    assert found is not None
    return found


def holds(work: Any, tools: Any) -> None:
    assert verify(work.study).ok
    assert tools.rows(work.study.db) == tools.folded(work.study)


# What marks amount to


def test_a_check_holds_for_the_words_that_were_checked() -> None:
    marks = [Mark("check", "anna", "w1"), Mark("check", "bo", "w1"), Mark("check", "bo", "w2")]
    assert read_state(marks, "w1", 1).checked_by == ("anna",)
    assert read_state(marks, "w2", 2).state == "draft"
    assert read_state(marks[:2], "w1", 2).state == "checked"
    assert read_state([Mark("check", "anna", "w1", seen=False)], "w1", 1).state == "draft"


def test_a_change_takes_checks_away_and_asks_for_another_look() -> None:
    marks = [Mark("check", "anna", "w1"), Mark("changed:masked", "bo")]
    state = read_state(marks, "w1", 1)
    assert (state.state, state.checked_by, state.look) == ("draft", (), "masked")
    again = read_state([*marks, Mark("check", "anna", "w1")], "w1", 1)
    assert (again.state, again.look) == ("checked", "")


def test_a_question_stays_open_until_it_is_answered_or_its_asker_checks() -> None:
    asked = [Mark("query", "anna", "w1", "meant so?"), Mark("check", "bo", "w1")]
    assert read_state(asked, "w1", 1).state == "query"
    assert read_state([*asked, Mark("check", "anna", "w1")], "w1", 1).queries == ()
    answered = read_state([*asked, Mark("answer", "bo", "w1")], "w1", 1)
    assert (answered.state, answered.checked_by) == ("checked", ("bo",))
    assert read_state([*asked, Mark("draft", "anna", "w1")], "w1", 1).state == "checked"


# In a study


def test_it_is_read_by_segment_and_by_paragraph(beside: Any, tools: Any) -> None:
    reader = SecondReader(beside.study)
    text = reader.of(beside.documents["BU"])
    assert text is not None and (text.side, text.language, text.name, text.parts) == ("original", "de", "BU-de.txt", 6)
    found = reader.at(beside.documents["BU"], 3)
    assert found is not None and (found[1].first, found[1].last) == (2, 3) and found[1].words.startswith("BUorig2y0")
    assert [one.number for one in reader.between(text, 4, 5)] == [1, 2]
    assert reader.of(beside.documents["PU"]) is None and reader.at(beside.documents["PU"], 0) is None
    holds(beside, tools)


def test_a_document_has_one_second_text(beside: Any) -> None:
    with pytest.raises(BadInput, match="has its original already"):
        add_second(beside.study, beside.anna, bu(beside), originals(12))


def test_as_many_people_as_the_study_wants_have_to_check(beside: Any, tools: Any) -> None:
    settings.set_setting(beside.study, beside.anna, "translation_checks", "2")
    mark(beside.study, beside.anna, bu(beside), 0, "check")
    mark(beside.study, beside.anna, bu(beside), 0, "check")
    assert part(beside, 0).state.state == "draft"
    mark(beside.study, beside.bo, bu(beside), 0, "check")
    assert part(beside, 0).state.state == "checked"
    assert set(part(beside, 0).state.checked_by) == {beside.anna, beside.bo}
    holds(beside, tools)


def test_other_words_are_a_draft(beside: Any, tools: Any) -> None:
    mark(beside.study, beside.anna, bu(beside), 0, "check")
    correct_part(beside.study, beside.bo, bu(beside), part(beside, 0), "put right")
    assert (part(beside, 0).words, part(beside, 0).state.state) == ("put right", "draft")
    with pytest.raises(BadInput, match="the same"):
        correct_part(beside.study, beside.bo, bu(beside), part(beside, 0), "put right")
    holds(beside, tools)


def test_a_mark_is_undone_and_redone_as_any_act(beside: Any, tools: Any) -> None:
    entry = mark(beside.study, beside.anna, bu(beside), 1, "query", "meant so?")
    act = last_act(beside.study, beside.anna)
    assert act is not None and act.entry == entry and act.action == "translation_query"
    gone = beside.undo(beside.anna, entry)
    assert part(beside, 1).state.state == "draft"
    beside.undo(beside.anna, gone)
    assert part(beside, 1).state.queries == ((beside.anna, "meant so?"),)
    holds(beside, tools)


@pytest.mark.parametrize(
    ("action", "words", "said"),
    [("query", " ", "needs words"), ("answer", "", "no question"), ("draft", "", "nothing of yours")],
)
def test_a_mark_that_says_nothing_is_refused(beside: Any, action: str, words: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        mark(beside.study, beside.anna, bu(beside), 0, action, words)


def test_a_correction_of_the_first_text_asks_for_another_look_beside_it_only(beside: Any, tools: Any) -> None:
    for number in (1, 2, 3):
        mark(beside.study, beside.anna, bu(beside), number, "check")
    text = document_text(beside.study, beside.documents["BU"])
    done = correcting.correct(beside.study, beside.anna, bu(beside), after=text.replace("BUw4x5", "corrected"))
    assert done.look == 1
    assert [part(beside, n).state.look for n in (1, 2, 3)] == ["", "transcription", ""]
    assert part(beside, 1).state.state == "checked" and part(beside, 2).state.state == "draft"
    holds(beside, tools)


def test_a_part_is_found_without_reading_the_others(beside: Any) -> None:
    reader = SecondReader(beside.study)
    asked: list[str] = []
    beside.study.db.set_trace_callback(asked.append)
    found = reader.at(beside.documents["BU"], 6)
    beside.study.db.set_trace_callback(None)
    assert found is not None and found[1].number == 3
    plans = [
        row[3] for query in asked if "second_part" in query
        for row in beside.study.db.execute(f"EXPLAIN QUERY PLAN {query}")
    ]  # fmt: skip
    assert any("n>? AND n<?" in plan for plan in plans)
    assert not any(plan.startswith("SCAN") for plan in plans)


# Withdrawal and masking


def test_what_stands_beside_withdrawn_words_goes_from_every_byte(beside: Any, tools: Any) -> None:
    mark(beside.study, beside.bo, bu(beside), 1, "query", "is BUorig2y4 a place")
    correct_part(beside.study, beside.anna, bu(beside), part(beside, 1), "BUorig2again is better")
    beside.memo(beside.anna, 7, " ".join(f"BUorig2y{i}" for i in range(9)))
    backup.backup(beside.study, beside.study.path.with_name("spare.db"), beside.anna)
    files = [beside.study.path, beside.study.path.with_name("spare.db")]
    assert in_bytes("BUorig2", *files)
    words = part(beside, 1).content
    done = beside.erase("BU", "segments", (3, 3))
    entry = entry_at(beside.study.db, *done.entry)
    assert entry is not None and words in entry.payload["gone"]
    assert in_bytes("BUorig2", *files) == []
    assert (part(beside, 1).words, part(beside, 1).state.state) == (WITHDRAWN, "withdrawn")
    assert part(beside, 2).words.startswith("BUorig4")
    with pytest.raises(BadInput, match="withdrawn"):
        mark(beside.study, beside.anna, bu(beside), 1, "check")
    holds(beside, tools)
    with Study.open(files[1]) as copy:
        assert verify(copy).ok


def test_it_goes_with_its_document(beside: Any, tools: Any) -> None:
    mark(beside.study, beside.bo, bu(beside), 1, "query", "is BUorig2y4 a place")
    beside.erase("BU")
    assert in_bytes("BUorig", beside.study.path) == []
    assert SecondReader(beside.study).all() == []
    holds(beside, tools)


def test_words_of_one_study_beside_another_document_are_told_and_not_touched(beside: Any, tools: Any) -> None:
    pu = documents.find_document(beside.study, "PU")
    add_second(beside.study, beside.anna, pu, originals(8))
    done = beside.erase("BU")
    assert done.same_words == [pu.id]
    holds(beside, tools)


def test_a_masked_name_is_masked_beside_it_too_and_asks_for_another_look(beside: Any, tools: Any) -> None:
    for number in range(6):
        mark(beside.study, beside.anna, bu(beside), number, "check")
    mark(beside.study, beside.bo, bu(beside), 0, "query", f"who is {NAME.lower()}")
    start = document_text(beside.study, beside.documents["BU"]).index(NAME)
    done = masking.mask(beside.study, beside.anna, bu(beside), start, start + len(NAME))
    assert done.look == 1
    assert MASKED in part(beside, 2).words and NAME in part(beside, 4).words
    assert [part(beside, n).state.look for n in range(6)] == ["", "", "masked", "", "", ""]
    assert part(beside, 0).state.queries == ((beside.bo, f"who is {MASKED}"),)
    holds(beside, tools)


def test_a_name_that_is_masked_throughout_is_masked_throughout_beside(beside: Any, tools: Any) -> None:
    backup.backup(beside.study, beside.study.path.with_name("spare.db"), beside.anna)
    start = document_text(beside.study, beside.documents["BU"]).index(NAME)
    done = masking.mask(beside.study, beside.anna, bu(beside), start, start + len(NAME), throughout=True)
    assert done.look == 2
    assert [part(beside, n).state.look for n in (2, 4)] == ["masked", "masked"]
    assert in_bytes(NAME, beside.study.path, beside.study.path.with_name("spare.db")) == []
    holds(beside, tools)


def test_a_name_is_masked_in_the_second_text_alone(beside: Any, tools: Any) -> None:
    spare = beside.study.path.with_name("spare.db")
    correct_part(beside.study, beside.anna, bu(beside), part(beside, 2), "BUorig4y1 again")
    beside.memo(beside.anna, 7, "is BUorig4y1 meant")
    backup.backup(beside.study, spare, beside.anna)
    done = mask_second(beside.study, beside.anna, bu(beside), 2, "buorig4Y1")
    assert (done.parts, done.elsewhere, done.scrubbed) == (1, 0, True)
    assert part(beside, 2).words == f"{MASKED} again" and part(beside, 2).state.look == "masked"
    assert in_bytes("BUorig4y1", beside.study.path, spare) == []
    holds(beside, tools)
    with Study.open(spare) as copy:
        assert verify(copy).ok
    with pytest.raises(BadInput, match="do not stand there"):
        mask_second(beside.study, beside.anna, bu(beside), 2, "nobody")
    assert mask_second(beside.study, beside.anna, bu(beside), 4, NAME).elsewhere == 1
    # and a mask of the first text after it is still one
    start = document_text(beside.study, beside.documents["BU"]).index(NAME)
    masking.mask(beside.study, beside.anna, bu(beside), start, start + len(NAME))
    holds(beside, tools)


def test_removing_it_leaves_nothing_of_it_in_the_file(beside: Any, tools: Any) -> None:
    mark(beside.study, beside.bo, bu(beside), 1, "query", "is BUorig2y4 a place")
    remove_second(beside.study, beside.anna, bu(beside))
    assert in_bytes("BUorig", beside.study.path) == []
    assert SecondReader(beside.study).of(beside.documents["BU"]) is None
    add_second(beside.study, beside.anna, bu(beside), originals(12))
    holds(beside, tools)


def test_beside_withdrawn_segments_nothing_is_stored(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 12))
    work.erase("BU", "segments", (3, 3))
    add_second(work.study, work.anna, bu(work), originals(12))
    assert in_bytes("BUorig2", work.study.path) == []
    assert part(work, 1).state.state == "withdrawn"
    holds(work, tools)


# Copies


def apart(work: Any, tools: Any) -> Any:
    """A copy of the study on another replica."""
    path = work.study.path.with_name("other.db")
    backup.backup(work.study, path.with_name("out.db"), work.anna)
    shutil.copy(path.with_name("out.db"), path)
    other = tools.open_work(path, 99, work)
    other.sources.time += 1000
    return other


def brought_together(work: Any, other: Any) -> None:
    other.study.close()
    merge.merge(work.study, other.study.path, work.anna)


def test_a_check_by_somebody_who_had_not_seen_a_change_does_not_count(beside: Any, tools: Any) -> None:
    other = apart(beside, tools)
    text = document_text(beside.study, beside.documents["BU"])
    correcting.correct(beside.study, beside.anna, bu(beside), after=text.replace("BUw4x5", "corrected"))
    correct_part(beside.study, beside.anna, bu(beside), part(beside, 0), "put right")
    for number in (0, 2, 3):
        mark(other.study, other.bo, bu(other), number, "check")
    brought_together(beside, other)
    assert [part(beside, n).state.state for n in (0, 2, 3)] == ["draft", "draft", "checked"]
    assert part(beside, 2).state.look == "transcription"
    holds(beside, tools)


def test_two_that_come_together_wait_one_behind_the_other(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 12))
    other = apart(work, tools)
    add_second(work.study, work.anna, bu(work), originals(12))
    add_second(other.study, other.bo, bu(other), originals(12, "OTHER"))
    brought_together(work, other)
    text = SecondReader(work.study).of(work.documents["BU"])
    assert text is not None and (text.name, text.others) == ("BU-de.txt", 1)
    holds(work, tools)
    work.erase("BU", "segments", (3, 3))  # reaches the one that is not in use as well
    assert in_bytes("OTHERorig2", work.study.path) == []
    remove_second(work.study, work.anna, bu(work))
    text = SecondReader(work.study).of(work.documents["BU"])
    assert text is not None and (text.name, text.others) == ("OTHER-de.txt", 0)
    holds(work, tools)


def test_what_another_copy_brings_beside_withdrawn_words_is_not_taken(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 12))
    other = apart(work, tools)
    work.erase("BU", "segments", (3, 3))
    add_second(other.study, other.bo, bu(other), originals(12))
    brought_together(work, other)
    assert in_bytes("BUorig2", work.study.path) == []
    assert part(work, 1).words == WITHDRAWN and part(work, 2).words.startswith("BUorig4")
    holds(work, tools)


def test_what_another_copy_put_right_before_the_erasure_goes_as_well(beside: Any, tools: Any) -> None:
    other = apart(beside, tools)
    correct_part(other.study, other.bo, bu(other), part(other, 1), "BUorig2again is better")
    mark(other.study, other.bo, bu(other), 1, "query", "BUorig2again?")
    beside.sources.time += 5000
    beside.erase("BU", "segments", (3, 3))
    brought_together(beside, other)
    assert in_bytes("BUorig2", beside.study.path) == []
    holds(beside, tools)


def test_who_shares_the_file_has_seen_the_change_that_is_checked(
    beside: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_user(beside, tools, monkeypatch)
    text = document_text(beside.study, beside.documents["BU"])
    correcting.correct(beside.study, beside.anna, bu(beside), after=text.replace("BUw4x5", "corrected"))
    mask_second(beside.study, beside.anna, bu(beside), 4, NAME)
    assert [part(other, n).state.look for n in (2, 4)] == ["transcription", "masked"]
    for number in (2, 4):
        mark(other.study, other.bo, bu(other), number, "check")
        assert (part(other, number).state.state, part(other, number).state.look) == ("checked", "")
    # It is put on record with the check, and not with every one.
    assert other.study.db.execute("SELECT count(*) FROM log WHERE kind = 'merged'").fetchone() == (1,)
    assert verify(other.study).ok
    other.study.close()


@pytest.mark.parametrize("later", [True, False])
@pytest.mark.parametrize("into_mask", [True, False])
def test_a_name_masked_here_and_written_anew_there_is_masked(
    beside: Any, tools: Any, later: bool, into_mask: bool
) -> None:
    other = apart(beside, tools)
    if not later:
        beside.sources.time += 5000
    correct_part(beside.study, beside.anna, bu(beside), part(beside, 2), "of Quillheim and more")
    mask_second(beside.study, beside.anna, bu(beside), 2, "Quillheim")
    mask_second(beside.study, beside.anna, bu(beside), 4, NAME)
    correct_part(beside.study, beside.anna, bu(beside), part(beside, 4), f"{NAME} is a word of its own here")
    correct_part(other.study, other.bo, bu(other), part(other, 4), f"better words of {NAME}y {NAME}, here")
    mark(other.study, other.bo, bu(other), 4, "query", f"who is {NAME}?")
    into, source = (beside, other) if into_mask else (other, beside)
    brought_together(into, source)
    held = part(into, 4)
    assert [words for _, words in held.state.queries] == [f"who is {MASKED}?"] and held.state.look == "masked"
    # What somebody wrote who knew of the mask is theirs to answer for.
    knowing = f"{NAME} is a word of its own here"
    assert held.words == (f"better words of {NAME}y {MASKED}, here" if later else knowing)
    assert in_bytes("who is BU", into.study.path) == [] and in_bytes("Quillheim", into.study.path) == []
    holds(into, tools)
    size = into.study.db.execute("SELECT count(*) FROM log").fetchone()
    assert merge.merge(into.study, source.study.path, into.anna).entries == 0
    assert into.study.db.execute("SELECT count(*) FROM log").fetchone() == size


def test_a_name_masked_here_is_masked_in_the_original_that_was_brought_in_there(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 12))
    other = apart(work, tools)
    start = document_text(work.study, work.documents["BU"]).index(NAME)
    masking.mask(work.study, work.anna, bu(work), start, start + len(NAME))
    add_second(other.study, other.bo, bu(other), originals(12))
    brought_together(work, other)
    assert NAME not in part(work, 2).words and MASKED in part(work, 2).words
    assert NAME in part(work, 4).words  # not beside what was masked
    holds(work, tools)
