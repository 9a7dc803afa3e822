"""A study goes out as a project and comes back: the same documents, codes, codings, coders, ranges, memos."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, make_desk
from hypothesis import given, settings
from hypothesis import strategies as st
from refi_files import held

from suggest.errors import BadInput
from suggest.exchange.bring_in import Wish
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.refi.project_in import read_project
from suggest.exchange.refi.project_out import write_project
from suggest.exchange.refi.project_stored import bring_project_in
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording
from suggest.study.documents import document_text, get_document, list_documents, set_consent
from suggest.study.people import ensure_coder
from suggest.study.project_import import NewMemo, Project, ProjectDocument, RangeCoding, import_project
from suggest.study.rounds import rounds
from suggest.study.settling import settle
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify

SAID = st.text(
    st.one_of(
        st.sampled_from("ab \n\r\t<>&\"'é😀👨\u200d\u2028\u0301=+-@"),
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    ),
    min_size=1,
    max_size=12,
).filter(str.strip)
NAME = SAID.map(lambda text: " ".join(text.replace(",", ";").split())).filter(bool)
TALK = (
    st.lists(
        st.text(st.sampled_from("ab .é😀👩🏽\u200d\x0b\x1b\u0085\ufeff&<"), min_size=1, max_size=9),
        min_size=1,
        max_size=6,
    )
    .map("\n".join)
    .filter(str.strip)
)
CODERS = st.sampled_from(["anna", "ben", "Ån & Co", "model: x (secondcoder)"])


@st.composite
def projects(draw: Any) -> Project:
    """A study's worth of everything, made of what breaks things."""
    names = draw(st.lists(NAME, min_size=1, max_size=5, unique_by=lambda name: " ".join(name.casefold().split())))
    codes = []
    for n, name in enumerate(names):
        parent = draw(st.sampled_from([None, *(str(k) for k in range(n))]))
        examples = tuple(draw(st.lists(SAID, max_size=2)))
        external = f"x{n}" if draw(st.booleans()) else None
        color = draw(st.sampled_from([None, "#00ff7f"]))
        words = Wording(name, draw(st.just("") | SAID), draw(st.just("") | SAID), "", examples, external, color)
        codes.append(NewCode(str(n), words, parent))
    types = st.sampled_from([None, "analytic", "query"])
    memos = st.lists(st.builds(NewMemo, CODERS, SAID, types), max_size=2).map(tuple)
    documents = [draw(_documents(str(n), names, memos)) for n in range(draw(st.integers(1, 3)))]
    said = {"0": draw(memos)} if draw(st.booleans()) else {}
    return Project("import", documents, codes, said, draw(memos))


