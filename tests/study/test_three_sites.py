"""Three sites work apart and come together in every order and along every way: always the same study, nothing lost."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from histories import Step, Teller, comparable, history, tell
from holding import check

from suggest.study.codes import read_codes
from suggest.study.documents import document_text, list_documents
from suggest.study.memos import all_memos
from suggest.study.merge import merge
from suggest.study.study import Study

SEEDS = range(int(os.environ.get("THREE_SITES_SEEDS", "3")))
"""The long tests ask for more."""
LATE = 1_900_000_000.0
"""When they come together: after all that they did."""
Acknowledged = set[tuple[str, int, str]]

WAYS: dict[str, list[tuple[int, int]]] = {
    **{f"one takes in the others: {a}{b}{c}": [(a, b), (a, c)] for a, b, c in permutations(range(3))},
    **{f"along a chain: {a}{b}{c}": [(b, a), (c, b)] for a, b, c in permutations(range(3))},
    "twice the same": [(0, 1), (0, 1), (0, 2), (0, 2), (0, 1)],
    "round and round": [(1, 0), (2, 1), (0, 2), (1, 0)],
}
"""(who, takes in whom), one after the other; the last `who` then has everything."""


@dataclass
class Apart:
    """Three files, closed, with what was done at each; `words` as `check_words` wants them."""

    files: list[Path]
    begun: Any
    words: dict[tuple[str, int, int], list[str]]

    def acknowledged(self) -> Acknowledged:
        found: Acknowledged = set()
        for file in self.files:
            with Study.open(file) as study:
                found |= entries_of(study)
        return found


def entries_of(study: Study) -> Acknowledged:
    return set(study.db.execute("SELECT replica, seq, hash FROM log").fetchall())


def work_apart(begun: Any, tools: Any, folder: Path, seed: int, *, withdraw: bool) -> Apart:
    """What three sites do without one another, by chance; some of it at all three, since sites do like things."""
    chance = Random(7_000 + seed)
    common = history(chance, 4)
    told = [[step for step in [*common, *history(chance, 12)] if withdraw or not _withdraws(step)] for _ in range(3)]
    tellers = [tell(begun, tools, folder, n, steps) for n, steps in enumerate(told)]
    files = []
    for n, teller in enumerate(tellers):
        teller.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files.append(shutil.copy(teller.study.path, folder / f"apart{n}.db"))
        teller.study.close()
    return Apart(files, begun, {key: value for teller in tellers for key, value in teller.words.items()})


def _withdraws(step: Step) -> bool:
    return step[0] == "mask" or step[0].startswith("erase")


def come_together(apart: Apart, tools: Any, folder: Path, way: list[tuple[int, int]]) -> list[Teller]:
    """Copies of the three files, merged along a way."""
    folder.mkdir()
    sites = []
    for n, file in enumerate(apart.files):
        work = tools.open_work(shutil.copy(file, folder / f"site{n}.db"), 50 + n, apart.begun)
        work.study.db.execute("PRAGMA synchronous = OFF")
        work.sources.time, work.sources.step = LATE, 0.0
        sites.append(Teller(work, tools))
    for into, source in way:
        take_in(sites[into], sites[source])
    return sites


def take_in(into: Teller, source: Teller) -> int:
    source.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return merge(into.study, source.study.path, into.work.anna).entries


@pytest.mark.parametrize("seed", SEEDS)
def test_along_every_way_the_same_study_results(begun: Any, tools: Any, tmp_path: Path, seed: int) -> None:
    apart = work_apart(begun, tools, tmp_path, seed, withdraw=False)
    acknowledged = apart.acknowledged()
    results = {}
    for number, (name, way) in enumerate(WAYS.items()):
        sites = come_together(apart, tools, tmp_path / str(number), way)
        whole = sites[way[-1][0]]
        assert acknowledged <= entries_of(whole.study), name
        if number % 5 == seed % 5:
            check(whole.study, tools, apart.words)
        results[name] = comparable(whole, tools)
        for site in sites:
            site.study.close()
    first = next(iter(results))
    for name, tables in results.items():
        for table, rows in tables.items():
            assert rows == results[first][table], (name, table)


def reads(site: Teller) -> dict[str, Any]:
    """What people see of the texts and of what stands on them, whichever entries led there."""
    db = site.study.db
    texts = {item.id: document_text(site.study, item.id) for item in list_documents(site.study)}
    return {
        "texts": texts,
        "codings": sorted(db.execute('SELECT replica, seq, i, coder, code, start, "end" FROM coding').fetchall()),
        "done": sorted(db.execute("SELECT round, coder, segment FROM unit WHERE completed IS NOT NULL").fetchall()),
        "codes": [(code.path, code.state) for code in read_codes(site.study, all_states=True)],
        "memos": sorted(memo.text for memo in all_memos(site.study)),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_withdrawn_anywhere_is_withdrawn_along_every_way(
    begun: Any, tools: Any, tmp_path: Path, seed: int
) -> None:
    """Each copy makes entries of its own for what crossed a withdrawal; what is read is the same."""
    apart = work_apart(begun, tools, tmp_path, 500 + seed, withdraw=True)
    acknowledged = apart.acknowledged()
    results = {}
    for number, (name, way) in enumerate(WAYS.items()):
        sites = come_together(apart, tools, tmp_path / str(number), way)
        whole = sites[way[-1][0]]
        assert acknowledged <= entries_of(whole.study), name
        results[name] = reads(whole)
        for site in sites:
            site.study.close()
    first = next(iter(results))
    for name, seen in results.items():
        for what, found in seen.items():
            assert found == results[first][what], (name, what)


@pytest.mark.parametrize("seed", SEEDS)
def test_sites_that_take_in_one_another_come_to_rest_with_the_same_heads(
    begun: Any, tools: Any, tmp_path: Path, seed: int
) -> None:
    """Whatever was withdrawn at one of them, too: what an erasure still asks for elsewhere is done on the way."""
    apart = work_apart(begun, tools, tmp_path, 500 + seed, withdraw=True)
    acknowledged = apart.acknowledged()
    pairs = [(into, source) for into in range(3) for source in range(3) if into != source]
    Random(seed).shuffle(pairs)
    sites = come_together(apart, tools, tmp_path / "together", pairs)
    for _ in range(6):
        if not sum(take_in(sites[into], sites[source]) for into, source in pairs):
            break
    else:
        raise AssertionError("they never came to rest")
    tables = [tools.rows(site.study.db) for site in sites]
    assert tables[0] == tables[1] == tables[2]
    for site in sites:
        assert acknowledged <= entries_of(site.study)
        check(site.study, tools, apart.words)
        site.study.close()
