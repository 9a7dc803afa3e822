"""What completed work means after the code tree changed: each carry rule through the study, and the stale worklist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from suggest.study import codes, tree_history
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.carry import Answer, Carrier
from suggest.study.codes import Code, NewCode, Wording, find_code, read_codes
from suggest.study.correcting import correct
from suggest.study.documents import list_documents
from suggest.study.log import EntryRef
from suggest.study.people import ensure_coder
from suggest.study.rounds import current_round
from suggest.study.runs import NewCandidate, start_run, store_set
from suggest.study.sources import FixedSources
from suggest.study.stale import AnswerReader, answers, stale
from suggest.study.study import Study
from suggest.study.verify import verify

TEXT = "one two three\nfour five six\nseven eight nine\nten eleven twelve"
PLACES = [(0, 13), (14, 27), (28, 44), (45, 62)]


class Work:
    """A study with four segments and the codes Hope and Fear, and one coder at work."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.coder = ensure_coder(study, "anna")
        segments = [
            NewSegment(start, end, paragraph_from=n, paragraph_to=n) for n, (start, end) in enumerate(PLACES, 1)
        ]
        self.document = add_documents(study, self.coder, [NewDocument("BU", TEXT, "line", segments)])[0]
        self.make("Hope", "Fear")
        self.round = current_round(study, self.coder).id

    def make(self, *names: str) -> None:
        codes.add_codes(self.study, self.coder, [NewCode(name, Wording(name)) for name in names])

    def code(self, name: str) -> Code:
        return find_code(read_codes(self.study), name)

    def unit(self, segment: int) -> dict[str, object]:
        return {"round": self.round, "coder": self.coder, "segment": f"{self.document}.{segment}", "ref": None}

    def decide(self, segment: int, action: str, **given: object) -> EntryRef:
        empty = {"set": None, "rank": None, "code": None, "range": None, "reason": None}
        with self.study.write(self.coder) as writer:
            return writer.append("decided", {**self.unit(segment), **empty, "action": action, **given})

    def apply(self, segment: int, name: str, span: tuple[int, int] | None = None) -> EntryRef:
        return self.decide(segment, "add", code=self.code(name).id, range=list(span or PLACES[segment]))

    def complete(self, segment: int, scope: tuple[str, str | None] = ("all", None)) -> EntryRef:
        with self.study.write(self.coder) as writer:
            rest = {"scope": list(scope), "tree": None, "end_seen": None}
            return writer.append("completed", {**self.unit(segment), **rest})

    def undo(self, entry: EntryRef) -> EntryRef:
        with self.study.write(self.coder) as writer:
            return writer.append("reverted", {"entry": list(entry), "ref": None})

    def suggest(self, segment: int, *names: str) -> str:
        """Store a set that proposes the codes, and show it; its hash."""
        run = start_run(
            self.study, self.coder, profile="test", identity="test", parameters={}, prompt=None, threshold=None,
            training=None, codes=None, segments=1,
        )  # fmt: skip
        candidates = [NewCandidate(self.code(name).id, True, None, "none", None, "none", "") for name in names]
        with self.study.write(self.coder) as writer:
            hash_ = store_set(writer, run, f"{self.document}.{segment}", "ab" * 32, candidates)
        with self.study.write(self.coder) as writer:
            unit = {key: value for key, value in self.unit(segment).items() if key != "ref"}
            writer.append("opened", {**unit, "exposure": "shown", "sets": [hash_], "shown": True})
        return hash_

    def say(self, segment: int) -> dict[str, Answer]:
        """The answers by the codes' names."""
        names = {code.id: code.name for code in read_codes(self.study)}
        given = answers(self.study, self.round, self.coder, self.first + segment)
        return {names[code]: answer for code, answer in given.items()}

    @property
    def first(self) -> int:
        return list_documents(self.study)[0].first

    def stale(self) -> dict[int, dict[str, Answer]]:
        """What is to be looked at again: codes' names by segment."""
        names = {code.id: code.name for code in read_codes(self.study)}
        return {unit.number - self.first: {names[code]: why for code, why in unit.codes} for unit in stale(self.study)}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with Study.create(tmp_path / "s.db", "T", "anna", FixedSources()) as study:
        yield Work(study)
        assert verify(study).ok


