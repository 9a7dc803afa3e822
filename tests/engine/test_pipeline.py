"""A run's way: every task handed out gets one outcome, and whatever was received is stored."""

import asyncio
import itertools
from collections.abc import Callable

import pytest

from suggest.engine.checks import Checked, Repairs
from suggest.engine.pipeline import BREAKDOWNS, Progress, run_tasks
from suggest.models.interface import (
    Answer,
    Candidate,
    Failure,
    FailureKind,
    Limits,
    ModelProfile,
    Task,
    offered_code,
    task_hash,
)
from suggest.models.lexical import LexicalSuggester

CODES = (offered_code("joy", "Joy"), offered_code("fear", "Fear"))


def tasks(count):
    return [Task(f"s{number}", f"text {number}", number * 100) for number in range(count)]


def joy(task, fits=True, **more):
    return Answer(task.segment, (Candidate("joy", fits),), "h" * 64, sample=task.sample, **more)


class FakeSuggester:
    """Answers as a script says: a function from a task to what comes of it, which may raise."""

    def __init__(self, script: Callable = joy, store_every=3, store_within=1.0):
        limits = Limits(store_every=store_every, store_within=store_within)
        self.profile = ModelProfile("fake", "chat", "fake-1", limits=limits)
        self.codes = CODES
        self.script = script
        self.asked = []
        self.streams = 0

    def task_hash(self, task):
        return task_hash(task, self.codes, "", "fake-1", {})

    async def suggest(self, tasks):
        self.streams += 1
        async for task in tasks:
            self.asked.append(task.segment)
            given = self.script(task)
            for outcome in given if isinstance(given, list) else [given]:
                yield outcome

    async def aclose(self):
        pass


class Shelf:
    """A store that remembers its batches."""

    def __init__(self):
        self.batches = []

    async def __call__(self, batch):
        await asyncio.sleep(0)
        self.batches.append(batch)

    @property
    def outcomes(self):
        return [outcome for batch in self.batches for outcome in batch]

    @property
    def segments(self):
        return [one.answer.segment if isinstance(one, Checked) else one.segment for one in self.outcomes]

    @property
    def failures(self):
        return {one.segment: one for one in self.outcomes if isinstance(one, Failure)}


def run(suggester, given, **options):
    shelf = Shelf()
    tally = asyncio.run(run_tasks(suggester, given, store=shelf, **options))
    return tally, shelf


def test_every_task_gets_its_outcome_stored_once_and_counted():
    tally, shelf = run(
        FakeSuggester(lambda task: joy(task, task.segment != "s2", tokens_in=10, tokens_out=2)), tasks(5)
    )
    assert shelf.segments == ["s0", "s1", "s2", "s3", "s4"]
    assert (tally.suggested, tally.no_code, tally.failed, tally.ended) == (4, 1, {}, "done")
    assert (tally.tokens_in, tally.tokens_out, tally.strays, tally.repairs) == (50, 10, 0, Repairs())


def test_no_task_at_all_stores_nothing():
    tally, shelf = run(FakeSuggester(), [])
    assert shelf.batches == [] and tally.ended == "done"


def test_outcomes_are_stored_in_batches_of_about_the_profiles_size():
    _, shelf = run(FakeSuggester(store_every=1), tasks(4))
    assert len(shelf.outcomes) == 4 and max(len(batch) for batch in shelf.batches) <= 2
    _, shelf = run(FakeSuggester(store_every=100), tasks(4))
    assert [len(batch) for batch in shelf.batches] == [4]


def test_tasks_are_pulled_only_as_far_as_the_store_keeps_up():
    pulled = 0
    ahead = []

    def endless():
        nonlocal pulled
        for task in tasks(200):
            pulled += 1
            yield task

    shelf = Shelf()

    async def store(batch):
        await asyncio.sleep(0)
        await shelf(batch)
        ahead.append(pulled - len(shelf.outcomes))

    asyncio.run(run_tasks(FakeSuggester(store_every=5), endless(), store=store))
    assert len(shelf.outcomes) == 200
    assert max(ahead) <= 21


def test_an_asynchronous_source_is_taken_too():
    async def source():
        for task in tasks(3):
            await asyncio.sleep(0)
            yield task

    assert run(FakeSuggester(), source())[1].segments == ["s0", "s1", "s2"]


def test_an_outcome_is_stored_although_its_batch_is_not_full_and_the_model_is_slow():
    stored = asyncio.Event()

    class Slow(FakeSuggester):
        async def suggest(self, tasks):
            async for task in tasks:
                yield joy(task)
                await stored.wait()

    async def store(batch):
        stored.set()

    async def through():
        return await asyncio.wait_for(run_tasks(Slow(store_every=100, store_within=0), tasks(2), store=store), 10)

    assert asyncio.run(through()).suggested == 2


