"""Tables that leave the study: complete, typed, without a word that may not leave, and safe to open."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from leaving import Leaving, small, talk

from suggest.errors import BadInput, UsageError
from suggest.exchange.columns import CODES, COLUMNS, DOCUMENTS, RECORDS, TABLES, columns_of
from suggest.exchange.matrix import write_matrix
from suggest.exchange.outgoing import Outcome, OutOptions
from suggest.exchange.quotes import write_quotes
from suggest.exchange.report import write_report
from suggest.exchange.tables_out import write_csv, write_jsonl, write_xlsx
from suggest.exchange.workbook_out import Workbook
from suggest.study import rounds, settings
from suggest.study.exports import export_file
from suggest.study.study import Study

ROOT = Path(__file__).resolve().parents[2]
Write = Callable[[Study, Path, OutOptions], Outcome]


@pytest.fixture
def worked(study: Study) -> Leaving:
    """The small study with a run, decisions of two people, and one that was undone."""
    made = small(study)
    ben, run = made.person("ben"), made.run()
    one = made.suggest(run, "BU", 2, "Hope", "Trust", rationale="shares asked")
    made.suggest(run, "BU", 3, "Trust", rationale="SECRETWORDS in a rationale")
    made.suggest(run, "DS", 1)
    made.decide(made.anna, "BU", 2, "edit", "Trust", set_=one, rank=0, reason="rather this")
    made.decide(made.anna, "BU", 3, "add", "Trust", reason="since SECRETWORDS")
    made.complete(made.anna, "BU", 2)
    made.undo(ben, made.decide(ben, "DS", 3, "add", "Hope"))
    made.decide(ben, "DS", 3, "add", "Support")
    made.complete(ben, "DS", 3)
    return made


def rows_of(study: Study, path: Path, **options: Any) -> list[dict[str, str]]:
    write_csv(study, path, OutOptions(name=path.name, **options))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_long_table_holds_codings_suggestions_decisions_and_exposure(worked: Leaving, tmp_path: Path) -> None:
    rows = rows_of(worked.study, tmp_path / "all.csv")
    assert list(rows[0]) == [column.name for column in COLUMNS]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["record"]] = counts.get(row["record"], 0) + 1
    assert counts == {"coding": 3, "suggestion": 4, "decision": 6, "exposure": 3}


def test_an_edited_suggestion_goes_out_as_edited_and_with_what_was_suggested(worked: Leaving, tmp_path: Path) -> None:
    rows = rows_of(worked.study, tmp_path / "all.csv")
    edit = next(row for row in rows if row["action"] == "edit")
    assert (edit["code"], edit["code_suggested"], edit["code_path"]) == ("T", "S.1", "Trust")
    assert (edit["reason"], edit["rank"], edit["stands"]) == ("rather this", "1", "true")
    coding = next(row for row in rows if row["record"] == "coding" and row["origin"] == "edit")
    suggested = next(row for row in rows if row["record"] == "suggestion" and row["suggestion"] == edit["suggestion"])
    assert coding["suggestion"] == edit["suggestion"] and coding["code"] == "T" and suggested["code"] == "S.1"
    assert (suggested["fits"], suggested["confidence"], suggested["coder"]) == ("true", "0.9", "model:lexical")


def test_an_undone_decision_is_there_and_does_not_stand(worked: Leaving, tmp_path: Path) -> None:
    added = [row for row in rows_of(worked.study, tmp_path / "d.csv", table="decisions") if row["action"] == "add"]
    assert [(row["coder"], row["code"], row["stands"]) for row in added if row["document"] == "DS"] == [
        ("ben", "S.1", "false"), ("ben", "S", "true"),
    ]  # fmt: skip


def test_a_set_that_names_no_code_is_a_row_without_a_code(worked: Leaving, tmp_path: Path) -> None:
    rows = rows_of(worked.study, tmp_path / "s.csv", table="suggestions")
    empty = [row for row in rows if not row["code"]]
    assert [(row["cite"], row["fits"], row["rank"]) for row in empty] == [("DS 1", "false", "")]


def test_ranges_are_those_of_the_words_in_the_row(worked: Leaving, tmp_path: Path) -> None:
    coding = next(row for row in rows_of(worked.study, tmp_path / "c.csv", table="codings") if row["cite"] == "BU 2")
    assert coding["text"] == "It was hard at first, asked as I am."
    assert int(coding["end"]) - int(coding["start"]) == len(coding["text"])
    assert (coding["asked"], coding["completed"], coding["paragraph_from"]) == ("true", "true", "2")


WRITERS: dict[str, tuple[Write, str]] = {
    "csv": (write_csv, "o.csv"),
    "segments": (write_csv, "o.csv"),
    "jsonl": (write_jsonl, "o.jsonl"),
    "xlsx": (write_xlsx, "o.xlsx"),
    "quotes csv": (write_quotes, "o.csv"),
    "quotes xlsx": (write_quotes, "o.xlsx"),
    "quotes md": (write_quotes, "o.md"),
    "report html": (write_report, "o.html"),
    "report docx": (write_report, "o.docx"),
    "matrix": (write_matrix, "o.xlsx"),
}


@pytest.mark.parametrize("how", WRITERS)
def test_words_without_consent_leave_by_no_way(worked: Leaving, tmp_path: Path, how: str) -> None:
    worked.decide(worked.anna, "DS", 2, "add", "Hope")
    # One coding over three people's turns, of whom one said no.
    worked.decide(worked.anna, "BU", 2, "add", "Support", range_=[worked.range(worked.number("BU", 2))[0],
                                                                  worked.range(worked.number("BU", 5))[1]])  # fmt: skip
    write, name = WRITERS[how]
    table = "segments" if how == "segments" else None
    write(worked.study, tmp_path / name, OutOptions(name=name, table=table))
    found = content(tmp_path / name)
    assert "SECRETWORDS" not in found and "EXCLUDEDWORDS" not in found
    if how not in ("matrix",):
        assert "Then it got better unasked" in found or how in ("csv", "jsonl", "xlsx")


def content(path: Path) -> str:
    """All words of a file, unpacked."""
    import zipfile

    if path.suffix not in (".xlsx", ".docx"):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_what_is_withheld_says_why(worked: Leaving, tmp_path: Path) -> None:
    rows = rows_of(worked.study, tmp_path / "s.csv", table="segments")
    assert {row["cite"]: row["withheld"] for row in rows if row["withheld"]} == {"BU 3": "no_quote", "DS 2": "exclude"}
    outcome = write_csv(worked.study, tmp_path / "s.csv", OutOptions(table="segments"))
    assert outcome.notices[0].startswith("2 texts were left out: consent to quote is missing")


def test_with_pseudonyms_no_name_of_a_coder_or_speaker_goes_out(study: Study, tmp_path: Path) -> None:
    made = Leaving(study, small(study).anna)
    made.add(talk("PU", [("Wambui", "My friend Okello was there."), ("Okello", "I was.")]))
    made.codes = {}
    made.code("Friends")
    made.decide(made.anna, "PU", 2, "add", "Friends")
    options = OutOptions(pseudonyms=True)
    write_csv(study, tmp_path / "all.csv", options)
    assert not re.search("anna|Wambui|Okello", (tmp_path / "all.csv").read_text(encoding="utf-8"))
    told = write_csv(study, tmp_path / "s.csv", OutOptions(pseudonyms=True, table="segments")).notices
    assert any("A speaker's name stands in 1 text all the same" in notice for notice in told)


def test_without_text_no_word_of_anybody_goes_out(worked: Leaving, tmp_path: Path) -> None:
    write_jsonl(worked.study, tmp_path / "o.jsonl", OutOptions(words=False))
    found = content(tmp_path / "o.jsonl")
    assert not re.search("hard at first|spoke up|rather this|shares asked", found) and '"record": "coding"' in found


HOSTILE = ('=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2", "\tx", "#N/A", "a\x1b]52;c;x\x07b", "[/]<b>&amp;")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_cell_is_never_a_formula_and_reads_back(study: Study, tmp_path: Path, name: str) -> None:
    made = small(study)
    made.code(name)
    rows = rows_of(study, tmp_path / "c.csv", table="codes")
    cell = rows[-1]["name"]
    assert cell.removeprefix("'") == name and cell[0] not in "=+-@\t"
    write_xlsx(study, tmp_path / "c.xlsx", OutOptions(table="codes"))
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["codes"]
    last = sheet[sheet.max_row][[cell.value for cell in sheet[1]].index("name")]
    assert last.data_type == "s" and last.value.replace("␛", "\x1b").replace("␇", "\x07") == name
    write_jsonl(study, tmp_path / "c.jsonl", OutOptions(table="codes"))
    assert json.loads((tmp_path / "c.jsonl").read_text().splitlines()[-1])["name"] == name


def test_a_workbook_has_a_typed_sheet_for_each_table_and_explains_its_columns(worked: Leaving, tmp_path: Path) -> None:
    write_xlsx(worked.study, tmp_path / "o.xlsx", OutOptions())
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert book.sheetnames == ["codings", "suggestions", "decisions", "exposure", "codes", "documents", "columns"]
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    sheet = book["suggestions"]
    head = [cell.value for cell in sheet[1]]
    types = {name: sheet[2][head.index(name)].data_type for name in ("cite", "start", "confidence", "fits")}
    assert types == {"cite": "s", "start": "n", "confidence": "n", "fits": "b"}
    decided = book["decisions"]
    assert decided[2][[cell.value for cell in decided[1]].index("at")].is_date
    named = {row[0].value for row in book["columns"].iter_rows(min_row=2)}
    assert named == {column.name for column in (*COLUMNS, *CODES, *DOCUMENTS)}


def test_a_table_longer_than_a_sheet_goes_on_in_another(tmp_path: Path) -> None:
    book = Workbook(most=3)
    assert book.table("codes", CODES, ({"code": f"c{n}"} for n in range(5))) == 5
    book.save(tmp_path / "o.xlsx")
    held = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert [(sheet.title, sheet.max_row) for sheet in held] == [("codes", 3), ("codes 2", 3), ("codes 3", 2)]


def test_json_lines_hold_codes_and_documents_before_the_records(worked: Leaving, tmp_path: Path) -> None:
    outcome = write_jsonl(worked.study, tmp_path / "o.jsonl", OutOptions())
    lines = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="ascii").splitlines()]
    assert [line["record"] for line in lines][:5] == ["code"] * 3 + ["document"] * 2
    assert lines[3]["attributes"] == {"site": "Butare"} and None not in lines[-1].values()
    assert outcome.counts["suggestion lines"] == 4


def test_attributes_stay_where_words_or_names_may_not_go_out(worked: Leaving, tmp_path: Path) -> None:
    told = {"R1": "nurse", "R2": "said SECRETWORDS"}
    worked.add(talk("PU", [("R1", "Well."), ("R2", "So.")], "Pune", roles=told), talk("KA", [("R1", "No.")], "Kampala"))
    worked.consent("PU", "R2", "no_quote")
    worked.consent("KA", None, "exclude")

    def held(table: str, **options: Any) -> dict[str, str]:
        rows = rows_of(worked.study, tmp_path / "a.csv", table=table, **options)
        return {row["cite" if table == "segments" else "document"]: row["attributes"] for row in rows}

    segments, documents = held("segments"), held("documents")
    assert (segments["PU 1"], segments["PU 2"]) == ('{"role": "nurse"}', "")
    assert (documents["PU"], documents["KA"]) == ('{"site": "Pune"}', "")
    for options in ({"words": False}, {"pseudonyms": True}):
        assert {*held("segments", **options).values(), *held("documents", **options).values()} == {""}


def test_a_rationale_stays_where_the_model_had_read_what_may_not_be_quoted(worked: Leaving, tmp_path: Path) -> None:
    worked.add(talk("KA", [("R1", "No.")]))
    worked.consent("KA", None, "no_quote")
    run = worked.run()
    beside = {2: ("BU", 3), 4: ("BU", 2), 5: ("KA", 1)}
    for paragraph, place in beside.items():
        worked.suggest(run, "BU", paragraph, "Hope", rationale=f"unlike {place}", context=(worked.number(*place),))
    rows = rows_of(worked.study, tmp_path / "s.csv", table="suggestions")
    told = {row["cite"]: row["rationale"] for row in rows if row["run"] == "2"}
    assert told == {"BU 2": "", "BU 4": "unlike ('BU', 2)", "BU 5": ""}


def test_only_the_coders_and_the_round_asked_for(worked: Leaving, tmp_path: Path) -> None:
    worked.imported("cleo", [("DS", 1, 1, "Hope")], "elsewhere")
    by_ben = rows_of(worked.study, tmp_path / "b.csv", coders=("ben",), table="codings")
    assert {row["coder"] for row in by_ben} == {"ben"}
    there = rows_of(worked.study, tmp_path / "r.csv", round="elsewhere", table="codings")
    assert [(row["coder"], row["origin"]) for row in there] == [("cleo", "import")]
    with pytest.raises(BadInput, match="no coder is called so"):
        rows_of(worked.study, tmp_path / "x.csv", coders=("nobody",))


def test_a_table_that_is_not_there_is_named(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no table 'codez'.*codings"):
        write_csv(study, tmp_path / "o.csv", OutOptions(table="codez"))


def test_a_byte_order_mark_only_where_asked_for(study: Study, tmp_path: Path) -> None:
    write_csv(study, tmp_path / "o.csv", OutOptions(table="codes"))
    assert (tmp_path / "o.csv").read_bytes().startswith(b"code,")
    write_csv(study, tmp_path / "o.csv", OutOptions(table="codes", bom=True))
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,")


def test_an_export_that_fails_leaves_no_file(worked: Leaving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("suggest.exchange.tables_out._spelled", full)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadInput, match="cannot be written: No space left"):
        export_file(
            worked.study, worked.anna, tmp_path / "o.csv", lambda part: write_csv(worked.study, part, OutOptions())
        )
    assert sorted(tmp_path.iterdir()) == before


def test_who_has_yet_to_code_blind_is_warned(worked: Leaving, tmp_path: Path) -> None:
    settings.set_setting(worked.study, worked.anna, "arm", "1")
    rounds.make_ready(worked.study, worked.anna, rounds.rounds(worked.study)[0])
    told = write_csv(worked.study, tmp_path / "o.csv", OutOptions(actor=worked.anna)).notices
    silent = write_csv(worked.study, tmp_path / "p.csv", OutOptions(actor=worked.person("leader"))).notices
    assert any("yet to code blind" in notice for notice in told) and not any("blind" in notice for notice in silent)


def test_the_documentation_tells_of_every_column() -> None:
    told = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    missing = [f"{t}.{c.name}" for t in TABLES for c in columns_of(t) if f"`{c.name}`" not in told]
    assert not missing and all(f"`{table}`" in told for table in (*RECORDS, "codes", "documents", "segments"))


def test_the_recipes_for_pandas_and_r_name_the_kinds_of_all_columns() -> None:
    told = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    python, r = (
        re.findall(r"```\n(from collections.*?)```", told, re.S),
        re.findall(r"```\n(d <- read.csv.*?)```", told, re.S),
    )
    named = {
        kind: set(names.split())
        for names, kind in re.findall(r'dict\.fromkeys\("([^"]+)"\.split\(\), "(\w+)"\)', python[0])
    }
    wanted = {
        kind: {column.name for column in COLUMNS if column.kind == ours}
        for ours, kind in (("int", "Int64"), ("share", "Float64"), ("bool", "boolean"))
    }
    assert named == wanted
    assert set(re.findall(r'"(\w+)"', re.sub(r"na\.strings.*", "", r[0]))) == set().union(*wanted.values())