A, N, R, S = Answer.APPLIED, Answer.NOT_APPLIED, Answer.REJECTED, Answer.SHOWN_NOT_APPLIED
UNSURE, MISSING, STALE, OPEN = Answer.UNSURE, Answer.NOT_IN_SCOPE, Answer.STALE, Answer.OPEN


class TestWhatSilenceMeans:
    def test_without_completion_only_what_was_applied_is_known(self, work: Work) -> None:
        work.apply(0, "Hope")
        assert work.say(0) == {"Hope": A, "Fear": MISSING}

    def test_completion_makes_silence_a_negative(self, work: Work) -> None:
        work.apply(0, "Hope")
        work.complete(0)
        assert work.say(0) == {"Hope": A, "Fear": N}

    def test_a_scope_of_one_code_says_nothing_of_the_others(self, work: Work) -> None:
        work.complete(0, ("code", work.code("Hope").id))
        assert work.say(0) == {"Hope": N, "Fear": MISSING}

    def test_a_scope_of_a_branch_covers_what_lies_under_it(self, work: Work) -> None:
        hope = work.code("Hope")
        codes.add_codes(work.study, work.coder, [NewCode("k", Wording("Light"), hope.id)])
        work.complete(0, ("branch", hope.id))
        assert work.say(0) == {"Hope": N, "Light": N, "Fear": MISSING}

    def test_rejected_shown_and_unsure_are_told_apart(self, work: Work) -> None:
        work.make("Work", "Money")
        hash_ = work.suggest(0, "Hope", "Fear", "Work")
        work.decide(0, "reject", set=hash_, rank=0, code=work.code("Hope").id)
        work.decide(0, "unsure", set=hash_, rank=1)
        work.complete(0)
        assert work.say(0) == {"Hope": R, "Fear": UNSURE, "Work": S, "Money": N}

    def test_the_last_verdict_on_a_suggestion_holds(self, work: Work) -> None:
        hash_ = work.suggest(0, "Hope")
        hope = work.code("Hope").id
        work.decide(0, "reject", set=hash_, rank=0, code=hope)
        work.decide(0, "accept", set=hash_, rank=0, code=hope, range=list(PLACES[0]))
        work.complete(0)
        assert work.say(0)["Hope"] == A

    def test_no_code_fits_is_explicit_on_every_code(self, work: Work) -> None:
        work.decide(0, "no_code")
        work.complete(0)
        assert work.say(0) == {"Hope": R, "Fear": R}

    def test_a_coding_over_several_segments_speaks_for_each_of_them(self, work: Work) -> None:
        work.apply(0, "Hope", (0, 27))
        for segment in range(3):
            work.complete(segment)
        assert [work.say(segment)["Hope"] for segment in range(3)] == [A, A, N]

    def test_a_coding_that_lost_its_words_is_open(self, work: Work) -> None:
        work.apply(0, "Hope", (0, 3))
        work.complete(0)
        correct(work.study, work.coder, list_documents(work.study)[0], edits=[(0, 4, "")])
        assert work.say(0)["Hope"] == OPEN
        assert work.stale() == {0: {"Hope": OPEN}}

    def test_an_undone_completion_is_none(self, work: Work) -> None:
        work.undo(work.complete(0))
        assert work.say(0) == {"Hope": MISSING, "Fear": MISSING}


