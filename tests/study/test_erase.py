"""Withdrawal: the words are gone from the bytes, the rest stands, and the study still verifies."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.study import (
    backup,
    codes,
    correcting,
    documents,
    erase,
    merge,
    rounds,
    settings,
    suggestion_sets,
    tree_history,
    units,
)
from suggest.study import connect as connecting
from suggest.study.contents import WITHDRAWN
from suggest.study.documents import document_text
from suggest.study.study import Study
from suggest.study.verify import verify

RUN = 8


def runs_of(words: str) -> list[bytes]:
    """Every run of eight words, as bytes."""
    found = words.split()
    return [" ".join(found[i : i + RUN]).encode() for i in range(len(found) - RUN + 1)]


def in_bytes(words: str, *files: Path) -> list[str]:
    """The files in which one of the runs stands."""
    hits = []
    for file in files:
        for part in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
            if part.exists() and any(run in part.read_bytes() for run in runs_of(words)):
                hits.append(part.name)
    return hits


def turn(label: str, n: int, tag: str = "w") -> str:
    return " ".join(f"{label}{tag}{n}x{i}" for i in range(9))


@pytest.fixture
def told(work: Any, tools: Any) -> Any:
    """BU and PU, with BU's fifth turn quoted wherever words can be: in all kinds of content."""
    quote = turn("BU", 4)
    work.code("Support", definition=f"as in: {quote}", include=quote, examples=(quote,))
    work.code("Doubt")
    old = codes.read_codes(work.study)[0]
    codes.reword(work.study, work.anna, old, codes.Wording("Support", "help among equals"), meaning=True)
    work.add(tools.numbered_talk("BU", 12), tools.numbered_talk("PU", 8))
    document = documents.find_document(work.study, "BU")
    text = document_text(work.study, document.id)
    correcting.correct(work.study, work.anna, document, after=text.replace("BUw4x8", "BUw4x8corrected"))
    rounds.make_ready(work.study, work.anna, rounds.rounds(work.study)[0])
    run = work.start_run()
    work.suggest(run, 4, work.codes["Support"], rationale=f"because {quote}", raw=f"raw {quote}")
    work.suggest(run, 5, work.codes["Support"], context=(4,), rationale=f"before it {quote}", raw=f"context {quote}")
    work.suggest(run, 14, work.codes["Doubt"], rationale=f"elsewhere {quote}", raw=f"elsewhere {quote}")
    work.decide(work.anna, 4, "add", work.codes["Support"], reason=f"reason {quote}")
    entry = work.decide(work.anna, 4, "add", work.codes["Doubt"], reason=f"undone {quote}")
    work.undo(work.anna, entry)
    work.memo(work.anna, 4, f"memo {quote}")
    work.memo(work.anna, 6, f"on another segment: {quote}, she said")
    work.content(
        work.anna,
        "memo",
        f"on a coding {quote}",
        "memo_written",
        coder=work.anna,
        about="coding",
        subject=None,
        coding=list(entry),
        ref=None,
    )
    work.complete(work.anna, 4)
    backup.backup(work.study, work.study.path.with_name("one.db"), work.anna)
    backup.backup(work.study, work.study.path.with_name("two.db"), work.anna)
    return work


def files(work: Any) -> list[Path]:
    return [work.study.path, work.study.path.with_name("one.db"), work.study.path.with_name("two.db")]


def do_erase(work: Any, scope: str) -> erase.Erased:
    if scope == "document":
        return work.erase("BU")
    if scope == "segments":
        return work.erase("BU", "segments", (4, 4))
    document = documents.find_document(work.study, "BU")
    return work.erase(
        "BU", "speaker", (1, 1), (4, 4), (7, 7), speaker=documents.speaker_number(work.study, document, "R1")
    )


SCOPES = ("document", "segments", "speaker")


@pytest.mark.parametrize("scope", SCOPES)
def test_no_run_of_eight_erased_words_is_left_in_any_byte(told: Any, tools: Any, scope: str) -> None:
    assert in_bytes(turn("BU", 4), *files(told))
    done = do_erase(told, scope)
    assert in_bytes(turn("BU", 4), *files(told)) == []
    assert sorted(done.backups) == [str(file) for file in files(told)[1:]]
    assert verify(told.study).ok
    assert tools.rows(told.study.db) == tools.folded(told.study)
    for file in files(told)[1:]:
        with Study.open(file) as copy:
            assert verify(copy).ok


