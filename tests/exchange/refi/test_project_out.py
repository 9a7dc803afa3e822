"""What a project says: valid, complete, under the right names, without what was rejected or must stay."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from desk import Desk, make_desk

from suggest.audit.material import SHOWN
from suggest.audit.reading import Choice, read_material
from suggest.errors import BadInput
from suggest.exchange.bring_in import Wish
from suggest.exchange.outgoing import Outcome, OutOptions
from suggest.exchange.refi.codebook_out import write_codebook
from suggest.exchange.refi.project_in import read_project
from suggest.exchange.refi.project_out import LOG_NAME, write_project
from suggest.exchange.refi.project_stored import bring_project_in
from suggest.exchange.refi.xml_in import read_xml
from suggest.study.codes import NewCode, Wording, add_codes, find_code, read_codes, retire
from suggest.study.documents import describe, document_text, get_document, set_consent
from suggest.study.people import coders, ensure_coder
from suggest.study.rounds import open_round, rounds
from suggest.study.segments import segments as stored
from suggest.study.settling import settle
from suggest.study.study import Study

NS = "{urn:QDA-XML:project:1.0}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two documents; one suggestion was accepted, one edited, two rejected; anna and ben coded the same words."""
    desk = make_desk(tmp_path / "study.db", sizes=(12, 12), core="0", arm="0", peers="shown")
    desk.suggest_everywhere(fitting=2)
    ids = desk.ids()
    for segment, action in zip(ids, ("accept", "reject", "reject", "edit"), strict=False):
        more = {"code": desk.codes["Doubts"], "reason": "see <R1> & me"} if action == "edit" else {}
        desk.done(action, segment, suggestion=desk.line(segment)["suggestions"][0]["id"], **more)
    for coder in ("anna", "ben"):
        desk.line(ids[5], coder)
        desk.apply(ids[5], "Setting/Place", coder)
    yield desk
    desk.study.close()


class Out:
    """A project that was written, opened."""

    def __init__(self, study: Study, path: Path, *, pseudonyms: bool = False) -> None:
        self.outcome: Outcome = write_project(study, path, OutOptions(pseudonyms))
        self.archive = zipfile.ZipFile(path)
        self.xml = self.archive.read("project.qde")
        self.root = ElementTree.fromstring(self.xml)

    def all(self, name: str) -> list[ElementTree.Element]:
        return list(self.root.iter(NS + name))

    def users(self) -> dict[str, str]:
        return {user.get("guid", ""): user.get("name", "") for user in self.all("User")}

    def notes(self) -> dict[str, tuple[str, str]]:
        users = self.users()
        return {
            note.get("guid", ""): (users[note.get("creatingUser", "")], note.findtext(NS + "PlainTextContent") or "")
            for note in self.all("Note")
        }

    def text(self, guid: str) -> str:
        return self.archive.read(f"sources/{guid}.txt").decode("utf-8")


@pytest.fixture
def out(desk: Desk, tmp_path: Path) -> Callable[..., Out]:
    return lambda **given: Out(desk.study, tmp_path / "out.qdpx", **given)


def test_the_file_keeps_to_the_standard(out: Callable[..., Out]) -> None:
    assert read_xml(BytesIO(out().xml), "project.qde").warnings == []


