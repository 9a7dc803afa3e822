"""A study with everything in it, and fixtures for small ones: what the tests of the study room stand on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import histories
import pytest
from small_study import HASH, Work, new_work, numbered_talk, open_work, talk

from suggest.study import (
    again,
    backup,
    checkpoint,
    codes,
    correcting,
    documents,
    hosts,
    kept_profiles,
    kept_prompts,
    looks,
    proposals,
    rebuild,
    rounds,
    runs,
    second_writing,
    settings,
    settling,
)
from suggest.study.adding import NewDocument
from suggest.study.log import entries
from suggest.study.schema import make_projections, projection_tables
from suggest.study.segments import segment_id
from suggest.study.study import Study


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SECONDCODER_HOME", str(folder))
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """A new study with two coders."""
    made = new_work(tmp_path / "study.db")
    yield made
    made.study.close()


def make_rich(path: Path) -> Work:
    """A study in which something of every kind happened, so that every projection has a row."""
    w = new_work(path)
    s = w.study
    for key, value in (
        ("core", "0.3"),
        ("core_opening", "3"),
        ("overlap", "1"),
        ("reject_reasons", "off topic, vague"),
    ):
        settings.set_setting(s, w.anna, key, value)
    settings.set_setting(s, w.anna, "overlap", "0")
    w.code("Support")
    w.code("Peers", "Support", definition="help among equals", examples=("BUw5x0 BUw5x1 BUw5x2 BUw5x3 BUw5x4",))
    for name in ("Doubt", "Hope", "Staff", "Money", "Trust"):
        w.code(name)
    w.add(numbered_talk("BU", 60), numbered_talk("PU", 40), numbered_talk("XX", 12), numbered_talk("YY", 12))
    bu = documents.find_document(s, "BU")
    documents.describe(s, w.anna, bu, attributes={"wave": "second"})
    documents.set_consent(s, w.anna, bu, None, "local_only", True)
    documents.set_consent(s, w.anna, bu, "R1", "no_quote", True)
    documents.set_role(s, w.anna, bu, "other", ordinals=[50])
    main = rounds.rounds(s)[0]
    rounds.make_ready(s, w.anna, main)
    rounds.make_ready(s, w.bo, main)
    run = w.start_run()
    sets = {
        n: w.suggest(
            run,
            n,
            w.codes["Peers"],
            w.codes["Doubt"],
            fits=n != 9,
            context=(n + 1,),
            rationale=f"because {n}",
            raw=f"raw answer {n}",
        )
        for n in range(1, 10)
    }
    with s.write(w.anna) as writer:
        runs.store_failure(writer, run, segment_id(s, 11), HASH, "timeout", "waited 60 seconds")
        runs.store_failure(
            writer, run, segment_id(s, 12), HASH, "invalid_answer", "not JSON", raw="well, I would say",
            context=[segment_id(s, 11)], served="m\nfp\n120",
        )  # fmt: skip
    runs.end_run(s, w.anna, run, "done")
    # a model elsewhere: kept, allowed, sent to, taken back
    kept_profiles.keep_profile(s, w.anna, "away", {"endpoint": {"base_url": "https://example.org/v1"}})
    kept_profiles.keep_profile(s, w.anna, "gone", {"endpoint": {"base_url": "https://example.com/v1"}})
    kept_profiles.remove_profile(s, w.anna, "gone")
    # a model that proposed codes: one was merged, one put away, one waits
    with s.write(w.anna) as writer:
        proposing = runs.begin_run(
            s, writer, profile="away", identity="chat-1", parameters={"seed": 1}, prompt=HASH, threshold=None,
            training=None, codes=None, segments=3, proposes=True,
        )  # fmt: skip
        new = [
            proposals.NewProposal(name, "", "", w.codes["Hope"], (0, 3), "exact") for name in ("Work", "Rest", "Sea")
        ]
        proposals.store_proposals(writer, proposing, segment_id(s, 3), HASH, new, raw="raw proposals", tokens=(9, 8),
                                  context=[segment_id(s, 4)])  # fmt: skip
        proposals.store_proposals(writer, proposing, segment_id(s, 4), HASH, [], raw=None, context=[], tokens=None)
    made = proposals.read_proposals(s)
    proposals.merge_proposals(s, w.bo, [made[0].id], w.codes["Hope"])
    proposals.dismiss_proposals(s, w.anna, [made[1].id], "not of this study")
    kept_prompts.keep_prompt(s, w.anna, "own", HASH, "as it was written")
    kept_prompts.keep_prompt(s, w.anna, "own", "cd" * 32, "as it is written now")
    kept_prompts.put_away(s, w.bo, "own")
    hosts.allow_host(s, w.anna, "example.org")
    with s.write(w.anna) as writer:
        hosts.record_sent(s, writer, run, "example.org", [segment_id(s, 12), segment_id(s, 13)], 2, 900)
    hosts.allow_host(s, w.anna, "example.com")
    hosts.revoke_host(s, w.anna, "example.com")
    # anna: shown, accepts, edits, rejects; one blind answer and its reveal; undo and redo
    w.append(w.anna, "opened", **w.unit(w.anna, 1), exposure="shown", sets=[sets[1]], shown=True)
    w.decide(w.anna, 1, "accept", w.codes["Peers"], set_=sets[1], rank=0, ref="cd" * 32)
    w.decide(w.anna, 1, "reject", set_=sets[1], rank=1, reason="it says the opposite")
    w.complete(w.anna, 1)
    w.append(w.anna, "opened", **w.unit(w.anna, 2), exposure="blind_then_shown", sets=[sets[2]], shown=False)
    w.decide(w.anna, 2, "add", w.codes["Hope"])
    w.complete(w.anna, 2)
    w.append(w.anna, "revealed", **w.unit(w.anna, 2), sets=[sets[2]])
    entry = w.decide(w.anna, 3, "add", w.codes["Staff"])
    gone = w.undo(w.anna, entry)
    w.undo(w.anna, gone)
    w.undo(w.anna, w.decide(w.anna, 3, "add", w.codes["Money"]))
    w.decide(w.anna, 4, "skip")
    w.append(w.anna, "flagged", **w.unit(w.anna, 5), on=True, ref=None)
    w.memo(w.anna, 5, "ask the team about this")
    w.content(w.anna, "memo", "the study as a whole", "memo_written", coder=w.anna, about="study", subject=None,
              coding=None, ref=None)  # fmt: skip
    # bo: on his own, with the same segments
    for n in (1, 2, 12):
        w.decide(w.bo, n, "add", w.codes["Support"])
        w.complete(w.bo, n)
    w.decide(w.bo, 13, "no_code")
    w.complete(w.bo, 13)
    settling.settle(s, w.anna, main, segment_id(s, 1), [w.codes["Peers"]], [w.anna, w.bo], "read again together")
    settling.settle(s, w.bo, main, segment_id(s, 2), [], [w.anna, w.bo])
    looks.log_look(s, w.bo, main, 10, 40)
    # one of bo's own segments comes back, and is answered once more
    settings.set_setting(s, w.anna, "stability", "1")
    settings.set_setting(s, w.anna, "stability_gap", "1")
    with s.write(w.bo) as writer:
        again.bring_back(s, writer, w.bo, main)
    second_answers = again.second_round(s, main)
    assert second_answers is not None
    w.decide(w.bo, 12, "add", w.codes["Hope"], round_=second_answers.id)
    w.complete(w.bo, 12, second_answers.id)
    # the tree moves on
    known = {code.name: code for code in codes.read_codes(s)}
    codes.reword(s, w.anna, known["Doubt"], codes.Wording("Doubts", "being unsure"), meaning=True)
    codes.move(s, w.anna, known["Hope"], known["Support"])
    codes.merge_codes(s, w.anna, known["Staff"], known["Trust"])
    parts = codes.split_code(s, w.anna, known["Money"], [codes.Wording("Costs"), codes.Wording("Pay")])
    w.codes.update(Costs=parts[0], Pay=parts[1])
    # a second round with overlap and assignment; an imported one
    second = rounds.open_round(
        s, w.anna, "second", purpose="reliability", overlap=1, documents=[w.documents["BU"], w.documents["PU"]]
    )
    both = next(item for item in rounds.rounds(s) if item.id == second)
    rounds.assign(s, w.anna, both, w.bo, [w.documents["PU"]])
    for coder in (w.anna, w.bo):
        rounds.make_ready(s, coder, both)
    w.decide(w.anna, 65, "add", w.codes["Hope"], round_=second)
    w.complete(w.anna, 65, second)
    imported = rounds.open_round(s, w.anna, "imported", purpose="imported")
    w.append(w.anna, "codings_imported", round=imported, coder=w.bo, document=w.documents["PU"],
             codes=[w.codes["Hope"], w.codes["Trust"]], codings=[[0, 3, 120, 160], [1, 4, 170, 190]],
             completed=[[0, 9]])  # fmt: skip
    rounds.release_core(s, w.anna, both)
    rounds.close_round(s, w.anna, both)
    # an original beside BU: checked, asked about, put right
    new = [second_writing.NewPart(n, n, f"BUo{n}x0 BUo{n}x1" if n != 7 else "") for n in range(60)]
    second_writing.add_second(s, w.anna, bu, second_writing.NewSecond("original", new, "de", "BU-original.txt"))
    for n, action, words in ((1, "check", ""), (2, "query", "is this what was meant"), (3, "check", "")):
        second_writing.mark(s, w.bo, bu, n, action, words)
    (_, part) = second_writing.standing(s, bu, 3)
    second_writing.correct_part(s, w.anna, bu, part, "other words now")
    # corrections and erasures
    pu = documents.find_document(s, "PU")
    text = documents.document_text(s, pu.id)
    correcting.correct(s, w.anna, pu, after=text.replace("PUw3x2", "[a name]"), reason="redaction")
    w.erase("XX")
    speaker = documents.speaker_number(s, documents.find_document(s, "YY"), "R2")
    w.erase("YY", "speaker", (2, 2), (5, 5), speaker=speaker, reason="asked by mail")
    backup.backup(s, path.with_name("backup.db"), w.anna)
    w.start_run("both", "both 1")
    checkpoint.make_checkpoint(s, w.anna, path.with_name("checkpoint.json"))
    # another copy, and its way back, so that there is a second chain and what it knows
    shutil.copy(path.with_name("backup.db"), path.with_name("copy.db"))
    from suggest.study.merge import merge

    other = open_work(path.with_name("copy.db"), 99, w)
    other.start_run("both", "both 1")  # one model, used first on both copies
    other.memo(other.bo, 6, "written on the other copy")
    other.decide(other.bo, 14, "add", other.codes["Hope"])
    other.study.close()
    merge(s, path.with_name("copy.db"), w.anna)
    return w


@pytest.fixture(scope="session")
def rich_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed study file with a row in every projection; copy it before changing it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("rich-home")))
        path = tmp_path_factory.mktemp("rich") / "study.db"
        made = make_rich(path)
        made.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made.study.close()
    return path


@pytest.fixture
def rich(rich_file: Path, tmp_path: Path) -> Iterator[Work]:
    """A copy of the rich study, open for writing (on a chain of its own)."""
    path = tmp_path / "rich.db"
    shutil.copy(rich_file, path)
    work = open_work(path, 7)
    work.codes = {code.name: code.id for code in codes.read_codes(work.study)}
    work.documents = {item.label: item.id for item in documents.list_documents(work.study)}
    yield work
    work.study.close()


def rows(connection: sqlite3.Connection, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every projection, sorted."""
    return {
        table: sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
        for table in projection_tables()
        if table not in without
    }


