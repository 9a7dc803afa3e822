"""What a baseline suggests stands where no other model was asked, or where somebody asks for its run."""

from __future__ import annotations

import pytest

from suggest.errors import BadInput
from suggest.study import suggestion_sets
from suggest.study.sets import read_set
from suggest.study.settings import get_setting, set_setting
from suggest.study.study import Study
from suggest.study.verify import verify


def profiles(bench, number):
    chosen = suggestion_sets.current_runs(bench.study)
    return [item.profile for item in suggestion_sets.current_sets(bench.study, number, chosen)]


def suggested(bench):
    """The segments that a code is suggested for, as orders and filters have it."""
    return set(read_set(bench.study, "suggested", 0, None))


@pytest.mark.parametrize("first", ["lexical", "fake"])
def test_it_stands_only_where_no_other_model_was_asked_whoever_came_first(bench, first):
    asks = [lambda: bench.suggest("lexical"), lambda: bench.suggest(limit=3)]
    for ask in asks if first == "lexical" else reversed(asks):
        ask()
    assert [profiles(bench, number) for number in (1, 2, 3, 4, 6)] == [["fake"]] * 3 + [["lexical"]] * 2
    assert verify(bench.study).ok


def test_neither_do_orders_and_filters_see_what_does_not_stand(bench):
    bench.suggest("lexical")
    assert suggested(bench)
    bench.script(lambda model, task: model.says(task))
    bench.suggest()
    assert suggested(bench) == set()


def test_a_question_about_one_code_puts_no_baseline_aside(bench):
    bench.suggest("lexical")
    bench.suggest(codes=("fear",))
    assert profiles(bench, 1) == ["lexical", "fake"]


def test_it_stands_where_its_run_is_named(bench):
    bench.suggest()
    report = bench.suggest("lexical")
    assert any(f"current_runs {report.number}" in warning for warning in report.warnings)
    assert profiles(bench, 1) == ["fake"]
    set_setting(bench.study, bench.anna, "current_runs", "1, 2")
    assert profiles(bench, 1) == ["fake", "lexical"]


def test_a_run_that_there_is_not_cannot_be_named(bench):
    with pytest.raises(BadInput, match="no such run"):
        set_setting(bench.study, bench.anna, "current_runs", "1")
    bench.suggest()
    with pytest.raises(BadInput, match="There are runs 1 to 1"):
        set_setting(bench.study, bench.anna, "current_runs", "1, lexical")
    set_setting(bench.study, bench.anna, "current_runs", "1")
    set_setting(bench.study, bench.anna, "current_runs", "")
    assert get_setting(bench.study, "current_runs") == ()


def test_it_is_the_same_when_all_is_computed_anew(bench):
    bench.suggest("lexical")
    bench.suggest(limit=3)
    before = [profiles(bench, number) for number in range(10)]
    path = bench.study.path
    bench.study.db.execute("UPDATE local_state SET value = '1' WHERE key = 'fold'")
    with Study.open(path, write=True) as again:
        assert [[i.profile for i in suggestion_sets.current_sets(again, number)] for number in range(10)] == before
