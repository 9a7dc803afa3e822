"""Masking a name: it goes from the text, from what was said of it and from the bytes, and all codings stay in place."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import BadInput
from suggest.study import backup, codes, correcting, documents, masking, merge, tree_history, units
from suggest.study.contents import MASKED
from suggest.study.documents import document_text
from suggest.study.memos import all_memos
from suggest.study.segments import SegmentReader
from suggest.study.study import Study
from suggest.study.verify import verify

NAME = "BUw4x3"


def in_bytes(word: str, *files: Path) -> list[str]:
    parts = [part for file in files for part in (file, file.with_name(file.name + "-wal"))]
    return [part.name for part in parts if part.exists() and word.encode() in part.read_bytes()]


@pytest.fixture
def told(work: Any, tools: Any) -> Any:
    """BU and PU, with a name of BU's fifth turn in everything that was said of BU."""
    work.code("Support", definition=f"about {NAME}", examples=(f"as {NAME} said",))
    work.add(tools.numbered_talk("BU", 12), tools.numbered_talk("PU", 8))
    run = work.start_run()
    work.suggest(run, 4, work.codes["Support"], rationale=f"since {NAME} says", raw=f"raw {NAME}.")
    work.suggest(run, 14, work.codes["Support"], context=(4,), rationale=f"like {NAME}")
    work.decide(work.anna, 4, "add", work.codes["Support"], reason=f"it is {NAME}")
    work.memo(work.anna, 5, f"ask {NAME.lower()} again")
    backup.backup(work.study, work.study.path.with_name("spare.db"), work.anna)
    return work


def place_of(work: Any, word: str, label: str = "BU") -> tuple[documents.Document, int, int]:
    document = documents.find_document(work.study, label)
    start = document_text(work.study, document.id).index(word)
    return document, start, start + len(word)


def mask(work: Any, word: str = NAME, **given: Any) -> masking.Masked:
    return masking.mask(work.study, work.anna, *place_of(work, word), **given)


def test_the_name_is_gone_from_text_and_bytes_and_backup(told: Any, tools: Any) -> None:
    wording = codes.Wording("Support", "", examples=(f"as {NAME} said",))
    codes.reword(told.study, told.anna, codes.read_codes(told.study)[0], wording, meaning=False)
    (old,) = [e for e in tree_history.history(told.study) if e.op == "add"]
    assert old.codes == ("Support",)
    files = [told.study.path, told.study.path.with_name("spare.db")]
    done = mask(told)
    assert (done.places, done.elsewhere, done.scrubbed) == (1, 0, True)
    text = document_text(told.study, told.documents["BU"])
    assert NAME not in text and MASKED in text
    # The first wording's definition names it: what researchers write is theirs to change.
    kept = [body for (body,) in told.study.db.execute("SELECT body FROM content") if NAME in body]
    assert [body.count(NAME) for body in kept] == [1] and '"definition": "about' in kept[0]
    assert codes.read_codes(told.study)[0].wording.examples == (f"as {MASKED} said",)
    assert verify(told.study).ok
    assert tools.rows(told.study.db) == tools.folded(told.study)
    with Study.open(files[1]) as copy:
        assert NAME not in document_text(copy, told.documents["BU"])
        assert verify(copy).ok


def test_no_byte_of_it_is_left(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 12))
    work.memo(work.anna, 4, f"ask {NAME} again")
    backup.backup(work.study, work.study.path.with_name("spare.db"), work.anna)
    files = [work.study.path, work.study.path.with_name("spare.db")]
    assert in_bytes(NAME, *files)
    mask(work)
    assert in_bytes(NAME, *files) == []


def test_what_was_said_of_it_is_kept_without_the_name(told: Any) -> None:
    mask(told)
    from suggest.study.suggestion_sets import current_sets

    assert [current_sets(told.study, n)[0].candidates[0].rationale for n in (4, 14)] == [
        f"since {MASKED} says", f"like {MASKED}",
    ]  # fmt: skip
    assert units.memos(told.study, 5) == [(told.anna, f"ask {MASKED} again")]


def test_codings_stay_on_their_words(told: Any) -> None:
    reader = SegmentReader(told.study)
    before = {n: reader.number(n).text for n in range(12)}
    _, start, end = place_of(told, NAME)
    told.decide(told.anna, 4, "add", told.codes["Support"], [start, end])
    told.decide(told.anna, 4, "add", told.codes["Support"], [end + 1, end + 7])
    mask(told)
    after = {n: reader.number(n).text for n in range(12)}
    assert {n for n in before if before[n] != after[n]} == {4}
    text = document_text(told.study, told.documents["BU"])
    held = [text[c.start : c.end] for c in units.codings(told.study, coder=told.anna)]
    assert held[0] == after[4]
    assert sorted(held[1:]) == sorted(["BUw4x4", MASKED])


