"""Recomputes the figures of an audit from its record (audit.json beside this script). The standard library suffices.

It was written apart from the program that made the figures: it loops where that one adds up arrays, and it is one file
so that a reviewer can read it from top to bottom. What it makes has the form of `secondcoder audit STUDY --json`.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

CLASSES = ("blind", "unaided", "arm", "shown", "settled")
FEWEST_DOCUMENTS, FEWEST_POSITIVES, FEWEST_CARRYING = 10, 10, 4
FEWEST_UNITS, FEWEST_OF_A_KIND = 30, 10
MARGIN, EVEN, MOST_SETS = 2, 1.5, 3000

Json = dict[str, Any]
Sums = list[float]
Statistic = Callable[[Sums], float | None]


# --- Answers: letters by code (1 applied, r rejected, 0 silently not applied, all else missing) and exposures ---


def joint(a: str, b: str) -> str:
    """How two answers to one segment came about together; "mixed" if they do not go together."""
    if "nothing" in (a, b):
        return "nothing"
    if "settled" in (a, b):
        return "settled"
    if a == b:
        return "blind" if a == "apart" else a
    return b if a == "apart" else a if b == "apart" else "mixed"


def values(letters: str) -> list[int]:
    """1, 0 or -1 (missing) by code."""
    return [1 if letter == "1" else 0 if letter in "0r" else -1 for letter in letters]


def outright(letters: str) -> list[int]:
    """As `values`, with silence missing, too."""
    return [1 if letter == "1" else 0 if letter == "r" else -1 for letter in letters]


def index_of(rater: Json, other: Json) -> list[int]:
    """Which pattern a rater gave each segment, beside another one: a model's are those pinned for that coder."""
    found: list[int] = rater.get("beside", {}).get(other["name"], rater["answers"])
    return found


def exposure_of(rater: Json, index: Sequence[int]) -> list[str]:
    if rater["kind"] in ("model", "run"):
        return ["apart" if at >= 0 else "nothing" for at in index]
    return [held if at >= 0 else "nothing" for held, at in zip(rater["exposure"], index, strict=True)]


def shared(a: Json, b: Json) -> list[str]:
    """The class of both answers to each segment."""
    one, other = index_of(a, b), index_of(b, a)
    return [joint(x, y) for x, y in zip(exposure_of(a, one), exposure_of(b, other), strict=True)]


# --- Two values: cells are both, only the first, only the second, neither ---


def cell(x: int, y: int) -> int | None:
    return None if x < 0 or y < 0 else 0 if x and y else 1 if x else 2 if y else 3


def agreement(c: Sums) -> float | None:
    return (c[0] + c[3]) / sum(c[:4]) if sum(c[:4]) else None


def positive(c: Sums) -> float | None:
    return 2 * c[0] / (2 * c[0] + c[1] + c[2]) if c[0] + c[1] + c[2] else None


def alpha(c: Sums) -> float | None:
    applied, not_applied = 2 * c[0] + c[1] + c[2], 2 * c[3] + c[1] + c[2]
    if not applied or not not_applied:
        return None
    return 1 - (applied + not_applied - 1) * (c[1] + c[2]) / (applied * not_applied)


def kappa(c: Sums) -> float | None:
    n = sum(c)
    if not n:
        return None
    a, b = (c[0] + c[1]) / n, (c[0] + c[2]) / n
    chance = a * b + (1 - a) * (1 - b)
    return None if abs(1 - chance) < 1e-12 else ((c[0] + c[3]) / n - chance) / (1 - chance)


def ac1(c: Sums) -> float | None:
    n = sum(c)
    share = (2 * c[0] + c[1] + c[2]) / (2 * n) if n else 0
    if not 0 < share < 1:
        return None
    chance = 2 * share * (1 - share)
    return ((c[0] + c[3]) / n - chance) / (1 - chance)


def ratio(over: float, under: float) -> float | None:
    return over / under if abs(under) > 1e-12 else None


# --- Distributions ---


def t_below(t: float, df: float) -> float:
    """The share of Student's t below a value, by adding up its density (Simpson)."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    end = min(abs(t), 60.0)
    steps = 2 * math.ceil(20 * end) + 20
    width = end / steps
    inner = sum((4 if k % 2 else 2) * (1 + (k * width) ** 2 / df) ** (-(df + 1) / 2) for k in range(1, steps))
    half = scale * width / 3 * float(1 + inner + (1 + end * end / df) ** (-(df + 1) / 2))
    return 0.5 + half if t > 0 else 0.5 - half


KNOWN_T: dict[tuple[int, float], float] = {}


def t_quantile(df: int, share: float = 0.975) -> float:
    """A quantile of Student's t, by default that of 97.5 %."""
    if (df, share) not in KNOWN_T:
        low, high = 0.0, 20.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if t_below(middle, df) < share else (low, middle)
        KNOWN_T[df, share] = float(high)
    return KNOWN_T[df, share]


def binomial_at_most(k: int, n: int, p: float) -> float:
    """The chance of at most k of n. The smaller tail is added up, from its larger end, until nothing more comes."""
    if p <= 0 or k >= n:
        return 1.0
    if p >= 1:
        return 0.0
    below = k < n * p
    i = k if below else k + 1
    chosen = math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
    term = math.exp(chosen + i * math.log(p) + (n - i) * math.log1p(-p))
    total = 0.0
    while 0 <= i <= n and term > total * 1e-17:
        total += term
        if below:
            term *= i * (1 - p) / ((n - i + 1) * p)
            i -= 1
        else:
            term *= (n - i) * p / ((i + 1) * (1 - p))
            i += 1
    return min(1.0, total) if below else max(0.0, 1 - total)


