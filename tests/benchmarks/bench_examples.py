"""How often the examples that a question shows carry the codes of its segment: chosen by meaning, by words, by lot.

For each segment that people coded, examples are chosen among the segments of the documents before it (in the order of
their labels), as `models add --examples N` does. "shares" is over the examples: how many carry one of the segment's own
codes; "has one" is over the segments: for how many at least one does; "covered": how many of a segment's codes stand on
an example. Needs SECONDCODER_SHARED and the weights. What shared words count for, and how much
examples have to differ, was chosen on documents 1 to 8 of serdif_thinkaloud.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from material import Material, Memory, read

from suggest.models.embedded.minilm import MiniLM
from suggest.models.near import ByMeaning, ByWords, Nearness, Written

EXAMPLES = (3, 8)
ENCODER, MEMORY = MiniLM(), Memory()


class ByLot:
    """Any of them."""

    identity = "lot"

    def __init__(self, texts: Sequence[Written]) -> None:
        self._places, self._random = list(range(len(texts))), random.Random(1)

    def prepare(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Nothing to be read."""

    def nearest(self, asked: Written, most: int, may: Callable[[int], bool]) -> list[int]:
        return self._random.sample(self._places, min(most, len(self._places)))


WAYS: dict[str, Callable[[Sequence[Written]], Nearness]] = {
    "meaning": lambda texts: ByMeaning(texts, ENCODER, MEMORY),
    "words": ByWords,
    "lot": ByLot,
}


def compare(material: Material, parts: dict[str, Sequence[str]]) -> None:
    """Print a row for each way, number of examples and part of the documents."""
    written = [Written(task.text, task.document) for task in material.tasks]
    found = {(way, most, part): [0, 0, 0, 0, 0, 0] for way in WAYS for most in EXAMPLES for part in parts}
    before: list[int] = []
    for document in material.documents:
        numbers = material.of([document])
        asked = [number for number in numbers if material.truth[number]]
        for way, make in WAYS.items() if before else ():
            nearness = make([written[number] for number in before])
            for number in asked:
                own = material.truth[number]
                for most in EXAMPLES:
                    places = nearness.nearest(written[number], most, lambda place: True)
                    shown = [material.truth[before[place]] for place in places]
                    added = (
                        len(shown), sum(bool(own & one) for one in shown), 1, any(own & one for one in shown),
                        len(own), len(own & frozenset[str]().union(*shown)),
                    )  # fmt: skip
                    for part in (name for name, documents in parts.items() if document in documents):
                        row = found[way, most, part]
                        row[:] = [old + new for old, new in zip(row, added, strict=True)]
        before += numbers
    for (way, most, part), (shown, sharing, segments, having, given, covered) in found.items():
        print(
            f"{material.name}, {part} | {most} by {way} | {sharing / shown:.3f} | {having / segments:.3f} | "
            f"{covered / given:.3f} | {segments}",
            flush=True,
        )


def main() -> int:
    shared = os.environ.get("SECONDCODER_SHARED")
    if not shared:
        print("SECONDCODER_SHARED names no folder with human-coded material.", file=sys.stderr)
        return 1
    data = Path(shared) / "data"
    print("set | examples | shares | has one | covered | coded segments")
    for material in (read(data / "serdif_thinkaloud", highlights=True), read(data / "serdif_thinkaloud")):
        documents = material.documents
        compare(material, {"P1 to P8": documents[:8], "P9 to P17": documents[8:]})
    for first in (0, 12):
        lessons = read(data / "talkmoves", most_documents=12, skip=first)
        compare(lessons, {f"lessons {first + 1} to {first + 12}": lessons.documents})
    upsides = read(data / "upsides", highlights=True)
    compare(upsides, {"all": upsides.documents})
    return 0


if __name__ == "__main__":
    sys.exit(main())
