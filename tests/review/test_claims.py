"""Claims: who has a segment open, that nobody is locked out for longer than a lease, and who gets what meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk import Desk

from suggest.review.decisions import Reviewer
from suggest.review.queue import Queue
from suggest.study.backup import backup
from suggest.study.claims import BEAT, LEASE, who_holds
from suggest.study.people import ensure_coder
from suggest.study.rounds import Round, open_round
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify

Make = Callable[..., Desk]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def one_each(make: Make) -> Desk:
    """A round in which one coder a segment is enough, with a clock that stands still until it is moved."""
    desk = make(core="0", arm="0")
    sources = desk.study.sources
    assert isinstance(sources, FixedSources)
    sources.step = 0
    open_round(desk.study, desk.anna, "one each", overlap=1)
    desk.reviewer("ben")
    return desk


def later(desk: Desk, seconds: float) -> None:
    sources = desk.study.sources
    assert isinstance(sources, FixedSources)
    sources.time += seconds


def queue_of(desk: Desk, coder: str, order: str = "document") -> Queue:
    return Queue(desk.study, ensure_coder(desk.study, coder), desk.reviewer(coder).round(), order)


def opened(desk: Desk, coder: str) -> int:
    """The number of the segment that comes next for the coder, opened and claimed."""
    line = desk.reviewer(coder).next(queue_of(desk, coder))
    assert line is not None and not line.held
    return line.segment.number


def terminal(desk: Desk, coder: str) -> Reviewer:
    """A further terminal of the coder."""
    reviewer = Reviewer(desk.study, ensure_coder(desk.study, coder))
    reviewer.round()
    return reviewer


def rows(desk: Desk) -> int:
    return int(desk.study.db.execute("SELECT count(*) FROM local_claim").fetchone()[0])


def test_two_coders_get_different_segments_and_each_stays_with_the_own(one_each: Desk) -> None:
    first, second = opened(one_each, "anna"), opened(one_each, "ben")
    assert first != second
    assert (opened(one_each, "anna"), opened(one_each, "ben")) == (first, second)
    assert [(hold.number, hold.coder) for hold in who_holds(one_each.study, one_each.round.id)] == [
        (first, one_each.anna), (second, ensure_coder(one_each.study, "ben")),
    ]  # fmt: skip


@pytest.mark.parametrize("order", ["document", "uncertain", "code", "random"])
def test_in_every_order_what_others_hold_is_passed_over(one_each: Desk, order: str) -> None:
    one_each.suggest_everywhere()
    held = opened(one_each, "anna")
    assert held not in queue_of(one_each, "ben", order).take(999)
    assert held in queue_of(one_each, "anna", order).take(999)


def test_an_abandoned_claim_comes_back_by_itself(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    later(one_each, LEASE - 1)
    assert queue_of(one_each, "ben").next() != held
    later(one_each, 1)
    assert opened(one_each, "ben") == held
    # And whoever abandoned it is told, and stores nothing.
    segment = one_each.ids()[0]
    assert one_each.declined("complete", segment) == "held"


def test_a_heartbeat_prolongs_the_claim_and_writes_seldom(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    claims = one_each.reviewer("anna").claims
    changes = one_each.study.db.total_changes
    later(one_each, BEAT // 2 - 1)
    assert claims.beat() == ()
    assert one_each.study.db.total_changes == changes
    for _ in range(10):
        later(one_each, BEAT)
        assert claims.beat() == ()
    assert queue_of(one_each, "ben").next() != held
    entries = one_each.entries()
    later(one_each, BEAT)
    claims.beat()
    assert one_each.entries() == entries and claims.held == (held,)


def test_a_heartbeat_that_comes_too_late_says_what_was_lost(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    later(one_each, LEASE)
    assert opened(one_each, "ben") == held
    claims = one_each.reviewer("anna").claims
    assert (claims.beat(), claims.held) == ((held,), ())


def test_a_late_heartbeat_takes_the_claim_up_again_if_nobody_wanted_it(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    later(one_each, 10 * LEASE)
    assert one_each.reviewer("anna").claims.beat() == ()
    assert queue_of(one_each, "ben").next() != held


@pytest.mark.parametrize("action", ["complete", "skip"])
def test_being_through_with_a_segment_frees_it(one_each: Desk, action: str) -> None:
    held = opened(one_each, "anna")
    one_each.done(action, one_each.ids()[0])
    assert rows(one_each) == 0
    assert (held in queue_of(one_each, "ben").take(999)) == (action == "skip")


def test_leaving_frees_what_is_open_and_so_does_going_on(one_each: Desk) -> None:
    first, second = one_each.ids()[:2]
    reviewer = one_each.reviewer("anna")
    reviewer.open(one_each.number(first), reviewer.round())
    reviewer.open(one_each.number(second), reviewer.round())
    assert queue_of(one_each, "ben").next() == one_each.number(first)
    reviewer.leave()
    assert rows(one_each) == 0


def test_never_empty_while_work_is_left_and_it_says_who_holds_it_until_when(one_each: Desk) -> None:
    for segment in one_each.ids()[1:]:
        one_each.done("complete", segment)
    held = opened(one_each, "anna")
    queue = queue_of(one_each, "ben")
    assert queue.next() is None and one_each.reviewer("ben").next(queue) is None
    (hold,) = queue.held()
    sources = one_each.study.sources
    assert isinstance(sources, FixedSources)
    assert (hold.number, hold.coder, hold.until) == (held, one_each.anna, int(sources.time) + LEASE)
    assert queue_of(one_each, "anna").held() == ()
    one_each.done("complete", one_each.ids()[0])
    assert queue.held() == ()


def test_with_an_overlap_of_two_two_hold_or_complete_a_segment_and_no_third(make: Make) -> None:
    desk = make(core="0", arm="0")
    open_round(desk.study, desk.anna, "two each", overlap=2)
    for name in ("ben", "cleo"):
        desk.reviewer(name)
    first = desk.number(desk.ids()[0])
    assert [opened(desk, "anna"), opened(desk, "ben")] == [first, first]
    assert opened(desk, "cleo") != first
    desk.done("complete", desk.ids()[0])
    assert first not in queue_of(desk, "cleo").take(999)
    assert desk.declined("add", desk.ids()[0], "cleo", code="Doubts", range=[0, 3]) == "held"
    desk.done("skip", desk.ids()[0], "ben")
    assert first in queue_of(desk, "cleo").take(999)


def test_where_all_code_everything_a_claim_keeps_nobody_out(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.reviewer("ben")
    assert opened(desk, "anna") == opened(desk, "ben")
    assert {hold.coder for hold in who_holds(desk.study, desk.round.id)} == {
        desk.anna, ensure_coder(desk.study, "ben"),
    }  # fmt: skip
    desk.done("complete", desk.ids()[0], "ben")


def test_nor_does_it_in_the_blind_core(make: Make) -> None:
    desk = make(core="1", arm="0")
    open_round(desk.study, desk.anna, "one each", overlap=1)
    core = desk.number(desk.assigned("blind")[0])
    for name in ("anna", "ben"):
        reviewer = desk.reviewer(name)
        assert reviewer.open(core, reviewer.round()).held == ()
    assert core in queue_of(desk, "ben").take(999)


def test_the_same_coder_in_two_terminals_is_not_locked_out(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    other = terminal(one_each, "anna")
    line = other.next(queue_of(one_each, "anna"))
    assert line is not None and line.segment.number == held
    other.leave()
    assert queue_of(one_each, "ben").next() != held
    other.next(queue_of(one_each, "anna"))
    one_each.done("complete", one_each.ids()[0])
    assert rows(one_each) == 0


def test_a_clock_that_is_set_back_leaves_no_claim_stuck(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    later(one_each, -86_400)
    assert opened(one_each, "ben") == held
    assert one_each.reviewer("anna").claims.beat() == (held,)


def test_a_claim_can_be_looked_at_by_others_and_is_not_recorded_as_seen(one_each: Desk) -> None:
    held = opened(one_each, "anna")
    entries = one_each.entries()
    ben = one_each.reviewer("ben")
    line = ben.open(held, ben.round())
    assert [hold.coder for hold in line.held] == [one_each.anna]
    assert one_each.entries() == entries


def test_what_one_has_completed_is_opened_without_a_claim(one_each: Desk) -> None:
    segment = one_each.ids()[0]
    one_each.done("complete", segment)
    anna = one_each.reviewer("anna")
    assert anna.open(one_each.number(segment), anna.round()).held == ()
    assert rows(one_each) == 0


def test_redo_of_a_completion_does_not_make_one_too_many(one_each: Desk) -> None:
    segment = one_each.ids()[0]
    one_each.done("complete", segment)
    one_each.done("undo")
    one_each.done("complete", segment, "ben")
    assert one_each.declined("redo") == "not_in_queue"


def test_a_copy_has_no_claims_and_neither_log_nor_verify_knows_of_any(one_each: Desk, tmp_path: Path) -> None:
    opened(one_each, "anna")
    assert verify(one_each.study).ok
    backup(one_each.study, tmp_path / "spare.db", one_each.anna)
    with Study.open(tmp_path / "spare.db") as spare:
        assert spare.db.execute("SELECT count(*) FROM local_claim").fetchone() == (0,)
    one_each.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(one_each.study.path, tmp_path / "copied.db")
    with Study.open(tmp_path / "copied.db", sources=one_each.study.sources) as copied:
        assert who_holds(copied, one_each.round.id) == []


def test_an_answer_says_who_holds_a_segment(one_each: Desk) -> None:
    opened(one_each, "anna")
    answer = one_each.act("no_code", one_each.ids()[0], "ben")
    assert (answer["kind"], [item["coder"] for item in answer["held"]]) == ("held", ["anna"])
    assert answer["held"][0]["until"].endswith("Z")


def test_a_script_that_decides_holds_its_segment_for_a_lease(one_each: Desk) -> None:
    segment = one_each.ids()[0]
    one_each.done("add", segment, code="Doubts", range=[0, 3])
    assert one_each.declined("add", segment, "ben", code="Doubts", range=[0, 3]) == "held"
    later(one_each, LEASE)
    one_each.done("add", segment, "ben", code="Doubts", range=[0, 3])


# Several processes

WORKER = """
import json, sys
from pathlib import Path
from suggest.review.decisions import Reviewer
from suggest.review.queue import Queue
from suggest.study.people import ensure_coder
from suggest.study.study import Study
path, name, rest = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with Study.open(path, write=True) as study:
    coder = ensure_coder(study, name)
    reviewer = Reviewer(study, coder)
    queue = Queue(study, coder, reviewer.round())
    print("ready", flush=True)
    sys.stdin.readline()
    while (line := reviewer.next(queue)) is not None:
        print(line.segment.id, flush=True)
        if rest == "stop":
            sys.stdin.readline()
        answer = reviewer.act({"segment": line.segment.id, "action": "complete"})
        assert answer["ok"], answer
    print("end", len(queue.held()), flush=True)
