"""How often intervals and tests of the audit are right: simulated coverage, false alarms, power, the rare-code guard.

Usage: bench_intervals.py [coverage] [exposure] [looks] [guard] [prevalence]; all without a name. Seeds are fixed: the
same code prints the same figures. INTERVALS_SAMPLES sets how many studies are drawn for each line (1,000).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy

from suggest.audit.alternative import Guard, alternative_annotator_test
from suggest.audit.coefficients import Ratings, by_document, krippendorff_alpha
from suggest.audit.intervals import document_bootstrap, hayes_krippendorff, jackknife
from suggest.audit.prevalence import design_based_prevalence, prediction_powered_prevalence
from suggest.audit.proportions import difference_of_shares
from suggest.audit.sequential import confidence_sequence

SAMPLES = int(os.environ.get("INTERVALS_SAMPLES", "1000"))
YES_NO = (0, 1)
GUARDS: tuple[Guard, ...] = ("off", "used", "balanced")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    heads = list(heads)
    print("| " + " | ".join(heads) + " |")
    print("| --- " * len(heads) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print()


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def two_coders(dice: Any, documents: int, segments: int) -> tuple[Any, Any]:
    """One code, prevalence .2, correlation .15 within documents; two coders with 2 to 20 % errors by document."""
    spread = 1 / 0.15 - 1
    rate = dice.beta(0.2 * spread, 0.8 * spread, documents)
    error = dice.uniform(0.02, 0.2, documents)
    where = numpy.repeat(numpy.arange(documents), segments)
    truth = dice.random(len(where)) < rate[where]
    wrong = dice.random((len(where), 2)) < error[where, None]
    return (truth[:, None] ^ wrong).astype(int), where


def coverage() -> None:
    """Alpha of two coders for one code: how often 95 % intervals hold the value that endless documents would give."""
    population, _ = two_coders(numpy.random.default_rng(0), 200_000, 25)
    true = krippendorff_alpha(Ratings.of_codes(population, YES_NO)).value
    assert true is not None
    print(f"True alpha {true:.4f}; 25 segments in each document; {SAMPLES:,} studies a line.")

    def by_segments(ratings: Ratings) -> tuple[float | None, float | None]:
        found = krippendorff_alpha(ratings)
        if found.value is None or found.se is None:
            return None, None
        return found.value - 1.959964 * found.se, found.value + 1.959964 * found.se

    rows = []
    for documents in (6, 12, 20, 40):
        dice = numpy.random.default_rng(documents)
        held: dict[str, list[tuple[bool, float]]] = {}
        none: dict[str, int] = {}
        for _ in range(SAMPLES):
            codes, where = two_coders(dice, documents, 25)
            ratings = Ratings.of_codes(codes, YES_NO, where)
            sums = by_document(krippendorff_alpha, ratings)
            one, other = jackknife(sums), document_bootstrap(sums, draws=1000)
            older = hayes_krippendorff(ratings, draws=1000, pairs=len(codes))
            newer = hayes_krippendorff(ratings, draws=1000)
            for name, low, high in (
                ("jackknife", one.low, one.high),
                ("bootstrap", other.low, other.high),
                ("older", older.low, older.high),
                ("newer", newer.low, newer.high),
                ("segments", *by_segments(ratings)),
            ):
                if low is None or high is None:
                    none[name] = none.get(name, 0) + 1
                else:
                    held.setdefault(name, []).append((low <= true <= high, high - low))
        cells = []
        for name in ("jackknife", "bootstrap", "older", "newer", "segments"):
            hits, widths = zip(*held[name], strict=True)
            cells.append(f"{percent(float(numpy.mean(hits)))} (width {numpy.median(widths):.2f})")
        rows.append([str(documents), *cells, str(none.get("jackknife", 0))])
    table(
        [
            "Documents",
            "Document jackknife, t",
            "Document bootstrap",
            "KALPHA, all pairs",
            "KALPHA 3.0",
            "Segments as independent",
            "No interval",
        ],
        rows,
    )


def exposed(dice: Any, documents: int, effect: float, by_block: bool) -> tuple[Any, Any, Any]:
    """Whether the coder's answer is the model's, in 30 segments a document, half shown; blind .75 on average."""
    where = numpy.repeat(numpy.arange(documents * 3), 10)
    document = where // 3
    level = numpy.clip(dice.normal(0.75, 0.1, documents), 0.05, 0.95)[document]
    level = level + dice.normal(0, 0.08, documents * 3)[where]
    shown = dice.random(documents * 3)[where] < 0.5 if by_block else dice.random(len(where)) < 0.5
    same = dice.random(len(where)) < numpy.clip(level + effect * shown, 0, 1)
    return same, shown, (where if by_block else document)


def exposure() -> None:
    """The effect of showing suggestions: found when it was planted, not found when there is none."""
    rows = []
    for by_block in (False, True):
        for documents in (12, 20, 40):
            cells = []
            for effect in (0.0, 0.05, 0.1):
                dice = numpy.random.default_rng([documents, int(100 * effect), by_block])
                found = naive = 0
                for _ in range(SAMPLES):
                    same, shown, clusters = exposed(dice, documents, effect, by_block)
                    result = difference_of_shares(same, shown, clusters)
                    low, high = result.interval.low, result.interval.high
                    if low is None or high is None or result.first is None or result.second is None:
                        continue
                    found += low > 0 or high < 0
                    one, other = result.first, result.second
                    se = (one * (1 - one) / result.n_first + other * (1 - other) / result.n_second) ** 0.5
                    naive += abs(one - other) > 1.959964 * se
                cells.append(f"{percent(found / SAMPLES)} ({percent(naive / SAMPLES)})")
            rows.append(["blocks of 10" if by_block else "segments", str(documents), *cells])
    print("Share of studies whose interval leaves out 0; in brackets with segments taken for independent.")
    table(["Drawn by", "Documents", "no effect", "effect .05", "effect .10"], rows)


def looks() -> None:
    """Stopping as soon as alpha seems above its true value."""
    population, _ = two_coders(numpy.random.default_rng(0), 200_000, 25)
    true = krippendorff_alpha(Ratings.of_codes(population, YES_NO)).value
    assert true is not None
    dice = numpy.random.default_rng(3)
    every = usual = always = last = 0
    widths = []
    for _ in range(SAMPLES):
        codes, where = two_coders(dice, 60, 25)
        stopped = sequence = False
        for documents in range(10, 61, 2):
            here = where < documents
            sums = by_document(krippendorff_alpha, Ratings.of_codes(codes[here], YES_NO, where[here]))
            one, other = jackknife(sums), confidence_sequence(sums, planned=60)
            stopped |= one.low is not None and one.low > true
            sequence |= other.low is not None and other.low > true
        every, always = every + stopped, always + sequence
        last += one.low is not None and one.low > true
        usual += 1
        if one.low is not None and one.high is not None and other.low is not None and other.high is not None:
            widths.append((other.high - other.low) / (one.high - one.low))
    print(f"Lower limit above the true alpha ({true:.3f}); 26 looks from 10 to 60 documents of 25 segments.")
    table(
        ["One look at 60 documents", "26 looks, usual interval", "26 looks, confidence sequence", "Its width at 60"],
        [[percent(last / usual), percent(every / usual), percent(always / usual), f"{numpy.median(widths):.2f} times"]],
    )


def annotators(dice: Any, prevalence: float, units: int, model: str) -> tuple[Any, Any]:
    """Three humans who find .85 of the cases and call 2 % of the rest so, and a model of some kind."""
    truth = dice.random(units) < prevalence
    human = dice.random((units, 4)) < numpy.where(truth, 0.85, 0.02)[:, None]
    answers = {
        "never applies it": numpy.zeros(units, dtype=bool),
        "applies it at random, as often": dice.random(units) < prevalence,
        "like a human": human[:, 3],
        "finds .85, overcodes .10": dice.random(units) < numpy.where(truth, 0.85, 0.10),
        "finds .50, overcodes .02": dice.random(units) < numpy.where(truth, 0.50, 0.02),
    }
    return human[:, :3].astype(int), answers[model].astype(int)


def guard() -> None:
    """The alternative annotator test as published, and kept to units where somebody used the code."""
    samples = max(50, SAMPLES * 3 // 10)
    rows = []
    models = (
        "never applies it",
        "applies it at random, as often",
        "finds .50, overcodes .02",
        "finds .85, overcodes .10",
        "like a human",
    )
    for units in (100, 400, 2000):
        for model in models:
            cells = []
            for prevalence in (0.02, 0.05, 0.1, 0.2):
                dice = numpy.random.default_rng([units, int(100 * prevalence), models.index(model)])
                passes = [0, 0, 0]
                for _ in range(samples):
                    humans, answers = annotators(dice, prevalence, units, model)
                    for which, guarded in enumerate(GUARDS):
                        verdict = alternative_annotator_test(
                            humans.tolist(), answers.tolist(), epsilon=0.15, guard=guarded
                        )
                        passes[which] += bool(verdict.passed)
                cells.append(" / ".join(f"{count / samples:.0%}" for count in passes))
            rows.append([str(units), model, *cells])
    print(f"Passes as published / units where it was used / balanced; epsilon .15, three humans, {samples} studies.")
    table(["Units", "A model that", "prevalence .02", ".05", ".10", ".20"], rows)


def prevalence() -> None:
    """The share of segments with a code, from a model's codings and few of people; 95 % intervals."""
    rows = []
    for documents in (12, 20, 40):
        dice = numpy.random.default_rng([documents, 5])
        names = ("model alone", "people alone", "PPI++, segments", "PPI++, documents", "uneven draw, documents")
        held: dict[str, list[tuple[bool, float]]] = {name: [] for name in names}
        for _ in range(SAMPLES):
            where = numpy.repeat(numpy.arange(documents), 40)
            rate = dice.beta(0.2 * 8, 0.8 * 8, documents)[where]
            truth = (dice.random(len(where)) < rate).astype(float)
            hard = dice.uniform(0.02, 0.2, documents)[where]
            model = (dice.random(len(where)) < numpy.where(truth == 1, 0.85, hard)).astype(float)
            drawn = dice.random(len(where)) < 0.2
            pieces: tuple[Any, ...] = (truth[drawn], model[drawn], model[~drawn])
            plain = prediction_powered_prevalence(*pieces)
            clustered = prediction_powered_prevalence(
                *pieces, documents=where[drawn], documents_elsewhere=where[~drawn]
            )
            chance = numpy.where(model == 1, 0.4, 0.15)
            picked = dice.random(len(where)) < chance
            design = design_based_prevalence(numpy.where(picked, truth, numpy.nan), model, chance, where)
            share = float(model.mean())
            se = (share * (1 - share) / len(model)) ** 0.5
            for name, low, high in (
                ("model alone", share - 1.96 * se, share + 1.96 * se),
                ("people alone", clustered.people.low, clustered.people.high),
                ("PPI++, segments", plain.interval.low, plain.interval.high),
                ("PPI++, documents", clustered.interval.low, clustered.interval.high),
                ("uneven draw, documents", design.interval.low, design.interval.high),
            ):
                if low is not None and high is not None:
                    held[name].append((low <= 0.2 <= high, high - low))
        cells = []
        for name in names:
            hits, widths = zip(*held[name], strict=True)
            cells.append(f"{percent(float(numpy.mean(hits)))} (width {numpy.median(widths):.3f})")
        rows.append([str(documents), *cells])
    print("True prevalence .20, 40 segments in each document, people code one in five.")
    table(["Documents", *names], rows)


PARTS: dict[str, Callable[[], None]] = {
    "coverage": coverage,
    "exposure": exposure,
    "looks": looks,
    "guard": guard,
    "prevalence": prevalence,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or list(PARTS):
        print(f"## {part}\n")
        PARTS[part]()
