"""The page on the agreement library: its example runs, and its table of planning is what the library says."""

from __future__ import annotations

import re
from pathlib import Path

from suggest.audit.coefficients import krippendorff_alpha
from suggest.audit.planning import units_for_kappa

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "agreement.md").read_text(encoding="utf-8")


def test_the_example_runs_and_shows_a_near_miss_as_one() -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example
    names: dict[str, object] = {}
    exec(compile(example[1], "docs/agreement.md", "exec"), names)
    plain = krippendorff_alpha(names["ratings"])  # type: ignore[arg-type]
    near = krippendorff_alpha(names["ratings"], distance=names["tree"])  # type: ignore[arg-type]
    assert plain.value is not None and near.value is not None and plain.value < near.value


def test_the_table_of_segments_is_the_librarys() -> None:
    row = re.search(r"\| Segments \| (.*) \|", PAGE)
    assert row
    shown = [int(cell.replace(",", "")) for cell in row[1].split(" | ")]
    assert shown == [units_for_kappa(0.7, share, 0.1) for share in (0.5, 0.3, 0.2, 0.1, 0.05)]
