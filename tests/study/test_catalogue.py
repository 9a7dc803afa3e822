"""The list of documents, the roles in one of them, and a transcript read in parts."""

from __future__ import annotations

from typing import Any

import pytest

from suggest.errors import BadInput
from suggest.study import correcting, documents
from suggest.study.catalogue import Speaking, catalogue, ordinals_between, ordinals_of, speaking
from suggest.study.correction_preview import preview_correction
from suggest.study.documents import document_text, find_document, get_document
from suggest.study.segments import segments
from suggest.study.transcript import Hit, TranscriptReader


@pytest.fixture
def told(work: Any, tools: Any) -> Any:
    """BU and PU of twelve turns: the first and the eleventh are the moderator's."""
    work.code("Support")
    work.code("Doubt")
    work.add(tools.numbered_talk("BU", 12), tools.numbered_talk("PU", 12))
    return work


class TestTheList:
    def test_all_that_a_list_shows_comes_at_once(self, told: Any) -> None:
        bu = find_document(told.study, "BU")
        documents.set_consent(told.study, told.anna, bu, None, "no_quote", True)
        documents.set_consent(told.study, told.anna, bu, "R1", "exclude", True)
        first, second = catalogue(told.study)
        assert (first.label, first.first, first.count, first.data) == ("BU", 0, 12, 10)
        assert first.attributes == {"site": "site of BU"}
        assert first.flags == ((None, "no_quote"), (1, "exclude"))
        assert (second.label, second.first, second.flags) == ("PU", 12, ())

    def test_withdrawn_documents_are_left_out(self, told: Any) -> None:
        told.erase("BU")
        assert [item.label for item in catalogue(told.study)] == ["PU"]

    def test_roles_by_speaker_with_what_nobody_said(self, work: Any, tools: Any) -> None:
        work.add(tools.talk("BU", [("I", "so"), ("R1", "well"), ("R1", "yes")]))
        document = find_document(work.study, "BU")
        documents.set_role(work.study, work.anna, document, "other", ordinals=[2])
        assert speaking(work.study, document.id) == [Speaking(0, "I", 0, 1, 0), Speaking(1, "R1", 1, 0, 1)]

    def test_segments_by_speaker_and_by_paragraph(self, told: Any) -> None:
        id_ = told.documents["PU"]
        assert ordinals_of(told.study, id_, speaker=0) == [0, 10]
        assert ordinals_of(told.study, id_, nobody=True) == []
        assert ordinals_between(told.study, id_, 2, 4) == [1, 2, 3]
        assert ordinals_between(told.study, id_, 1, 12, speaker=0) == [0, 10]


class TestATranscriptInParts:
    def reader(self, told: Any) -> TranscriptReader:
        return TranscriptReader(told.study, told.documents["PU"])

    def test_turns_by_their_ordinal(self, told: Any) -> None:
        reader = self.reader(told)
        assert [turn.cite for turn in reader.turns(2, 3)] == ["PU 3", "PU 4", "PU 5"]
        assert [turn.cite for turn in reader.turns(11, 50)] == ["PU 12"]
        assert reader.turns(12, 5) == []

    def test_a_paragraph_by_its_number(self, told: Any) -> None:
        reader = self.reader(told)
        assert (reader.paragraph(7), reader.paragraph(99), reader.last_paragraph()) == (6, None, 12)

    def test_words_from_a_place_on_and_round_the_end(self, told: Any) -> None:
        reader = self.reader(told)
        text = document_text(told.study, told.documents["PU"])
        here = text.index("PUw3x4")
        assert reader.find("puw3X4", 0) == Hit(3, here, here + 6)
        assert reader.find("PUw3x4   PUw3x5", here + 1) == Hit(3, here, here + 13)
        assert reader.find("nowhere", 0) is None
        assert reader.find("  ", 0) is None

    def test_backwards_the_nearest_one_before(self, told: Any) -> None:
        reader = self.reader(told)
        text = document_text(told.study, told.documents["PU"])
        hit = reader.find("x8", text.index("PUw5x0"), backwards=True)
        assert hit is not None
        assert hit.ordinal == 4
        first = reader.find("x8", 0, backwards=True)
        assert first is not None
        assert first.ordinal == 11

    def test_what_no_segment_holds_is_not_found(self, told: Any) -> None:
        assert self.reader(told).find("R1:", 0) is None

    def test_after_a_correction_the_new_words_are_found(self, told: Any) -> None:
        reader = self.reader(told)
        assert reader.find("PUw3x4", 0) is not None
        document = find_document(told.study, "PU")
        text = document_text(told.study, document.id)
        correcting.correct(told.study, told.anna, document, after=text.replace("PUw3x4", "elsewhere"))
        reader.refresh()
        assert reader.find("PUw3x4", 0) is None
        found = reader.find("elsewhere", 0)
        assert found is not None
        assert [turn.text[:6] for turn in reader.turns(found.ordinal, 1)] == ["PUw3x0"]


