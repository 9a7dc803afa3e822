"""The cache of vectors: found again under a key that tells nothing, and gone with the words it was computed from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import SecondCoderError
from suggest.study import backup, correcting, documents, erase, merge, vectors
from suggest.study.documents import document_text
from suggest.study.study import Study
from suggest.study.verify import verify

MARK = b"\x07vector planted in the cache\x07" * 60


@pytest.fixture
def kept(work: Any, tools: Any) -> Any:
    """Vectors of BU, of PU and of nobody's words."""
    work.add(tools.numbered_talk("BU", 12), tools.numbered_talk("PU", 8))
    put(work, {"bu": "BU", "pu": "PU", "code": None})
    return work


def put(work: Any, owners: dict[str, str | None], as_of: int | None = None) -> bool:
    keys = vectors.cache_keys(work.study, [name.encode() for name in owners])
    return vectors.put_vectors(
        work.study,
        {keys[name.encode()]: name.encode() + MARK for name in owners},
        {keys[name.encode()]: label and work.documents[label] for name, label in owners.items()},
        vectors.words_changed(work.study) if as_of is None else as_of,
    )


def there(study: Study, *names: str) -> set[str]:
    keys = vectors.cache_keys(study, [name.encode() for name in names or ("bu", "pu", "code")])
    found = vectors.get_vectors(study, [*keys.values()])
    return {name.decode() for name, key in keys.items() if key in found}


def in_bytes(path: Path) -> bool:
    parts = (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))
    return any(MARK in part.read_bytes() for part in parts if part.exists())


def test_what_was_put_is_found_again_and_what_is_there_stays(kept: Any) -> None:
    (key,) = vectors.cache_keys(kept.study, [b"bu"]).values()
    vectors.put_vectors(kept.study, {key: b"other"}, {key: None}, vectors.words_changed(kept.study))
    assert vectors.get_vectors(kept.study, [key, b"none"]) == {key: b"bu" + MARK}
    assert vectors.cache_size(kept.study) == vectors.CacheSize(3, 3 * 32 + 8 + 3 * len(MARK))


def test_a_key_cannot_be_made_without_the_studys_secret(kept: Any, tools: Any, tmp_path: Path) -> None:
    other = tools.new_work(tmp_path / "other.db", 5)
    (here,), (elsewhere,) = (vectors.cache_keys(study, [b"yes"]).values() for study in (kept.study, other.study))
    assert here != elsewhere
    assert b"yes" not in here
    other.study.close()


def test_more_keys_than_a_statement_takes_are_found(work: Any) -> None:
    many = {f"{n:032d}".encode(): b"v" for n in range(3 * vectors.AT_ONCE + 1)}
    vectors.put_vectors(work.study, many, {}, 0)
    assert vectors.get_vectors(work.study, [*many]) == many


def test_no_more_than_so_many_are_kept_and_the_oldest_go_first(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST_KEPT", 4)
    put(kept, {"one": "BU", "two": "BU"})
    assert there(kept.study, "bu", "pu", "code", "one", "two") == {"pu", "code", "one", "two"}
    put(kept, {str(number): None for number in range(20)})
    assert vectors.cache_size(kept.study).rows == 4


@pytest.mark.parametrize("scope", ["document", "segments", "speaker"])
def test_an_erasure_takes_the_documents_vectors_and_nobodys_from_the_bytes(kept: Any, scope: str) -> None:
    backup.backup(kept.study, kept.study.path.with_name("one.db"), kept.anna)
    owners: dict[str, str | None] = {"bu": "BU", "code": None}
    assert in_bytes(kept.study.path)
    if scope == "document":
        kept.erase("BU")
    else:
        document = documents.find_document(kept.study, "BU")
        speaker = documents.speaker_number(kept.study, document, "R1") if scope == "speaker" else None
        kept.erase("BU", scope, (4, 4), speaker=speaker)
    assert there(kept.study) == {"pu"}
    with Study.open(kept.study.path.with_name("one.db")) as copy:
        assert there(copy) == {"pu"}
    for path in (kept.study.path, kept.study.path.with_name("one.db")):
        assert all(name.encode() + MARK not in path.read_bytes() for name in owners)
    assert b"pu" + MARK in kept.study.path.read_bytes()
    kept.erase("PU")
    assert not in_bytes(kept.study.path)
    assert verify(kept.study).ok


def test_a_correction_takes_the_documents_vectors(kept: Any) -> None:
    document = documents.find_document(kept.study, "BU")
    text = document_text(kept.study, document.id)
    correcting.correct(kept.study, kept.anna, document, after=text.replace("BUw7x3", "[place]"))
    assert there(kept.study) == {"pu", "code"}


def test_nothing_is_kept_for_who_read_the_words_before_they_were_withdrawn(kept: Any) -> None:
    before = vectors.words_changed(kept.study)
    kept.erase("BU", "segments", (4, 4))
    assert not put(kept, {"late": "BU"}, before)
    assert there(kept.study, "late") == set()
    assert put(kept, {"late": "BU"})
    assert there(kept.study, "late") == {"late"}


def test_an_erasure_that_comes_with_a_merge_empties_the_cache(kept: Any, tools: Any) -> None:
    site_path = kept.study.path.with_name("site.db")
    kept.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(kept.study.path, site_path)
    site = tools.open_work(site_path, 5, kept)
    site.memo(site.bo, 3, "nothing of anybody's words")
    site.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    merge.merge(kept.study, site_path, kept.anna)
    assert there(kept.study) == {"bu", "pu", "code"}
    what = erase.Erasure(site.documents["BU"], "segments", ((4, 4),))
    erase.erase(site.study, what, site.bo)
    site.study.close()
    merge.merge(kept.study, site_path, kept.anna)
    assert there(kept.study) == set()
    assert not in_bytes(kept.study.path)
    assert verify(kept.study).ok


def test_a_copy_for_others_has_none_and_a_backup_has_all(kept: Any) -> None:
    for purpose, expected in (("copy", set[str]()), ("backup", {"bu", "pu", "code"})):
        path = kept.study.path.with_name(f"{purpose}.db")
        backup.backup(kept.study, path, kept.anna, purpose=purpose)
        with Study.open(path) as copy:
            assert there(copy) == expected
            assert verify(copy).ok
        assert in_bytes(path) == bool(expected)


def test_the_cache_is_outside_of_the_fold(kept: Any, tools: Any) -> None:
    assert verify(kept.study).ok
    assert tools.rows(kept.study.db) == tools.folded(kept.study)
    with Study.open(kept.study.path) as reading, pytest.raises(SecondCoderError, match="read-only"):
        vectors.put_vectors(reading, {b"k": b"v"}, {}, 0)
