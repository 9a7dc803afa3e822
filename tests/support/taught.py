"""Something to learn from, drawn by a fixed lot: three codes, two of them siblings, and talk that was given them."""

from __future__ import annotations

import numpy

from suggest.models.embedded.comparing import Teaching
from suggest.models.embedded.encoding import DIMENSIONS, Numbers
from suggest.models.embedded.grams import WIDTH
from suggest.models.embedded.head import families
from suggest.models.embedded.likeness import NOBODY, Points, wordings

CODES = 3


def rows(random: numpy.random.Generator, count: int, width: int) -> Numbers:
    drawn = random.standard_normal((count, width)).astype(numpy.float32)
    return drawn / numpy.linalg.norm(drawn, axis=1, keepdims=True)


def talk(random: numpy.random.Generator, count: int) -> Points:
    return Points(
        rows(random, count, DIMENSIONS),
        rows(random, count, WIDTH),
        rows(random, count, DIMENSIONS),
        random.integers(NOBODY, 3, count),
        random.random(count).astype(numpy.float32),
        numpy.ones(count, numpy.bool_),
    )


def teaching(count: int = 24, documents: int = 4) -> Teaching:
    random = numpy.random.default_rng(5)
    return Teaching(
        wordings(rows(random, CODES, DIMENSIONS), rows(random, CODES, WIDTH)),
        numpy.arange(CODES),
        talk(random, count),
        (random.random((count, CODES)) > 0.6).astype(float),
        numpy.arange(count) % documents,
        families([("A", "one"), ("A", "two"), ("B",)]),
    )