"""


@contextmanager
def at_work(desk: Desk, name: str, rest: str = "on") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(desk.study.path), name, rest],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def shared(make: Make) -> tuple[Desk, Round]:
    desk = make(sizes=(60,), core="0", arm="0")
    open_round(desk.study, desk.anna, "one each", overlap=1)
    for name in ("ben", "cleo"):
        desk.reviewer(name)
    return desk, desk.round


def test_processes_side_by_side_never_get_the_same_segment(make: Make) -> None:
    desk, round_ = shared(make)
    with at_work(desk, "anna") as one, at_work(desk, "ben") as two, at_work(desk, "cleo") as three:
        for process in (one, two, three):
            tell(process)
        served = [process.communicate()[0].splitlines() for process in (one, two, three)]
    done = [segment for lines in served for segment in lines if "." in segment]
    assert sorted(done) == sorted(desk.ids())
    completed = desk.study.db.execute(
        "SELECT segment, count(*) FROM unit WHERE round = ? AND completed IS NOT NULL GROUP BY segment", (round_.id,)
    ).fetchall()
    assert {count for _, count in completed} == {1} and len(completed) == len(desk.ids())
    assert rows(desk) == 0 and verify(desk.study).ok


def test_a_killed_process_holds_its_segment_no_longer_than_a_lease(make: Make) -> None:
    desk, _ = shared(make)
    with at_work(desk, "anna", "stop") as process:
        tell(process)
        assert process.stdout is not None
        segment = process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)
        process.wait()
    (until,) = desk.study.db.execute("SELECT until FROM local_claim").fetchone()
    sources = desk.study.sources
    assert isinstance(sources, FixedSources)
    sources.step, sources.time = 0, until - 1
    assert queue_of(desk, "ben").next() != desk.number(segment)
    sources.time = until
    assert queue_of(desk, "ben").next() == desk.number(segment)
    json.dumps(desk.done("complete", segment, "ben"))
