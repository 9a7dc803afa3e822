"""What the JSON of an audit is put together from: figures with their intervals, codes, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from suggest.audit.figures import Figure
from suggest.audit.material import Material

Json = dict[str, Any]
DIGITS = 6


def none(found: Sequence[Any], reason: str) -> Json:
    """The reason under "undefined" where nothing was found."""
    return {} if found else {"undefined": reason}


def rounded(value: float | None) -> float | None:
    """With `DIGITS` decimals."""
    return None if value is None else round(value, DIGITS)


def figure(name: str, item: Figure) -> Json:
    """A figure under its name: the value, its interval, and why either is missing."""
    interval = None if item.interval is None else [rounded(end) for end in item.interval]
    found: Json = {name: rounded(item.value), f"{name}_ci": interval}
    if item.undefined:
        found[f"{name}_undefined"] = item.undefined
    elif item.open:
        found[f"{name}_ci_undefined"] = item.open
    return found


def named_code(material: Material, column: int) -> Json:
    """A code by its column: its id, its path, its id in the codebook."""
    code = material.codes[int(material.columns[column])]
    return {"code": code.id, "path": code.path_text, "external": code.wording.external}