def share_upper(k: int, n: int, delta: float) -> float:
    """Clopper and Pearson's upper limit of a share of which k of n were seen."""
    low, high = 0.0, 1.0
    for _ in range(60 if k < n else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if binomial_at_most(k, n, middle) > delta else (low, middle)
    return high


def exact_interval(k: int, n: int) -> list[float]:
    return [1 - share_upper(n - k, n, 0.025), share_upper(k, n, 0.025)]


# --- Intervals: each document is left out once ---


def jackknife(statistic: Statistic, parts: Sequence[Sums]) -> tuple[float | None, float | None]:
    """(value, standard error) from sums by document."""
    whole = [sum(part) for part in zip(*parts, strict=True)]
    value = statistic(whole) if parts else None
    if value is None or len(parts) < 2:
        return value, None
    left = [statistic([a - b for a, b in zip(whole, part, strict=True)]) for part in parts]
    return value, _error(left)


def _error(left: Sequence[float | None]) -> float | None:
    known = [item for item in left if item is not None]
    if len(known) < len(left):
        return None
    mean = sum(known) / len(known)
    return math.sqrt((len(known) - 1) / len(known) * sum((item - mean) ** 2 for item in known))


def told(name: str, value: float | None, se: float | None, documents: int, low: float = -1.0) -> Json:
    """A figure with its interval; None below ten documents, or where one of them carries it all."""
    found: Json = {name: value, f"{name}_ci": None}
    if value is not None and se is not None and documents >= FEWEST_DOCUMENTS and se >= 1e-12:
        half = t_quantile(documents - 1) * se
        found[f"{name}_ci"] = [max(low, value - half), min(1.0, value + half)]
    return found


def figure(name: str, statistic: Statistic, by_document: Iterable[tuple[float, Sums]], low: float = -1.0) -> Json:
    """A figure from (units, sums) of each document; those without units have no part in it."""
    parts = [sums for units, sums in by_document if units > 0]
    value, se = jackknife(statistic, parts)
    return told(name, value, se, len(parts), low)


def silent(name: str) -> Json:
    return {name: None, f"{name}_ci": None}


def of_cells(name: str, statistic: Statistic, tables: dict[int, Sums], low: float = -1.0) -> Json:
    return figure(name, statistic, ((sum(cells), cells) for cells in tables.values()), low)


# --- Whole answers as sets: a set is a number with a bit for each code, which makes comparing many of them bearable ---


def jaccard(a: int, b: int) -> float:
    union = (a | b).bit_count()
    return 1 - (a & b).bit_count() / union if union else 0.0


def masi(a: int, b: int) -> float:
    both = a & b
    if a == b:
        return 0.0
    near = 2 / 3 if both in (a, b) else 1 / 3 if both else 0.0
    return 1 - near * both.bit_count() / (a | b).bit_count()


def dice(a: int, b: int) -> float:
    sizes = a.bit_count() + b.bit_count()
    return 1 - 2 * (a & b).bit_count() / sizes if sizes else 0.0


Units = list[tuple[int, list[frozenset[int] | None]]]


def mask(codes: Iterable[int]) -> int:
    return sum(1 << code for code in codes)


def answer_sets(rows: Iterable[tuple[int, Sequence[list[int] | None]]]) -> Units:
    """(document, sets): the codes that each rater applied, of those that all who answered the segment had to answer."""
    found: Units = []
    for document, answers in rows:
        there = [answer if answer is not None and max(answer, default=-1) >= 0 else None for answer in answers]
        present = [answer for answer in there if answer is not None]
        common = [n for n in range(len(present[0])) if all(a[n] >= 0 for a in present)] if present else []
        if common:
            found.append((document, [None if a is None else frozenset(n for n in common if a[n] == 1) for a in there]))
        else:
            found.append((document, [None for _ in answers]))
    return found


def set_alpha(
    name: str, units: Units, distance: Callable[[int, int], float], above: Sequence[Sequence[int]] | None = None
) -> Json:
    """Krippendorff's alpha of sets with its interval. `above`: each code counts with those above it in the tree."""
    kinds: dict[frozenset[int], int] = {}
    held: Counter[tuple[int, tuple[int, ...]]] = Counter()
    for document, sets in units:
        there = [one for one in sets if one is not None]
        if len(there) > 1:
            held[document, tuple(kinds.setdefault(one, len(kinds)) for one in there)] += 1
    if len(kinds) < 2 or len(kinds) > MOST_SETS:
        return silent(name)
    places: dict[int, int] = {}
    masks = []
    for kind in kinds:
        codes = kind if above is None else {code for one in kind for code in above[one]}
        masks.append(sum(1 << places.setdefault(code, len(places)) for code in codes))
    apart: list[list[float]] = []
    for place, bits in enumerate(masks):
        apart.append([row[place] for row in apart] + [distance(bits, other) for other in masks[place:]])
    costs: dict[int, float] = {}
    counts: dict[int, Counter[int]] = {}
    for (document, numbers), times in held.items():
        cost = 2 * sum(apart[a][b] for a, b in combinations(numbers, 2)) / (len(numbers) - 1)
        costs[document] = costs.get(document, 0.0) + times * cost
        for number in numbers:
            counts.setdefault(document, Counter())[number] += times
    whole: Counter[int] = sum(counts.values(), Counter())
    meets = [sum(apart[a][b] * times for b, times in whole.items()) for a in range(len(masks))]
    total, cost = sum(whole.values()), sum(costs.values())
    expected = sum(times * meets[a] for a, times in whole.items())

    def value(n: float, o: float, e: float) -> float | None:
        share = ratio((n - 1) * o, e)
        return None if share is None else 1 - share

    left = []
    for document, own in counts.items():
        among = sum(x * sum(y * apart[a][b] for b, y in own.items()) for a, x in own.items())
        crossed = sum(times * meets[a] for a, times in own.items())
        left.append(value(total - sum(own.values()), cost - costs[document], expected - 2 * crossed + among))
    se = _error(left) if len(left) > 1 else None
    return told(name, value(total, cost, expected), se, len(left))


# --- The audit itself ---


class Audit:
    """All figures of a record; `codes` (ids) narrows it to a branch, as the report does that it is compared with."""

    def __init__(self, record: Json, codes: Sequence[str] | None = None) -> None:
        every = [code["code"] for code in record["codes"]]
        self.columns = [n for n, code in enumerate(every) if codes is None or code in codes]
        self.codes = [every[n] for n in self.columns]
        place = {old: new for new, old in enumerate(self.columns)}
        self.lines = [
            [place.get(code, -1 - code) if code >= 0 else code * 100_000 - 1 for code in record["codes"][n]["line"]]
            for n in self.columns
        ]
        self.place = place
        self.record = record
        segments = record["segments"]
        self.document: list[int] = segments["document"]
        self.speaker: list[int] = segments["speaker"]
        self.block: list[int] = segments["block"]
        self.weight: list[float] = segments["weight"]
        self.opening: list[int] = segments["opening"]
        self.size = len(self.document)
        self.raters: list[Json] = [self._narrowed(rater) for rater in record["raters"]]
        self.runs: list[Json] = [self._narrowed(run) for run in record["runs"]]
        self.twice = [
            {**item, "first": self._narrowed(item["first"]), "second": self._narrowed(item["second"])}
            for item in record.get("twice", ())
        ]
        self.people = [rater for rater in self.raters if rater["kind"] == "person"]
        self.models = [rater for rater in self.raters if rater["kind"] == "model"]

    def _narrowed(self, rater: Json) -> Json:
        patterns = ["".join(letters[n] for n in self.columns) for letters in rater["patterns"]]
        return {**rater, "patterns": patterns, "values": [values(letters) for letters in patterns]}

    def core(self, row: int) -> bool:
        return self.block[row] >= 0

    def scope(self) -> Json:
        answered = [sum(p["answers"][row] >= 0 for p in self.people) for row in range(self.size)]
        blind = [sum(p["exposure"][row] == "blind" for p in self.people) for row in range(self.size)]
        core = [row for row in range(self.size) if self.core(row)]
        return {
            "documents": len(set(self.document)),
            "segments": self.size,
            "double_coded": sum(n >= 2 for n in answered),
            "core": {
                "segments": len(core),
                "blocks": len({self.block[row] for row in core}),
                "documents": len({self.document[row] for row in core}),
                "double_coded_blind": sum(blind[row] >= 2 for row in core),
            },
            "coders": [self._read(rater) for rater in self.raters],
            "codes": len(self.codes),
            "tree_version": self.record["tree_version"],
            "completed_under": self.record["completed_under"],
        }

    def _read(self, rater: Json) -> Json:
        there = [rater["answers"][row] >= 0 for row in range(self.size)]
        for index in rater.get("beside", {}).values():
            there = [held or index[row] >= 0 for row, held in enumerate(there)]
        rows = [row for row, held in enumerate(there) if held]
        names = {"u": "unsure", "-": "not_in_scope", "s": "stale", "o": "open", "b": "bulk"}
        letters: Counter[str] = Counter()
        for at in rater["answers"]:
            if at >= 0:
                letters.update(rater["patterns"][at])
        if rater["kind"] == "model":
            core = sum(self.core(row) for row in rows)
        else:
            core = sum(held == "blind" for held in rater["exposure"])
        missing = {names[letter]: times for letter, times in letters.items() if letter in names}
        return {
            "segments": len(rows), "documents": len({self.document[row] for row in rows}), "core": core,
            "missing": missing,
        }  # fmt: skip

    # Pairs

    def pairs(self, within: set[int] | None = None) -> list[Json]:
        found = []
        for a, b in combinations(self.raters, 2):
            classes = shared(a, b)
            for wanted in CLASSES:
                rows = [
                    row for row, held in enumerate(classes)
                    if held == wanted and (within is None or self.document[row] in within)
                ]  # fmt: skip
                if rows:
                    found.append(self._pair(a, b, rows, wanted))
        return sorted(found, key=lambda pair: (CLASSES.index(pair["exposure"]), pair.pop("with_model")))

    def tables(self, a: Json, b: Json, rows: Sequence[int], said: bool = False) -> list[dict[int, Sums]]:
        """Cells by code and document. `said`: only what people said outright."""
        one, other = index_of(a, b), index_of(b, a)
        held = [
            [outright(letters) if said and rater["kind"] == "person" else values(letters)
             for letters in rater["patterns"]]
            for rater in (a, b)
        ]  # fmt: skip
        documents = {self.document[row] for row in rows}
        tables: list[dict[int, Sums]] = [{d: [0.0, 0.0, 0.0, 0.0] for d in documents} for _ in self.codes]
        for (document, x, y), times in Counter((self.document[r], one[r], other[r]) for r in rows).items():
            for code, (p, q) in enumerate(zip(held[0][x], held[1][y], strict=True)):
                at = cell(p, q)
                if at is not None:
                    tables[code][document][at] += times
        return tables

    def _pair(self, a: Json, b: Json, rows: Sequence[int], exposure: str) -> Json:
        one, other = index_of(a, b), index_of(b, a)
        tables = self.tables(a, b, rows)
        carriers: list[set[int]] = [set() for _ in self.codes]
        for row in rows:
            for code, (p, q) in enumerate(zip(a["values"][one[row]], b["values"][other[row]], strict=True)):
                if p >= 0 and q >= 0 and p + q > 0:
                    carriers[code].add(self.speaker[row])
        spoken = [carrying - {-1} for carrying in carriers]
        pooled = pool(tables)
        said = pool(self.tables(a, b, rows, said=True))
        whole = added(said)
        units = answer_sets(
            (self.document[row], (a["values"][one[row]], b["values"][other[row]])) for row in rows
        )  # fmt: skip
        codes = [
            {"code": code, **cell_figures(table, len(spoken[n]), single=True)}
            for n, (code, table) in enumerate(zip(self.codes, tables, strict=True))
        ]
        later = sum(
            model["later"][person["name"]][row]
            for model, person in ((a, b), (b, a)) if person["name"] in model.get("later", {}) for row in rows
        )  # fmt: skip
        settled = any(x["kind"] == "consensus" and y["name"] in x["by"] for x, y in ((a, b), (b, a)))
        return {
            "a": a["name"], "b": b["name"], "exposure": exposure, "independent": not settled, "segments": len(rows),
            "documents": len({self.document[row] for row in rows}), "later": later, "codes": codes,
            "pooled": cell_figures(pooled, len(set().union(*spoken)), single=False),
            "explicit": {
                "cells": int(sum(whole)), "agreement": agreement(whole), **of_cells("alpha", alpha, said),
            },
            "with_model": "model" in (a["kind"], b["kind"]),
            **self.whole(units),
        }  # fmt: skip

    def whole(self, units: Units) -> Json:
        deepest = max((len(line) for line in self.lines), default=0)
        levels = []
        masi_alpha = set_alpha("set_alpha", units, masi)
        for depth in range(1, deepest + 1):
            above = [line[min(depth, len(line)) - 1] for line in self.lines]
            if above == list(range(len(above))):
                own = {key.replace("set_", ""): held for key, held in masi_alpha.items()}
                levels.append({"depth": depth, **own})
                continue
            rolled: Units = [
                (d, [None if held is None else frozenset(above[code] for code in held) for held in sets])
                for d, sets in units
            ]
            levels.append({"depth": depth, **set_alpha("alpha", rolled, masi)})
        return {
            **masi_alpha, **set_alpha("jaccard_alpha", units, jaccard),
            **set_alpha("tree_alpha", units, dice, self.lines), "levels": levels,
        }  # fmt: skip

    def stability(self) -> list[Json]:
        """Each person's first answers beside the second ones, by whether suggestions were on screen at first."""
        found = []
        for item in self.twice:
            first, second = item["first"], item["second"]
            for drawn, name in (("unaided", "alone"), ("shown", "shown")):
                rows = [row for row, held in enumerate(first["exposure"])
                        if held == drawn and first["answers"][row] >= 0]  # fmt: skip
                if not rows:
                    continue
                changed = 0
                for row in rows:
                    one = first["values"][first["answers"][row]]
                    other = second["values"][second["answers"][row]]
                    changed += any(p >= 0 and q >= 0 and p != q for p, q in zip(one, other, strict=True))
                pair = self._pair(first, second, rows, name)
                kept = {key: pair[key] for key in ("segments", "documents", "codes", "pooled")}
                found.append({"coder": item["name"], "first": name, "came_back": item["came_back"],
                              "changed": changed, **kept})  # fmt: skip
        return found

    def looks(self) -> Json:
        """What holds at all looks together, while the round is open: a confidence sequence over documents."""
        twice = [sum(p["exposure"][row] == "blind" for p in self.people) >= 2 for row in range(self.size)]
        core = {self.document[row] for row in range(self.size) if self.core(row)}
        planned = len(core or set(self.document))
        found = []
        for a, b in combinations(self.people, 2) if self.record["open"] else ():
            rows = [row for row, held in enumerate(shared(a, b)) if held == "blind"]
            parts = [cells for cells in pool(self.tables(a, b, rows)).values() if sum(cells)]
            value, se = jackknife(alpha, parts)
            n = len(parts)
            if value is None or se is None or se < 1e-12 or n < FEWEST_DOCUMENTS:
                continue
            rho = (-2 * math.log(0.05) + math.log(1 - 2 * math.log(0.05))) / planned
            wide = n * rho + 1
            half = se * math.sqrt(n) * math.sqrt(2 * wide / (n**2 * rho) * math.log(math.sqrt(wide) / 0.05))
            found.append({
                "a": a["name"], "b": b["name"], "planned_documents": planned, "alpha_at_any_look": value,
                "alpha_at_any_look_ci": [max(-1.0, value - half), min(1.0, value + half)],
            })  # fmt: skip
        rows = [row for row in range(self.size) if twice[row]]
        return {
            "open": self.record["open"], "before": self.record["looks"], "segments": len(rows),
            "documents": len({self.document[row] for row in rows}), "pairs": found,
        }  # fmt: skip

    # Groups

    def groups(self) -> list[Json]:
        wanted = [self.people, *([*self.people, model] for model in self.models)]
        if self.record["named"]:
            wanted.append([rater for rater in self.raters if rater["kind"] != "consensus"])
        found: dict[tuple[Any, ...], Json] = {}
        for raters in wanted:
            for group in self._groups(raters) if len(raters) > 1 else ():
                found.setdefault((tuple(group["coders"]), group["exposure"]), group)
        return sorted(found.values(), key=lambda group: CLASSES.index(group["exposure"]))

    def beside_group(self, rater: Json, people: Sequence[Json]) -> list[int]:
        """A model's answers beside several: what was pinned for the first of them who opened the segment."""
        if rater["kind"] != "model":
            return list(rater["answers"])
        found = list(rater["answers"])
        for person in reversed(people):
            pinned = index_of(rater, person)
            found = [pin if pin >= 0 else held for pin, held in zip(pinned, found, strict=True)]
        return found

    def in_class(self, exposures: Sequence[Sequence[str]], wanted: str) -> list[list[bool]]:
        """By segment, whose answers belong to a class: its own, and beside these what was made apart."""
        found = []
        for row in range(self.size):
            held = [exposure[row] for exposure in exposures]
            own = wanted in held
            alone = wanted == "blind" and all(one in ("apart", "nothing") for one in held)
            found.append([one == wanted or (one == "apart" and (own or alone)) for one in held])
        return found

    def _groups(self, raters: Sequence[Json]) -> list[Json]:
        people = [rater for rater in raters if rater["kind"] != "model"]
        index = [self.beside_group(rater, people) for rater in raters]
        exposures = [exposure_of(rater, at) for rater, at in zip(raters, index, strict=True)]
        found = []
        for wanted in CLASSES:
            there = self.in_class(exposures, wanted)
            rows = [row for row in range(self.size) if sum(there[row]) >= 2]
            if rows:
                of = [n for n in range(len(raters)) if any(there[row][n] for row in rows)]
                answers = {
                    row: [raters[n]["values"][index[n][row]] if there[row][n] else None for n in of] for row in rows
                }
                found.append(self._group([raters[n] for n in of], rows, answers, wanted))
        return found

    def _group(
        self, raters: Sequence[Json], rows: Sequence[int], answers: dict[int, list[list[int] | None]], exposure: str
    ) -> Json:
        documents = sorted({self.document[row] for row in rows})
        tables = [{d: [0.0] * 9 for d in documents} for _ in self.codes]
        positives: list[Counter[int]] = [Counter() for _ in self.codes]
        for row in rows:
            given = [answer for answer in answers[row] if answer is not None]
            for code in range(len(self.codes)):
                held = [answer[code] for answer in given if answer[code] >= 0]
                m, k = len(held), sum(held)
                sums = tables[code][self.document[row]]
                if m:
                    sums[7] += 1
                    sums[8] += k / m
                    positives[code][self.document[row]] += k > 0
                if m >= 2:
                    parts = (
                        1, k, m - k, 2 * k * (m - k) / (m - 1),
                        (k * (k - 1) + (m - k) * (m - k - 1)) / (m * (m - 1)), k * (k - 1), k * (m - 1),
                    )  # fmt: skip
                    for at, part in enumerate(parts):
                        sums[at] += part
        pooled = pool(tables)
        total = added(pooled)
        codes = []
        for code, table, times in zip(self.codes, tables, positives, strict=True):
            carrying = sum(held > 0 for held in times.values())
            rare = sum(times.values()) < FEWEST_POSITIVES or carrying < FEWEST_CARRYING or not added(table)[0]
            held_here = silent("alpha") if rare else by_units("alpha", many_alpha, table)
            codes.append({"code": code, **held_here})
        units = answer_sets((self.document[row], answers[row]) for row in rows)
        return {
            "coders": [rater["name"] for rater in raters], "exposure": exposure, "segments": len(rows),
            "documents": len(documents), "agreement": ratio(total[4], total[0]),
            "positive_agreement": ratio(total[5], total[6]), **by_units("alpha", many_alpha, pooled),
            **by_units("ac1", many_ac1, pooled), "codes": codes, **self.whole(units),
        }  # fmt: skip

    # People and models

    def differences(self) -> list[Json]:
        found = []
        for model in self.models:
            for a, b in combinations(self.people, 2):
                triples = [(a, b), (a, model), (b, model)]
                classes = [shared(one, other) for one, other in triples]
                rows = [row for row in range(self.size) if all(held[row] == "blind" for held in classes)]
                if not rows:
                    continue
                tables = [pool(self.tables(one, other, rows)) for one, other in triples]
                parts = [
                    (sum(tables[0][d]), [*tables[0][d], *tables[1][d], *tables[2][d]]) for d in tables[0]
                ]  # fmt: skip
                found.append({
                    "a": a["name"], "b": b["name"], "model": model["name"], "exposure": "blind",
                    "segments": len(rows), "documents": len(tables[0]),
                    **figure("human_human", lambda c: alpha(c[:4]), parts),
                    **figure("human_model", lambda c: mean(alpha(c[4:8]), alpha(c[8:])), parts),
                    **figure("difference", lambda c: less(alpha(c[:4]), mean(alpha(c[4:8]), alpha(c[8:]))), parts,
                             -2.0),
                })  # fmt: skip
        return found

    def misses(self) -> list[Json]:
        found = []
        for model in self.models:
            for person in self.raters:
                if person["kind"] == "model":
                    continue
                classes = shared(person, model)
                for wanted in ("blind", "unaided", "settled"):
                    rows = [row for row in range(self.size) if classes[row] == wanted]
                    if rows:
                        found.append(self._misses(model, person, rows, wanted))
        return found

    def _misses(self, model: Json, person: Json, rows: Sequence[int], exposure: str) -> Json:
        listed = model["candidates"].get(person["name"], {})
        theirs, its = index_of(person, model), index_of(model, person)
        documents = sorted({self.document[row] for row in rows})
        counts = [[0, 0, 0, 0] for _ in self.codes]
        recall = [{d: [0.0, 0.0, 0.0, 0.0] for d in documents} for _ in self.codes]
        coded = without = 0
        for row in rows:
            some = answered = False
            named = {self.place.get(code) for code, _ in listed.get(str(row), ())}
            pairs = zip(person["values"][theirs[row]], model["values"][its[row]], strict=True)
            for code, (x, y) in enumerate(pairs):
                if x < 0 or y < 0:
                    continue
                some, answered = some or x == 1, answered or y == 1
                counts[code][0] += x
                counts[code][1] += x and y
                counts[code][2] += x and not y and code in named
                counts[code][3] += y and not x
                weight = self.weight[row]
                for at, part in enumerate((x and y, x, (x and y) * weight, x * weight)):
                    recall[code][self.document[row]][at] += part
            coded += some
            without += some and not answered
        codes = [
            {"code": code, **miss_figures(count, table, single=True)}
            for code, count, table in zip(self.codes, counts, recall, strict=True) if count[0] or count[3]
        ]  # fmt: skip
        return {
            "model": model["name"], "reference": person["name"], "exposure": exposure, "segments": len(rows),
            "documents": len(documents), "coded": coded, "coded_without_suggestion": without,
            "pooled": miss_figures([sum(part) for part in zip(*counts, strict=True)], pool(recall), single=False),
            "codes": codes,
        }  # fmt: skip

    def effects(self) -> list[Json]:
        found = []
        for model in self.models:
            for against, drawn in (("arm", ("arm",)), ("arm and core", ("arm", "blind"))):
                halves = [{d: [0.0] * 4 for d in set(self.document)} for _ in (0, 1)]
                for person in self.people:
                    self._add_arms(model, person, drawn, halves)
                totals = [added(half) for half in halves]
                if totals[0][0] and totals[1][0]:
                    found.append(effect_figures(model["name"], against, halves))
        return found

    def _add_arms(self, model: Json, person: Json, drawn: Sequence[str], halves: Sequence[dict[int, Sums]]) -> None:
        theirs, its = index_of(person, model), index_of(model, person)
        later = model["later"].get(person["name"])
        for row in range(self.size):
            assigned = person["assigned"][row]
            half = 0 if assigned in drawn else 1 if assigned == "shown" else None
            absent = theirs[row] < 0 or its[row] < 0 or self.opening[row] or later is None or later[row]
            if half is None or absent:
                continue
            sums = halves[half][self.document[row]]
            sums[0] += 1
            for x, y in zip(person["values"][theirs[row]], model["values"][its[row]], strict=True):
                sums[1] += y == 1 and x >= 0
                sums[2] += y == 1 and x == 1
                sums[3] += y == 0 and x == 1

    def switches(self) -> list[Json]:
        found = []
        for model in self.models:
            for person in self.people:
                theirs, its, now = index_of(person, model), index_of(model, person), person.get("revised", ())
                rows = [row for row, at in enumerate(now) if min(at, theirs[row], its[row]) >= 0]
                if not rows:
                    continue
                changed = toward = away = 0
                for row in rows:
                    before, after = person["values"][theirs[row]], person["values"][now[row]]
                    machine = model["values"][its[row]]
                    moved = [
                        y == z for x, y, z in zip(before, after, machine, strict=True)
                        if x != y and min(x, y, z) >= 0
                    ]  # fmt: skip
                    changed, toward = changed + bool(moved), toward + sum(moved)
                    away += len(moved) - sum(moved)
                found.append({
                    "coder": person["name"], "model": model["name"], "revealed": len(rows), "changed": changed,
                    "toward_model": toward, "away_from_model": away,
                })  # fmt: skip
        return found

    def calibration(self) -> list[Json]:
        found = []
        for model in self.models:
            for person in self.people:
                classes, theirs = shared(person, model), index_of(person, model)
                listed = model["candidates"].get(person["name"], {})
                right, sure, rows = [], [], []
                for row in (row for row in range(self.size) if classes[row] == "blind"):
                    for code, confidence in listed.get(str(row), ()):
                        answer = person["values"][theirs[row]][self.place[code]] if code in self.place else -1
                        if confidence is not None and answer >= 0:
                            right.append(answer == 1)
                            sure.append(confidence / 1_000_000)
                            rows.append(row)
                if right:
                    documents = [self.document[row] for row in rows]
                    found.append({
                        "model": model["name"], "against": person["name"], "suggestions": len(right),
                        "segments": len(set(rows)), "documents": len(set(documents)),
                        **calibrated(right, sure, documents),
                    })  # fmt: skip
        return found

    def acceptance(self) -> list[Json]:
        found = []
        for item in self.record["verdicts"]:
            actions = {name: item["actions"].get(name, 0) for name in ("accept", "edit", "reject", "unsure")}
            total = sum(item["actions"].values())
            found.append({
                "coder": item["coder"], "model": item["model"], "decided": total, **actions,
                "rate": actions["accept"] / total if total else None, "in_bulk": item["bulk"],
            })  # fmt: skip
        return found

    def by(self, parts: int) -> list[list[Json]]:
        """The parts for each attribute that splits the documents into so many; their values have no names here."""
        splits = [*self.record["attributes"], list(range(1 + max(self.document, default=-1)))]
        found = []
        for split in splits:
            kinds = list(dict.fromkeys(split))
            if len(kinds) != parts:
                continue
            made = []
            for kind in kinds:
                within = {d for d, held in enumerate(split) if held == kind}
                pairs = self.pairs(within)
                for pair in pairs:
                    del pair["codes"]
                made.append({"documents": len(within), "pairs": pairs})
            found.append(made)
        return found

    def plan(self, pairs: Sequence[Json], wanted: float) -> list[Json]:
        people = {person["name"] for person in self.people}
        found = []
        for pair in pairs:
            if pair["exposure"] != "blind" or not {pair["a"], pair["b"]} <= people:
                continue
            a, b = (next(p for p in self.people if p["name"] == pair[side]) for side in ("a", "b"))
            rows = [row for row, held in enumerate(shared(a, b)) if held == "blind"]
            tables = self.tables(a, b, rows)
            codes = [
                {"code": code["code"], **needed(table, wanted, pair["documents"], code["alpha"] is None)}
                for code, table in zip(pair["codes"], tables, strict=True) if sum(added(table))
            ]  # fmt: skip
            found.append({
                "a": pair["a"], "b": pair["b"], "segments": pair["segments"], "documents": pair["documents"],
                "pooled": needed(pool(tables), wanted, pair["documents"], False), "codes": codes,
            })  # fmt: skip
        return found

    # Standing in, how often, compared

    def stand_ins(self, epsilon: float) -> list[Json]:
        found = [self._stand_in(model, epsilon) for model in self.models] if len(self.people) > 2 else []
        return [item for item in found if item]

    def _stand_in(self, model: Json, epsilon: float) -> Json | None:
        raters = [*self.people, model]
        index = [self.beside_group(rater, self.people) for rater in raters]
        there = self.in_class([exposure_of(r, at) for r, at in zip(raters, index, strict=True)], "blind")
        rows = [row for row in range(self.size) if sum(there[row][:-1]) >= 2 and there[row][-1]]
        used = [n for n in range(len(self.people)) if any(there[row][n] for row in rows)]
        if len(used) < 3:
            return None
        documents = [self.document[row] for row in rows]
        few = len(set(documents)) < FEWEST_DOCUMENTS
        answers = [[raters[n]["values"][index[n][row]] if there[row][n] else None for n in [*used, -1]] for row in rows]
        names = [self.people[n]["name"] for n in used]
        codes = []
        for code, id_ in enumerate(self.codes):
            votes = [[-1 if answer is None else answer[code] for answer in unit] for unit in answers]
            applied = sum(vote == 1 for unit in votes for vote in unit[:-1])
            if not applied:
                continue
            carried = [d for d, unit in zip(documents, votes, strict=True) if 1 in unit]
            quiet = few or len(carried) < FEWEST_POSITIVES or len(set(carried)) < FEWEST_CARRYING
            codes.append({
                "code": id_, "applied": applied,
                "guarded": votes_tested(votes, documents, names, epsilon, quiet, guarded=True),
                "published": votes_tested(votes, documents, names, epsilon, quiet, guarded=False),
            })  # fmt: skip
        sets = [held for _, held in answer_sets(zip(documents, answers, strict=True))]
        whole = sets_tested(sets, documents, names, epsilon, few)
        return {
            "model": model["name"], "coders": names, "exposure": "blind", "segments": len(rows),
            "documents": len(set(documents)), "epsilon": epsilon, "whole": whole, "codes": codes,
        }  # fmt: skip

    def occurrences(self) -> list[Json]:
        runs = {run["number"]: run for run in self.runs}
        return [
            self._occurrence(model, runs[self.record["standing"][model["name"]]])
            for model in self.models if model["name"] in self.record["standing"]
        ]  # fmt: skip

    def chance(self) -> list[float]:
        """By segment: the chance of a segment of its document to be drawn, on average over its places."""
        found = [1.0] * self.size
        for document in {self.document[row] for row in range(self.size) if self.core(row)}:
            here = [row for row in range(self.size) if self.document[row] == document and not self.opening[row]]
            drawn = [row for row in here if self.core(row)]
            if drawn:
                length = max(Counter(self.block[row] for row in drawn).values())
                cells = max(1, len(here) // (length + MARGIN))
                for row in here:
                    found[row] = min(1.0, cells * length / len(here) / self.weight[drawn[0]])
        return found

    def _occurrence(self, model: Json, run: Json) -> Json:
        coders = [person for person in self.people if "blind" in person["exposure"]]
        blind = [any(person["exposure"][row] == "blind" for person in coders) for row in range(self.size)]
        answered = [run["answers"][row] >= 0 and not self.opening[row] for row in range(self.size)]
        open_ = {self.document[r] for r in range(self.size) if self.core(r) and answered[r] and not blind[r]}
        rows = [row for row in range(self.size) if answered[row] and self.document[row] not in open_]
        coded = [row for row in rows if self.core(row) and blind[row]]
        chance = self.chance()
        codes = []
        if coded:
            held = [chance[row] for row in coded]
            even = max(held) <= EVEN * min(held)
            for code, id_ in enumerate(self.codes):
                item = self._code_occurrence(run, coders, rows, set(coded), chance, code, even)
                if item["applied"] or item["model"]:
                    codes.append({"code": id_, **item})
        return {
            "model": model["name"], "run": run["number"], "people": len(coders), "segments": len(rows),
            "documents": len({self.document[row] for row in rows}), "coded_blind": len(coded),
            "documents_left_out": len(open_), "codes": codes,
        }  # fmt: skip

    def _code_occurrence(
        self, run: Json, coders: Sequence[Json], rows: Sequence[int], drawn: set[int], chance: Sequence[float],
        code: int, even: bool,
    ) -> Json:  # fmt: skip
        units = []
        for row in rows:
            machine = run["values"][run["answers"][row]][code]
            votes = [
                person["values"][person["answers"][row]][code] for person in coders
                if person["exposure"][row] == "blind"
            ]  # fmt: skip
            votes = [vote for vote in votes if vote >= 0]
            if machine >= 0:
                said = sum(votes) / len(votes) if votes and row in drawn else None
                units.append((self.document[row], machine, said, chance[row]))
        both = [(y, f) for _, f, y, _ in units if y is not None]
        rest = [f for _, f, y, _ in units if y is None]
        carried = [d for d, f, y, _ in units if y is not None and (y > 0 or f > 0)]
        found: Json = {"applied": sum(y > 0 for y, _ in both), "model": mean(*(unit[1] for unit in units))}
        if len(carried) < FEWEST_POSITIVES or len(set(carried)) < FEWEST_CARRYING:
            return {**found, **silent("people"), **silent("design_based"), **silent("prediction_powered"),
                    "weight": None}  # fmt: skip
        weight = tuned(both, rest)
        sums: dict[int, Sums] = {}
        for document, f, y, p in units:
            held = sums.setdefault(document, [0.0] * 9)
            parts = (
                f, 1, (y - f) / p if y is not None else 0, y / p if y is not None else 0, 1 / p if y is not None else 0,
                y - weight * f if y is not None else 0, y is not None, 0 if y is not None else weight * f, y is None,
            )  # fmt: skip
            for at, part in enumerate(parts):
                held[at] += part

        def powered(s: Sums) -> float | None:
            one, other = ratio(s[7], s[8]), ratio(s[5], s[6])
            return None if one is None or other is None else one + other

        every = [(s[1], s) for s in sums.values()]
        return {
            **found,
            **figure("people", lambda s: ratio(s[3], s[4]), [(s[6], s) for s in sums.values()], 0.0),
            **figure("design_based", lambda s: ratio(s[0] + s[2], s[1]), every, 0.0),
            **(figure("prediction_powered", powered, every, 0.0) if even and rest else silent("prediction_powered")),
            "weight": weight,
        }  # fmt: skip

    def comparisons(self, numbers: Sequence[int]) -> list[Json]:
        runs = [next(run for run in self.runs if run["number"] == number) for number in numbers]
        found = []
        for second in runs[1:]:
            for person in (rater for rater in self.raters if rater["kind"] != "model"):
                classes = [shared(person, run) for run in (runs[0], second)]
                for wanted in ("blind", "unaided", "settled"):
                    rows = [r for r in range(self.size) if classes[0][r] == wanted == classes[1][r]]
                    if rows:
                        found.append(self._comparison(runs[0], second, person, rows, wanted))
        return found

    def _comparison(self, first: Json, second: Json, person: Json, rows: Sequence[int], exposure: str) -> Json:
        documents = sorted({self.document[row] for row in rows})
        tables = [{d: [0.0] * 8 for d in documents} for _ in self.codes]
        counts = [[0, 0, 0] for _ in self.codes]
        carried: list[Counter[int]] = [Counter() for _ in self.codes]
        unlike = 0
        for row in rows:
            differ_here = False
            three = (rater["values"][rater["answers"][row]] for rater in (person, first, second))
            for code, (p, x, y) in enumerate(zip(*three, strict=True)):
                if min(p, x, y) < 0:
                    continue
                differ_here = differ_here or x != y
                counts[code][0] += p
                counts[code][1] += x == p != y
                counts[code][2] += y == p != x
                carried[code][self.document[row]] += max(p, x, y)
                sums = tables[code][self.document[row]]
                sums[cell(p, x) or 0] += 1
                sums[4 + (cell(p, y) or 0)] += 1
            unlike += differ_here
        codes = []
        for code, table, count, times in zip(self.codes, tables, counts, carried, strict=True):
            if any(count):
                some = sum(held > 0 for held in times.values())
                rare = sum(times.values()) < FEWEST_POSITIVES or some < FEWEST_CARRYING
                codes.append({"code": code, **versus(count, table, rare)})
        return {
            "first": first["name"], "second": second["name"], "reference": person["name"], "exposure": exposure,
            "segments": len(rows), "documents": len(documents), "unlike": unlike,
            "pooled": versus([sum(part) for part in zip(*counts, strict=True)], pool(tables), False), "codes": codes,
        }  # fmt: skip


def pool(tables: Sequence[dict[int, Sums]]) -> dict[int, Sums]:
    """By document, all codes together."""
    found: dict[int, Sums] = {}
    for table in tables:
        for document, cells in table.items():
            held = found.get(document, [0.0] * len(cells))
            found[document] = [x + y for x, y in zip(held, cells, strict=True)]
    return found


def added(table: dict[int, Sums]) -> Sums:
    return [sum(part) for part in zip(*table.values(), strict=True)] if table else [0.0] * 9


def mean(*parts: float | None) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) / len(known) if known and len(known) == len(parts) else None


def less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def cell_figures(table: dict[int, Sums], speakers: int, single: bool) -> Json:
    """Counts and figures of two raters; a rare code has counts and plain shares only."""
    c = added(table)[:4]
    carrying = sum(sum(cells[:3]) > 0 for cells in table.values())
    rare = single and (sum(c[:3]) < FEWEST_POSITIVES or carrying < FEWEST_CARRYING)
    found: Json = dict(zip(("both", "only_a", "only_b", "neither"), (int(n) for n in c), strict=True))
    found.update(
        documents=carrying, speakers=speakers, prevalence_a=ratio(c[0] + c[1], sum(c)),
        prevalence_b=ratio(c[0] + c[2], sum(c)), agreement=agreement(c), positive_agreement=positive(c),
    )  # fmt: skip
    for name, statistic in (("alpha", alpha), ("kappa", kappa), ("ac1", ac1)):
        found.update(silent(name) if rare else of_cells(name, statistic, table))
    return found


def many_alpha(s: Sums) -> float | None:
    share = ratio((s[1] + s[2] - 1) * s[3], 2 * s[1] * s[2])
    return None if share is None else 1 - share


def many_ac1(s: Sums) -> float | None:
    share, alike = ratio(s[8], s[7]), ratio(s[4], s[0])
    if share is None or alike is None or not 0 < share < 1:
        return None
    chance = 2 * share * (1 - share)
    return (alike - chance) / (1 - chance)


def by_units(name: str, statistic: Statistic, table: dict[int, Sums]) -> Json:
    return figure(name, statistic, ((sums[0], sums) for sums in table.values()))


def miss_figures(counts: Sequence[int], table: dict[int, Sums], single: bool) -> Json:
    applied, hits, listed, extra = counts
    found: Json = {
        "applied": applied, "found": hits, "missed": applied - hits, "listed_below_threshold": listed,
        "model_only": extra,
    }  # fmt: skip
    carrying = sum(sums[1] > 0 for sums in table.values())
    for name, at in (("recall", 0), ("recall_weighted", 2)):
        parts = [(sums[at + 1], [sums[at], sums[at + 1]]) for sums in table.values()]
        held = figure(name, lambda s: ratio(s[0], s[1]), parts, 0.0)
        few = sum(units for units, _ in parts) < FEWEST_POSITIVES
        if single and (few or carrying < FEWEST_CARRYING):
            held[f"{name}_ci"] = None
        found.update(held)
    return found


def effect_figures(model: str, against: str, halves: Sequence[dict[int, Sums]]) -> Json:
    used = [d for d in halves[0] if halves[0][d][0] + halves[1][d][0] > 0]
    arms = []
    for half in halves:
        total = added(half)
        names = ("segments", "suggested", "taken", "own")
        arms.append(dict(zip(names, (int(n) for n in total), strict=True)))

    def gap(over: int, under: int) -> Statistic:
        return lambda s: less(ratio(s[4 + over], s[4 + under]), ratio(s[over], s[under]))

    parts = [[*halves[0][d], *halves[1][d]] for d in used]
    return {
        "model": model, "against": against, "documents": len(used), "blind": arms[0], "shown": arms[1],
        **figure("commission", gap(2, 1), [(s[1] + s[5], s) for s in parts], -math.inf),
        **figure("omission", gap(3, 0), [(s[0] + s[4], s) for s in parts], -math.inf),
    }  # fmt: skip


def clustered_half(right: Sequence[bool], documents: Sequence[int], quantile: Callable[[int], float]) -> float:
    """How far the jackknife's limit lies from a share, with documents as the sample."""
    sums: dict[int, Sums] = {}
    for hit, document in zip(right, documents, strict=True):
        held = sums.setdefault(document, [0.0, 0.0])
        held[0] += hit
        held[1] += 1
    _, se = jackknife(lambda s: ratio(s[0], s[1]), list(sums.values()))
    return 0.0 if se is None else quantile(len(sums) - 1) * se


def calibrated(right: Sequence[bool], sure: Sequence[float], where: Sequence[int]) -> Json:
    n, documents = len(right), len(set(where))
    edges = [k * 0.1 for k in range(11)]
    held: list[list[int]] = [[] for _ in range(10)]
    for at, value in enumerate(sure):
        held[min(9, max(0, sum(edge < value for edge in edges) - 1))].append(at)
    bins, gap = [], 0.0
    for k, places in enumerate(held):
        hits = sum(right[at] for at in places)
        confidence, share = mean(*(sure[at] for at in places)), ratio(hits, len(places))
        if confidence is not None and share is not None:
            gap += len(places) * abs(share - confidence) / n
        enough = places and documents >= FEWEST_DOCUMENTS
        ends = exact_interval(hits, len(places)) if enough else None
        if ends and share is not None:
            half = clustered_half([right[at] for at in places], [where[at] for at in places], t_quantile)
            ends = [min(ends[0], max(0.0, share - half)), max(ends[1], min(1.0, share + half))]
        bins.append({
            "low": edges[k], "high": edges[k + 1], "count": len(places), "confidence": confidence,
            "share_right": share, "share_right_ci": ends,
        })  # fmt: skip
    wrong, risks = 0, []
    for k, at in enumerate(sorted(range(n), key=lambda at: -sure[at]), 1):
        wrong += not right[at]
        risks.append(wrong / k)
    limit = None
    for step in range(19, 9, -1) if documents >= FEWEST_DOCUMENTS else ():
        taken = [at for at in range(n) if sure[at] >= step / 20]
        if share_upper(0, len(taken), 0.05) > 0.05:
            continue
        errors = [not right[at] for at in taken]
        half = clustered_half(errors, [where[at] for at in taken], lambda df: t_quantile(df, 0.95))
        if max(share_upper(sum(errors), len(taken), 0.05), sum(errors) / len(taken) + half) > 0.05:
            break
        limit = step / 20
    brier = sum((value - hit) ** 2 for value, hit in zip(sure, right, strict=True)) / n
    return {
        "brier": brier, "ece": gap, "bins": bins, "aurc": sum(risks) / n,
        "threshold": {"value": limit, "target": 0.05, "delta": 0.05},
    }  # fmt: skip


def needed(table: dict[int, Sums], wanted: float, documents: int, rare: bool) -> Json:
    """How many documents, or segments for a rare code, give the half-width."""
    found: Json = {"half_width": None, "documents_needed": None, "segments_needed": None}
    parts = [cells for cells in table.values() if sum(cells)]
    value, se = jackknife(alpha, parts)
    if value is not None and not rare and se and documents > 1:
        if documents >= FEWEST_DOCUMENTS:
            found["half_width"] = t_quantile(documents - 1) * se
        spread, high = se * math.sqrt(documents), 2
        while t_quantile(high - 1) * spread / math.sqrt(high) > wanted:
            high *= 2
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            enough = middle > 1 and t_quantile(middle - 1) * spread / math.sqrt(middle) <= wanted
            low, high = (low, middle) if enough else (middle, high)
        found["documents_needed"] = max(high, FEWEST_DOCUMENTS)
        return found
    c = added(table)
    share = (2 * c[0] + c[1] + c[2]) / (2 * sum(c))
    if 0 < share < 1 and (rare or value is None):
        found["segments_needed"] = for_kappa(0.7, share, wanted)
    return found


def for_kappa(expected: float, p: float, half_width: float) -> int:
    """Segments for an interval of kappa, by the variance of Fleiss, Cohen and Everitt (1969)."""
    q = 1 - p
    both, neither, one = p * p + expected * p * q, q * q + expected * p * q, p * q * (1 - expected)
    o, e = both + neither, p * p + q * q
    a = both * (1 - e - 2 * p * (1 - o)) ** 2 + neither * (1 - e - 2 * q * (1 - o)) ** 2
    variance = (a + 2 * one * (1 - o) ** 2 - (o * e - 2 * e + o) ** 2) / (1 - e) ** 4
    return max(2, math.ceil(variance * (1.959963984540054 / half_width) ** 2 - 1e-9))


def tuned(both: Sequence[tuple[float, float]], rest: Sequence[float]) -> float:
    """How much PPI++ weighs the model."""
    every = [f for _, f in both] + list(rest)
    middle = sum(every) / len(every)
    spread = sum((f - middle) ** 2 for f in every) / (len(every) - 1) if len(every) > 1 else 0.0
    if not spread or not rest:
        return 0.0
    y, f = (sum(part) / len(both) for part in zip(*both, strict=True))
    together = sum((a - y) * (b - f) for a, b in both) / len(both)
    return float(min(1.0, max(0.0, together / ((1 + len(both) / len(rest)) * spread))))


def versus(counts: Sequence[int], table: dict[int, Sums], rare: bool) -> Json:
    found: Json = {
        "applied": counts[0], "answers": int(sum(added(table)[:4])), "only_first_right": counts[1],
        "only_second_right": counts[2],
    }  # fmt: skip
    parts = [(sum(sums[:4]), sums) for sums in table.values()]
    for name, of, low in (("alpha", alpha, -1.0), ("positive_agreement", positive, 0.0)):
        for part, statistic, least in (
            ("first", lambda s, of=of: of(s[:4]), low), ("second", lambda s, of=of: of(s[4:]), low),
            ("difference", lambda s, of=of: less(of(s[:4]), of(s[4:])), -2.0 if low else -1.0),
        ):  # fmt: skip
            found.update(silent(f"{name}_{part}") if rare else figure(f"{name}_{part}", statistic, parts, least))
    return found


# --- The alternative annotator test ---

Signs = list[tuple[int, int, bool]]


def votes_tested(
    votes: Sequence[Sequence[int]], documents: Sequence[int], names: Sequence[str], epsilon: float, quiet: bool,
    guarded: bool,
) -> Json:  # fmt: skip
    """On one code: by segment the people's votes and then the model's."""
    each = []
    for n in range(len(names)):
        signs: Signs = []
        for document, unit in zip(documents, votes, strict=True):
            others = [vote for k, vote in enumerate(unit[:-1]) if k != n and vote >= 0]
            if unit[n] < 0 or unit[-1] < 0 or not others or (guarded and 2 * sum(others) == len(others)):
                continue
            near = [sum(vote == one for vote in others) for one in (unit[n], unit[-1])]
            signs.append((document, (near[0] > near[1]) - (near[0] < near[1]), 2 * sum(others) > len(others)))
        each.append(signs)
    chances = [clustered_chance(one, epsilon, True) if guarded else plain_chance(one, epsilon) for one in each]
    return verdict(each, chances, names, "balanced" if guarded else "off", quiet)


def sets_tested(
    sets: Sequence[Sequence[frozenset[int] | None]], documents: Sequence[int], names: Sequence[str], epsilon: float,
    quiet: bool,
) -> Json:  # fmt: skip
    masks = [[None if held is None else mask(held) for held in unit] for unit in sets]
    if len({held for unit in masks for held in unit}) > MOST_SETS:
        return verdict([], [], names, "off", quiet)
    each = []
    for n in range(len(names)):
        signs: Signs = []
        for document, unit in zip(documents, masks, strict=True):
            others = [held for k, held in enumerate(unit[:-1]) if k != n and held is not None]
            own, model = unit[n], unit[-1]
            if own is None or model is None or not others:
                continue
            near = [sum(masi(one, other) for other in others) for one in (model, own)]
            lead = round(near[0] - near[1], 9)
            signs.append((document, (lead > 0) - (lead < 0), False))
        each.append(signs)
    return verdict(each, [clustered_chance(one, epsilon, False) for one in each], names, "off", quiet)


def plain_chance(signs: Signs, epsilon: float) -> float | None:
    n = len(signs)
    if n < FEWEST_UNITS:
        return None
    middle = sum(sign for _, sign, _ in signs) / n
    se = math.sqrt(sum((sign - middle) ** 2 for _, sign, _ in signs) / (n - 1) / n)
    return float(middle >= epsilon) if se < 1e-12 else t_below((middle - epsilon) / se, n - 1)


def clustered_chance(signs: Signs, epsilon: float, balanced: bool) -> float | None:
    """With documents as the sample; `balanced`: what most others coded weighs as much as what most did not."""
    kinds = [True, False] if balanced else [False]
    fewest = FEWEST_OF_A_KIND
    if len(signs) < FEWEST_UNITS or any(sum(used == kind for *_, used in signs) < fewest for kind in kinds):
        return None
    sums: dict[int, Sums] = {}
    for document, sign, used in signs:
        held = sums.setdefault(document, [0.0] * 4)
        at = 2 * kinds.index(used)
        held[at] += sign
        held[at + 1] += 1

    def middle(s: Sums) -> float | None:
        return mean(*(ratio(s[2 * k], s[2 * k + 1]) for k in range(len(kinds))))

    value, se = jackknife(middle, list(sums.values()))
    if value is None or se is None:
        return None
    return float(value >= epsilon) if se < 1e-12 else t_below((value - epsilon) / se, len(sums) - 1)


def verdict(
    each: Sequence[Signs], chances: Sequence[float | None], names: Sequence[str], guard: str, quiet: bool
) -> Json:
    """Over people, by Benjamini and Yekutieli at 5 %."""
    tested = [n for n, p in enumerate(chances) if p is not None and not quiet]
    order = sorted(tested, key=lambda n: chances[n] or 0.0)
    harmonic = sum(1 / k for k in range(1, len(order) + 1))
    last = max(
        (k for k, n in enumerate(order, 1) if (chances[n] or 0.0) <= k * 0.05 / (len(order) * harmonic)), default=0
    )
    held = set(order[:last])
    annotators, leads = [], []
    for n, signs in enumerate(each):
        counts = Counter(sign for _, sign, _ in signs)
        if n in tested:
            leads.append((counts[-1] + counts[0]) / len(signs))
        annotators.append({
            "coder": names[n], "model_nearer": counts[-1], "equal": counts[0], "coder_nearer": counts[1],
            "p": chances[n] if n in tested else None, "held_its_own": n in held if n in tested else None,
        })  # fmt: skip
    omega = len(held) / len(tested) if tested else None
    return {
        "guard": guard, "omega": omega, "rho": mean(*leads), "passed": None if omega is None else omega >= 0.5,
        "annotators": annotators,
    }  # fmt: skip


# --- The whole report, and its comparison with another one ---


def recomputed(record: Json, like: Json | None = None) -> Json:
    """All figures of a record; `like`, a report, says for which branch, attribute, margin, half-width and runs."""
    like = like or {}
    listed = next(iter(like.get("pairs", ())), None)
    audit = Audit(record, [code["code"] for code in listed["codes"]] if listed else None)
    pairs = audit.pairs()
    tests = like.get("alternative_test", {}).get("models", ())
    runs = [run["run"] for run in like.get("comparison", {}).get("runs", ())]
    found: Json = {
        "scope": audit.scope(), "pairs": pairs, "groups": audit.groups(), "differences": audit.differences(),
        "misses": {"models": audit.misses()},
        "exposure_effect": {"effects": audit.effects(), "switches": audit.switches()},
        "calibration": {"models": audit.calibration()}, "acceptance": audit.acceptance(),
        "alternative_test": {"models": audit.stand_ins(tests[0]["epsilon"] if tests else 0.15)},
        "prevalence": {"models": audit.occurrences()}, "looks": audit.looks(),
        "stability": {"coders": audit.stability()},
    }  # fmt: skip
    found["comparison"] = {"runs": [{"run": run} for run in runs], "pairs": audit.comparisons(runs) if runs else []}
    if like.get("plan"):
        wanted = like["plan"]["half_width"]
        found["plan"] = {"half_width": wanted, "pairs": audit.plan(pairs, wanted)}
    if like.get("by"):
        parts = like["by"]["parts"]
        splits = [{"parts": made} for made in audit.by(len(parts))]
        names = names_in(record, like)
        best = min(splits, key=lambda made: len(unlike(made, {"parts": parts}, names)), default=None)
        found["by"] = best or {"parts": []}
    return found


WORDS = (
    "study",
    "round",
    "purpose",
    "rounds",
    "notes",
    "log",
    "tree_distance",
    "runs",
    "runs_that_learned",
    "identity",
    "prompt",
    "tree_version",
    "learned",
    "after_core_was_released",
    "left_out_of_core",
    "missed_in",
    "methods",
    "not_looked",
)
"""What a report says that is no figure: names, and facts of the log."""


def names_in(record: Json, report: Json) -> dict[str, str]:
    """What each rater of the record is called in the report: both list them in one order."""
    listed = [item["coder"] for item in report.get("scope", {}).get("coders", ())]
    return dict(zip((rater["name"] for rater in record["raters"]), listed, strict=False))


def unlike(mine: Any, theirs: Any, names: dict[str, str], place: str = "") -> list[str]:
    """Where two reports differ: each figure of the second that the first has not, or has another."""
    if isinstance(theirs, dict):
        if not isinstance(mine, dict):
            return [f"{place}: not here"]
        found = []
        for key, held in theirs.items():
            if key in WORDS or (isinstance(held, str) and key not in mine) or (held is None and key not in mine):
                continue
            found += unlike(mine.get(key), held, names, f"{place}/{key}")
        return found
    if isinstance(theirs, list):
        if not isinstance(mine, (list, tuple)) or len(mine) != len(theirs):
            return [f"{place}: {len(mine) if isinstance(mine, (list, tuple)) else 'none'} here, {len(theirs)} there"]
        return [
            line
            for n, (x, y) in enumerate(zip(mine, theirs, strict=True))
            for line in unlike(x, y, names, f"{place}/{n}")
        ]
    if isinstance(theirs, str):
        return [] if theirs in (mine, names.get(str(mine), str(mine))) else [f"{place}: {mine} here, {theirs} there"]
    if mine is None or theirs is None or isinstance(theirs, bool):
        same = mine is theirs if theirs is None or mine is None else bool(mine) is theirs
        return [] if same else [f"{place}: {mine} here, {theirs} there"]
    return [f"{place}: {mine} here, {theirs} there"] if abs(mine - theirs) > 2e-6 * max(1.0, abs(theirs)) else []


def figures_in(report: Any) -> int:
    """How many numbers a report holds, what is no figure left out."""
    if isinstance(report, dict):
        return sum(figures_in(held) for key, held in report.items() if key not in WORDS)
    if isinstance(report, list):
        return sum(map(figures_in, report))
    return int(isinstance(report, (int, float)) and not isinstance(report, bool))


def checked(record: Json, report: Json) -> list[str]:
    """Where the report says something else than the record gives."""
    mine = recomputed(record, report)
    if report["tree_distance"] != "the study's own tree":
        report = without(report, ("tree_alpha", "tree_alpha_ci"))
    return unlike(mine, report, names_in(record, report))


def without(report: Any, keys: Sequence[str]) -> Any:
    if isinstance(report, dict):
        return {key: without(held, keys) for key, held in report.items() if key not in keys}
    return [without(held, keys) for held in report] if isinstance(report, list) else report


def main(arguments: list[str]) -> int:
    """Print the figures, or compare them with a report."""
    record = json.loads((Path(__file__).resolve().parent / "audit.json").read_text(encoding="utf-8"))
    if arguments == ["--json"]:
        print(json.dumps(recomputed(record), indent=1))
        return 0
    if arguments:
        try:
            report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
            wrong = checked(record, report)
        except OSError as error:
            print(f"{arguments[0]}: cannot be read: {error.strerror}.", file=sys.stderr)
            return 2
        except (ValueError, LookupError, TypeError, AttributeError):
            print(f"{arguments[0]}: is no report of 'secondcoder audit STUDY --json'.", file=sys.stderr)
            return 2
        print("\n".join(wrong) or f"The same: {figures_in(report)} figures, {len(report['pairs'])} pairs among them.")
        if report["tree_distance"] != "the study's own tree":
            print("Alpha in the tree was not compared: it was made with distances from a file.", file=sys.stderr)
        return 1 if wrong else 0
    for pair in Audit(record).pairs():
        pooled = pair["pooled"]
        value = "-" if pooled["alpha"] is None else f"{pooled['alpha']:.4f}"
        cells = " ".join(str(pooled[key]) for key in ("both", "only_a", "only_b", "neither"))
        print(f"{pair['a']} - {pair['b']} ({pair['exposure']}): {pair['segments']} segments; {cells}; alpha {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