def folded(study: Study) -> dict[str, list[tuple[Any, ...]]]:
    """What folding the study's log anew gives, in memory."""
    target = sqlite3.connect(":memory:", isolation_level=None)
    make_projections(target)
    rebuild.fold_all(study.db, target, study.contents)
    return rows(target)


def log_text(study: Study) -> str:
    """Everything in the log as one string."""
    return "\n".join(json.dumps([e.actor, e.kind, e.payload, e.at], ensure_ascii=False) for e in entries(study.db))


@dataclass(frozen=True)
class Tools:
    """What tests borrow: folders of tests are no packages, so that these come as a fixture."""

    new_work: Callable[..., Work] = new_work
    open_work: Callable[..., Work] = open_work
    talk: Callable[..., NewDocument] = talk
    numbered_talk: Callable[..., NewDocument] = numbered_talk
    rows: Callable[..., dict[str, list[tuple[Any, ...]]]] = rows
    folded: Callable[..., dict[str, list[tuple[Any, ...]]]] = folded
    log_text: Callable[[Study], str] = log_text


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools()


@pytest.fixture(scope="module")
def begun(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What random histories begin with, closed; copy its file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("begun-home")))
        made = histories.begin(tools, tmp_path_factory.mktemp("begun") / "study.db")
    yield made
