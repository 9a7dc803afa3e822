"""From tasks and texts to the points that the head compares: a stretch of talk in its surroundings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy

from suggest.models.embedded.encoding import DIMENSIONS, Vectors
from suggest.models.embedded.grams import Grams
from suggest.models.embedded.likeness import NOBODY, NOWHERE, Points
from suggest.models.embedded.parts import parts
from suggest.models.embedded.reading import Texts
from suggest.models.interface import MILLION, Example, Task, Turn

NEIGHBOURS = 2
"""So many turns before and after are read."""


def around(task: Task) -> tuple[Turn, ...]:
    """The turns that count as a task's surroundings, in the order of the talk."""
    return (*task.before[-NEIGHBOURS:], *task.after[:NEIGHBOURS])


def texts_of(tasks: Sequence[Task]) -> dict[str, str | None]:
    """All texts that the tasks are read with, each with the document (id) that it is from."""
    found: dict[str, str | None] = {}
    for task in tasks:
        for text in (task.text, *(turn.text for turn in around(task))):
            found.setdefault(text, task.document or None)
    return found


def as_task(example: Example) -> Task:
    """What was decided on, as it would be asked about."""
    return Task(
        example.segment,
        example.text,
        0,
        example.speaker,
        tuple(Turn("", None, text, "") for text in example.before),
        tuple(Turn("", None, text, "") for text in example.after),
        document=example.document,
        place=example.place,
    )


class Talk:
    """Makes points of tasks whose texts are at hand. `speakers` numbers the labels (casefolded) that were learned."""

    def __init__(self, texts: Texts, grams: Grams, speakers: Mapping[str, int]) -> None:
        self._texts, self._grams, self._speakers = texts, grams, speakers

    def whole(self, tasks: Sequence[Task], grams: Vectors | None = None) -> Points:
        """A row for each task's text as a whole. `grams` are those rows of the texts, where they are at hand."""
        rows = [self._texts.whole(task.text)[None] for task in tasks]
        return self._points(tasks, rows, self._grams.rows([task.text for task in tasks]) if grams is None else grams)

    def with_parts(self, tasks: Sequence[Task], text: str | None = None) -> Points:
        """A row for each task's text as a whole, followed by one for each of its parts in the same surroundings;
        with `text`, the rows of that text instead, as if it stood where the tasks' own does."""
        read = [task.text if text is None else text for task in tasks]
        rows = [self._texts.rows(one) for one in read]
        pieces = [piece for one in read for piece in (one, *(one[part.start : part.end] for part in parts(one)))]
        return self._points(tasks, rows, self._grams.rows(pieces))

    def _points(self, tasks: Sequence[Task], rows: Sequence[Vectors], grams: Vectors) -> Points:
        counts = [len(of_task) for of_task in rows]
        none = numpy.zeros((0, DIMENSIONS), numpy.float32)
        surroundings = numpy.array([self._surroundings(task) for task in tasks], numpy.float32).reshape(-1, DIMENSIONS)
        speakers = [self._speakers.get((task.speaker or "").casefold(), NOBODY) for task in tasks]
        places = [NOWHERE if task.place is None else task.place / MILLION for task in tasks]
        return Points(
            numpy.concatenate([none, *rows]),
            grams,
            numpy.repeat(surroundings, counts, axis=0),
            numpy.repeat(numpy.array(speakers, numpy.int64), counts),
            numpy.repeat(numpy.array(places, numpy.float32), counts),
            numpy.ones(sum(counts), numpy.bool_),
        )

    def _surroundings(self, task: Task) -> Vectors:
        """The mean direction of the turns around, zero where there are none."""
        total = numpy.zeros(DIMENSIONS, numpy.float32)
        for turn in around(task):
            total += self._texts.whole(turn.text)
        length = numpy.linalg.norm(total)
        return total / length if length else total
