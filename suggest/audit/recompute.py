"""Recomputes the figures of an audit from its record (audit.json beside this script). The standard library suffices.

It was written apart from the program that made the figures, and loops where that one adds up arrays.
"""

import json
import math
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

CLASSES = ("blind", "unaided", "arm", "shown", "settled")
Cells = list[int]
Statistic = Callable[[Cells], float | None]


def joint(a: str, b: str) -> str:
    """How two answers to one segment came about together; "mixed" if they do not go together."""
    if "nothing" in (a, b):
        return "nothing"
    if "settled" in (a, b):
        return "settled"
    if a == b:
        return "blind" if a == "apart" else a
    return b if a == "apart" else a if b == "apart" else "mixed"


def answer_of(rater: dict[str, Any], other: dict[str, Any], row: int) -> tuple[str | None, str]:
    """(letters by code, class) of a rater's answer to a segment beside another rater; None where there is none."""
    beside = rater.get("beside", {}).get(other["name"], rater["answers"])
    index = beside[row]
    if index < 0:
        return None, "nothing"
    return rater["patterns"][index], "apart" if rater["kind"] == "model" else rater["exposure"][row]


def add(table: Cells, one: str, other: str) -> None:
    """Count two answers on one code: both, only the first, only the second, neither. Missing ones are left out."""
    if one in "10r" and other in "10r":
        table[0 if one == other == "1" else 1 if one == "1" else 2 if other == "1" else 3] += 1


def agreement(c: Cells) -> float | None:
    return (c[0] + c[3]) / sum(c) if sum(c) else None


def positive(c: Cells) -> float | None:
    return 2 * c[0] / (2 * c[0] + c[1] + c[2]) if c[0] + c[1] + c[2] else None


def alpha(c: Cells) -> float | None:
    applied, not_applied = 2 * c[0] + c[1] + c[2], 2 * c[3] + c[1] + c[2]
    if not applied or not not_applied:
        return None
    return 1 - (applied + not_applied - 1) * (c[1] + c[2]) / (applied * not_applied)


def kappa(c: Cells) -> float | None:
    n = sum(c)
    if not n:
        return None
    a, b = (c[0] + c[1]) / n, (c[0] + c[2]) / n
    chance = a * b + (1 - a) * (1 - b)
    return None if abs(1 - chance) < 1e-12 else ((c[0] + c[3]) / n - chance) / (1 - chance)


def ac1(c: Cells) -> float | None:
    n = sum(c)
    share = (2 * c[0] + c[1] + c[2]) / (2 * n) if n else 0
    if not 0 < share < 1:
        return None
    chance = 2 * share * (1 - share)
    return ((c[0] + c[3]) / n - chance) / (1 - chance)


def t_quantile(df: int) -> float:
    """The 97.5 % quantile of Student's t, by adding up its density."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def below(t: float) -> float:
        steps = 4000
        width = t / steps
        inner = sum((4 if k % 2 else 2) * (1 + (k * width) ** 2 / df) ** (-(df + 1) / 2) for k in range(1, steps))
        return 0.5 + scale * width / 3 * float(1 + inner + (1 + t * t / df) ** (-(df + 1) / 2))

    low, high = 0.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < 0.975 else (low, middle)
    return float(high)


def interval(statistic: Statistic, by_document: dict[int, Cells]) -> tuple[float, float] | None:
    """The jackknife over documents; None below ten documents, or where one of them carries it all."""
    used = [cells for cells in by_document.values() if sum(cells)]
    whole = [sum(part) for part in zip(*used, strict=False)]
    value = statistic(whole) if used else None
    if len(used) < 10 or value is None:
        return None
    left = [statistic([a - b for a, b in zip(whole, cells, strict=False)]) for cells in used]
    if any(item is None for item in left):
        return None
    values = [item for item in left if item is not None]
    mean = sum(values) / len(values)
    se = math.sqrt((len(used) - 1) / len(used) * sum((item - mean) ** 2 for item in values))
    if se < 1e-12:
        return None
    half = t_quantile(len(used) - 1) * se
    return max(-1.0, value - half), min(1.0, value + half)


def figures(by_document: dict[int, Cells], rare: bool) -> dict[str, Any]:
    """Counts and figures as the report has them; a rare code has counts and plain shares only."""
    whole = [sum(part) for part in zip(*by_document.values(), strict=False)] if by_document else [0, 0, 0, 0]
    found: dict[str, Any] = dict(zip(("both", "only_a", "only_b", "neither"), whole, strict=False))
    found.update(agreement=agreement(whole), positive_agreement=positive(whole))
    for name, statistic in (("alpha", alpha), ("kappa", kappa), ("ac1", ac1)):
        found[name] = None if rare else statistic(whole)
        found[f"{name}_ci"] = None if rare else interval(statistic, by_document)
    return found


def pairs(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Every two raters in every class of exposure: code by code and pooled."""
    documents = record["segments"]["document"]
    found = []
    for a, b in combinations(record["raters"], 2):
        for wanted in CLASSES:
            tables: list[dict[int, Cells]] = [{} for _ in record["codes"]]
            segments = 0
            for row, document in enumerate(documents):
                (one, first), (other, second) = answer_of(a, b, row), answer_of(b, a, row)
                if one is None or other is None or joint(first, second) != wanted:
                    continue
                segments += 1
                for code, (x, y) in enumerate(zip(one, other, strict=False)):
                    add(tables[code].setdefault(document, [0, 0, 0, 0]), x, y)
            if segments:
                found.append({"a": a["name"], "b": b["name"], "exposure": wanted, "segments": segments,
                              **_told(record, tables)})  # fmt: skip
    return found


