"""Agreement of the ratings in a file, computed by one library in a process of its own; driven by bench_agreement.py.

`python agreement_peer.py KIND FILE.npy` with KIND ours, krippendorff, nltk or statsmodels; the file holds whole numbers
(units, raters), and units of 200 documents in equal runs. Prints as JSON what was computed, its value and seconds, then
the peak memory and what the process took before it began, in megabytes. Other libraries may take 8 GB.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy

DOCUMENTS = 200
CODES = 100
Timed = tuple[str, float | None, float]


def timed(name: str, compute: Callable[[], Any]) -> tuple[Timed, Any]:
    begun = time.perf_counter()
    result = compute()
    seconds = time.perf_counter() - begun
    value = getattr(result, "value", result)
    return (name, float(value) if isinstance(value, float | int | numpy.floating) else None, seconds), result


def ours(codes: Any) -> Iterator[Timed]:
    from suggest.audit import coefficients as our
    from suggest.audit.intervals import document_bootstrap, jackknife

    documents = numpy.arange(len(codes)) * DOCUMENTS // len(codes)
    step, ratings = timed("reading the array", lambda: our.Ratings.of(codes, documents))
    yield step
    tree = our.tree_distance({code: None if code < 10 else code % 10 for code in range(CODES)})
    every: list[tuple[str, Any, dict[str, Any]]] = [
        ("percent agreement", our.percent_agreement, {}),
        ("Fleiss' kappa", our.fleiss_kappa, {}),
        ("AC1", our.gwet_ac1, {"categories": range(CODES)}),
        ("AC2, quadratic", our.gwet_ac2, {"weights": "quadratic", "categories": range(CODES)}),
        ("Brennan-Prediger", our.brennan_prediger, {"categories": range(CODES)}),
        ("alpha, nominal", our.krippendorff_alpha, {}),
        ("alpha, tree", our.krippendorff_alpha, {"distance": tree}),
        ("alpha, interval", our.krippendorff_alpha, {"distance": "interval"}),
        ("alpha, ordinal", our.krippendorff_alpha, {"distance": "ordinal"}),
    ]
    for name, coefficient, options in every:

        def whole(coefficient: Any = coefficient, options: dict[str, Any] = options) -> Any:
            jackknife(our.by_document(coefficient, ratings, **options))
            return coefficient(ratings, **options)

        yield timed(f"{name}, with error and jackknife", whole)[0]
    sums = our.by_document(our.krippendorff_alpha, ratings)
    yield timed("alpha, 2,000 bootstrap draws of documents", lambda: document_bootstrap(sums))[0]
    pair = our.Ratings.of(codes[:, :2], documents)
    for name, coefficient in (("Cohen's kappa", our.cohen_kappa), ("Scott's pi", our.scott_pi)):

        def both(coefficient: Any = coefficient) -> Any:
            jackknife(our.by_document(coefficient, pair))
            return coefficient(codes[:, 0], codes[:, 1])

        yield timed(f"{name} of two coders, with error and jackknife", both)[0]

    def code_by_code() -> None:
        for code in range(CODES):
            binary = our.Ratings.of_codes(codes == code, (False, True), documents)
            our.percent_agreement(binary)
            for coefficient in (our.krippendorff_alpha, our.gwet_ac1):
                coefficient(binary)
                jackknife(our.by_document(coefficient, binary))

    yield timed(f"percent, alpha and AC1 of each of {CODES} codes, with jackknife", code_by_code)[0]


def krippendorff(codes: Any) -> Iterator[Timed]:
    import krippendorff as peer

    yield timed("alpha, nominal", lambda: float(peer.alpha(codes.T, level_of_measurement="nominal")))[0]


def nltk(codes: Any) -> Iterator[Timed]:
    from nltk.metrics.agreement import AnnotationTask

    def alpha() -> float:
        rows = [(rater, unit, value) for unit, row in enumerate(codes.tolist()) for rater, value in enumerate(row)]
        return float(AnnotationTask(rows).alpha())

    yield timed("alpha, nominal", alpha)[0]


def statsmodels(codes: Any) -> Iterator[Timed]:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    yield timed("Fleiss' kappa", lambda: float(fleiss_kappa(aggregate_raters(codes)[0])))[0]


KINDS = {"ours": ours, "krippendorff": krippendorff, "nltk": nltk, "statsmodels": statsmodels}


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] != "ours":
        resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))
    ratings = numpy.load(sys.argv[2])
    before = megabytes()
    try:
        done = list(KINDS[sys.argv[1]](ratings))
    except MemoryError as error:
        print(json.dumps({"failed": f"out of memory: {error}"[:90]}))
    else:
        print(json.dumps({"done": done, "peak": megabytes(), "before": before}))