class TestCarryRules:
    @pytest.fixture(autouse=True)
    def completed(self, work: Work) -> None:
        """Segment 0 has Hope, segment 1 has Fear, 2 has both, 3 has neither."""
        for segment, name in ((0, "Hope"), (1, "Fear"), (2, "Hope"), (2, "Fear")):
            work.apply(segment, name)
        for segment in range(4):
            work.complete(segment)

    def column(self, work: Work, name: str) -> list[Answer]:
        return [work.say(segment)[name] for segment in range(4)]

    def test_nothing_is_stale_while_the_tree_stays(self, work: Work) -> None:
        assert work.stale() == {}

    def test_a_new_code_is_missing_on_all_that_was_completed_before(self, work: Work) -> None:
        work.make("New")
        assert self.column(work, "New") == [MISSING] * 4
        assert self.column(work, "Hope") == [A, N, A, N]
        assert work.stale() == {segment: {"New": MISSING} for segment in range(4)}

    def test_a_redefined_code_is_stale_positives_and_negatives(self, work: Work) -> None:
        codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        assert self.column(work, "Hope") == [STALE] * 4
        assert self.column(work, "Fear") == [N, A, A, N]
        assert work.stale() == {segment: {"Hope": STALE} for segment in range(4)}

    def test_reading_again_makes_a_redefined_code_an_answer(self, work: Work) -> None:
        codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        work.complete(0)
        work.complete(1)
        assert self.column(work, "Hope") == [A, N, STALE, STALE]
        assert set(work.stale()) == {2, 3}

    def test_applying_a_redefined_code_is_an_answer_before_the_rest_is_read(self, work: Work) -> None:
        codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        work.apply(3, "Hope")
        assert work.say(3)["Hope"] == A
        assert set(work.stale()) == {0, 1, 2}

    def test_merged_is_positive_if_either_was_and_negative_only_if_both_were(self, work: Work) -> None:
        codes.merge_codes(work.study, work.coder, work.code("Hope"), work.code("Fear"))
        assert self.column(work, "Fear") == [A, A, A, N]
        assert work.stale() == {}

    def test_merging_what_was_never_read_leaves_the_negatives_missing(self, work: Work) -> None:
        work.make("New")
        codes.merge_codes(work.study, work.coder, work.code("New"), work.code("Hope"))
        assert self.column(work, "Hope") == [A, MISSING, A, MISSING]
        assert work.stale() == {1: {"Hope": MISSING}, 3: {"Hope": MISSING}}

    def test_split_passes_negatives_down_and_leaves_positives_open(self, work: Work) -> None:
        codes.split_code(work.study, work.coder, work.code("Hope"), [Wording("Own"), Wording("Lent")])
        for part in ("Own", "Lent"):
            assert self.column(work, part) == [OPEN, N, OPEN, N]
        assert work.stale() == {segment: {"Own": OPEN, "Lent": OPEN} for segment in (0, 2)}

    def test_deciding_on_a_part_and_completing_closes_a_split(self, work: Work) -> None:
        codes.split_code(work.study, work.coder, work.code("Hope"), [Wording("Own"), Wording("Lent")])
        work.apply(0, "Lent")
        work.complete(0)
        assert (work.say(0)["Own"], work.say(0)["Lent"]) == (N, A)
        assert set(work.stale()) == {2}

    def test_completing_without_deciding_leaves_a_split_positive_open(self, work: Work) -> None:
        codes.split_code(work.study, work.coder, work.code("Hope"), [Wording("Own"), Wording("Lent")])
        work.complete(0)
        assert (work.say(0)["Own"], work.say(0)["Lent"]) == (OPEN, OPEN)

    def test_moved_is_carried(self, work: Work) -> None:
        codes.move(work.study, work.coder, work.code("Hope"), work.code("Fear"))
        assert self.column(work, "Hope") == [A, N, A, N]
        assert work.stale() == {}

    def test_renamed_is_carried(self, work: Work) -> None:
        codes.reword(work.study, work.coder, work.code("Hope"), Wording("Light"), meaning=False)
        assert self.column(work, "Light") == [A, N, A, N]
        assert work.stale() == {}

    def test_retired_is_left_out(self, work: Work) -> None:
        codes.retire(work.study, work.coder, work.code("Hope"))
        assert work.say(0) == {"Fear": N}
        assert work.stale() == {}

    def test_a_change_undone_before_anything_was_read_under_it_leaves_no_trace(self, work: Work) -> None:
        entry = codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        work.undo(entry)
        assert self.column(work, "Hope") == [A, N, A, N]
        assert work.stale() == {}

    def test_what_was_completed_under_a_change_undone_since_is_stale(self, work: Work) -> None:
        entry = codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        work.complete(0)
        work.undo(entry)
        assert self.column(work, "Hope") == [STALE, N, A, N]
        assert work.stale() == {0: {"Hope": STALE}}

    def test_what_is_read_again_after_the_undo_is_an_answer(self, work: Work) -> None:
        entry = codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        work.complete(0)
        work.undo(entry)
        work.complete(0)
        assert self.column(work, "Hope") == [A, N, A, N]
        assert work.stale() == {}

    def test_a_change_brought_back_makes_stale_what_was_read_in_between(self, work: Work) -> None:
        entry = codes.reword(work.study, work.coder, work.code("Hope"), Wording("Hope", "other"), meaning=True)
        work.complete(0)
        undone = work.undo(entry)
        work.complete(1)
        work.undo(undone)
        assert self.column(work, "Hope") == [A, STALE, STALE, STALE]

    def test_an_undone_merge_is_stale_where_it_had_been_seen(self, work: Work) -> None:
        entry = codes.merge_codes(work.study, work.coder, work.code("Hope"), work.code("Fear"))
        work.complete(0)
        work.undo(entry)
        assert work.say(0) == {"Hope": STALE, "Fear": STALE}
        assert work.say(1) == {"Hope": N, "Fear": A}

    def test_a_code_taken_back_by_undo_is_no_more(self, work: Work) -> None:
        work.make("New")
        entry = tree_history.history(work.study)[-1].entry
        work.undo(entry)
        assert work.stale() == {}
        assert "New" not in work.say(0)

    def test_changes_follow_one_another(self, work: Work) -> None:
        codes.split_code(work.study, work.coder, work.code("Hope"), [Wording("Own"), Wording("Lent")])
        codes.merge_codes(work.study, work.coder, work.code("Own"), work.code("Fear"))
        codes.reword(work.study, work.coder, work.code("Lent"), Wording("Lent", "other"), meaning=True)
        assert self.column(work, "Fear") == [OPEN, A, A, N]
        assert self.column(work, "Lent") == [STALE] * 4


