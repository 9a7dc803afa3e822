"""The shared vectors of published and computed agreement figures, and what our library gives for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import agreement_legacy as legacy

from suggest.audit import alternative, calibration, prevalence, quantiles
from suggest.audit import coefficients as ours
from suggest.audit.coefficients import Coefficient, Ratings, TreeDistance
from suggest.audit.intervals import hayes_krippendorff
from suggest.study import merkle


def read_vectors(shared: Path) -> list[dict[str, Any]]:
    """All vectors; those of the same data that only point to it get it."""
    vectors = json.loads((shared / "notes" / "agreement_vectors.json").read_text(encoding="utf-8"))
    raw = next(one["data"] for one in vectors if one["name"] == "hayes_krippendorff_2007")
    counts = {one["name"]: one["data"] for one in vectors if "annotators" in one["data"]}
    for one in vectors:
        if "bootstrap" in one["data"]:
            one["data"] = {**raw, **one["data"]["bootstrap"]}
        elif "see" in one["data"]:
            one["data"] = counts.get(one["name"], one["data"])
    return vectors


def ratings(data: dict[str, Any]) -> Ratings:
    if "table" in data:
        return Ratings.of_table(data["table"])
    if "counts" in data:
        return Ratings.of_counts(data["counts"])
    if data.get("format") == "units_x_raters_sets":
        return Ratings.of([[None if one is None else frozenset(one) for one in unit] for unit in data["ratings"]])
    return Ratings.of(data["ratings"])


def sides(data: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    found = ratings(data)
    one, other = ([found.values[code] for code in column] for column in found.codes.T)
    return one, other


def categories(data: dict[str, Any]) -> range | None:
    """The categories that the source's table has; those that occur where it has none."""
    if "table" in data:
        return range(len(data["table"]))
    return range(len(data["counts"][0])) if "counts" in data else None


