"""`export --to quotes`: every passage by code with its citation, as a table or as a document to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from suggest.errors import UsageError
from suggest.exchange.columns import Column
from suggest.exchange.findings import Theme, cite, read_themes
from suggest.exchange.gathering import Gathered
from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice, coder_names
from suggest.exchange.records import Row
from suggest.exchange.report import write_report
from suggest.exchange.tables_out import write_rows
from suggest.study.study import Study

QUOTES = (
    Column("code", "text", "", "the code's id in the codebook (its own id where it has none)"),
    Column("code_id", "text", "", "its own id"),
    Column("code_path", "text", "", "Theme > Subtheme"),
    Column("document", "text", "", "the document's label"),
    Column("site", "text", "", "its attribute `site`, else its label"),
    Column("cite", "text", "", "the passage as the study cites it"),
    Column("paragraph_from", "int", "", "first paragraph"),
    Column("paragraph_to", "int", "", "last paragraph, included"),
    Column("speakers", "text", "", "who speaks in it"),
    Column("asked", "bool", "", "true for the first answer after the moderator spoke, false for what came unasked"),
    Column("coders", "text", "", "who coded it so"),
    Column("chosen", "bool", "", "chosen to be quoted, by a memo with #quote"),
    Column("start", "int", "", "first character in the document's text, from 0, code points"),
    Column("end", "int", "", "the character after the last one"),
    Column("text", "words", "", "the words; (…) for turns that may not be quoted"),
    Column("withheld", "text", "", "no_quote where consent keeps words back, all or some"),
)
THEMES = (
    *QUOTES[:3],
    Column("depth", "int", "", "1 for a theme"),
    Column("passages", "int", "", "stretches that carry the code"),
    Column("documents", "int", "", "documents with any"),
    Column("speakers", "int", "", "distinct speakers, each within a document"),
    Column("asked", "int", "", "passages that answer the moderator"),
    Column("unasked", "int", "", "passages that came unasked"),
    Column("kept_back", "int", "", "passages that may not be quoted, or not whole"),
    Column("citation", "text", "", "all supporting paragraphs, as the study cites them"),
    Column("passages_together", "int", "", "passages of the code and of all codes below it, each once"),
    Column("documents_together", "int", "", "documents with any of these"),
    Column("speakers_together", "int", "", "speakers of any of these"),
    Column("citation_together", "text", "", "their paragraphs"),
)


def write_quotes(study: Study, path: Path, options: OutOptions) -> Outcome:
    """As .csv one table (`options.table`: quotes, the default, or themes), as .xlsx both; .md, .html, .docx to read."""
    suffix = Path(options.name).suffix.casefold()
    if suffix in (".md", ".html", ".docx"):
        return write_report(study, path, options, every=True)
    if suffix not in (".csv", ".xlsx"):
        raise UsageError("Quotes are written as .csv, .xlsx, .md, .html or .docx: let --output end so.")
    if options.table not in (None, "quotes", "themes"):
        raise UsageError(f"There is no table '{options.table}'. --table is quotes or themes.")
    with study.reading(), Gathered(study, options) as gathered:
        themes = read_themes(study, gathered, most=0)
        names = coder_names(study, options)
        if suffix == ".csv":
            columns, rows = (
                (THEMES, _themes(themes)) if options.table == "themes" else (QUOTES, _quotes(gathered, themes, names))
            )
            counts = {"rows": write_rows(path, columns, rows, bom=options.bom)}
        else:
            from suggest.exchange.workbook_out import Workbook

            book = Workbook()
            counts = {
                "themes": book.table("themes", THEMES, _themes(themes)),
                "quotes": book.table("quotes", QUOTES, _quotes(gathered, themes, names)),
            }
            book.explain((*THEMES, *QUOTES))
            book.save(path)
        kept = sum(theme.kept_back for theme in themes)
        notices = (
            (f"{kept} passage{' is' if kept == 1 else 's are'} left out or cut: consent to quote is missing.",)
            if kept
            else ()
        )
        return Outcome(counts, (*notices, *blind_notice(study, options)))


def _quotes(gathered: Gathered, themes: list[Theme], names: dict[str, str]) -> Iterator[Row]:
    for theme in themes:
        for passage in gathered.of(theme.code.id):
            yield {
                **_code(theme),
                "document": passage.document,
                "site": passage.site,
                "cite": cite(passage),
                "paragraph_from": passage.first,
                "paragraph_to": passage.last,
                "speakers": "; ".join(passage.speakers) or None,
                "asked": passage.asked,
                "coders": "; ".join(names[coder] for coder in passage.coders),
                "chosen": passage.marked,
                "start": passage.start,
                "end": passage.end,
                "text": passage.words,
                "withheld": passage.withheld,
            }


def _themes(themes: list[Theme]) -> Iterator[Row]:
    for theme in themes:
        yield {
            **_code(theme),
            "depth": theme.depth,
            "passages": theme.own.passages,
            "documents": theme.own.documents,
            "speakers": theme.own.speakers,
            "asked": theme.own.asked,
            "unasked": theme.own.unasked,
            "kept_back": theme.kept_back,
            "citation": theme.own.citation or None,
            "passages_together": (theme.together or theme.own).passages,
            "documents_together": (theme.together or theme.own).documents,
            "speakers_together": (theme.together or theme.own).speakers,
            "citation_together": (theme.together or theme.own).citation or None,
        }


def _code(theme: Theme) -> Row:
    return {"code": theme.key, "code_id": theme.code.id, "code_path": theme.code.path_text}
