"""Properties are tried on the same examples in every run, whatever was imported before."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

CONSTANTS = "".join(f"A{n} = {chr(0x4E00 + 7 * n)!r}\n" for n in range(400))


def drawn() -> list[str]:
    found: list[str] = []

    @settings(max_examples=300)
    @given(st.text(max_size=3))
    def draw(text: str) -> None:
        found.append(text)

    draw()
    return found


def test_a_module_that_is_loaded_changes_no_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    path = tmp_path / "full_of_constants.py"
    path.write_text(CONSTANTS, encoding="utf-8")
    spec = spec_from_file_location("full_of_constants", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "full_of_constants", module)
    assert drawn() == before
