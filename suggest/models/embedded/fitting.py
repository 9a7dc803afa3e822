"""Above which score a code fits: learned where there is something to learn from, else from how the scores lie."""

from __future__ import annotations

import numpy
from numpy.typing import NDArray

from suggest.models.embedded.encoding import Numbers
from suggest.models.interface import MILLION

DEFAULT_THRESHOLD = 80_000
"""In millionths: about the best from definitions alone on documents 1 to 8 of the think-aloud sessions, whether all
22 codes are on offer or the ten or five commonest."""

MOST_FITTING, LEAST_FITTING = 1.4, 0.3
"""Before anything is learned, so many codes at most and at least fit a segment on average; of trees of few codes no
more than one in five, and no fewer than one in twenty. In between the default holds, as it does on the sessions."""

LEAST_SAMPLE = 20
"""Fewer segments than that show nothing, and the default holds."""

OPEN_LESSONS = 30
"""What holds before anything is learned counts as much as so many lessons: few decisions move the threshold little."""

SURE_LESSONS = 300
"""With so many lessons it hardly counts, and the default stands in for it."""

LEAST_APPLIED = 5


def untaught_threshold(scores: Numbers) -> int:
    """In millionths, from what a sample of segments scores by the wordings alone, of shape (segments, codes).

    One figure does not suit every study: in a language that the vectors know little of, every text is like every
    wording, or none is.
    """
    segments, codes = scores.shape
    if segments < LEAST_SAMPLE:
        return DEFAULT_THRESHOLD
    ranked = numpy.sort(scores, axis=None)[::-1]
    most, least = min(MOST_FITTING, codes / 5), min(LEAST_FITTING, codes / 20)
    lowest, highest = (float(ranked[max(1, int(share * segments)) - 1]) for share in (most, least))
    held = min(max(DEFAULT_THRESHOLD / MILLION, lowest), highest)
    return int(min(max(round(held * MILLION), 1), MILLION))


def best_threshold(scores: Numbers, right: NDArray[numpy.bool_]) -> tuple[float, float]:
    """The threshold with the best F1 over all (segment, code) pairs, and that F1; but no more is let through than
    people gave. Nothing right: infinite, and 0."""
    given = int(right.sum())
    if not given:
        return float("inf"), 0.0
    # All that could matter: four times as many as were given have at most the F1 of 2 in 5.
    kept = min(scores.size, 4 * given)
    within = scores >= numpy.partition(scores, scores.size - kept, axis=None)[scores.size - kept]
    order = numpy.argsort(-scores[within], kind="stable")
    ranked, hits = scores[within][order], right[within][order]
    measure = 2 * numpy.cumsum(hits) / (numpy.arange(1, len(hits) + 1) + given)
    # Equal scores stand or fall together.
    measure[:-1][ranked[:-1] == ranked[1:]] = 0
    # Where the scores tell little, letting everything through has the best F1.
    best = ranked[min(int(measure.argmax()), given - 1)]
    return float(best), float(measure[ranked >= best][-1])


def learned_threshold(held_out: Numbers, right: NDArray[numpy.bool_], untaught: int) -> int:
    """In millionths, from what the lessons would have scored without their documents (see `Head.held_out`) and the
    threshold that holds before anything is learned."""
    if right.sum() < LEAST_APPLIED:
        return untaught
    best, _ = best_threshold(held_out, right)
    lessons = len(right)
    mixed = (lessons * best * MILLION + OPEN_LESSONS * untaught) / (lessons + OPEN_LESSONS)
    return int(min(max(round(mixed), 1), MILLION))


def strength(score: int, threshold: int) -> int:
    """A score as a confidence, both in millionths: 0 for nothing in common, one half at the threshold, below 1.

    Only the order means anything; but what fits stands at a half and above in every run, however it was learned.
    """
    if score <= 0:
        return 0
    return score * MILLION // (score + max(threshold, 1))
