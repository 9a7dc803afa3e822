"""Bringing the log of another copy of the same study back: the union of both, folded in one order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from suggest.errors import BadInput, Refused
from suggest.study.canonical import keyed_digest
from suggest.study.conflicts import Arrived, Conflict, find_conflicts
from suggest.study.local_state import set_state
from suggest.study.log import COLUMNS, ZERO, EntryRef, Writer
from suggest.study.masks_apart import MaskApart, mask_what_came_apart, masks_apart
from suggest.study.rebuild import rebuild
from suggest.study.standing import standing
from suggest.study.study import Study
from suggest.study.vectors import drop_all_vectors, words_changed
from suggest.study.verify import verify
from suggest.study.withdrawn_apart import WordsApart, mask_what_repeats, withdrawn_apart
from suggest.study.withheld import is_withheld, note_withheld

Progress = Callable[[str, int, int], None]
"""What hears how far a merge is: "verifying" or "merging", and so many entries done, of how many."""


@dataclass(frozen=True)
class Work:
    """How many entries of a kind came in from a coder (an id)."""

    coder: str
    kind: str
    entries: int


@dataclass(frozen=True)
class Merged:
    """How many entries came in, from which chains, whose and of what kinds, and what was decided by rule; `entry` is
    None where no work was among them.

    Where words were withdrawn over there: the backups of this study that they went from as well, and the copies and
    exports that are out of reach (paths).
    """

    entries: int
    chains: tuple[str, ...]
    entry: EntryRef | None
    work: tuple[Work, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    backups: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


def merge(study: Study, other: Path, actor: str, progress: Progress | None = None) -> Merged:
    """Take in what the other copy has and this one has not. Whichever copy takes in the other, the same study results.

    The other copy is verified first; Refused if it is another study, does not verify, or if the same chain goes on
    differently in the two (a copy that was written to as if it were the original). All of it comes in, or nothing.
    """
    from suggest.study.erase import finish_scrub

    with Study.open(other) as source:
        _check_whose(study, source)
        if not _news(study, source) and not is_withheld(study.db):
            return Merged(0, (), None)
        verdict = verify(source, progress=progress and (lambda done, total: progress("verifying", done, total)))
        if not verdict.ok:
            raise Refused(f"{other.name} does not verify; nothing was merged. See 'secondcoder verify'.")
        with study.write(actor) as writer, source.reading():
            done = _take_in(study, source, writer, actor, progress)
    study.contents.forget()
    copies = finish_scrub(study)
    withdrawn = any(item.kind == "erased" for item in done.work)
    return replace(done, backups=tuple(copies.reached), beyond=tuple(copies.beyond) * withdrawn)


def _take_in(study: Study, source: Study, writer: Writer, actor: str, progress: Progress | None) -> Merged:
    writer.fold.flush()
    news, before, places = _news(study, source), standing(study), _places(study)
    changed = words_changed(study)
    number = sum(_copy_chain(study, source, replica, last) for replica, last in news.items())
    brought = _copy_content(study, source, news)
    apart = _Apart([*masks_apart(study, source, news)], withdrawn_apart(study, source, writer, news))
    if not news:  # words that this copy went without may have come all the same
        if brought:
            apart.finish(study, writer)
        return Merged(0, (), None)
    if words_changed(study) != changed and drop_all_vectors(study):
        set_state(study.db, "scrub", "pending")
    rebuild(study.db, study.contents, progress and (lambda done, total: progress("merging", done, total)))
    _move_claims(study, places)
    writer.fold.changes += number  # the fold made anew, and this one has to say so
    work = _work(study, news)
    entry = _finish(study, writer, actor, apart) if work or (brought and apart) else None
    _note_digests(study)
    return Merged(number, tuple(news), entry, work, tuple(find_conflicts(study, before, standing(study), news)))


def _check_whose(study: Study, source: Study) -> None:
    if source.path.samefile(study.path):
        raise BadInput("this is the study itself.", file=source.path.name, advice="Name the copy to take in.")
    if source.id != study.id:
        raise Refused(f"{source.path.name} is a copy of another study; nothing was merged.")


def _news(study: Study, source: Study) -> dict[str, int]:
    """The chains of which the other copy has more, with the number of the last entry that is here. Refused for a chain
    that goes on differently in the two."""
    sizes = "SELECT replica, max(seq) FROM log GROUP BY replica ORDER BY replica"
    ours = dict(study.db.execute(sizes).fetchall())
    found = {}
    for replica, theirs in source.db.execute(sizes).fetchall():
        common = min(ours.get(replica, 0), theirs)
        if _hash_at(study, replica, common) != _hash_at(source, replica, common):
            raise Refused(
                f"Chain {replica} goes on differently in {source.path.name}: one of the two files was altered or "
                "written to as if it were the original. Nothing was merged."
            )
        if theirs > common:
            found[replica] = common
    return found


def _hash_at(study: Study, replica: str, seq: int) -> str:
    if seq == 0:
        return ZERO
    row = study.db.execute("SELECT hash FROM log WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    return str(row[0]) if row else ""


def _copy_chain(study: Study, source: Study, replica: str, last: int) -> int:
    rows = source.db.execute(f"SELECT {COLUMNS} FROM log WHERE replica = ? AND seq > ? ORDER BY seq", (replica, last))
    return study.db.executemany(f"INSERT INTO log ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows).rowcount


def _copy_content(study: Study, source: Study, news: Arrived) -> int:
    """How many content rows came that were not here. Where no entries came with them, none that was withdrawn: else the
    fold made anew says which."""
    gone = set() if news else {content for (content,) in study.db.execute("SELECT content FROM tombstone")}
    for (payload,) in study.db.execute("SELECT payload FROM log WHERE kind = 'erased'"):
        gone.update(json.loads(payload)["gone"])
    rows = (row for row in source.db.execute("SELECT id, salt, kind, body FROM content") if row[0] not in gone)
    brought = study.db.executemany("INSERT OR IGNORE INTO content (id, salt, kind, body) VALUES (?, ?, ?, ?)", rows)
    note_withheld(study, source)
    return brought.rowcount


_BOOKKEEPING = ("replica_started", "merged")


def _work(study: Study, news: Arrived) -> tuple[Work, ...]:
    """What came in, but for the notes that copies make on one another: of those alone, no note is made here, so that
    copies which hold the same come to rest."""
    counts: dict[tuple[str, str], int] = {}
    for replica, last in news.items():
        for coder, kind, number in study.db.execute(
            "SELECT actor, kind, count(*) FROM log WHERE replica = ? AND seq > ? GROUP BY actor, kind", (replica, last)
        ):
            if kind not in _BOOKKEEPING:
                counts[coder, kind] = counts.get((coder, kind), 0) + number
    return tuple(Work(coder, kind, number) for (coder, kind), number in sorted(counts.items()))


@dataclass(frozen=True)
class _Apart:
    """What one side masked or withdrew and the other did not know of, with the words that it still had."""

    masks: list[MaskApart]
    withdrawn: WordsApart

    def __bool__(self) -> bool:
        return bool(self.masks or self.withdrawn)

    def finish(self, study: Study, writer: Writer) -> None:
        mask_what_came_apart(study, writer, self.masks)
        mask_what_repeats(study, writer, self.withdrawn)


def _finish(study: Study, writer: Writer, actor: str, apart: _Apart) -> EntryRef:
    """Put on record what this copy knows from now on, and do what an erasure or a mask on one side still asks for."""
    from suggest.study.erase import finish_after_merge

    fresh = Writer(study.db, study.contents, study.sources, writer.replica, actor)
    entry = fresh.append("merged", {"heads": fresh.heads()})
    fresh.fold.flush()
    finish_after_merge(study, fresh)
    fresh.fold.flush()
    apart.finish(study, fresh)
    return entry


def _note_digests(study: Study) -> None:
    """Texts that came in are known as here already, when somebody brings them a second time."""
    secret = study.secret
    for document, content in study.db.execute(
        "SELECT document, text FROM document WHERE state = 'present' AND document NOT IN "
        "(SELECT document FROM cache_digest)"
    ).fetchall():
        text = study.contents.body(content)
        if text is not None:
            digest = keyed_digest(secret, text)
            study.db.execute("INSERT INTO cache_digest (digest, document) VALUES (?, ?)", (digest, document))


def _places(study: Study) -> dict[str, tuple[int, int]]:
    """By document: the number of its first segment, and how many there are."""
    rows = study.db.execute("SELECT document, first, count FROM document WHERE first >= 0")
    return {document: (first, count) for document, first, count in rows}


def _move_claims(study: Study, before: dict[str, tuple[int, int]]) -> None:
    """Documents that came in take their places among those that were here: claims stay on their segments."""
    now = _places(study)
    shifts = [(first, count, now[document][0] - first) for document, (first, count) in before.items()]
    if not any(shift for _, _, shift in shifts):
        return
    claims = study.db.execute("SELECT segment, round, coder, session, file, until FROM local_claim").fetchall()
    study.db.execute("DELETE FROM local_claim")
    study.db.executemany(
        "INSERT INTO local_claim (segment, round, coder, session, file, until) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number + shift, *claim)
            for number, *claim in claims
            for first, count, shift in shifts
            if first <= number < first + count
        ],
    )
