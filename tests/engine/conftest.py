"""A small study with talk and codes, short words for working in it, and a model that answers as a script says."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from suggest.engine import endpoints, meanings, profiles, proposing, runs
from suggest.engine.tasks import Scope, Selection
from suggest.models.hashes import TaskIdentity, training_hash
from suggest.models.interface import (
    Answer,
    Candidate,
    Example,
    Failure,
    FailureKind,
    Limits,
    ModelProfile,
    OfferedCode,
    Outcome,
    Task,
)
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes, tree_head
from suggest.study.log import EntryRef, entries
from suggest.study.people import ensure_coder
from suggest.study.rounds import rounds
from suggest.study.segments import SegmentReader, segment_id
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify

Script = Callable[["FakeModel", Task], Outcome | Iterable[Outcome]]


class FakeModel:
    """Answers every task with its first code unless the script says otherwise, and keeps what it was made from."""

    def __init__(
        self,
        codes: Sequence[OfferedCode],
        examples: Iterable[Example],
        script: Script | None,
        store_every: int,
    ) -> None:
        self.codes = tuple(codes)
        self.examples = tuple(examples)
        self._script = script or (lambda model, task: model.yes(task))
        self.asked: list[str] = []
        self.tasks: list[Task] = []
        training = training_hash(self.examples)
        self.profile = ModelProfile(
            "fake", "chat", f"fake-1+{training[:8]}", limits=Limits(store_every=store_every), training=training
        )
        self._identity = TaskIdentity(self.codes, "", self.profile.identity, {})

    def task_hash(self, task: Task) -> str:
        return self._identity.of(task)

    def yes(self, task: Task, **more: Any) -> Answer:
        evidence = (task.start, task.start + 1)
        return self.says(task, Candidate(self.codes[0].id, True, evidence=evidence, evidence_state="exact"), **more)

    def says(self, task: Task, *candidates: Candidate, **more: Any) -> Answer:
        return Answer(task.segment, candidates, self.task_hash(task), **more)

    def fails(self, task: Task, kind: FailureKind) -> Failure:
        return Failure(task.segment, kind, "made to fail")

    async def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        async for task in tasks:
            self.asked.append(task.segment)
            self.tasks.append(task)
            given = self._script(self, task)
            for outcome in [given] if isinstance(given, Answer | Failure) else given:
                yield outcome
                await asyncio.sleep(0)

    async def aclose(self) -> None:
        pass


@dataclass
class Bench:
    """A study and short words for working in it. `models` are the fake models made so far, newest last."""

    study: Study
    anna: str
    patch: pytest.MonkeyPatch
    codes: dict[str, str] = field(default_factory=dict)
    models: list[FakeModel] = field(default_factory=list)

    def talk(self, label: str, *turns: str) -> str:
        """Add a document of turns; those that begin with "I:" are prompts. Its id."""
        text, made = "", []
        for number, turn in enumerate(turns, 1):
            speaker, _, words = turn.partition(": ")
            start = len(text) + len(speaker) + 2
            text += f"{turn}\n"
            role = "prompt" if speaker == "I" else "data"
            made.append(NewSegment(start, start + len(words), role, speaker, number, number, f"{label}-{number}"))
        return add_documents(self.study, self.anna, [NewDocument(label, text, "turn", made)])[0]

    def code(self, name: str, definition: str = "") -> str:
        new = NewCode(name, Wording(name, definition, external=name.upper()))
        self.codes[name] = add_codes(self.study, self.anna, [new])[name]
        return self.codes[name]

    def coder(self, name: str) -> str:
        return ensure_coder(self.study, name)

    def script(self, script: Script | None = None, *, store_every: int = 2, neighbours: int = 0) -> None:
        """Make the profile "fake" answer by a script from now on."""

        def make(codes: Sequence[OfferedCode], examples: Iterable[Example], making: profiles.Making) -> FakeModel:
            self.models.append(FakeModel(codes, examples, script, store_every))
            return self.models[-1]

        fake = profiles.Profile("fake", "chat", make, Scope(neighbours))
        self.patch.setattr(profiles, "PROFILES", {**profiles.PROFILES, "fake": fake})

    def suggest(
        self, profile: str = "fake", *, redo: bool = False, prompt: str | None = None, **selection: Any
    ) -> runs.RunReport:
        return runs.suggest(self.study, self.anna, profile, Selection(**selection), redo=redo, prompt=prompt)

    def decide(self, number: int, action: str, code: str | None = None, *, coder: str = "", **more: Any) -> EntryRef:
        segment = SegmentReader(self.study).number(number)
        assert segment is not None
        who = coder or self.anna
        span = more.pop("span", [segment.start, segment.end]) if action in ("add", "accept", "edit") else None
        with self.study.write(who) as writer:
            return writer.append(
                "decided",
                {
                    "round": more.get("round_") or rounds(self.study)[0].id,
                    "coder": who,
                    "segment": segment.id,
                    "action": action,
                    "set": more.get("set"),
                    "rank": more.get("rank"),
                    "code": None if code is None else self.codes[code],
                    "range": span,
                    "reason": None,
                    "ref": None,
                },
            )

    def complete(self, number: int, *, coder: str = "", round_: str | None = None) -> EntryRef:
        """Complete a segment under the tree of today, in the scope of the round (default: the first)."""
        who = coder or self.anna
        chosen = next(item for item in rounds(self.study) if item.id == round_ or round_ is None)
        head = tree_head(self.study)
        unit = {"round": chosen.id, "coder": who, "segment": self.id(number), "ref": None}
        scope = {"scope": [chosen.scope, chosen.scope_code], "tree": list(head) if head else None, "end_seen": None}
        with self.study.write(who) as writer:
            return writer.append("completed", {**unit, **scope})

    def undo(self, entry: EntryRef) -> EntryRef:
        with self.study.write(self.anna) as writer:
            return writer.append("reverted", {"entry": list(entry), "ref": None})

    def id(self, number: int) -> str:
        return segment_id(self.study, number)

    def log(self, kind: str | None = None) -> list[Any]:
        return list(entries(self.study.db, kind=kind))

    def answered_once(self) -> bool:
        """Whether no run has two sets for one segment, and the study verifies."""
        asked = Counter((e.payload["run"], e.payload["segment"]) for e in self.log("suggested"))
        assert verify(self.study).ok
        return set(asked.values()) <= {1}

    def open_again(self) -> Study:
        return Study.open(self.study.path, write=True, sources=FixedSources(99))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of this test's own."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without the embedded model, wherever the tests run; who needs one puts another in its place."""
    for module in (endpoints, meanings, proposing):
        monkeypatch.setattr(module, "encoder_here", lambda: None)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A study with nothing in it, and the profile "fake"."""
    with Study.create(tmp_path / "s.db", "A study", "anna", FixedSources(1)) as study:
        bench = Bench(study, ensure_coder(study, "anna"), monkeypatch)
        bench.script()
        yield bench


@pytest.fixture
def bench(empty: Bench) -> Bench:
    """Two talks of five turns, the first of each the interviewer's (numbers 0 and 5), and two codes."""
    empty.talk("BU", "I: how was it", "R1: calm and kind", "R2: hard to trust", "R1: we laughed", "R2: I was afraid")
    empty.talk("PU", "I: and then", "R1: they listened", "R2: nobody came", "R1: it was late", "R2: I went home")
    empty.code("trust", "to rely on somebody")
    empty.code("fear", "to be afraid")
    return empty