class TestTheCorrectionForeseen:
    def coded(self, told: Any) -> Any:
        """anna on the whole of turn 2, bo on one word of turn 3, anna on turn 5."""
        turns = [*segments(told.study, told.documents["BU"])]
        told.decide(told.anna, 1, "add", told.codes["Support"])
        told.decide(told.bo, 2, "add", told.codes["Doubt"], [turns[2].start, turns[2].start + 6])
        told.decide(told.anna, 4, "add", told.codes["Doubt"])
        return turns

    def test_it_tells_what_keeps_its_words_what_changes_and_what_would_be_lost(self, told: Any) -> None:
        turns = self.coded(told)
        document = find_document(told.study, "BU")
        edits = [(turns[1].start, turns[1].start + 6, "Indeed"), (turns[2].start, turns[2].start + 7, "")]
        seen = preview_correction(told.study, document, edits=edits)
        assert [(item.coding.coder, item.lost) for item in seen.moved] == [(told.anna, False), (told.bo, True)]
        assert seen.moved[0].before.startswith("BUw1x0 BUw1x1")
        assert seen.moved[0].after.startswith("Indeed BUw1x1")
        assert seen.kept == {told.anna: 1}
        assert seen.emptied == ()

    def test_it_foresees_what_the_correction_then_does(self, told: Any) -> None:
        self.coded(told)
        document = find_document(told.study, "BU")
        text = document_text(told.study, document.id)
        after = text.replace("BUw2x0 ", "").replace("BUw1x0", "first")
        seen = preview_correction(told.study, document, after=after)
        done = correcting.correct(told.study, told.anna, document, after=after)
        assert [item.coding.entry for item in seen.lost] == [entry for entry, _ in done.lost]
        assert seen.length == get_document(told.study, document.id).length

    def test_it_names_segments_that_would_have_no_word_left(self, told: Any) -> None:
        turns = self.coded(told)
        document = find_document(told.study, "BU")
        seen = preview_correction(told.study, document, edits=[(turns[3].start, turns[3].end, "")])
        assert seen.emptied == (3,)

    def test_it_stores_nothing_and_refuses_what_changes_nothing(self, told: Any) -> None:
        document = find_document(told.study, "BU")
        with pytest.raises(BadInput, match="the same as before"):
            preview_correction(told.study, document, after=document_text(told.study, document.id))
        assert get_document(told.study, document.id).version == 0

    def test_edits_of_a_text_that_was_corrected_meanwhile_are_refused(self, told: Any) -> None:
        old = find_document(told.study, "BU")
        turns = self.coded(told)
        correcting.correct(told.study, told.bo, old, edits=[(turns[0].start, turns[0].start + 6, "So")])
        with pytest.raises(BadInput, match="corrected in the meantime"):
            correcting.correct(told.study, told.anna, old, edits=[(turns[1].start, turns[1].start + 6, "Yes")])