def _pair_sets(data: dict[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(data["a"]), frozenset(data["b"])


def _set_distance(name: str, data: dict[str, Any]) -> float:
    return float(ours.distance_matrix(name, _pair_sets(data))[0, 1])  # type: ignore[arg-type]


def _holsti(data: dict[str, Any]) -> Coefficient:
    """Codes that both gave, then those of one rater only."""
    yes, no = frozenset({"x"}), frozenset[str]()
    shared, first, second = data["M"], data["N1"] - data["M"], data["N2"] - data["M"]
    return ours.holsti([yes] * (shared + first) + [no] * second, [yes] * shared + [no] * first + [yes] * second)


def _tree(data: dict[str, Any]) -> TreeDistance:
    return ours.tree_distance(data["parent"])


def _hierarchical(data: dict[str, Any]) -> ours.HierarchicalScores:
    if "ratings" in data:
        reference, predicted = zip(*data["ratings"], strict=True)
        return ours.hierarchical_scores(reference, predicted, _tree(data))
    # Closures as the source gives them: every code stands for itself only.
    true, given = (data[key] for key in (("true", "pred") if "true" in data else ("true_closure", "pred_closure")))
    rows = (true, given) if isinstance(true[0], list) else ([true], [given])
    flat = ours.tree_distance(dict.fromkeys(code for side in rows for row in side for code in row))
    reference, predicted = ([frozenset(row) for row in side] for side in rows)
    return ours.hierarchical_scores(reference, predicted, flat)


def _alternative(data: dict[str, Any]) -> alternative.AlternativeTest:
    counts = [(one["llm_better"], one["tie"], one["human_better"]) for one in data["annotators"]]
    return alternative.alternative_test_from_counts(counts, epsilon=data["epsilon"], q=data["q_fdr"])


def _p_values(data: dict[str, Any]) -> list[float] | None:
    """None where the vector has no counts to compute from."""
    return [one.p for one in _alternative(data).annotators] if "annotators" in data else None  # type: ignore[misc]


def _prevalence(data: dict[str, Any]) -> Any:
    return prevalence.prediction_powered_prevalence(
        data["Y"], data["Yhat"], data["Yhat_unlabeled"], tuning=data["lam"]
    ).interval


def _pair_bootstrap(data: dict[str, Any]) -> Any:
    return hayes_krippendorff(ratings(data), "ordinal", pairs=data["M"], draws=50_000, limits=(0.8, 0.7))


def _linear_interval(data: dict[str, Any], sign: float) -> float:
    found = ours.cohen_kappa(*sides(data), weights="linear", categories=categories(data))
    return found.value + sign * quantiles.normal_quantile(0.975) * found.se  # type: ignore[operator]


def _units(data: dict[str, Any]) -> ours.Continuum:
    return ours.Continuum(
        data["length"], {coder: [(s, e, c) for s, e, c in spans] for coder, spans in data["spans"].items()}
    )


def _alpha_u(position: int, code: str) -> Callable[[dict[str, Any]], float]:
    return lambda data: legacy.alpha_u_1995(
        [tuple(unit) for unit in data["units"]], data["begin"], data["length"], data["raters"], code
    )[position]


def _leaves(data: dict[str, Any]) -> list[str]:
    return [hashlib.sha256(b"\0" + bytes.fromhex(leaf)).hexdigest() for leaf in data["leaves_hex"]]


def _inclusion(leaves: list[str], at: int) -> list[str]:
    if len(leaves) <= 1:
        return []
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    mine, sibling = (leaves[:cut], leaves[cut:]) if at < cut else (leaves[cut:], leaves[:cut])
    return [*_inclusion(mine, at % cut if at < cut else at - cut), merkle.root(sibling)]


def _with_error(name: str, compute: Callable[[dict[str, Any]], Coefficient]) -> dict[str, Callable[..., Any]]:
    return {name: lambda data: compute(data).value, f"{name}_se": lambda data: compute(data).se}


GIVES: dict[str, Callable[[dict[str, Any]], Any]] = {
    **_with_error("percent_agreement", lambda data: ours.percent_agreement(ratings(data))),
    **_with_error("percent_agreement_pairable", lambda data: ours.percent_agreement(ratings(data))),
    **_with_error("cohen_kappa", lambda data: ours.cohen_kappa(*sides(data))),
    **_with_error(
        "weighted_kappa_linear",
        lambda data: ours.cohen_kappa(*sides(data), weights="linear", categories=categories(data)),
    ),
    **_with_error(
        "weighted_kappa_custom",
        lambda data: ours.cohen_kappa(*sides(data), weights=[[1 - cell for cell in row] for row in data["distance"]]),
    ),
    **_with_error("scott_pi", lambda data: ours.scott_pi(*sides(data))),
    **_with_error("fleiss_kappa", lambda data: ours.fleiss_kappa(ratings(data))),
    **_with_error("fleiss_kappa_missing", lambda data: ours.fleiss_kappa(ratings(data))),
    "fleiss_kappa_se_gwet": lambda data: ours.fleiss_kappa(ratings(data)).se,
    **_with_error("conger_kappa", lambda data: ours.conger_kappa(ratings(data))),
    **_with_error("brennan_prediger", lambda data: ours.brennan_prediger(ratings(data), categories(data))),
    "randolph_kappa_free": lambda data: ours.brennan_prediger(ratings(data), categories(data)).value,
    **_with_error("gwet_AC1", lambda data: ours.gwet_ac1(ratings(data), categories(data))),
    **{
        key: value
        for name in ("linear", "quadratic", "ordinal")
        for key, value in _with_error(
            f"gwet_AC2_{name}",
            lambda data, name=name: ours.gwet_ac2(ratings(data), name, categories(data)),  # type: ignore[misc]
        ).items()
    },
    **{
        key: value
        for name in ("nominal", "ordinal", "interval", "ratio", "jaccard", "masi")
        for key, value in _with_error(
            f"krippendorff_alpha_{name}",
            lambda data, name=name: ours.krippendorff_alpha(ratings(data), name),  # type: ignore[misc]
        ).items()
    },
    "krippendorff_alpha_se_gwet": lambda data: ours.krippendorff_alpha(ratings(data)).se,
    "krippendorff_alpha_custom": lambda data: (
        ours.krippendorff_alpha(ratings(data), lambda a, b: data["distance"][a][b]).value
    ),
    "krippendorff_alpha_tree_wupalmer": lambda data: ours.krippendorff_alpha(ratings(data), _tree(data)).value,
    "gwet_AC1_ci_low": lambda data: (
        (found := ours.gwet_ac1(ratings(data))).value  # type: ignore[operator]
        - quantiles.t_quantile(0.975, len(data["ratings"]) - 1) * found.se
    ),
    "weighted_kappa_linear_ci_low": lambda data: _linear_interval(data, -1.0),
    "weighted_kappa_linear_ci_high": lambda data: _linear_interval(data, 1.0),
    "jaccard_distance": lambda data: _set_distance("jaccard", data),
    "masi_distance": lambda data: _set_distance("masi", data),
    "holsti": lambda data: _holsti(data).value,
    "u_alpha": lambda data: ours.u_alpha(_units(data)).value,
    "u_alpha_binary": lambda data: ours.u_alpha(_units(data), binary=True).value,
    "char_alpha_binary": lambda data: ours.character_alpha(_units(data)).value,
    "hierarchical_precision": lambda data: _hierarchical(data).precision,
    "hierarchical_recall": lambda data: _hierarchical(data).recall,
    "hierarchical_f1": lambda data: _hierarchical(data).f1,
    "alpha_boot_ci_low": lambda data: _pair_bootstrap(data).low,
    "alpha_boot_ci_high": lambda data: _pair_bootstrap(data).high,
    "prob_alpha_lt_0.70": lambda data: _pair_bootstrap(data).below[0.7],
    "prob_alpha_lt_0.80": lambda data: _pair_bootstrap(data).below[0.8],
    "brier": lambda data: calibration.calibration(data["y"], data["p"]).brier,
    "ece_5bins": lambda data: calibration.calibration(data["y"], data["p"], bins=5).ece,
    "aurc": lambda data: calibration.risk_coverage(data["y"], data["p"]).aurc,
    "cp_upper": lambda data: quantiles.clopper_pearson_upper(data["errors"], data["n"], data["delta"]),
    "ppi_mean": lambda data: _prevalence(data).value,
    "ppi_mean_ci_low": lambda data: _prevalence(data).low,
    "ppi_mean_ci_high": lambda data: _prevalence(data).high,
    "winning_rate_omega": lambda data: _alternative(data).omega,
    "advantage_probability_rho": lambda data: _alternative(data).rho,
    "p_values_one_sided_ttest": _p_values,
    "merkle_root_sizes_0_to_8": lambda data: [merkle.root(_leaves(data)[:size]) for size in range(9)],
    "inclusion_proof": lambda data: _inclusion(_leaves(data)[: data["tree_size"]], data["leaf_index"]),
    # Advised against, or not ours to ship: computed by functions of the tests.
    "alphaU_1995_Do_c": _alpha_u(0, "c"),
    "alphaU_1995_De_c": _alpha_u(1, "c"),
    **{f"alphaU_1995_category_{code}": _alpha_u(2, code) for code in "ckAD"},
    "kappa_max": lambda data: legacy.kappa_max(data["table"]),
    "fleiss_kappa_category_4": lambda data: legacy.fleiss_category(data["counts"], 3),
    "fleiss_kappa_se_1971_withdrawn": lambda data: legacy.fleiss_error_1971(data["counts"]),
    "weighted_kappa_linear_se0": lambda data: legacy.weighted_kappa_error_of_no_agreement(
        data["table"], ours.agreement_weights("linear", range(len(data["table"])))
    ),
    "boundary_similarity": lambda data: legacy.boundary_similarity(*data["masses"]),
    "gamma_best_alignment_disorder": lambda data: legacy.gamma_disorder(
        [tuple(unit) for unit in data["units"]], data["alpha"], data["beta"], data["delta_empty"]
    ),
}
"""By coefficient as the vectors name it."""

NOT_TESTED = {
    "gamma": "a Monte-Carlo figure of another program's sampler; the disorder that it rests on is tested",
    "cu_alpha": "not offered: for three coders its formula is read in two ways",
    "cohen_kappa_se_1960": "replaced by the error of 1969",
    "fleiss_kappa_se_null_1979": "holds only without any agreement",
}

TABLE_ERRORS = {"percent_agreement_se", "scott_pi_se", "krippendorff_alpha_nominal_se"}
"""For a contingency table the R package divides by n where for raw ratings it divides by n - 1, as we always do."""
