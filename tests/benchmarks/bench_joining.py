"""How well proposals of one idea are told from those of another: by their letters and words, and by their vectors.

The ideas are codes of the bundled example study, each in two further wordings that were written for this measurement
(rewordings.csv, synthetic): two wordings of one code should stand in one line of the worklist, two of different codes
not. With SECONDCODER_SHARED the codes of each code tree there come beside these, no two of which are one idea. Counted
are the pairs that are joined by words, and those whose cosine is at least each figure; then, for the three likest lines
beside each wording, for how many wordings the same idea is among them, and how many others are shown. `--pairs` tells
which are likest. Needs the weights.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from material import Memory

from suggest.models.embedded.minilm import MiniLM
from suggest.models.ideas import Ideas, idea, read_ideas
from suggest.review import proposals

HERE = Path(__file__).resolve().parent
FIGURES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


@dataclass(frozen=True)
class Told:
    """An idea in one wording: `of` is the code that it is of."""

    of: str
    name: str
    definition: str

    @property
    def text(self) -> str:
        return idea(self.name, self.definition)


def read(path: Path) -> list[Told]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [Told(row["code_id"], row["name"], row["definition"]) for row in csv.DictReader(stream)]


def by_words(one: Told, other: Told) -> bool:
    """What the worklist joins without any vectors."""
    first, second = (proposals.worded(said.name, said.definition) for said in (one, other))
    return first.words == second.words or first.same_as(second)


def pairs(told: Sequence[Told], *, same: bool) -> list[tuple[Told, Told]]:
    return [(a, b) for a, b in combinations(told, 2) if (a.of == b.of) is same]


def rows(name: str, found: Sequence[tuple[Told, Told]], ways: Mapping[str, Callable[[Told, Told], bool]]) -> None:
    print(f"{name} | {len(found)} | " + " | ".join(str(sum(way(a, b) for a, b in found)) for way in ways.values()))


def ways(ideas: Ideas) -> dict[str, Callable[[Told, Told], bool]]:
    by_meaning = {f"{figure:.2f}": at_least(ideas, figure) for figure in FIGURES}
    return {"words": by_words, **by_meaning}


def at_least(ideas: Ideas, figure: float) -> Callable[[Told, Told], bool]:
    return lambda a, b: ideas.alike(a.text, b.text) >= figure


def among(ideas: Ideas, told: Sequence[Told], least: float) -> tuple[int, int]:
    """For how many wordings another of the same idea is among what is shown beside it, and how much else is shown."""
    shown = ideas.nearest([one.text for one in told], least, proposals.MOST_MAYBE)
    same = [[told[place].of == one.of for place in places] for one, places in zip(told, shown, strict=True)]
    return sum(map(any, same)), sum(not right for rights in same for right in rights)


def nearest(ideas: Ideas, found: Iterable[tuple[Told, Told]], most: int) -> list[str]:
    likest = sorted(found, key=lambda pair: -ideas.alike(pair[0].text, pair[1].text))[:most]
    return [f"{ideas.alike(a.text, b.text):.2f} {a.name} / {b.name}" for a, b in likest]


def main() -> int:
    codes = {told.of: told for told in read(HERE.parent.parent / "data" / "codes.csv")}
    reworded = read(HERE / "rewordings.csv")
    told = [*reworded, *(codes[of] for of in dict.fromkeys(one.of for one in reworded))]
    shared = os.environ.get("SECONDCODER_SHARED")
    folders = sorted(Path(shared, "data").glob("*/codes.csv")) if shared else []
    trees = {path.parent.name: read(path) for path in folders}
    memory = Memory()
    everything = [*told, *(one for tree in trees.values() for one in tree)]
    read_ideas(MiniLM(), memory, {one.text: None for one in everything})
    ideas = Ideas(memory, [one.text for one in everything])
    known = ways(ideas)
    print("pairs | in all | joined by " + " | ".join(known))
    rows("one idea, worded twice", pairs(told, same=True), known)
    rows("two ideas of the example study", pairs(told, same=False), known)
    for name, tree in trees.items():
        rows(f"two codes of {name}", pairs(tree, same=False), known)
    print("beside each wording | in all | same idea among them / others shown, from " + " | ".join(map(str, FIGURES)))
    beside = [among(ideas, told, figure) for figure in FIGURES]
    print(f"the three likest | {len(told)} | " + " | ".join(f"{right} / {wrong}" for right, wrong in beside))
    if "--pairs" in sys.argv:
        for line in nearest(ideas, pairs(told, same=False), 12):
            print(line)
        for name, tree in trees.items():
            for line in nearest(ideas, pairs(tree, same=False), 6):
                print(name, line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