@st.composite
def _documents(draw: Any, label: str, codes: list[str], memos: Any) -> ProjectDocument:
    text, segments, at = draw(TALK), [], 0
    for n, line in enumerate(text.split("\n"), 1):
        if line:
            speaker = draw(st.sampled_from([None, "R1", "Ana María"]))
            role = draw(st.sampled_from(["data", "prompt", "other"]))
            attributes = (("mood", "x"),) if draw(st.booleans()) else ()
            segments.append(
                NewSegment(at, at + len(line), role, speaker, n + 50, n + 51, f"{label}-{n}", 1000, None, attributes)
            )
        at += len(line) + 1
    codings: dict[Any, RangeCoding] = {}
    for _ in range(draw(st.integers(0, 6)) if segments else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        key = (draw(CODERS), str(draw(st.integers(0, len(codes) - 1))), start, end)
        at_ = draw(st.sampled_from([None, 1_700_000_040]))
        codings[key] = RangeCoding(*key, at_, tuple(dict.fromkeys(draw(memos))))
    spots = [(segments[0].start, memo) for memo in draw(memos)] if segments else []
    consent = draw(st.sampled_from([(), ((None, "no_quote"),), (("R1", "local_only"), (None, "local_only"))]))
    consent = [item for item in consent if item[0] is None or any(one.speaker == item[0] for one in segments)]
    attributes = {"site": draw(SAID)} if draw(st.booleans()) else {}
    new = NewDocument(f"{label} é", text, "line", segments, attributes)
    return ProjectDocument(new, None, [*codings.values()], draw(memos), spots, consent)


@contextmanager
def fresh(path: Path) -> Iterator[Study]:
    with Study.create(path, "T", "anna", FixedSources()) as study:
        yield study


def there_and_back(study: Study, folder: Path) -> dict[str, Any]:
    write_project(study, folder / "out.qdpx", OutOptions())
    with fresh(folder / "back.db") as back:
        project = read_project(folder / "out.qdpx", Wish())
        bring_project_in(back, ensure_coder(back, "anna"), project)
        assert not project.untaken
        assert all("on screen" in notice for notice in project.notices)
        assert verify(back).ok
        return held(back)


@settings(max_examples=12)
@given(projects())
def test_what_went_out_comes_back_the_same(tmp_path_factory: pytest.TempPathFactory, project: Project) -> None:
    folder = tmp_path_factory.mktemp("trip")
    with fresh(folder / "study.db") as study:
        import_project(study, ensure_coder(study, "anna"), project)
        before = held(study)
        after = there_and_back(study, folder)
    for part in before:
        if part == "codings":  # where no time is on record, the time of the import stands
            known = {key[:5] for key in before[part] if key[5] == "2023-11-14T22:14:00Z"}
            assert {key[:5] for key in after[part] if key[5] == "2023-11-14T22:14:00Z"} >= known
            assert {key[:5] for key in after[part]} == {key[:5] for key in before[part]}
        else:
            assert after[part] == before[part]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A study in which suggestions were accepted, edited and rejected."""
    desk = make_desk(tmp_path / "study.db", sizes=(12,), core="0", arm="0")
    desk.suggest_everywhere(fitting=2)
    first, second, third, fourth = desk.ids()[:4]
    for segment, action, more in (
        (first, "accept", {}),
        (second, "edit", {"code": desk.codes["Doubts/Money"], "reason": "nearer"}),
        (third, "reject", {"reason": "no"}),
    ):
        id_ = desk.line(segment)["suggestions"][0]["id"]
        desk.done(action, segment, suggestion=id_, **more)
    desk.line(fourth)
    desk.done(
        "add", fourth, code=desk.codes["Setting"], range=[desk.line(fourth)["start"], desk.line(fourth)["start"] + 4]
    )
    desk.done("memo", fourth, text="think & <wait>")
    yield desk
    desk.study.close()


def test_decisions_come_back_as_codings_of_whoever_decided(desk: Desk, tmp_path: Path) -> None:
    before = held(desk.study)
    after = there_and_back(desk.study, tmp_path)
    assert {key[:5] for key in after["codings"]} == {key[:5] for key in before["codings"]}
    assert len(after["codings"]) == 3
    # How each came about comes back as a memo on it, by the model where one had a part in it.
    notes = sorted((who, text.split("\n")[0]) for (about, _, who, text) in after["memos"] if about == "coding")
    assert notes == [
        ("anna", "Second Coder: added by hand"),
        ("model: lexical (secondcoder)", "Second Coder: accepted a suggestion"),
        ("model: lexical (secondcoder)", "Second Coder: edited a suggestion"),
    ]
    assert ("segment", "anna", "think & <wait>") in {(about, who, text) for (about, _, who, text) in after["memos"]}


def test_a_second_trip_changes_nothing_more(desk: Desk, tmp_path: Path) -> None:
    once = there_and_back(desk.study, tmp_path)
    (tmp_path / "again").mkdir()
    with Study.open(tmp_path / "back.db") as back:
        twice = there_and_back(back, tmp_path / "again")
    assert twice == once


def answered(study: Study) -> set[tuple[str, int]]:
    """(coder, segment) of what was completed."""
    rows = study.db.execute("SELECT c.name, u.segment FROM unit u JOIN coder c USING (coder) WHERE u.completed NOTNULL")
    return {(study.contents.text(name), number) for name, number in rows}


def test_what_was_read_and_given_no_code_comes_home(desk: Desk, tmp_path: Path) -> None:
    for segment in desk.ids()[4:7]:
        desk.line(segment)
        desk.done("complete", segment)
    desk.line(desk.ids()[7], "ben")
    desk.done("complete", desk.ids()[7], "ben")
    settle(desk.study, desk.anna, rounds(desk.study)[0], desk.ids()[8], [], [desk.anna])
    assert len(answered(desk.study)) >= 4
    write_project(desk.study, tmp_path / "out.qdpx", OutOptions())
    with fresh(tmp_path / "back.db") as back:
        project = read_project(tmp_path / "out.qdpx", Wish())
        bring_project_in(back, ensure_coder(back, "anna"), project)
        assert answered(back) >= answered(desk.study)
        assert {coder for coder, _ in answered(back)} == {"anna", "ben", "consensus"}
        with pytest.raises(BadInput, match="in the study already"):
            bring_project_in(back, ensure_coder(back, "anna"), project)
    assert "the audit keeps their answers there apart from blind ones" in " ".join(project.notices)


@pytest.mark.parametrize("unit", ["turn", "sentence"])
def test_a_colleagues_answers_reach_the_text_that_is_here_if_its_segments_are_the_same(
    desk: Desk, tmp_path: Path, unit: str
) -> None:
    desk.line(desk.ids()[7], "ben")
    desk.done("complete", desk.ids()[7], "ben")
    write_project(desk.study, tmp_path / "out.qdpx", OutOptions())
    with fresh(tmp_path / "back.db") as back:
        one, *others = [NewSegment(*span) for span in desk.study.db.execute('SELECT start, "end" FROM segment')]
        text = document_text(desk.study, desk.documents[0])
        add_documents(back, ensure_coder(back, "anna"), [
            NewDocument("here", text, unit, [one, *others] if unit == "turn" else [NewSegment(0, len(text))])
        ])  # fmt: skip
        done = bring_project_in(back, ensure_coder(back, "anna"), read_project(tmp_path / "out.qdpx", Wish()))
        assert ("ben" in {coder for coder, _ in answered(back)}) == (unit == "turn")
        assert ("other segments" in " ".join(done.notices)) == (unit == "sentence")


def came_home(desk: Desk, tmp_path: Path, change: Callable[[str, bytes], bytes | None]) -> tuple[list[Any], str]:
    """The consent of the document after another program changed entries of the project, and what was said."""
    write_project(desk.study, tmp_path / "out.qdpx", OutOptions())
    with zipfile.ZipFile(tmp_path / "out.qdpx") as old, zipfile.ZipFile(tmp_path / "new.qdpx", "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    with fresh(tmp_path / "back.db") as back:
        project = read_project(tmp_path / "new.qdpx", Wish())
        bring_project_in(back, ensure_coder(back, "anna"), project)
        return sorted(list_documents(back)[0].consent, key=repr), " ".join(project.notices)


@pytest.fixture
def with_consent(desk: Desk) -> Desk:
    document = get_document(desk.study, desk.documents[0])
    for speaker, flag in ((None, "local_only"), ("R1", "no_quote"), ("R2", "exclude")):
        set_consent(desk.study, desk.anna, document, speaker, flag, True)
    return desk


def test_consent_comes_home_with_a_text_that_was_changed(with_consent: Desk, tmp_path: Path) -> None:
    def put_right(name: str, content: bytes) -> bytes:
        return re.sub(rb"D0 turn \d+:", lambda found: b"R1:" if found[0][-2] % 2 else b"I:", content)

    consent, said = came_home(with_consent, tmp_path, put_right)
    assert consent == [("R1", "no_quote"), (None, "exclude"), (None, "local_only")]
    assert "R2 cannot be told apart any more, so what held for them holds for all" in said


def test_consent_that_is_gone_is_told(with_consent: Desk, tmp_path: Path) -> None:
    def dropped(name: str, content: bytes) -> bytes | None:
        return None if name.startswith("secondcoder/") else content.replace(b'origin="Second Coder', b'origin="Other')

    consent, said = came_home(with_consent, tmp_path, dropped)
    assert consent == []
    assert "set consent anew" in said
    assert "those codings count as blind, though they may have been" in said


def test_exported_twice_the_file_is_the_same_to_the_byte(desk: Desk, tmp_path: Path) -> None:
    from suggest.study.exports import export_file

    for name in ("one.qdpx", "two.qdpx"):
        export_file(desk.study, desk.anna, tmp_path / name, lambda part: write_project(desk.study, part, OutOptions()))
    assert (tmp_path / "one.qdpx").read_bytes() == (tmp_path / "two.qdpx").read_bytes()