def _told(record: dict[str, Any], tables: list[dict[int, Cells]]) -> dict[str, Any]:
    pooled: dict[int, Cells] = {}
    codes = []
    for code, table in zip(record["codes"], tables, strict=False):
        for document, cells in table.items():
            held = pooled.setdefault(document, [0, 0, 0, 0])
            pooled[document] = [x + y for x, y in zip(held, cells, strict=False)]
        carrying = [cells for cells in table.values() if sum(cells[:3])]
        rare = sum(sum(cells[:3]) for cells in carrying) < 10 or len(carrying) < 4
        codes.append({"code": code["code"], **figures(table, rare)})
    return {"pooled": figures(pooled, False), "codes": codes}


def differ(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, (list, tuple)) and isinstance(theirs, (list, tuple)):
        return any(differ(x, y) for x, y in zip(mine, theirs, strict=False))
    if mine is None or theirs is None:
        return mine is not theirs
    return bool(abs(mine - theirs) > 2e-6)


def compare(mine: list[dict[str, Any]], report: list[dict[str, Any]]) -> list[str]:
    """Where the report says something else. Names are not compared: people have none here."""
    order = {name: n for n, name in enumerate(CLASSES)}
    wrong = [] if len(mine) == len(report) else [f"{len(mine)} pairs here, {len(report)} in the report"]
    left = sorted(mine, key=lambda pair: (order[pair["exposure"]], pair["segments"], pair["pooled"]["both"]))
    right = sorted(report, key=lambda pair: (order[pair["exposure"]], pair["segments"], pair["pooled"]["both"]))
    for one, other in zip(left, right, strict=False):
        held = {code["code"]: code for code in other["codes"]}
        if one["exposure"] != other["exposure"]:
            wrong.append(f"{one['a']} - {one['b']}: {one['exposure']} here, {other['exposure']} in the report")
        rows = [("pooled", one["pooled"], other["pooled"])]
        rows += [(code["code"], code, held.get(code["code"], {})) for code in one["codes"]]
        for name, x, y in rows:
            keys = [key for key in x if key != "code" and differ(x[key], y.get(key))]
            wrong += [f"{one['a']} - {one['b']}, {one['exposure']}, {name}: {key}" for key in keys]
    return wrong


def main(arguments: list[str]) -> int:
    """Print the figures, or compare them with a report."""
    record = json.loads((Path(__file__).resolve().parent / "audit.json").read_text(encoding="utf-8"))
    found = pairs(record)
    if arguments:
        try:
            report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))["pairs"]
            wrong = compare(found, report)
        except OSError as error:
            print(f"{arguments[0]}: cannot be read: {error.strerror}.", file=sys.stderr)
            return 2
        except (ValueError, LookupError, TypeError, AttributeError):
            print(f"{arguments[0]}: is no report of 'secondcoder audit STUDY --json'.", file=sys.stderr)
            return 2
        print("\n".join(wrong) or f"The same: {len(found)} pairs, each code by code and pooled.")
        return 1 if wrong else 0
    for pair in found:
        pooled = pair["pooled"]
        value = "-" if pooled["alpha"] is None else f"{pooled['alpha']:.4f}"
        cells = " ".join(str(pooled[key]) for key in ("both", "only_a", "only_b", "neither"))
        print(f"{pair['a']} - {pair['b']} ({pair['exposure']}): {pair['segments']} segments; {cells}; alpha {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
