"""Whole answers: sets of codes, rolled up, and distances given from outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from suggest.audit.coefficients import krippendorff_alpha
from suggest.audit.sets import MatrixDistance, answer_sets

TABLE = MatrixDistance(np.array([[0, 0.2, 1], [0.2, 0, 0.6], [1, 0.6, 0.0]]))


def test_single_codes_give_the_nominal_alpha() -> None:
    dice = np.random.default_rng(3)
    chosen = dice.integers(0, 4, (60, 2))
    chosen[:30, 1] = chosen[:30, 0]
    values = [(chosen[:, r][:, None] == np.arange(4)).astype(np.int8) for r in range(2)]
    found = answer_sets(values, np.repeat(np.arange(12), 5))
    wanted = krippendorff_alpha(chosen.tolist()).value
    assert found.alpha("masi").value == pytest.approx(wanted)
    assert found.alpha("jaccard").value == pytest.approx(wanted)
    assert found.alpha("masi").interval is not None


def test_rolled_up_codes_agree_where_their_parents_are_one() -> None:
    a = np.array([[1, 0, 0], [0, 0, 1], [1, 0, 0]], dtype=np.int8)
    b = np.array([[0, 1, 0], [0, 0, 1], [0, 1, 0]], dtype=np.int8)
    found = answer_sets([a, b], np.arange(3))
    assert (found.alpha("masi").value or 0) < 0.5
    assert found.rolled({0: -1, 1: -1, 2: 2}).alpha("masi").value == pytest.approx(1)


def test_only_what_both_had_to_answer_is_compared() -> None:
    a = np.array([[1, 1], [0, 1], [1, 0]], dtype=np.int8)
    b = np.array([[1, -1], [0, -1], [1, -1]], dtype=np.int8)
    assert answer_sets([a, b], np.arange(3)).alpha("masi").value == pytest.approx(1)
    assert answer_sets([a, np.full_like(a, -1)], np.arange(3)).alpha("masi").undefined


def test_a_given_distance_of_sets_is_to_the_nearest_code() -> None:
    assert TABLE(frozenset({0}), frozenset({1})) == pytest.approx(0.2)
    assert TABLE(frozenset({0}), frozenset()) == 1
    assert TABLE(frozenset(), frozenset()) == 0
    assert TABLE(frozenset({0, 2}), frozenset({1})) == pytest.approx((0.2 + 0.6 + 0.2) / 3)


CAMS = (
    ("usr1,usr6,usr11", 0.4787), ("usr2,usr7,usr12", 0.3246), ("usr3,usr8,usr13", 0.4424), ("usr4,usr9,usr14", 0.5189),
    ("usr5,usr10,usr15", 0.5850),
)  # fmt: skip


def test_published_alphas_come_out_of_a_study(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Duran, Battle and Smith 2022: alpha weighted by the distance in their tree, by set of coders."""
    from suggest.audit.audit import Question, audit
    from suggest.audit.reading import Choice
    from suggest.exchange.bring_in import Wish, bring_in, read_files
    from suggest.exchange.codebook import import_codebook, read_codebook
    from suggest.exchange.codings import read_codings, store_codings
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    folder = shared / "data" / "cams_dialogue"
    with Study.create(tmp_path / "s.db", "T", "anna") as study:
        anna = ensure_coder(study, "anna")
        bring_in(study, anna, read_files([folder / "segments.csv"], Wish(unit="row")))
        import_codebook(study, anna, read_codebook(folder / "codes.csv"))
        store_codings(study, anna, read_codings(study, folder / "labels.csv", coverage=folder / "coverage.csv"))
        for names, wanted in CAMS:
            choice = Choice(coders=tuple(names.split(",")), branch="DA")
            report = audit(study, Question(choice, folder / "da_distance_matrix.csv"))
            (group,) = report.groups
            assert group.whole.tree.value == pytest.approx(wanted, abs=6e-5)