def test_the_official_schema_finds_nothing(out: Callable[..., Out], shared: Path, desk: Desk, tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    for name, xml in (("Project", out().xml), ("Codebook", _codebook(desk.study, tmp_path))):
        schema = etree.XMLSchema(etree.parse(str(shared / "data" / "refi" / "refi-tools" / f"{name}.xsd")))
        schema.assertValid(etree.fromstring(xml))


def _codebook(study: Study, folder: Path) -> bytes:
    write_codebook(study, folder / "out.qdc", OutOptions())
    return (folder / "out.qdc").read_bytes()


def test_an_empty_study_is_a_valid_project_too(tmp_path: Path, shared: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    with Study.create(tmp_path / "s.db", "T", "anna") as study:
        xml = Out(study, tmp_path / "out.qdpx").xml
        with pytest.raises(BadInput, match="empty"):
            write_codebook(study, tmp_path / "c.qdc", OutOptions())
    schema = etree.XMLSchema(etree.parse(str(shared / "data" / "refi" / "refi-tools" / "Project.xsd")))
    schema.assertValid(etree.fromstring(xml))


def test_texts_have_no_mark_and_selections_name_their_words(out: Callable[..., Out], desk: Desk) -> None:
    made = out()
    for source in made.all("TextSource")[:-1]:
        text = made.text(source.get("guid", ""))
        assert source.get("plainTextPath") == f"internal://{source.get('guid')}.txt"
        assert not text.startswith("\ufeff")
        for selection in source.findall(NS + "PlainTextSelection"):
            start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
            assert selection.get("name") == text[start:end]
    assert made.text(made.all("TextSource")[0].get("guid", "")) == document_text(desk.study, desk.documents[0])


def test_each_coder_has_selections_of_their_own(out: Callable[..., Out]) -> None:
    made = out()
    users = made.users()
    both = [
        one for one in made.all("PlainTextSelection") if len(made.all("Coding")) and one.find(NS + "Coding") is not None
    ]
    spans: dict[tuple[str, str], set[str]] = {}
    for one in both:
        assert {coding.get("creatingUser") for coding in one.findall(NS + "Coding")} == {one.get("creatingUser")}
        place = (one.get("startPosition", ""), one.get("endPosition", ""))
        spans.setdefault(place, set()).add(users[one.get("creatingUser", "")])
    assert {"anna", "ben"} in spans.values()
    assert sum(name == "model: lexical (secondcoder)" for name in users.values()) == 1


def test_rejected_suggestions_are_counted_and_no_codings(out: Callable[..., Out]) -> None:
    made = out()
    assert len(made.all("Coding")) == made.outcome.counts["codings"] == 4
    said = made.root.findtext(NS + "Description") or ""
    assert "The 2 rejected suggestions are not among the codings" in said
    assert "accept 1, edit 1, reject 2" in said


def test_a_note_says_what_the_model_had_to_do_with_a_coding(out: Callable[..., Out]) -> None:
    notes = [text for who, text in out().notes().values() if who == "model: lexical (secondcoder)"]
    edited = next(text for text in notes if "edited" in text).split("\n")
    assert edited[0] == "Second Coder: edited a suggestion"
    said = dict(line.split(": ", 1) for line in edited)
    assert said["decided by"] == "anna"
    assert said["suggested code"] == "Support"
    assert said["confidence"] == "0.7 (rank)"
    assert said["prompt version"].startswith("none")
    assert said["suggestions seen before"] == "shown"
    assert said["reason"] == "see <R1> & me"
    assert said["decided at"].startswith("20")


def test_consensus_is_a_user_of_its_own(out: Callable[..., Out], desk: Desk) -> None:
    round_ = open_round(desk.study, desk.anna, "agreed", purpose="consensus")
    with desk.study.write(desk.anna) as writer:
        start, end = desk.study.db.execute('SELECT start, "end" FROM segment WHERE n = 7').fetchone()
        writer.append("decided", {
            "round": round_, "coder": desk.anna, "segment": f"{desk.documents[0]}.7", "action": "add", "set": None,
            "rank": None, "code": desk.codes["Doubts"], "range": [start, end], "reason": None, "ref": None,
        })  # fmt: skip
    made = out()
    users = made.users()
    by = [users[coding.get("creatingUser", "")] for coding in made.all("Coding")]
    assert by.count("consensus") == 1


def test_what_was_settled_stands_under_consensus_with_its_reason(out: Callable[..., Out], desk: Desk) -> None:
    (main, *_), segment = rounds(desk.study), f"{desk.documents[0]}.7"
    settle(desk.study, desk.anna, main, segment, [desk.codes["Doubts"]], [desk.anna], "it is about doubt")
    settle(desk.study, desk.anna, main, f"{desk.documents[0]}.9", [], [desk.anna])
    made = out()
    users = made.users()
    selections = [one for one in made.all("PlainTextSelection") if users[one.get("creatingUser", "")] == "consensus"]
    assert [len(one.findall(NS + "Coding")) for one in selections] == [1, 0]
    said = [text for user, text in made.notes().values() if user == "consensus"]
    assert any("agreed by: anna" in text and "reason: it is about doubt" in text for text in said)


def test_the_log_travels_inside_and_holds_no_word(out: Callable[..., Out], desk: Desk) -> None:
    made = out()
    source = made.all("TextSource")[-1]
    assert source.get("name") == LOG_NAME
    log = made.text(source.get("guid", ""))
    entries = [json.loads(line) for line in log.splitlines()]
    assert [entry["kind"] for entry in entries] == desk.kinds()
    for words in ("people said", "see <R1>", "anna", "Doubts"):
        assert words not in log


def test_pseudonyms_leave_no_name_of_a_coder_or_speaker_of_ours(out: Callable[..., Out]) -> None:
    made = out(pseudonyms=True)
    assert set(made.users().values()) == {"coder 1", "coder 2", "coder 3", "model: lexical (secondcoder)"}
    everything = b"".join(made.archive.read(name) for name in made.archive.namelist())
    for name in (b"anna", b'ben"', b'"R1"', b"lead"):
        assert name not in everything
    assert "speaker 1" in made.archive.read("secondcoder/study.jsonl").decode()


def test_what_consent_excludes_stays(out: Callable[..., Out], desk: Desk) -> None:
    one, two = (get_document(desk.study, id_) for id_ in desk.documents)
    set_consent(desk.study, desk.anna, one, None, "exclude", True)
    set_consent(desk.study, desk.anna, two, "R1", "exclude", True)
    set_consent(desk.study, desk.anna, two, None, "no_quote", True)
    made = out()
    assert [source.get("name") for source in made.all("TextSource")] == ["D1", LOG_NAME]
    text, whole = made.text(made.all("TextSource")[0].get("guid", "")), document_text(desk.study, two.id)
    assert len(text) == len(whole)
    assert "D1 turn 0" in text
    assert "turn 1:" not in text
    said = " ".join(made.outcome.notices)
    assert "Left out, since consent excludes them: D0." in said
    assert "D1: the words of excluded speakers are blocked out." in said
    assert "may not be quoted, in D1" in said


def test_nothing_written_about_excluded_speakers_goes_out(out: Callable[..., Out], desk: Desk) -> None:
    segments = desk.ids()
    document = get_document(desk.study, desk.documents[0])
    desk.done("memo", segments[0], text="she names her daughter")
    desk.done("memo", segments[1], text="a word on somebody else")
    (main, *_) = rounds(desk.study)
    settle(desk.study, desk.anna, main, segments[3], [desk.codes["Doubts"]], [desk.anna], "the daughter again")
    spoken = {one.id: one for one in stored(desk.study, document.id)}
    who = spoken[segments[3]].speaker
    assert who == spoken[segments[0]].speaker != spoken[segments[1]].speaker
    set_consent(desk.study, desk.anna, document, who, "exclude", True)
    made = out()
    everything = b"".join(made.archive.read(name) for name in made.archive.namelist())
    assert b"daughter" not in everything
    assert b"see &lt;R1&gt;" not in everything  # the reason of an edit
    assert b"somebody else" in everything
    own = made.archive.read("secondcoder/study.jsonl")
    assert b'"D0-1"' in own
    assert b'"D0-3"' not in own
    said = " ".join(made.outcome.notices)
    assert "about words of excluded speakers: 4 external ids and attributes, 1 memos, 2 reasons." in said
    assert "gone" not in said


def test_codings_with_a_retired_code_are_left_out_and_told(out: Callable[..., Out], desk: Desk) -> None:
    retire(desk.study, desk.anna, find_code(read_codes(desk.study), "Setting > Place"))
    made = out()
    assert len(made.all("Coding")) == 2
    assert any("2 codings have a code that is out of use" in notice for notice in made.outcome.notices)


def test_names_that_stand_twice_get_the_parents_before_them(out: Callable[..., Out], desk: Desk) -> None:
    parent = desk.codes["Doubts"]
    add_codes(desk.study, desk.anna, [NewCode("1", Wording("Trust"), parent), NewCode("2", Wording("Doubts"), parent)])
    names = [code.get("name") for code in out().all("Code")]
    assert len(names) == len(set(names))
    assert {"Support > Trust", "Doubts > Trust", "Doubts > Doubts", "Doubts"} <= set(names)


def test_attributes_are_variables_and_hostile_words_stay_words(out: Callable[..., Out], desk: Desk) -> None:
    document = get_document(desk.study, desk.documents[0])
    describe(desk.study, desk.anna, document, label="<D> & 'x' \"y\"", attributes={"=SUM(A1)": "a\x1b[31m\tb\n<c>"})
    made = out()
    assert made.all("Variable")[0].get("name") == "=SUM(A1)"
    assert made.all("TextValue")[0].text == "a\ufffd[31m\tb\n<c>"
    assert made.all("TextSource")[0].get("name") == "<D> & 'x' \"y\""


def test_a_coder_may_be_called_anything(out: Callable[..., Out], desk: Desk) -> None:
    ensure_coder(desk.study, '"><Coding x="')
    made: Any = out()
    assert '"><Coding x="' in made.users().values()


def test_who_still_codes_blind_is_warned(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "study.db", sizes=(40,), core="0.5", core_opening="0")
    desk.suggest_everywhere()
    desk.apply(desk.ids()[0], "Setting")
    blind = write_project(desk.study, tmp_path / "a.qdpx", OutOptions(actor=desk.anna)).notices
    assert any("yet to code blind" in notice for notice in blind)
    lead = ensure_coder(desk.study, "lead")
    assert write_project(desk.study, tmp_path / "b.qdpx", OutOptions(actor=lead)).notices == ()
    desk.study.close()


def test_reflexive_memos_stay_and_the_others_keep_their_type(out: Callable[..., Out], desk: Desk) -> None:
    first = desk.ids()[0]
    desk.done("memo", first, text="I was moved by this", type="reflexive")
    desk.done("memo", first, text="ask them who came", type="query")
    made = out()
    assert b"moved by this" not in made.xml
    assert [note.get("name") for note in made.all("Note") if "who came" in "".join(note.itertext())] == ["memo (query)"]
    assert "1 reflexive memos stay here" in " ".join(made.outcome.notices)


def test_answers_with_suggestions_on_screen_come_back_as_such_and_never_as_blind(
    out: Callable[..., Out], desk: Desk, tmp_path: Path
) -> None:
    desk.done("complete", desk.ids()[1])  # its suggestion was rejected; the other answers are not completed
    out()

    def units(study: Study, which: str) -> set[tuple[str, int]]:
        names = {coder.id: coder.name for coder in coders(study)}
        rows = study.db.execute(f"SELECT u.coder, u.segment FROM unit u WHERE u.actual = {which}").fetchall()
        return {(names[coder], number) for coder, number in rows}

    coded = "EXISTS (SELECT 1 FROM coding k WHERE k.coder = u.coder AND k.segment = u.segment)"
    answered = f"(u.completed IS NOT NULL OR {coded})"
    shown = units(desk.study, f"'shown' AND {answered}")
    assert len({name for name, _ in shown}) == 2 and len(shown) >= 4
    project = read_project(tmp_path / "out.qdpx", Wish())
    assert any("suggestions on screen" in notice for notice in project.notices)
    with Study.create(tmp_path / "back.db", "T", "anna") as back:
        bring_project_in(back, ensure_coder(back, "anna"), project)
        assert units(back, "'shown'") == shown
        assert not shown & units(back, "'blind'")
        raters = {rater.name: rater.exposure.tolist() for rater in read_material(back, Choice()).raters}
        for name in ("anna", "ben"):
            assert raters[name].count(SHOWN) == sum(one == name for one, _ in shown)
