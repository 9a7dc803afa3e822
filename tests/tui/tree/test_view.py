"""What the screen of the tree asks of the study stays small, however many codes there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desk import Desk

from suggest.study.codes import NewCode, Wording, add_codes
from tui.tree.view import read_about, read_counts, read_tree


def statements(desk: Desk, job: Callable[[], object]) -> int:
    """How many statements it takes."""
    seen: list[str] = []
    desk.study.db.set_trace_callback(seen.append)
    try:
        job()
    finally:
        desk.study.db.set_trace_callback(None)
    return len(seen)


def worked(make: Callable[..., Desk], codes: int) -> Desk:
    """anna completes five segments, one with Trust; then so many codes more are made."""
    desk = make(sizes=(20,), core="0", arm="0")
    for segment in desk.ids()[:5]:
        desk.done("complete", segment)
    add_codes(desk.study, desk.anna, [NewCode(f"k{n}", Wording(f"More {n}")) for n in range(codes)])
    return desk


def test_a_code_is_told_with_as_many_queries_among_few_codes_as_among_many(make: Callable[..., Desk]) -> None:
    counted = []
    for codes in (3, 300):
        desk = worked(make, codes)
        paths = {code.id: code.path for code in read_tree(desk.study)}
        job = partial(read_about, desk.study, desk.anna, desk.codes["Support/Trust"], paths)
        counted.append(statements(desk, job))
    assert counted[0] == counted[1]


def test_each_new_code_is_counted_in_each_segment_that_was_completed_before_it(make: Callable[..., Desk]) -> None:
    desk = worked(make, 30)
    counts = read_counts(desk.study, desk.anna)
    assert sorted({count.stale for count in counts.values()}) == [0, 5]
    assert sum(count.stale for count in counts.values()) == 150
