"""How far coders are: sets of completed segments by document and in the blind core, and nothing of what they coded."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta, timezone
from typing import Any

from suggest.study import documents, rounds, settings
from suggest.study.headway import companions, headway, rounds_of
from suggest.study.own_work import OwnWork, add_part
from suggest.study.pace import Pace, by_day, pace


def begun(work: Any, tools: Any, **given: str) -> Any:
    """Two documents of ten turns; nine and nine to code, from 1 and from 11 on; anna and bo have joined."""
    for key, value in {"core": "0", "arm": "0", **given}.items():
        settings.set_setting(work.study, work.anna, key, value)
    work.code("Support")
    work.code("Doubt")
    work.add(tools.numbered_talk("BU", 10), tools.numbered_talk("PU", 10))
    for coder in (work.anna, work.bo):
        rounds.make_ready(work.study, coder, rounds.rounds(work.study)[0])
    return work


def far(work: Any, coder: str, label: str) -> tuple[int, int]:
    """(completed, to code) of a coder in a document."""
    document = documents.find_document(work.study, label)
    return headway(work.study, rounds.rounds(work.study)[0], coder).within(document.first, document.count)


def all_work(work: Any, coder: str, size: int = 1000) -> OwnWork:
    done = OwnWork()
    while not done.whole:
        done = add_part(work.study, rounds.rounds(work.study)[0], coder, done, size)
    return done


def test_completed_and_to_code_by_document_and_coder(work: Any, tools: Any) -> None:
    begun(work, tools)
    for number in (1, 2, 12):
        work.complete(work.anna, number)
    work.complete(work.bo, 3)
    assert (far(work, work.anna, "BU"), far(work, work.anna, "PU")) == ((2, 9), (1, 9))
    assert (far(work, work.bo, "BU"), far(work, work.bo, "PU")) == ((1, 9), (0, 9))


def test_of_some_segments_it_tells_what_it_tells_of_all(work: Any, tools: Any) -> None:
    begun(work, tools)
    for number in (1, 2, 12):
        work.complete(work.anna, number)
    round_ = rounds.rounds(work.study)[0]
    whole, some = headway(work.study, round_, work.anna), headway(work.study, round_, work.anna, 2, 11)
    assert [*some.completed] == [2]
    assert [*some.to_code] == [number for number in whole.to_code if 2 <= number <= 11]


def test_what_another_has_filled_up_is_not_counted_as_ones_own(work: Any, tools: Any) -> None:
    begun(work, tools)
    second = rounds.open_round(work.study, work.anna, "second", overlap=1)
    round_ = rounds.find_round(work.study, second)
    for coder in (work.anna, work.bo):
        rounds.make_ready(work.study, coder, round_)
    work.complete(work.anna, 1, second)
    work.complete(work.bo, 2, second)
    assert [*headway(work.study, round_, work.anna).completed] == [1]
    assert [*headway(work.study, round_, work.bo).completed] == [2]


def test_the_blind_core_is_counted_apart(work: Any, tools: Any) -> None:
    begun(work, tools, core="0.5")
    ours = headway(work.study, rounds.rounds(work.study)[0], work.anna)
    core = [*ours.core]
    assert core
    work.complete(work.anna, core[0])
    assert headway(work.study, rounds.rounds(work.study)[0], work.anna).in_core == (1, len(core))


def test_what_was_coded_elsewhere_counts_in_its_own_round(rich: Any) -> None:
    round_ = rounds.find_round(rich.study, "imported")
    ours = headway(rich.study, round_, rich.bo)
    assert ours.completed.count() == ours.to_code.count() == 10


def test_rounds_and_companions_come_with_ones_own_first(rich: Any) -> None:
    study = rich.study
    assert [item.name for item in rounds_of(study, rich.bo)] == ["second", "main", "imported"]
    assert companions(study, rounds.find_round(study, "main"), rich.bo) == [rich.bo, rich.anna]


def test_a_coders_work_adds_up_the_same_in_parts_of_any_size(rich: Any) -> None:
    whole = all_work(rich, rich.anna)
    assert all_work(rich, rich.anna, 1) == whole
    assert (whole.completed, whole.flagged, whole.put_off) == (2, 1, 1)


def test_suggestions_count_where_they_were_on_screen_before_the_answer(rich: Any) -> None:
    """Segment 1 showed one suggestion that fits; another was rejected. Segment 2 was answered blind first."""
    done = all_work(rich, rich.anna)
    assert (done.showing, done.shown, done.accepted, done.rejected, done.not_applied) == (1, 2, 1, 1, 0)


def test_a_verdict_taken_back_is_not_counted_and_silence_is_not_a_verdict(work: Any, tools: Any) -> None:
    begun(work, tools)
    run = work.start_run()
    shown = work.suggest(run, 1, work.codes["Support"], work.codes["Doubt"])
    work.append(work.anna, "opened", **work.unit(work.anna, 1), exposure="shown", sets=[shown], shown=True)
    work.decide(work.anna, 1, "accept", work.codes["Support"], set_=shown, rank=0)
    work.decide(work.anna, 1, "remove", work.codes["Support"])
    work.complete(work.anna, 1)
    done = all_work(work, work.anna)
    assert (done.shown, done.accepted, done.not_applied) == (1, 0, 1)


def test_unsure_is_counted_by_segment_and_suggestion(work: Any, tools: Any) -> None:
    begun(work, tools)
    shown = work.suggest(work.start_run(), 1, work.codes["Support"], work.codes["Doubt"])
    work.append(work.anna, "opened", **work.unit(work.anna, 1), exposure="shown", sets=[shown], shown=True)
    for rank in (0, 1):
        work.decide(work.anna, 1, "unsure", set_=shown, rank=rank)
    assert (all_work(work, work.anna).unsure_segments, all_work(work, work.anna).unsure) == (1, 0)
    work.complete(work.anna, 1)
    assert all_work(work, work.anna).unsure == 2


def test_another_coders_work_is_not_in_it(work: Any, tools: Any) -> None:
    begun(work, tools)
    work.complete(work.bo, 1)
    assert all_work(work, work.anna).completed == 0


def test_times_are_as_fine_as_the_log_keeps_them(work: Any, tools: Any) -> None:
    begun(work, tools)
    work.complete(work.anna, 1)
    settings.set_setting(work.study, work.anna, "timing", "off")
    work.complete(work.anna, 2)
    times = all_work(work, work.anna).completed_at
    assert times[None] == 1
    assert sum(times.values()) == 2


def test_days_are_those_of_the_clock_on_the_wall() -> None:
    times = {"2026-03-01T22:30:00Z": 2, "2026-03-01T09:00:00Z": 1, None: 5}
    assert [*by_day(times, UTC).values()] == [3]
    assert [(day.day, count) for day, count in by_day(times, timezone(timedelta(hours=2))).items()] == [(1, 1), (2, 2)]


def test_pace_counts_the_minutes_of_sittings_and_no_breaks() -> None:
    times = {"2026-03-01T09:00:00Z": 3, "2026-03-01T09:09:00Z": 2, "2026-03-01T12:00:00Z": 1}
    assert pace(times) == Pace(6, 2, 11)
    assert round(Pace(6, 2, 11).hourly) == 33


def test_without_times_or_with_too_few_segments_there_is_no_pace() -> None:
    assert pace({None: 40}) is None
    assert pace({"2026-03-01T09:00:00Z": 2}) is None
    assert pace({"2026-03-01T09:00:00Z": 40}) is None
    assert pace(Counter()) is None