@pytest.mark.parametrize("scope", ["segments", "speaker"])
def test_the_other_turns_stay(told: Any, scope: str) -> None:
    do_erase(told, scope)
    text = document_text(told.study, told.documents["BU"])
    assert turn("BU", 5) in text and turn("BU", 3) in text
    assert WITHDRAWN in text
    reader_text = [
        text[start:end]
        for start, end in told.study.db.execute('SELECT start, "end" FROM segment WHERE n IN (3, 4, 5) ORDER BY n')
    ]
    assert reader_text == [turn("BU", 3), WITHDRAWN, turn("BU", 5)]


def test_a_speakers_name_goes_with_the_speaker(told: Any) -> None:
    do_erase(told, "speaker")
    text = document_text(told.study, told.documents["BU"])
    assert "R1:" not in text and "R2:" in text


@pytest.mark.parametrize("scope", SCOPES)
def test_while_another_connection_is_open_the_words_go_too(told: Any, scope: str) -> None:
    with Study.open(told.study.path) as reader:
        document_text(reader, told.documents["BU"])
        do_erase(told, scope)
        assert in_bytes(turn("BU", 4), *files(told)) == []


def test_while_another_connection_reads_the_user_is_told_and_the_next_opening_finishes(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.study.db.execute("PRAGMA busy_timeout = 50")
    with Study.open(told.study.path) as reader, reader.reading():
        document_text(reader, told.documents["BU"])
        with pytest.raises(SecondCoderError):
            do_erase(told, "document")
        # The backups do not wait for it.
        assert in_bytes(turn("BU", 4), *files(told)[1:]) == []
    told.study.close()
    with Study.open(told.study.path, write=True) as again:
        assert in_bytes(turn("BU", 4), *files(told)) == []
        assert verify(again).ok


@pytest.mark.parametrize("scope", SCOPES)
def test_an_erasure_cut_short_is_finished_by_the_next_opening(
    told: Any, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    with monkeypatch.context() as patch:

        def killed(study: Study) -> None:
            raise KeyboardInterrupt

        patch.setattr(erase, "finish_scrub", killed)
        with pytest.raises(KeyboardInterrupt):
            do_erase(told, scope)
        told.study.close()
    assert in_bytes(turn("BU", 4), *files(told)[1:])
    with Study.open(told.study.path, write=True) as again:
        assert in_bytes(turn("BU", 4), *files(told)) == []
        assert verify(again).ok


@pytest.mark.parametrize("scope", SCOPES)
def test_erasing_the_same_again_is_refused(told: Any, scope: str) -> None:
    do_erase(told, scope)
    size = told.study.db.execute("SELECT count(*) FROM log").fetchone()
    with pytest.raises(BadInput):
        do_erase(told, scope)
    assert told.study.db.execute("SELECT count(*) FROM log").fetchone() == size


def test_nothing_is_stored_on_what_was_erased(told: Any) -> None:
    do_erase(told, "segments")
    for write in (
        lambda: told.decide(told.anna, 4, "add", told.codes["Support"]),
        lambda: told.memo(told.anna, 4, "late"),
        lambda: told.suggest(told.runs[0], 4, told.codes["Doubt"], rationale="late"),
    ):
        with pytest.raises(Refused):
            write()
    assert verify(told.study).ok


def test_erased_segments_do_not_come_back_as_data(told: Any) -> None:
    do_erase(told, "segments")
    documents.set_role(told.study, told.anna, documents.find_document(told.study, "BU"), "data", ordinals=[3, 4, 5])
    assert told.study.db.execute("SELECT n, role FROM segment WHERE n IN (3, 4, 5)").fetchall() == [
        (3, "data"), (4, "other"), (5, "data"),
    ]  # fmt: skip


@pytest.mark.parametrize("scope", SCOPES)
def test_undo_and_redo_go_on_after_an_erasure(told: Any, tools: Any, scope: str) -> None:
    undone = told.undo(told.anna, told.decide(told.anna, 4, "add", told.codes["Doubt"]))
    done = told.decide(told.anna, 4, "keep")
    do_erase(told, scope)
    for entry in (undone, done):
        told.undo(told.anna, entry)
    act = units.last_act(told.study, told.anna)
    assert act is None or act.segment != 4
    assert verify(told.study).ok
    assert tools.rows(told.study.db) == tools.folded(told.study)


def test_the_same_words_in_another_document_stay_and_are_reported(told: Any, tools: Any) -> None:
    other = told.add(tools.talk("ZZ", [("R9", f"as she said {turn('BU', 4)} and so on")]))[0]
    done = do_erase(told, "segments")
    assert done.same_words == [other]
    assert turn("BU", 4) in document_text(told.study, other)


def test_the_same_words_in_an_older_version_of_another_document_are_reported(told: Any, tools: Any) -> None:
    other = told.add(tools.talk("ZZ", [("R9", f"as she said {turn('BU', 4)} and so on")]))[0]
    document = documents.find_document(told.study, "ZZ")
    text = document_text(told.study, other)
    correcting.correct(told.study, told.anna, document, after=text.replace(turn("BU", 4), "[a quote]"))
    assert do_erase(told, "segments").same_words == [other]


def test_a_masked_definition_keeps_the_codes_name(told: Any) -> None:
    do_erase(told, "segments")
    tree = tree_history.tree_at(told.study, 1)
    assert [code.name for code in codes.read_codes(told.study, tree)] == ["Support"]
    assert WITHDRAWN in codes.read_codes(told.study, tree)[0].wording.definition
    assert tree_history.history(told.study)[0].codes == ("Support",)


def test_words_with_letters_that_fold_into_two_are_masked() -> None:
    from suggest.study.overlap import Shingles

    words = "İstanbul ve Straße İzmir ŉ İki İç İl İş"
    assert Shingles([words]).mask(f"she said: {words.upper()}") == f"she said: {WITHDRAWN}"


def test_an_erased_text_can_be_brought_in_again(told: Any, tools: Any) -> None:
    do_erase(told, "document")
    again = told.add(tools.numbered_talk("BU", 12))[0]
    assert turn("BU", 4) in document_text(told.study, again)
    assert verify(told.study).ok


def test_a_merge_brings_the_erasure_to_the_copy_that_still_has_the_words(told: Any, tools: Any) -> None:
    copy_path = told.study.path.with_name("site.db")
    told.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(told.study.path, copy_path)
    quote = turn("BU", 4)
    site = tools.open_work(copy_path, 5, told)
    # The other site goes on with the words, in ways that the erasing one cannot know.
    site.memo(site.bo, 4, f"late memo {quote}")
    site.decide(site.bo, 4, "add", site.codes["Doubt"], reason=f"late reason {quote}")
    document = documents.find_document(site.study, "BU")
    text = document_text(site.study, document.id)
    correcting.correct(site.study, site.bo, document, after=text.replace("BUw7x3", "[place]"))
    assert in_bytes(quote, copy_path)
    do_erase(told, "segments")
    told.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    merge.merge(site.study, told.study.path, site.bo)
    assert in_bytes(quote, copy_path) == []
    assert quote not in document_text(site.study, told.documents["BU"])
    assert verify(site.study).ok
    # And the other way: the words do not come back to the copy that had erased them.
    site.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    merge.merge(told.study, copy_path, told.anna)
    assert in_bytes(quote, *files(told)) == []
    assert verify(told.study).ok
    site.study.close()


def test_a_merge_does_not_bring_withdrawn_words_back(told: Any, tools: Any) -> None:
    copy_path = told.study.path.with_name("site.db")
    told.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(told.study.path, copy_path)
    quote = turn("BU", 4)
    site = tools.open_work(copy_path, 5, told)
    site.memo(site.bo, 4, f"late memo {quote}")
    document = documents.find_document(site.study, "BU")
    text = document_text(site.study, document.id)
    correcting.correct(site.study, site.bo, document, after=text.replace("BUw7x3", "[place]"))
    site.study.close()
    told.sources.time += 10_000
    for scope in ("segments", "document"):
        if scope == "document":
            do_erase(told, scope)
        else:
            do_erase(told, scope)
            merge.merge(told.study, copy_path, told.anna)
        assert in_bytes(quote, *files(told)) == []
        assert verify(told.study).ok


def test_what_a_model_said_on_another_copy_with_the_words_in_its_context_goes_in_a_merge(told: Any, tools: Any) -> None:
    copy_path = told.study.path.with_name("site.db")
    told.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(told.study.path, copy_path)
    site = tools.open_work(copy_path, 5, told)
    few = " ".join(turn("BU", 4).split()[:3])
    run = site.start_run("chat")
    before = site.suggest(run, 5, site.codes["Doubt"], context=(4,), rationale=f"as {few}", raw=f"raw {few}")
    site.sources.time += 10_000
    told.sources.time += 5_000
    do_erase(told, "segments")
    after = site.suggest(run, 6, site.codes["Doubt"], context=(4,), rationale=f"like {few}", raw=f"so {few}")
    site.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    told.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    merge.merge(told.study, copy_path, told.anna)
    merge.merge(site.study, told.study.path, site.bo)
    for study in (told.study, site.study):
        assert verify(study).ok
        assert few.encode() not in study.path.read_bytes()
        for hash_ in (before, after):
            found = suggestion_sets.get_set(study, hash_)
            assert found is not None and [c.rationale for c in found.candidates] == [""]
    site.study.close()


def test_a_suggestion_made_from_withdrawn_words_is_not_stored(told: Any) -> None:
    run = told.start_run()
    do_erase(told, "segments")
    with pytest.raises(Refused):
        told.suggest(run, 5, told.codes["Doubt"], context=(4,), rationale="because of what was said before")
    assert verify(told.study).ok


def test_a_documents_label_goes_from_the_settings_too(told: Any) -> None:
    settings.set_setting(told.study, told.anna, "site_order", "PU, BU")
    settings.set_setting(told.study, told.anna, "site_order", "BU, PU")
    do_erase(told, "document")
    assert settings.get_setting(told.study, "site_order") == ("[withdrawn]", "PU")
    kept = told.study.db.execute("SELECT body FROM content WHERE kind = 'setting'").fetchall()
    assert not [body for (body,) in kept if '"BU"' in body]
    assert verify(told.study).ok


def test_a_backup_that_cannot_even_be_looked_at_is_listed(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away = str(told.study.path.with_name("one.db"))
    exists = Path.exists

    def locked(path: Path, **more: Any) -> bool:
        if str(path) == away:
            raise PermissionError(13, "Permission denied", away)
        return exists(path, **more)

    monkeypatch.setattr(Path, "exists", locked)
    done = do_erase(told, "segments")
    assert done.beyond == [away]
    with Study.open(told.study.path, write=True) as again:
        assert verify(again).ok


def test_a_copy_made_before_a_migration_goes(told: Any) -> None:
    spare = told.study.path.with_name("study.db.v0.backup")
    shutil.copy(told.study.path, spare)
    assert str(spare) in do_erase(told, "segments").backups
    assert not spare.exists()


def test_other_exports_are_listed(told: Any) -> None:
    told.content(told.anna, "path", "/elsewhere/copy.db", "exported", field="path", target="copy")
    assert do_erase(told, "document").beyond == ["/elsewhere/copy.db"]


def test_a_busy_file_is_left_as_it_is(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "BUSY_MS", 50)
    with Study.open(told.study.path, write=True) as other:
        other.db.execute("BEGIN IMMEDIATE")
        told.study.db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(SecondCoderError, match="another program"):
            do_erase(told, "document")
        other.db.execute("ROLLBACK")
    assert documents.find_document(told.study, "BU").state == "present"
    assert verify(told.study).ok


def test_words_of_an_earlier_version_go_with_the_document_wherever_they_stand(told: Any, tools: Any) -> None:
    document = documents.find_document(told.study, "BU")
    text = document_text(told.study, document.id)
    start = text.index("BUw4x0")
    correcting.correct(told.study, told.anna, document, edits=[(start, text.index("\n", start), "[removed]")])
    assert in_bytes(turn("BU", 4), *files(told))
    do_erase(told, "document")
    assert in_bytes(turn("BU", 4), *files(told)) == []
    assert verify(told.study).ok
    assert tools.rows(told.study.db) == tools.folded(told.study)


def test_turns_that_a_correction_made_overlap_can_be_withdrawn(told: Any, tools: Any) -> None:
    document = documents.find_document(told.study, "BU")
    text = document_text(told.study, document.id)
    start, end = text.index("BUw4x6"), text.index("BUw7x3")
    correcting.correct(told.study, told.anna, document, edits=[(start, end, "all at once spoken together ")])
    do_erase(told, "speaker")
    left = document_text(told.study, document.id)
    assert not any(word in left for word in ("BUw4", "BUw7", "spoken"))
    assert turn("BU", 2) in left
    assert verify(told.study).ok
    assert tools.rows(told.study.db) == tools.folded(told.study)


def test_what_a_withdrawn_turn_said_before_a_correction_goes_wherever_it_stands(told: Any, tools: Any) -> None:
    quote = turn("BU", 7)
    told.memo(told.anna, 14, f"compare: {quote}, in the other group")
    document = documents.find_document(told.study, "BU")
    text = document_text(told.study, document.id)
    correcting.correct(
        told.study, told.anna, document, after="Heading\n" + text.replace(quote, "[removed for privacy]")
    )
    document = documents.find_document(told.study, "BU")
    text = document_text(told.study, document.id)
    correcting.correct(told.study, told.anna, document, after=text.replace("Heading", "Another, longer heading"))
    erase.erase(told.study, erase.Erasure(document.id, "segments", ((7, 7),)), told.anna)
    assert in_bytes(quote, told.study.path) == []
    assert in_bytes(turn("BU", 8), told.study.path) != []
    assert verify(told.study).ok