def test_one_segment_and_all_at_once_give_the_same(work: Work) -> None:
    work.apply(0, "Hope", (0, 40))
    work.complete(0)
    work.make("New")
    work.complete(1)
    codes.split_code(work.study, work.coder, work.code("Hope"), [Wording("Own"), Wording("Lent")])
    work.complete(2)
    at_once = dict(AnswerReader(work.study).completed(work.round, work.coder))
    one_by_one = {n: answers(work.study, work.round, work.coder, n) for n in at_once}
    assert at_once == one_by_one
    assert len(at_once) == 3


def test_the_carry_is_worked_out_once_for_segments_completed_alike(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"line {n:04d}" for n in range(300)]
    segments = [NewSegment(n * 10, n * 10 + 9) for n in range(300)]
    document = add_documents(work.study, work.coder, [NewDocument("PU", "\n".join(lines), "line", segments)])[0]
    with work.study.write(work.coder) as writer:
        for n in range(300):
            unit = {"round": work.round, "coder": work.coder, "segment": f"{document}.{n}", "ref": None}
            writer.append("completed", {**unit, "scope": ["all", None], "tree": None, "end_seen": None})
    work.make("New")
    calls = []
    real = Carrier.carry
    monkeypatch.setattr(Carrier, "carry", lambda *given: calls.append(1) or real(*given))
    assert len(stale(work.study)) == 300
    assert len(calls) == 1


def test_the_worklist_is_limited_to_a_coder_and_to_codes(work: Work) -> None:
    work.complete(0)
    work.make("New", "Newer")
    assert stale(work.study, coder=ensure_coder(work.study, "ben")) == []
    only = stale(work.study, codes={work.code("Newer").id})
    assert [[code for code, _ in unit.codes] for unit in only] == [[work.code("Newer").id]]
