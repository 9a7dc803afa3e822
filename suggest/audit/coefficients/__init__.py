"""Coefficients of agreement, as pure functions of ratings: `docs/agreement.md` has formulas, sources and advice.

`ratings` are units, each a sequence with one entry per rater: a value, a frozenset of values, or None where missing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from suggest.audit.coefficients import alpha, conger, many, two
from suggest.audit.coefficients.alpha import krippendorff_alpha
from suggest.audit.coefficients.distances import agreement_weights, distance_matrix
from suggest.audit.coefficients.many import (
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    percent_agreement,
)
from suggest.audit.coefficients.ratings import Ratings, RatingsLike
from suggest.audit.coefficients.result import ByDocument, Coefficient, UnusableRatings
from suggest.audit.coefficients.tree import HierarchicalScores, TreeDistance, hierarchical_scores, tree_distance
from suggest.audit.coefficients.two import cohen_kappa, holsti, positive_agreement, scott_pi
from suggest.audit.coefficients.unitizing import Continuum, character_alpha, u_alpha, u_alpha_by_document

__all__ = [
    "ByDocument",
    "Coefficient",
    "Continuum",
    "HierarchicalScores",
    "Ratings",
    "TreeDistance",
    "UnusableRatings",
    "agreement_weights",
    "brennan_prediger",
    "by_document",
    "character_alpha",
    "cohen_kappa",
    "conger_kappa",
    "distance_matrix",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "hierarchical_scores",
    "holsti",
    "krippendorff_alpha",
    "percent_agreement",
    "positive_agreement",
    "scott_pi",
    "tree_distance",
    "u_alpha",
    "u_alpha_by_document",
]

_SUMS: dict[Callable[..., Coefficient], Callable[..., ByDocument]] = {
    percent_agreement: many.percent_by_document,
    fleiss_kappa: many.fleiss_by_document,
    conger_kappa: conger.conger_by_document,
    gwet_ac1: many.ac1_by_document,
    gwet_ac2: many.ac2_by_document,
    brennan_prediger: many.uniform_by_document,
    krippendorff_alpha: alpha.alpha_by_document,
    cohen_kappa: two.cohen_by_document,
    scott_pi: two.scott_by_document,
    holsti: two.holsti_by_document,
    positive_agreement: two.positive_by_document,
}


def by_document(
    coefficient: Callable[..., Coefficient],
    ratings: RatingsLike,
    documents: Iterable[Hashable] | None = None,
    **options: Any,
) -> ByDocument:
    """A coefficient of this package in sums per document, for `suggest.audit.intervals`.

    `documents` names the document of each unit; it may be left out for `Ratings`, which hold theirs. `options` are the
    coefficient's own, such as `distance=`. For a coefficient of two raters the ratings have two columns.
    """
    if coefficient not in _SUMS:
        raise UnusableRatings("This coefficient has no sums by document: name a coefficient of this package.")
    return _SUMS[coefficient](Ratings.of(ratings, documents), **options)
