"""Human-coded material in the common form (segments.csv, codes.csv, labels.csv or quotes.csv) as tasks and truth."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.engine.profiles import PROFILES
from suggest.engine.sampling import SAMPLE
from suggest.models.interface import MILLION, Example, OfferedCode, Task, Turn, offered_code

NEIGHBOURS = PROFILES["embedded"].scope.neighbours


@dataclass(frozen=True)
class Material:
    """Segments with the codes that people gave them. `documents` are in the order of their labels; `blocks` part them
    into stretches that are learned one after the other."""

    name: str
    codes: tuple[OfferedCode, ...]
    tasks: tuple[Task, ...]
    truth: tuple[frozenset[str], ...]
    documents: tuple[str, ...]

    def of(self, documents: Sequence[str]) -> list[int]:
        wanted = set(documents)
        return [number for number, task in enumerate(self.tasks) if task.document in wanted]

    def sample(self) -> list[Task]:
        """Segments that show how scores lie, by a fixed lot, as a run draws them from a study."""
        drawn = random.Random(self.name).sample(range(len(self.tasks)), min(SAMPLE, len(self.tasks)))
        return [self.tasks[number] for number in sorted(drawn)]

    def examples(self, numbers: Sequence[int]) -> list[Example]:
        """What a coder who read these segments would have decided."""
        found = []
        for number in numbers:
            task = self.tasks[number]
            given = [(code, "added") for code in sorted(self.truth[number])] or [("", "no_code")]
            found += [
                Example(
                    task.segment,
                    task.text,
                    code,
                    "no_code" if verdict == "no_code" else "added",
                    document=task.document,
                    speaker=task.speaker,
                    before=tuple(turn.text for turn in task.before),
                    after=tuple(turn.text for turn in task.after),
                    place=task.place,
                )
                for code, verdict in given
            ]
        return found


class Memory:
    """Vectors by key, so that each text is read once in all."""

    def __init__(self) -> None:
        self._kept: dict[bytes, bytes] = {}

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {key: self._kept[key] for key in keys if key in self._kept}

    def put(self, items: Mapping[bytes, bytes], documents: Mapping[bytes, str | None]) -> None:
        self._kept.update(items)


def natural(label: str) -> list[tuple[int, str]]:
    """Orders P2 before P10."""
    return [(int(part or 0), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", label)]


def read(folder: Path, *, highlights: bool = False, most_documents: int | None = None, skip: int = 0) -> Material:
    """A folder's segments, or with `highlights` its marked quotes as segments of their own."""
    codes = _codes(_rows(folder / "codes.csv"))
    known = {code.id for code in codes}
    given: defaultdict[str, set[str]] = defaultdict(set)
    if highlights:
        rows = [
            {"document_id": row["document_id"], "segment_id": row["quote_id"], "speaker": "", "text": row["text"]}
            | {"codes": row.get("code_ids") or row.get("code_id") or ""}
            for row in _rows(folder / "quotes.csv")
        ]
        for row in rows:
            given[row["segment_id"]] |= known & set(re.split(r"[|;]", row["codes"]))
    else:
        rows = _rows(folder / "segments.csv")
        for row in _rows(folder / "labels.csv"):
            given[row["segment_id"]] |= known & {row["code_id"]}
    documents = sorted({row["document_id"] for row in rows}, key=natural)[skip:][:most_documents]
    rows = [row for row in rows if row["document_id"] in set(documents)]
    tasks = _tasks(rows)
    truth = tuple(frozenset(given[row["segment_id"]]) for row in rows)
    name = folder.name + (" highlights" if highlights else "")
    return Material(name, codes, tasks, truth, tuple(documents))


@dataclass(frozen=True)
class Marked:
    """Words of a segment (a half-open range in its text) that somebody marked for a code."""

    number: int
    code: str
    start: int
    end: int


MOST_OF_A_SEGMENT = 0.8


def marked(folder: Path, material: Material) -> list[Marked]:
    """The quotes that lie in a single segment and are less than most of it."""
    numbers = {task.segment: number for number, task in enumerate(material.tasks)}
    found = []
    for row in _rows(folder / "quotes.csv"):
        number = numbers.get(f"{row['document_id']}/{row['segment_ids']}")
        if number is None:
            continue
        text = material.tasks[number].text
        start = text.find(row["text"])
        if start >= 0 and len(row["text"]) < MOST_OF_A_SEGMENT * len(text):
            codes = sorted(set(re.split(r"[|;]", row["code_ids"])))
            found += [Marked(number, code, start, start + len(row["text"])) for code in codes]
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _codes(rows: Sequence[dict[str, str]]) -> tuple[OfferedCode, ...]:
    names = {row["code_id"]: (row["name"], row["parent_id"]) for row in rows}

    def path(code: str) -> tuple[str, ...]:
        name, parent = names[code]
        return (*path(parent), name) if parent in names and parent != code else (name,)

    return tuple(
        offered_code(row["code_id"], row["name"], path=path(row["code_id"]), definition=row["definition"])
        for row in rows
    )


def _tasks(rows: Sequence[dict[str, str]]) -> tuple[Task, ...]:
    counts, seen = Counter(row["document_id"] for row in rows), Counter[str]()
    found = []
    for number, row in enumerate(rows):
        document = row["document_id"]

        def turns(numbers: range, document: str = document) -> tuple[Turn, ...]:
            near = [rows[n] for n in numbers if 0 <= n < len(rows) and rows[n]["document_id"] == document]
            return tuple(Turn(one["segment_id"], one["speaker"] or None, one["text"], "data") for one in near)

        found.append(
            Task(
                f"{document}/{row['segment_id']}",
                row["text"],
                0,
                row["speaker"] or None,
                turns(range(number - NEIGHBOURS, number)),
                turns(range(number + 1, number + NEIGHBOURS + 1)),
                document=document,
                place=seen[document] * MILLION // counts[document],
            )
        )
        seen[document] += 1
    return tuple(found)
