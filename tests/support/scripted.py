"""A model that answers as a script says, a store that remembers, and a run of tasks through both."""

import asyncio
from collections.abc import Callable

from suggest.engine.checks import Checked
from suggest.engine.pipeline import run_tasks
from suggest.models.hashes import task_hash
from suggest.models.interface import Answer, Candidate, Failure, Limits, ModelProfile, Task, offered_code

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
