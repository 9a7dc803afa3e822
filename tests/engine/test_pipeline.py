"""A run's way: every task handed out gets one outcome, and whatever was received is stored."""

import asyncio
import itertools

import pytest
from scripted import CODES, FakeSuggester, Shelf, joy, run, tasks

from suggest.engine.checks import Repairs
from suggest.engine.pipeline import Progress, run_tasks
from suggest.models.interface import Answer, Candidate, Failure, FailureKind, Task
from suggest.models.lexical import LexicalSuggester


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
