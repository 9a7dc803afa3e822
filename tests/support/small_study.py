"""A small study, and short words for working in it: what the tests of the study room stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suggest.study import codes, erase, people, rounds, runs
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.log import EntryRef
from suggest.study.segments import segment_id
from suggest.study.sources import FixedSources
from suggest.study.study import Study

HASH = "ab" * 32


def talk(label: str, turns: list[tuple[str, str]], prompts: tuple[str, ...] = ("I",)) -> NewDocument:
    """A document of turns, "R1: words" a line each; what the speakers in `prompts` say has the role `prompt`."""
    text, made = "", []
    for number, (speaker, words) in enumerate(turns, 1):
        start = len(text) + len(speaker) + 2
        text += f"{speaker}: {words}\n"
        role = "prompt" if speaker in prompts else "data"
        made.append(
            NewSegment(start, start + len(words), role, speaker, number, number, f"{label}-{number}",
                       attributes=(("mood", f"calm {label}{number}"),))
        )  # fmt: skip
    return NewDocument(label, text, "turn", made, {"site": f"site of {label}"}, f"{label}.txt")


def numbered_talk(label: str, size: int, tag: str = "w") -> NewDocument:
    """A document whose words are all different: "BUw3x0 BUw3x1 ...", nine a turn."""
    turns = [
        ("I" if n % 10 == 0 else f"R{n % 3}", " ".join(f"{label}{tag}{n}x{i}" for i in range(9))) for n in range(size)
    ]
    return talk(label, turns)


@dataclass
class Work:
    """A study and short words for working in it."""

    study: Study
    sources: FixedSources
    anna: str
    bo: str
    codes: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)

    def append(self, actor: str, kind: str, **payload: Any) -> EntryRef:
        with self.study.write(actor) as writer:
            return writer.append(kind, payload)

    def content(self, actor: str, kind: str, text: str, entry: str, **payload: Any) -> EntryRef:
        """Append an entry whose field `text` (or `reason`) is the content of that text."""
        with self.study.write(actor) as writer:
            name = payload.pop("field", "text")
            return writer.append(entry, {**payload, name: writer.content(kind, text)})

    @property
    def main(self) -> str:
        return rounds.rounds(self.study)[0].id

    def add(self, *new: NewDocument) -> list[str]:
        ids = add_documents(self.study, self.anna, new)
        self.documents.update({item.label: id_ for item, id_ in zip(new, ids, strict=True)})
        return ids

    def decide(
        self,
        coder: str,
        number: int,
        action: str,
        code: str | None = None,
        range_: list[int] | None = None,
        *,
        round_: str | None = None,
        set_: str | None = None,
        rank: int | None = None,
        reason: str | None = None,
        ref: str | None = None,
    ) -> EntryRef:
        if action in ("add", "accept", "edit") and range_ is None:
            row = self.study.db.execute('SELECT start, "end" FROM segment WHERE n = ?', (number,)).fetchone()
            range_ = [row[0], row[1]]
        with self.study.write(coder) as writer:
            return writer.append(
                "decided",
                {
                    "round": round_ or self.main,
                    "coder": coder,
                    "segment": segment_id(self.study, number),
                    "action": action,
                    "set": set_,
                    "rank": rank,
                    "code": code,
                    "range": range_,
                    "reason": writer.content("reason", reason) if reason else None,
                    "ref": ref,
                },
            )

    def unit(self, coder: str, number: int, round_: str | None = None) -> dict[str, Any]:
        return {"round": round_ or self.main, "coder": coder, "segment": segment_id(self.study, number)}

    def complete(self, coder: str, number: int, round_: str | None = None) -> EntryRef:
        unit = self.unit(coder, number, round_)
        head = codes.tree_head(self.study)
        asked = {"asked": ("drawn", "open")[number % 2]} if number % 3 else {}
        return self.append(
            coder, "completed", **unit, scope=["all", None], tree=list(head) if head else None, end_seen=True, ref=None,
            **asked,
        )  # fmt: skip

    def undo(self, coder: str, entry: EntryRef) -> EntryRef:
        return self.append(coder, "reverted", entry=list(entry), ref=None)

    def memo(self, coder: str, number: int, text: str) -> EntryRef:
        subject = segment_id(self.study, number)
        return self.content(
            coder, "memo", text, "memo_written", coder=coder, about="segment", subject=subject, coding=None, ref=None
        )

    def code(self, name: str, parent: str | None = None, **words: Any) -> str:
        new = codes.NewCode(name, codes.Wording(name, **words), self.codes[parent] if parent else None)
        self.codes[name] = codes.add_codes(self.study, self.anna, [new])[name]
        return self.codes[name]

    def start_run(self, profile: str = "lexical", identity: str = "lexical 1") -> str:
        run = runs.start_run(
            self.study, self.anna, profile=profile, identity=identity, parameters={"k": "parameter words"}, prompt=HASH,
            threshold=500_000, training=None, codes=None, segments=10,
        )  # fmt: skip
        self.runs.append(run)
        return run

    def suggest(
        self,
        run: str,
        number: int,
        *codes_: str,
        fits: bool = True,
        context: tuple[int, ...] = (),
        rationale: str = "",
        raw: str | None = None,
    ) -> str:
        row = self.study.db.execute('SELECT start, "end" FROM segment WHERE n = ?', (number,)).fetchone()
        candidates = [
            runs.NewCandidate(
                code, fits and rank == 0, 900_000 - rank * 100_000, "rank", (row[0], row[0] + 3), "exact", rationale
            )
            for rank, code in enumerate(codes_)
        ]
        with self.study.write(self.anna) as writer:
            return runs.store_set(
                writer, run, segment_id(self.study, number), HASH, candidates, raw=raw,
                context=[segment_id(self.study, n) for n in (number, *context)], tokens=(100, 7),
            )  # fmt: skip

    def erase(self, document: str, scope: str = "document", *segments: tuple[int, int], **more: Any) -> erase.Erased:
        what = erase.Erasure(self.documents[document], scope, segments, **more)
        return erase.erase(self.study, what, self.anna)


def new_work(path: Path, seed: int = 0) -> Work:
    sources = FixedSources(seed=seed)
    study = Study.create(path, "A study of peer support", "anna", sources)
    anna = people.coders(study)[0].id
    return Work(study, sources, anna, people.ensure_coder(study, "bo"))


def open_work(path: Path, seed: int, like: Work | None = None) -> Work:
    """The study in a file, opened for writing, with other chance than before."""
    sources = FixedSources(seed=seed, time=like.sources.time if like else 1_767_225_600.0)
    study = Study.open(path, write=True, sources=sources)
    known = people.coders(study)
    work = Work(study, sources, known[0].id, known[1].id)
    if like is not None:
        work.codes, work.documents, work.runs = dict(like.codes), dict(like.documents), list(like.runs)
    return work
