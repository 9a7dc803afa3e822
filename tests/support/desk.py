"""A small study to review: documents, a code tree, suggestions where a test wants them, and who sees what blind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suggest.review.decisions import Reviewer
from suggest.review.queue import Queue
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.people import ensure_coder
from suggest.study.rounds import Round, exposure
from suggest.study.runs import NewCandidate, end_run, start_run, store_set
from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting
from suggest.study.sources import FixedSources
from suggest.study.study import Study

CODES = ("Support", "Support/Trust", "Support/Advice", "Doubts", "Doubts/Money", "Setting", "Setting/Place")


@dataclass
class Desk:
    """A study with its coder `anna` at work; further coders by name."""

    study: Study
    codes: dict[str, str]
    documents: list[str]
    anna: str
    reviewers: dict[str, Reviewer] = field(default_factory=dict)
    runs: int = 0

    @property
    def round(self) -> Round:
        return self.reviewer("anna").round()

    def reviewer(self, name: str) -> Reviewer:
        if name not in self.reviewers:
            self.reviewers[name] = Reviewer(self.study, ensure_coder(self.study, name))
            self.reviewers[name].round()
        return self.reviewers[name]

    def act(self, action: str, segment: str | None = None, coder: str = "anna", **given: Any) -> dict[str, Any]:
        line = {"action": action, **({"segment": segment} if segment else {}), **given}
        return self.reviewer(coder).act(line)

    def done(self, action: str, segment: str | None = None, coder: str = "anna", **given: Any) -> dict[str, Any]:
        answer = self.act(action, segment, coder, **given)
        assert answer["ok"], answer
        return answer

    def apply(self, segment: str, code: str, coder: str = "anna") -> None:
        """Add a code, by its path, to all of a segment."""
        turn = SegmentReader(self.study).get(segment)
        assert turn is not None
        self.done("add", segment, coder, code=self.codes[code], range=[turn.start, turn.end])

    def declined(self, action: str, segment: str | None = None, coder: str = "anna", **given: Any) -> str:
        """The kind of the refusal; and the log is as it was."""
        self.reviewer(coder)
        before = self.entries()
        answer = self.act(action, segment, coder, **given)
        assert not answer["ok"], answer
        assert self.entries() == before
        return str(answer["kind"])

    def entries(self) -> int:
        return int(self.study.db.execute("SELECT count(*) FROM log").fetchone()[0])

    def kinds(self) -> list[str]:
        rows = self.study.db.execute("SELECT kind FROM log ORDER BY clock, tick, replica, seq")
        return [row[0] for row in rows]

    def queue(self, coder: str = "anna", limit: int = 10_000, order: str = "document", **given: Any) -> list[int]:
        reviewer = self.reviewer(coder)
        return Queue(self.study, ensure_coder(self.study, coder), reviewer.round(), order, **given).take(limit)

    def line(self, segment: str, coder: str = "anna") -> dict[str, Any]:
        """What the screen shows of a segment, recorded as opened."""
        reviewer = self.reviewer(coder)
        return reviewer.show([self.number(segment)], reviewer.round())[0].to_json()

    def number(self, segment: str) -> int:
        found = SegmentReader(self.study).get(segment)
        assert found is not None
        return found.number

    def ids(self) -> list[str]:
        rows = self.study.db.execute("SELECT document, ord FROM segment WHERE role = 'data' ORDER BY n")
        return [f"{document}.{ordinal}" for document, ordinal in rows]

    def assigned(self, wanted: str, coder: str = "anna") -> list[str]:
        """The segments with that exposure for the coder."""
        coder_id, round_ = ensure_coder(self.study, coder), self.reviewer(coder).round()
        return [
            segment
            for segment in self.ids()
            if exposure(self.study, round_, coder_id, self.number(segment), segment).assigned == wanted
        ]

    def suggest(self, answers: dict[str, list[NewCandidate]], profile: str = "lexical") -> str:
        """A run that answers these segments; its id."""
        self.runs += 1
        run = start_run(
            self.study, self.anna, profile=profile, identity=f"{profile} {self.runs}", parameters={}, prompt=None,
            threshold=None, training=None, codes=None, segments=len(answers),
        )  # fmt: skip
        with self.study.write(self.anna) as writer:
            for segment, candidates in answers.items():
                store_set(writer, run, segment, "0" * 64, candidates)
        end_run(self.study, self.anna, run, "done")
        return run

    def candidates(self, *names: str, fitting: int = 1, lead: int = 200_000, words: str = "") -> list[NewCandidate]:
        """Candidates in this order; the first `fitting` fit, and the first leads by `lead` millionths."""
        return [
            NewCandidate(self.codes[name], i < fitting, 500_000 + (lead if i == 0 else -i), "rank", None, "none", words)
            for i, name in enumerate(names or CODES[:5])
        ]

    def suggest_everywhere(self, **given: Any) -> None:
        self.suggest({segment: self.candidates(**given) for segment in self.ids()})


def make_desk(path: Path, *, sizes: tuple[int, ...] = (40, 40), seed: int = 7, **settings: str) -> Desk:
    """A study with documents of so many segments each; every ninth segment is the moderator's."""
    study = Study.create(path, "Study", "anna", FixedSources(seed))
    anna = ensure_coder(study, "anna")
    for key, value in settings.items():
        set_setting(study, anna, key, value)
    parents = {name: name.rpartition("/")[0] or None for name in CODES}
    lead = ensure_coder(study, "lead")
    codes = add_codes(study, lead, [NewCode(name, Wording(name.rpartition("/")[2]), parents[name]) for name in CODES])
    documents = add_documents(study, anna, [_document(f"D{n}", size) for n, size in enumerate(sizes)])
    return Desk(study, codes, documents, anna)


def more_talk(desk: Desk, label: str, size: int) -> str:
    """A further document; its id."""
    (added,) = add_documents(desk.study, desk.anna, [_document(label, size)])
    return added


def _document(label: str, size: int) -> NewDocument:
    segments, place, lines = [], 0, []
    for n in range(size):
        line = f"{label} turn {n}: people said what they had to say."
        role = "prompt" if n % 9 == 8 else "data"
        speaker = "I" if role == "prompt" else f"R{n % 3}"
        end = place + len(line)
        segments.append(NewSegment(place, end, role, speaker, n + 1, n + 1, external=f"{label}-{n}"))
        lines.append(line)
        place = end + 1
    return NewDocument(label, "\n".join(lines), "turn", segments)
