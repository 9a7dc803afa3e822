"""Site validation: a site's own quotes with the question whether they are understood rightly; the answers back in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.exchange.columns import Column
from suggest.exchange.findings import pick, sites_of
from suggest.exchange.gathering import Gathered
from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice
from suggest.exchange.queries import known_queries, site_queries
from suggest.exchange.records import Row
from suggest.exchange.tables import read_table
from suggest.exchange.tables_out import write_rows
from suggest.exchange.wordings_out import codes_going_out
from suggest.printable import printable
from suggest.study.codes import Code, read_codes
from suggest.study.people import check_name, ensure_coder
from suggest.study.segments import find_place
from suggest.study.study import Study
from suggest.study.validations import SegmentMemo, store_memos
from suggest.text.archives import check_archive
from suggest.text.word_written import written_paragraphs

QUESTION = "We took these words so. Is that how they were meant: yes, partly or no?"
MARK = "#validation"
"""Memos with this word are a site's answers."""
COLUMNS = (
    Column("reference", "text", "", "names passage and code; is not to be changed"),
    Column("cite", "text", "", "the passage as the study cites it"),
    Column("words", "words", "", "what was said"),
    Column("understood_as", "text", "", "the code"),
    Column("meaning", "words", "", "its definition"),
    Column("question", "text", "", "what is asked"),
    Column("answer", "text", "", "yes, partly, no"),
    Column("comment", "words", "", "anything"),
)
_REFERENCE = re.compile(r"[a-z][a-z2-7]{12}\.\d{1,9}/([a-z][a-z2-7]{12}|[0-9a-f]{16}:\d{1,12})", re.ASCII)
_LABELS = ("Said", "Understood as", "Meaning", "Answer", "Comment", "Reference")


@dataclass(frozen=True)
class Item:
    """A passage of the site under one code, or with a `query` of a coder's. `reference` is "SEGMENT/CODE", ids both, or
    "SEGMENT/REPLICA:SEQ", which names the memo that asks."""

    reference: str
    cite: str
    words: str
    path: str
    definition: str
    query: str | None = None


@dataclass(frozen=True)
class Read:
    """What came back: answers stored as memos, those stored before, and items without an answer."""

    stored: int
    known: int
    empty: int


def write_pack(
    study: Study,
    path: Path,
    options: OutOptions,
    site: str,
    *,
    most: int = 2,
    labels: bool = False,
    question: str = QUESTION,
) -> Outcome:
    """A site's pack as .docx, .xlsx or .csv: up to `most` quotes for each code, those chosen with `#quote` first.

    Speakers are not named unless `labels`. Words that may not be quoted are in no pack. BadInput if nothing is left.
    """
    suffix = Path(options.name).suffix.casefold()
    if suffix not in (".docx", ".xlsx", ".csv"):
        raise UsageError("A pack is written as .docx, .xlsx or .csv: let --output end so.")
    with study.reading(), Gathered(study, options, labels=labels) as gathered:
        sites = sites_of(gathered)
        if site not in sites:
            raise BadInput("no site is called so.", place=site, advice=f"There are: {', '.join(sites[:12])}.")
        codes, reworded = codes_going_out(study)
        items = list(_items(codes, gathered, site, most))
        asked = [
            Item(one.reference, one.cite, one.words, "", "", one.text)
            for one in site_queries(study, gathered.documents, site)
        ]
        if not items and not asked:
            raise BadInput("the site has no coded words that may be quoted.", place=site, advice="Code some, or ask.")
        if suffix == ".docx":
            _write_docx(path, f"{study.title}: {site}", question, [*items, *asked])
        else:
            rows = [_row(item, question) for item in (*items, *asked)]
            if suffix == ".csv":
                write_rows(path, COLUMNS, rows, bom=options.bom)
            else:
                from suggest.exchange.workbook_out import Workbook

                book = Workbook()
                book.table("validation", COLUMNS, rows)
                book.save(path)
        return Outcome({"quotes": len(items), "queries": len(asked)}, (*reworded, *blind_notice(study, options)))


def _items(codes: Sequence[Code], gathered: Gathered, site: str, most: int) -> Iterator[Item]:
    used: Counter[tuple[str, str]] = Counter()
    for code in codes:
        own = (passage for passage in gathered.of(code.id) if passage.site == site)
        for quote in pick(own, used, most):
            reference = f"{quote.passage.segment}/{code.id}"
            yield Item(reference, quote.cite, quote.words, code.path_text, code.wording.definition)


