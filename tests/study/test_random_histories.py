"""Random histories on one to three copies: the fold, the merge, the counters and the offsets hold whatever happened."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
from histories import comparable, history, merge_both, tell
from holding import check

from suggest.study import merge


@pytest.mark.parametrize("seed", range(20))
def test_after_any_history_the_study_is_what_its_log_says(begun: Any, tools: Any, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    teller = tell(begun, tools, tmp_path, 0, [])
    for _ in range(3):
        for step in history(chance, 25):
            teller.do(step)
        check(teller.study, tools, teller.words)
    teller.study.close()


@pytest.mark.parametrize("seed", range(20))
def test_whichever_copy_takes_in_the_other_the_same_study_results(
    begun: Any, tools: Any, tmp_path: Path, seed: int
) -> None:
    chance = Random(1_000 + seed)
    a = tell(begun, tools, tmp_path, 0, history(chance, chance.randrange(20)))
    b = tell(begun, tools, tmp_path, 1, history(chance, chance.randrange(20)))
    for _ in range(2):
        merge_both(a, b, tmp_path)
        words = {**a.words, **b.words}
        for teller in (a, b):
            check(teller.study, tools, words)
            # Both go on with the other's work before them, in what each of them sees.
            teller.words = dict(words)
            for step in history(chance, 8):
                teller.do(step)
    # What one of them finished after a merge, the other has after one more exchange.
    merge_both(a, b, tmp_path)
    merge_both(a, b, tmp_path)
    assert comparable(a, tools) == comparable(b, tools)
    for teller in (a, b):
        check(teller.study, tools, {**a.words, **b.words})
        teller.study.close()


@pytest.mark.parametrize("seed", range(8))
def test_three_copies_merged_in_any_order_give_the_same_study(
    begun: Any, tools: Any, tmp_path: Path, seed: int
) -> None:
    chance = Random(2_000 + seed)
    tellers = [tell(begun, tools, tmp_path, n, history(chance, 12)) for n in range(3)]
    latest = max(teller.work.sources.time for teller in tellers) + 100_000
    erased = 0
    for n, teller in enumerate(tellers):
        teller.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(teller.study.path, tmp_path / f"before{n}.db")
        teller.work.sources.time = latest
        erased += teller.study.db.execute("SELECT count(*) FROM log WHERE kind = 'erased'").fetchone()[0]
    words = {key: value for teller in tellers for key, value in teller.words.items()}
    results = []
    for n, teller in enumerate(tellers):
        for other in ((1, 2), (2, 0), (1, 0))[n]:
            merge.merge(teller.study, tmp_path / f"before{other}.db", teller.work.anna)
        check(teller.study, tools, words)
        results.append(comparable(teller, tools))
        teller.study.close()
    if not erased:  # an erasure that crosses a correction is finished by an entry of each copy's own
        assert results[0] == results[1] == results[2]