def test_throughout_masks_the_same_words_wherever_they_stand(work: Any, tools: Any) -> None:
    turns = [("R1", "Mary went home."), ("R2", "And mary  came back, Maryland."), ("R1", "So did MARY")]
    work.add(tools.talk("BU", turns))
    assert mask(work, "Mary").elsewhere == 2
    document = documents.find_document(work.study, "BU")
    start = document_text(work.study, document.id).index("mary")
    done = masking.mask(work.study, work.anna, document, start, start + 4, throughout=True)
    assert (done.places, done.elsewhere) == (2, 0)
    assert document_text(work.study, document.id) == (
        f"R1: {MASKED} went home.\nR2: And {MASKED}  came back, Maryland.\nR1: So did {MASKED}\n"
    )


def test_a_range_over_several_turns_leaves_the_turns(work: Any, tools: Any) -> None:
    work.add(tools.talk("BU", [("R1", "this is Anna"), ("R2", "Bell from here")]))
    document = documents.find_document(work.study, "BU")
    text = document_text(work.study, document.id)
    masking.mask(work.study, work.anna, document, text.index("Anna"), text.index(" from"))
    assert document_text(work.study, document.id) == f"R1: this is {MASKED}\nR2: {MASKED} from here\n"


@pytest.mark.parametrize("place", [(-1, 4), (3, 3), (5, 2), (0, 10**6)])
def test_a_range_outside_of_the_text_is_refused(told: Any, place: tuple[int, int]) -> None:
    document = documents.find_document(told.study, "BU")
    with pytest.raises(BadInput):
        masking.mask(told.study, told.anna, document, *place)


def test_masking_a_mask_is_refused(told: Any) -> None:
    mask(told)
    with pytest.raises(BadInput, match="nothing left"):
        mask(told, MASKED)


def branch(work: Any, tools: Any) -> Any:
    """A copy of the study for another site."""
    path = work.study.path.with_name("site.db")
    backup.backup(work.study, path, work.anna, purpose="copy")
    shutil.copy(path, path.with_name("theirs.db"))
    return tools.open_work(path.with_name("theirs.db"), 99, work)


def correct(work: Any, old: str, new: str) -> None:
    document = documents.find_document(work.study, "BU")
    text = document_text(work.study, document.id)
    correcting.correct(work.study, work.anna, document, after=text.replace(old, new))


@pytest.mark.parametrize("masked_first", [True, False])
@pytest.mark.parametrize("corrected", ["BUw2x1", NAME])
def test_a_mask_and_a_correction_elsewhere_meet_and_the_name_stays_out(
    told: Any, tools: Any, masked_first: bool, corrected: str
) -> None:
    other = branch(told, tools)
    first, second = (told, other) if masked_first else (other, told)
    first.sources.time = second.sources.time = max(told.sources.time, other.sources.time)
    second.sources.time += 600
    mask(first if masked_first else second)
    correct(second if masked_first else first, corrected, f"{corrected}corrected and longer")
    other.study.close()
    merge.merge(told.study, other.study.path, told.anna)
    text = document_text(told.study, told.documents["BU"])
    assert NAME not in text and MASKED in text
    segment = SegmentReader(told.study).number(4)
    assert segment is not None and segment.text.count(MASKED) == 1
    assert all(
        "BUw4x3" not in body for (body,) in told.study.db.execute("SELECT body FROM content WHERE kind = 'text'")
    )
    assert verify(told.study).ok
    assert tools.rows(told.study.db) == tools.folded(told.study)


@pytest.mark.parametrize("into_mask", [True, False])
def test_what_another_copy_said_without_knowing_of_a_mask_is_masked_when_they_meet(
    told: Any, tools: Any, into_mask: bool
) -> None:
    told.content(
        told.anna, "memo", f"privately, {NAME}", "memo_written", coder=told.anna, about="segment",
        subject=f"{told.documents['BU']}.5", coding=None, ref=None, type="reflexive",
    )  # fmt: skip
    other = branch(told, tools)  # its copy goes without the words of that
    told.memo(told.anna, 6, f"{NAME} and BUw5x2 once more")
    mask(other)
    mask(other, "BUw5x2")
    into, source = (other, told) if into_mask else (told, other)
    source.study.close()
    into.sources.time += 5000
    merge.merge(into.study, source.study.path, into.anna)
    bodies = [body for (body,) in into.study.db.execute("SELECT body FROM content") if NAME in body]
    assert [body.count(NAME) for body in bodies] == [1] and '"definition": "about' in bodies[0]
    assert {memo.text for memo in all_memos(into.study)} >= {f"privately, {MASKED}", f"{MASKED} and {MASKED} once more"}
    assert verify(into.study).ok
    assert tools.rows(into.study.db) == tools.folded(into.study)
