"""How the confidences of a run come about: one way for all of them, named wherever they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suggest.models.interface import ConfidenceMethod

TOLD: Mapping[ConfidenceMethod, str] = {
    "none": "none",
    "rank": "the model's own score, of which only the order means anything",
    "probability": "the probability of the model's choice",
    "agreement": "the share of samples that named the code",
    "verbal": "the model's own words",
}


def confidence_method(parameters: Mapping[str, Any]) -> ConfidenceMethod:
    """How a run with these parameters comes by its confidences; where one is absent it has none, and is not 0."""
    if int(parameters.get("samples", 1)) > 1:
        return "agreement"
    if parameters.get("confidence") == "probability" or parameters.get("api") == "decisions":
        return "probability"
    return "verbal" if "schema" in parameters else "rank"
