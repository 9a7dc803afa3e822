"""A run that breaks down, is stopped or is cancelled: what was received is stored, and the rest has a reason."""

import asyncio

import pytest
from scripted import FakeSuggester, Shelf, joy, run, tasks

from suggest.engine.pipeline import BREAKDOWNS, run_tasks
from suggest.models.interface import FailureKind


def test_a_breakdown_costs_the_task_in_hand_and_the_run_goes_on():
    def script(task):
        if task.segment == "s1":
            raise KeyError("participant's words")
        return joy(task)

    suggester = FakeSuggester(script)
    tally, shelf = run(suggester, tasks(4))
    assert sorted(shelf.segments) == ["s0", "s1", "s2", "s3"]
    failure = shelf.failures["s1"]
    assert failure.kind is FailureKind.INTERNAL
    assert failure.task_hash == suggester.task_hash(tasks(4)[1])
    assert tally.failed == {FailureKind.INTERNAL: 1} and tally.suggested == 3 and tally.ended == "done"


def test_the_failure_says_what_broke_where_but_not_the_message():
    def script(task):
        raise KeyError(task.text)

    detail = run(FakeSuggester(script), tasks(1))[1].failures["s0"].detail
    assert detail.startswith("KeyError in test_breaking_off.py, line ")
    assert "text 0" not in detail


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), FailureKind.TIMEOUT),
        (ConnectionResetError(), FailureKind.TRANSPORT),
        (ValueError(), FailureKind.INTERNAL),
    ],
)
def test_exceptions_become_typed_failures(error, kind):
    def script(task):
        raise error

    assert run(FakeSuggester(script), tasks(1))[0].failed == {kind: 1}


def test_a_model_that_breaks_down_time_and_again_is_not_asked_for_ever():
    def script(task):
        raise OSError

    suggester = FakeSuggester(script)
    tally, shelf = run(suggester, tasks(1000))
    assert tally.ended == "broken"
    assert len(shelf.outcomes) == len(suggester.asked) == BREAKDOWNS


def test_a_model_that_ends_without_taking_a_task_fails_them_one_by_one():
    class Silent(FakeSuggester):
        async def suggest(self, tasks):
            for nothing in ():
                yield nothing

    tally, shelf = run(Silent(), tasks(3))
    assert tally.failed == {FailureKind.INTERNAL: 3} and tally.ended == "done"
    assert shelf.segments == ["s0", "s1", "s2"]


def test_stopping_hands_out_no_more_and_stores_what_is_in_hand():
    stop = asyncio.Event()

    def script(task):
        if task.segment == "s4":
            stop.set()
        return joy(task)

    suggester = FakeSuggester(script, store_every=100)
    tally, shelf = run(suggester, tasks(50), stop=stop)
    assert suggester.asked == shelf.segments == ["s0", "s1", "s2", "s3", "s4"]
    assert tally.ended == "stopped" and tally.suggested == 5


def test_stopping_after_the_last_task_is_a_finished_run():
    stop = asyncio.Event()

    def script(task):
        stop.set()
        return joy(task)

    assert run(FakeSuggester(script), tasks(1), stop=stop, total=1)[0].ended == "done"


def test_cancelling_stores_what_was_received_and_goes_on_its_way():
    shelf = Shelf()
    reached = asyncio.Event()

    class Hanging(FakeSuggester):
        closed = False

        async def suggest(self, tasks):
            try:
                async for task in tasks:
                    if task.segment == "s5":
                        reached.set()
                        await asyncio.Event().wait()
                    yield joy(task)
            finally:
                self.closed = True

    suggester = Hanging(store_every=100, store_within=1000)

    async def through():
        running = asyncio.create_task(run_tasks(suggester, tasks(50), store=shelf))
        await reached.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(through())
    assert shelf.segments == ["s0", "s1", "s2", "s3", "s4"]
    assert suggester.closed


def test_a_cancelled_model_is_closed_also_while_it_waits_for_room():
    begun, closed = asyncio.Event(), []

    class Closing(FakeSuggester):
        async def suggest(self, tasks):
            try:
                async for task in tasks:
                    yield joy(task)
            finally:
                closed.append(True)

    async def store(batch):
        begun.set()
        for _ in range(20):
            await asyncio.sleep(0)

    async def through():
        running = asyncio.create_task(run_tasks(Closing(store_every=1), tasks(50), store=store))
        await begun.wait()
        for _ in range(5):
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert closed

    asyncio.run(through())


def test_cancelling_in_the_middle_of_storing_lets_the_store_finish():
    finished = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def store(batch):
        begun.set()
        await go_on.wait()
        finished.append(len(batch))

    async def through():
        running = asyncio.create_task(run_tasks(FakeSuggester(store_every=2), tasks(2), store=store))
        await begun.wait()
        running.cancel()
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.sleep(0)
        assert not running.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(through())
    assert finished == [2]


def test_an_error_of_the_store_ends_the_run_and_keeps_what_was_stored():
    shelf = Shelf()

    async def store(batch):
        if shelf.batches:
            raise OSError("disk full")
        await shelf(batch)

    with pytest.raises(OSError, match="disk full"):
        asyncio.run(run_tasks(FakeSuggester(store_every=2), tasks(50), store=store))
    assert len(shelf.batches) == 1


def test_an_error_of_the_source_is_raised_after_what_came_before_it_is_stored():
    def source():
        yield from tasks(2)
        raise LookupError("the source broke")

    shelf = Shelf()
    with pytest.raises(LookupError, match="the source broke"):
        asyncio.run(run_tasks(FakeSuggester(store_every=100), source(), store=shelf))
    assert shelf.segments == ["s0", "s1"]
