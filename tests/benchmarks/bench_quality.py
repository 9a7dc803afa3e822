"""How good the suggestions are, beside people's codings: ranking, and what fits, before and after learning.

Documents are taken in the order of their labels (P2 before P10); each is suggested for with what was decided in those
before it. Needs SECONDCODER_SHARED and the weights; SECONDCODER_MORE may name further folders in the same form,
separated by colons. "right among the first k" counts coded segments; "fits" is over all segments, with "no code" as an
answer of its own. For documents 1 to 8 of serdif_thinkaloud and lessons 1 to 12 of talkmoves figures were chosen by
looking; all else was not looked at before. SECONDCODER_ONLY names one of the models ("embedded", "lexical").
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from material import Marked, Material, Memory, marked, read

from suggest.models.embedded.minilm import MiniLM
from suggest.models.embedded.suggester import EmbeddedSuggester
from suggest.models.interface import Answer
from suggest.models.lexical import LexicalSuggester
from suggest.models.words import pieces

FIRST = (1, 3, 5)
STEPS = 12
"""Where there are more documents, neighbouring ones are learned together, in so many steps."""


ONLY = os.environ.get("SECONDCODER_ONLY", "")
MEMORY = Memory()


@dataclass
class Counted:
    """What answers add up to."""

    coded: int = 0
    first: Counter[int] = field(default_factory=Counter)
    right: int = 0
    said: int = 0
    true: int = 0

    def add(self, ranked: Sequence[str], fitting: Sequence[str], truth: frozenset[str]) -> None:
        if truth:
            self.coded += 1
            self.first.update(k for k in FIRST if truth & set(ranked[:k]))
        said, given = set(fitting) or {""}, truth or {""}
        self.right += len(said & given)
        self.said += len(said)
        self.true += len(given)

    def __str__(self) -> str:
        ranking = " / ".join(f"{self.first[k] / self.coded:.3f}" if self.coded else "-" for k in FIRST)
        measure = 2 * self.right / (self.said + self.true)
        return f"{ranking} | {self.right / self.said:.3f} / {self.right / self.true:.3f} / {measure:.3f} | {self.coded}"


@cache
def encoder() -> MiniLM:
    return MiniLM()


def embedded(material: Material, learned: Sequence[int]) -> Callable[[Sequence[int]], list[Answer]]:
    model = EmbeddedSuggester(
        material.codes, material.examples(learned), encoder(), vectors=MEMORY, sample=material.sample
    )
    return lambda numbers: [
        answer
        for first in range(0, len(numbers), 64)
        for answer in model.answers([material.tasks[number] for number in numbers[first : first + 64]])
    ]


def lexical(material: Material, learned: Sequence[int]) -> Callable[[Sequence[int]], list[Answer]]:
    model = LexicalSuggester(material.codes, material.examples(learned))
    return lambda numbers: [model.answer(material.tasks[number]) for number in numbers]


MODELS = {name: model for name, model in (("embedded", embedded), ("lexical", lexical)) if ONLY in ("", name)}


def steps(documents: Sequence[str]) -> list[list[str]]:
    """The documents in order, in at most STEPS groups unless there are few more."""
    size = 1 if len(documents) <= 2 * STEPS else -(-len(documents) // STEPS)
    return [list(documents[first : first + size]) for first in range(0, len(documents), size)]


def report(material: Material, parts: Mapping[str, Sequence[str]]) -> None:
    """Print a table for one set: each model before and after learning, and two answers that know nothing."""
    for name, model in MODELS.items():
        untaught = {part: Counted() for part in parts}
        tally(material, model(material, []), range(len(material.tasks)), untaught, parts)
        taught = {part: Counted() for part in parts}
        before: list[str] = []
        for group in steps(material.documents):
            tally(material, model(material, material.of(before)), material.of(group), taught, parts)
            before += group
        for part in parts:
            print(f"{material.name}, {part} | {name}, wording only | {untaught[part]}")
            print(f"{material.name}, {part} | {name}, learning | {taught[part]}", flush=True)
    common = [code for code, _ in Counter(code for given in material.truth for code in sorted(given)).most_common(5)]
    for part, documents in parts.items():
        nothing, commonest = Counted(), Counted()
        for number in material.of(documents):
            nothing.add([], [], material.truth[number])
            commonest.add(common, common[:1], material.truth[number])
        print(f"{material.name}, {part} | always the commonest | {commonest}")
        print(f"{material.name}, {part} | always nothing | {nothing}")


def tally(
    material: Material,
    answers: Callable[[Sequence[int]], list[Answer]],
    numbers: Sequence[int],
    into: Mapping[str, Counted],
    parts: Mapping[str, Sequence[str]],
) -> None:
    for number, answer in zip(numbers, answers(numbers), strict=True):
        ranked = [candidate.code for candidate in answer.candidates]
        for part, documents in parts.items():
            if material.tasks[number].document in documents:
                into[part].add(ranked, answer.fitting, material.truth[number])


def evidence(material: Material, marks: Sequence[Marked]) -> None:
    """Print how often the evidence for a code that people gave touches the words that they marked for it."""
    for name, model in MODELS.items():
        touched = chance = 0.0
        asked = 0
        before: list[str] = []
        for group in steps(material.documents):
            here = [mark for mark in marks if material.tasks[mark.number].document in group]
            numbers = sorted({mark.number for mark in here})
            answers = dict(zip(numbers, model(material, material.of(before))(numbers), strict=True))
            before += group
            for mark in here:
                of_text = pieces(material.tasks[mark.number].text)
                places = [one.evidence for one in answers[mark.number].candidates if one.code == mark.code]
                if len(of_text) > 1 and places and places[0] is not None:
                    asked += 1
                    touched += places[0][0] < mark.end and places[0][1] > mark.start
                    chance += sum(one.start < mark.end and one.end > mark.start for one in of_text) / len(of_text)
        print(f"{material.name}, evidence | {name}, learning | {touched / asked:.3f} | {chance / asked:.3f} | {asked}")


def main() -> int:
    shared = os.environ.get("SECONDCODER_SHARED")
    if not shared:
        print("SECONDCODER_SHARED names no folder with human-coded material.", file=sys.stderr)
        return 1
    data = Path(shared) / "data"
    print("set | model | right among the first 1 / 3 / 5 | fits: precision / recall / F1 | coded segments")
    thinkaloud = data / "serdif_thinkaloud"
    for material in (read(thinkaloud, highlights=True), read(thinkaloud)):
        documents = material.documents
        report(material, {"all": documents, "P1 to P8": documents[:8], "P9 to P17": documents[8:]})
    print("set | model | evidence touches what people marked for the code | a sentence by chance | marks")
    evidence(material, marked(thinkaloud, material))
    looked_at = read(data / "talkmoves", most_documents=12)
    report(looked_at, {"lessons 1 to 12": looked_at.documents})
    fresh = read(data / "talkmoves", most_documents=12, skip=12)
    report(fresh, {"lessons 13 to 24": fresh.documents})
    upsides = read(data / "upsides", highlights=True)
    report(upsides, {"all": upsides.documents})
    for folder in filter(None, os.environ.get("SECONDCODER_MORE", "").split(":")):
        more = read(Path(folder))
        half = len(more.documents) // 2
        report(more, {"all": more.documents, "second half": more.documents[half:]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