def test_an_outcome_waits_no_longer_although_others_keep_coming():
    class Steady(FakeSuggester):
        async def suggest(self, tasks):
            async for task in tasks:
                yield joy(task)
                await asyncio.sleep(0)

    shelf, ticks = Shelf(), itertools.count()
    with asyncio.Runner() as runner:
        # Time goes on a little whenever somebody looks at it.
        runner.get_loop().time = lambda: next(ticks) / 100
        runner.run(run_tasks(Steady(store_every=10_000, store_within=1.0), tasks(300), store=shelf))
    assert len(shelf.outcomes) == 300
    assert max(len(batch) for batch in shelf.batches) <= 100


def test_progress_says_how_many_of_how_many_and_how_fast():
    seen = []
    ticks = iter(range(0, 1000, 2))
    run(FakeSuggester(store_every=2), tasks(4), progress=seen.append, total=9, clock=lambda: next(ticks))
    assert seen[-1].done == 4 and seen[-1].total == 9
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert seen[0] == Progress(seen[0].done, 9, seen[0].done / 2)


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
    assert detail.startswith("KeyError in test_pipeline.py, line ")
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


def test_a_task_left_without_an_outcome_is_a_failure():
    tally, shelf = run(FakeSuggester(lambda task: [] if task.segment == "s1" else joy(task)), tasks(3))
    assert shelf.failures["s1"].detail == "no outcome for this segment"
    assert (tally.suggested, tally.failed) == (2, {FailureKind.INTERNAL: 1})


def test_the_first_answer_stands_and_a_second_is_dropped_and_counted():
    tally, shelf = run(FakeSuggester(lambda task: [joy(task), joy(task, fits=False)]), tasks(3))
    assert (tally.suggested, tally.no_code, tally.strays) == (3, 0, 3)
    assert shelf.segments == ["s0", "s1", "s2"]


def test_an_answer_to_what_was_not_asked_is_dropped_and_the_task_fails():
    tally, shelf = run(FakeSuggester(lambda task: joy(Task("elsewhere", "", 0))), tasks(1))
    assert tally.strays == 1
    assert shelf.segments == ["s0"] and shelf.failures["s0"].kind is FailureKind.INTERNAL


def test_samples_of_one_segment_are_tasks_of_their_own():
    given = [Task("s", "text", 0, sample=number) for number in range(3)]
    tally, shelf = run(FakeSuggester(), given)
    assert tally.suggested == 3 and [one.answer.sample for one in shelf.outcomes] == [0, 1, 2]


def test_failures_of_the_model_are_stored_as_they_are_with_their_task():
    suggester = FakeSuggester(lambda task: Failure(task.segment, FailureKind.REFUSAL, "it would not", tokens_in=7))
    tally, shelf = run(suggester, tasks(1))
    assert shelf.failures["s0"].kind is FailureKind.REFUSAL
    assert shelf.failures["s0"].task_hash == suggester.task_hash(tasks(1)[0])
    assert tally.failed == {FailureKind.REFUSAL: 1} and tally.tokens_in == 7


def test_answers_are_checked_before_they_are_stored():
    def script(task):
        return Answer(task.segment, (Candidate("joy", True), Candidate("no such code", True)), "h" * 64)

    tally, shelf = run(FakeSuggester(script), tasks(2))
    assert [one.answer.fitting for one in shelf.outcomes] == [("joy",), ("joy",)]
    assert tally.repairs == Repairs(unknown_codes=2)


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


def test_several_workers_may_pull_tasks_at_once():
    class Workers(FakeSuggester):
        async def suggest(self, tasks):
            results = asyncio.Queue()

            async def work():
                async for task in tasks:
                    await asyncio.sleep(0)
                    results.put_nowait(joy(task))
                results.put_nowait(None)

            async with asyncio.TaskGroup() as group:
                for _ in range(4):
                    group.create_task(work())
                left = 4
                while left:
                    outcome = await results.get()
                    if outcome is None:
                        left -= 1
                    else:
                        yield outcome

    async def source():
        for task in tasks(40):
            await asyncio.sleep(0)
            yield task

    tally, shelf = run(Workers(), source())
    assert sorted(shelf.segments) == sorted(task.segment for task in tasks(40))
    assert tally.suggested == 40


def test_a_task_handed_in_twice_at_once_is_refused():
    class Hoarder(FakeSuggester):
        async def suggest(self, tasks):
            for task in [task async for task in tasks]:
                yield joy(task)

    with pytest.raises(ValueError, match="twice"):
        run(Hoarder(), [*tasks(2), *tasks(1)])


def test_the_lexical_suggester_runs_through_with_a_large_number_of_tasks():
    tally, shelf = run(LexicalSuggester(CODES, threshold=1), (Task(f"s{n}", "nothing but joy", 0) for n in range(1500)))
    assert tally.suggested == 1500 and len(set(shelf.segments)) == 1500
    assert max(len(batch) for batch in shelf.batches) <= 2 * 256
