"""The blind core teaches nothing until it is released, by whatever path a decision comes; and no segment its own
prediction."""

from __future__ import annotations

import itertools
import shutil

import pytest

from suggest.engine import profiles
from suggest.engine.ahead import suggest_ahead
from suggest.engine.sampling import sample
from suggest.study import rounds, runs, suggestion_sets
from suggest.study.imports import NewCoding, import_codings
from suggest.study.merge import merge
from suggest.study.people import ensure_coder
from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting
from suggest.study.sources import FixedSources
from suggest.study.study import Study

THINGS = ("violin", "garden", "kitchen", "letter", "winter", "doctor", "cousin")
WAYS = ("was calm", "made me afraid", "they could rely on", "nobody listened to", "came too late")


@pytest.fixture(params=["lexical", "embedded"])
def profile(request):
    """Each model that learns."""
    missing = profiles.PROFILES[request.param].available()
    if missing:
        pytest.skip(missing)
    return request.param


@pytest.fixture
def core(empty):
    """A study with a core in it, and half of what is shown decided: enough to learn a threshold from."""
    said_of = [*enumerate(itertools.product(THINGS, WAYS))]
    for label in ("BU", "PU", "QU"):
        empty.talk(label, *(f"R{n % 3}: the {thing} {way} in {label} {n % 4}" for n, (thing, way) in said_of))
    empty.code("trust", "to rely on somebody")
    empty.code("fear", "to be afraid")
    set_setting(empty.study, empty.anna, "core", "0.3")
    set_setting(empty.study, empty.anna, "arm", "0")
    rounds.make_ready(empty.study, empty.anna, rounds.rounds(empty.study)[0])
    shown = [n for n in range(105) if not in_core(empty, n)]
    for number in shown[: len(shown) // 2]:
        text = SegmentReader(empty.study).number(number).text
        code = "fear" if "afraid" in text else "trust" if "rely" in text else None
        if code is not None:
            empty.decide(number, "add", code)
        empty.complete(number)
    return empty


def in_core(bench, number):
    main = rounds.rounds(bench.study)[0]
    return rounds.exposure(bench.study, main, bench.anna, number, bench.id(number)).core


def edges(bench):
    """(last core segment of a block, the shown one behind it) for each block that has one, and is decided already."""
    found = [(n, n + 1) for n in range(104) if in_core(bench, n) and not in_core(bench, n + 1)]
    return [pair for pair in found if bench.id(pair[0]).partition(".")[0] == bench.id(pair[1]).partition(".")[0]]


def said(bench, profile):
    """All that a new run says and learned: scores, what fits, evidence, rationale, basis, thresholds, reading."""
    report = bench.suggest(profile, redo=True)
    run = runs.runs(bench.study)[-1]
    payloads = [e.payload for e in bench.log("suggested") if e.payload["run"] == report.run]
    rationales = {p["segment"]: p["notes"] and bench.study.contents.text(p["notes"]) for p in payloads}
    answers = {p["segment"]: (p["candidates"], p["task"], rationales[p["segment"]]) for p in payloads}
    learned = run.training and (run.training.hash, run.training.count)
    return answers, run.identity, run.threshold, run.parameters, learned


def first_set(bench, number):
    found = suggestion_sets.current_sets(bench.study, number)
    if not found:
        bench.suggest("lexical")
        found = suggestion_sets.current_sets(bench.study, number)
    return {"set": found[0].hash, "rank": 0}


def accept(bench, number, shown):
    bench.decide(number, "accept", "fear", **first_set(bench, number))
    bench.complete(number)


def edit(bench, number, shown):
    start = SegmentReader(bench.study).number(number).start
    bench.decide(number, "edit", "trust", **first_set(bench, number), span=[start, start + 6])


def reject(bench, number, shown):
    bench.decide(number, "reject", **first_set(bench, number))


def add(bench, number, shown):
    bench.decide(number, "add", "fear")


def add_in_another_round(bench, number, shown):
    set_setting(bench.study, bench.anna, "core", "0")  # that round's own core is not what this is about
    second = rounds.open_round(bench.study, bench.anna, "second")
    bench.decide(number, "add", "fear", round_=second)


def no_code(bench, number, shown):
    bench.decide(number, "no_code")


def complete(bench, number, shown):
    bench.complete(number)


def reach_out(bench, number, shown):
    """From the core into what is shown, where its own answer was already given."""
    reader = SegmentReader(bench.study)
    bench.decide(number, "add", "fear", span=[reader.number(number).start, reader.number(shown).end])


def reach_over(bench, number, shown):
    """All of the talk around, from within the core."""
    reader = SegmentReader(bench.study)
    bench.decide(number, "add", "trust", span=[reader.number(number - 1).start, reader.number(shown + 1).end])


def bring_in(bench, number, shown):
    document, _, ordinal = bench.id(number).partition(".")
    coding = NewCoding("cleo", document, bench.codes["fear"], int(ordinal), int(ordinal), int(ordinal))
    import_codings(bench.study, bench.anna, "elsewhere", [coding], {("cleo", document): [int(ordinal)]})


def bring_in_silence(bench, number, shown):
    document, _, ordinal = bench.id(number).partition(".")
    import_codings(bench.study, bench.anna, "elsewhere", [], {("cleo", document): [int(ordinal)]})


def merge_in(bench, number, shown):
    path = bench.study.path.with_name("site.db")
    bench.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(bench.study.path, path)
    with Study.open(path, write=True, sources=FixedSources(5)) as site:
        there = type(bench)(site, ensure_coder(site, "bo"), bench.patch, bench.codes)
        there.decide(number, "add", "fear")
        there.complete(number)
    merge(bench.study, path, bench.anna)


def unsure(bench, number, shown):
    bench.decide(number, "unsure", **first_set(bench, number))


def undone(bench, number, shown):
    bench.undo(bench.decide(number, "add", "fear"))


def memo(bench, number, shown):
    with bench.study.write(bench.anna) as writer:
        text = writer.content("memo", "fear, afraid, fear")
        about = {"about": "segment", "subject": bench.id(number), "coding": None, "text": text, "ref": None}
        writer.append("memo_written", {"coder": bench.anna, **about})


TEACHING = (
    accept, edit, reject, add, add_in_another_round, no_code, complete, reach_out, reach_over, bring_in,
    bring_in_silence, merge_in,
)  # fmt: skip


@pytest.mark.parametrize("plant", [*TEACHING, unsure, undone, memo])
def test_what_is_decided_in_the_core_changes_nothing_before_its_release(core, profile, plant):
    before = said(core, profile)
    number, shown = edges(core)[0]
    plant(core, number, shown)
    assert said(core, profile) == before
    rounds.release_core(core.study, core.anna, rounds.rounds(core.study)[0])
    assert (said(core, profile) != before) == (plant in TEACHING)


@pytest.mark.parametrize("plant", [accept, reach_over, bring_in, no_code, merge_in, unsure])
def test_a_look_ahead_finds_nothing_new_in_the_core_before_its_release(core, profile, plant):
    """Neither does what the first look kept of the words: the second, which has none of it, says the same."""
    window = [n for n in range(105) if n % 2]
    suggest_ahead(core.study, core.anna, profile, window)
    number, shown = edges(core)[0]
    plant(core, number, shown)
    first = looked(core, profile)
    assert suggest_ahead(core.study, core.anna, profile, window) is None
    core.study.db.execute("DELETE FROM cache_vector")
    core.decide(shown, "add", "trust")
    second = suggest_ahead(core.study, core.anna, profile, window)
    kept = looked(core, profile)
    core.study.db.execute("DELETE FROM cache_vector")
    assert said(core, profile)[0].items() >= kept.items()
    assert first != kept
    rounds.release_core(core.study, core.anna, rounds.rounds(core.study)[0])
    third = suggest_ahead(core.study, core.anna, profile, window)
    assert (third is not None and third.learned > second.learned) == (plant in TEACHING)


def looked(bench, profile):
    """What the newest run of the profile says."""
    run = runs.latest_run(bench.study, profile)
    payloads = [e.payload for e in bench.log("suggested") if e.payload["run"] == run.id]
    rationales = {p["segment"]: p["notes"] and bench.study.contents.text(p["notes"]) for p in payloads}
    return {p["segment"]: (p["candidates"], p["task"], rationales[p["segment"]]) for p in payloads}


def test_what_shows_how_scores_lie_holds_nothing_of_the_core_and_is_the_same_whatever_is_asked_and_decided(core):
    drawn = [task.segment for task in sample(core.study)]
    inside = {core.id(n) for n in range(105) if in_core(core, n)}
    assert inside
    assert set(drawn) == {core.id(n) for n in range(105)} - inside
    number, shown = edges(core)[0]
    accept(core, number, shown)
    rounds.release_core(core.study, core.anna, rounds.rounds(core.study)[0])
    assert [task.segment for task in sample(core.study)] == drawn
    assert all(not task.before and not task.after for task in sample(core.study))


def test_a_coding_that_reaches_from_what_is_shown_into_the_core_teaches_what_is_shown_alone(core, profile):
    number, shown = edges(core)[-1]
    reader = SegmentReader(core.study)
    whole = [reader.number(number - 1).start, reader.number(shown).end]
    entry = core.decide(shown, "add", "fear")
    expected = said(core, profile)
    core.undo(entry)
    core.decide(shown, "add", "fear", span=whole)
    assert said(core, profile) == expected


def test_a_core_is_drawn_before_anything_is_learned_from_codings_made_elsewhere(empty, profile):
    for label in ("BU", "PU"):
        document = empty.talk(label, *(f"R1: they could rely on {label} {n}" for n in range(30)))
        empty.code(f"code {label}")
        codings = [NewCoding("cleo", document, empty.codes[f"code {label}"], n, n, n) for n in range(30)]
        import_codings(empty.study, empty.anna, label, codings, {("cleo", document): range(30)})
    set_setting(empty.study, empty.anna, "core", "0.4")
    report = empty.suggest(profile)
    assert "drawn" in report.remark
    inside = {empty.id(n) for n in range(60) if in_core(empty, n)}
    assert len(inside) >= 6
    assert report.learned == 60 - len(inside)
    learned_from = {one for e in empty.log("suggested") for c in e.payload["candidates"] for one in c["basis"]}
    assert learned_from and not learned_from & inside


def test_where_nothing_is_learned_nothing_is_drawn(bench):
    assert bench.suggest("lexical").remark == ""
    assert bench.log("queue_drawn") == []


@pytest.mark.parametrize("profile", ["lexical"])
def test_a_core_that_is_drawn_after_a_run_had_learned_makes_the_next_call_begin_a_new_one(core, profile):
    first = core.suggest(profile, redo=True)
    second = rounds.open_round(core.study, core.anna, "second")
    assert core.suggest(profile).run == first.run
    rounds.make_ready(core.study, core.anna, rounds.find_round(core.study, second))
    again = core.suggest(profile)
    assert again.began
    assert "after run" in again.remark
    assert core.suggest(profile).run == again.run


def test_what_a_run_learned_while_a_core_was_drawn_is_thought_over(core, monkeypatch):
    """Another process draws a core between the plan and the run's beginning."""
    from suggest.engine import runs as engine

    planned = []
    make_plan = engine.make_plan

    def overtaken(study, *given, **more):
        plan = make_plan(study, *given, **more)
        planned.append(plan.training.count)
        if len(planned) == 1:
            rounds.open_round(study, core.anna, "second")
            rounds.draw_core(study, core.anna, rounds.rounds(study)[1])
        return plan

    monkeypatch.setattr(engine, "make_plan", overtaken)
    report = core.suggest("lexical", redo=True)
    assert planned[0] > planned[1] == report.learned


@pytest.mark.parametrize("profile", ["embedded"], indirect=True)
def test_nothing_decided_on_a_segment_moves_what_it_is_judged_by(core, profile):
    """With lessons enough to learn thresholds from: whatever was decided on it, all that is said of it is the same."""
    read = [n for n in range(105) if not in_core(core, n) and was_read(core, n)]
    thresholds = set()
    before, *_ = said(core, profile)
    for number in read[::6]:
        core.decide(number, "add", "fear")
        core.decide(number, "add", "trust")
        after, _, threshold, _, _ = said(core, profile)
        assert after[core.id(number)][0::2] == before[core.id(number)][0::2]
        assert after != before
        thresholds.add(threshold)
        before = after
    assert len(thresholds) > 1


def was_read(bench, number):
    """Whether the segment was decided on."""
    return any(e.payload["segment"] == bench.id(number) for e in bench.log("completed"))


@pytest.mark.parametrize("verdicts", [("add", "trust", "fear"), ("no_code", None, "fear")])
def test_a_segment_never_teaches_its_own_prediction(bench, profile, verdicts):
    """Whatever was decided on it, its candidates are the same; few decisions, so that the threshold is the default."""
    action, one, other = verdicts
    bench.decide(2, "add", "trust")
    bench.decide(6, "add", "fear")

    def candidates():
        report = bench.suggest(profile, redo=True)
        sets = [e.payload for e in bench.log("suggested") if e.payload["run"] == report.run]
        return {p["segment"]: p["candidates"] for p in sets}

    entry = bench.decide(4, action, one)
    first = candidates()
    bench.undo(entry)
    bench.decide(4, "add", other)
    second = candidates()
    assert first[bench.id(4)] == second[bench.id(4)]
    assert first != second