def _row(item: Item, question: str) -> Row:
    return {
        "reference": item.reference,
        "cite": item.cite,
        "words": item.words,
        "understood_as": item.path,
        "meaning": item.definition,
        "question": item.query or question,
    }


def _write_docx(path: Path, title: str, question: str, items: Sequence[Item]) -> None:
    import docx

    document = docx.Document()
    document.core_properties.author = ""
    document.add_heading(printable(title), 0)
    document.add_paragraph(printable(question))
    for item in items:
        document.add_heading(printable(item.cite), 2)
        if item.query is not None:
            document.add_paragraph(printable(item.query))
        table = document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        values = (item.words, item.path, item.definition, "", "", item.reference)
        for label, value in zip(_LABELS, values, strict=True):
            cells = table.add_row().cells
            cells[0].text, cells[1].text = label, printable(value)
    with path.open("wb") as stream:
        document.save(stream)


def read_pack(study: Study, path: Path, by: str) -> Read:
    """Store the answers of a pack as memos on the segments, by the person or site `by`; all or none.

    The same answer twice is stored once. BadInput, with the place, for a reference that the study does not know.
    """
    check_name(by)
    answers = list(_from_docx(path) if path.suffix.casefold() == ".docx" else _from_table(path))
    if not answers:
        raise BadInput(
            "holds no validation pack.", file=path.name, advice="Take the file that 'validation pack' wrote."
        )
    codes = {code.id: code.path_text for code in read_codes(study, all_states=True)}
    queries = known_queries(study)
    memos, empty = [], 0
    for place, reference, answer, comment in answers:
        segment, _, code = reference.partition("/")
        asked_of = codes.get(code) or queries.get(reference)
        if asked_of is None or find_place(study, segment) is None:
            # Where columns have slipped, words of participants stand here: they belong in no message.
            named = f"the reference '{reference}'" if _REFERENCE.fullmatch(reference) else "the reference"
            what = f"{named} is not of this study."
            raise BadInput(what, file=path.name, place=place, advice="References are not to be changed.")
        if not answer and not comment:
            empty += 1
            continue
        text = f"{MARK} “{asked_of}”: {answer or 'no answer'}." + (f" {comment}" if comment else "")
        memos.append(SegmentMemo(segment, text, f"validation {reference} {text}"))
    stored = store_memos(study, ensure_coder(study, by), memos) if memos else 0
    return Read(stored, len(memos) - stored, empty)


def _from_docx(path: Path) -> Iterator[tuple[str, str, str, str]]:
    held: dict[str, str] = {}
    for n, row in enumerate(written_paragraphs(path), 1):
        label, tab, value = row.text.partition("\t")
        if tab and label.strip() in _LABELS:
            held[label.strip()] = value.strip()
        if tab and label.strip() == "Reference":
            yield f"paragraph {n}", held["Reference"], held.get("Answer", ""), held.get("Comment", "")
            held = {}


def _from_table(path: Path) -> Iterator[tuple[str, str, str, str]]:
    names = ("reference", "answer", "comment")
    if path.suffix.casefold() != ".xlsx":
        for row in read_table(path, names).rows:
            yield f"row {row.number}", row.word("reference"), row.word("answer"), row.word("comment")
        return
    head, *cells = _sheet(path) or [()]
    titles = [str(cell or "").strip().casefold() for cell in head]
    if not set(names) <= set(titles):
        raise BadInput("holds no validation pack.", file=path.name, advice=f"Columns needed: {', '.join(names)}.")
    at = [titles.index(name) for name in names]
    for n, row_cells in enumerate(cells, 2):
        values = [str(row_cells[i] or "").strip() if i < len(row_cells) else "" for i in at]
        if any(values):
            yield f"row {n}", values[0], values[1], values[2]


def _sheet(path: Path) -> list[tuple[object, ...]]:
    """The cells of a workbook's first sheet."""
    import openpyxl

    check_archive(path, "xlsx")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return list(book.worksheets[0].iter_rows(values_only=True))
        finally:
            book.close()
    except Exception:  # whatever openpyxl meets in a damaged file
        raise BadInput("is no readable workbook.", file=path.name, advice="Save it anew as .xlsx.") from None
