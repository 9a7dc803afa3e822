"""The report of a study: findings by code with quotes and citations in the study's style."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from suggest.errors import UsageError
from suggest.exchange.blocks import Block, BlockWriter, Grid, Heading, Quoted, Text
from suggest.exchange.findings import Tally, Theme, all_quotes, read_themes, sites_of
from suggest.exchange.gathering import Gathered
from suggest.exchange.identifying import warnings
from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice
from suggest.exchange.plotting import plot_blocks
from suggest.exchange.wordings_out import codes_going_out
from suggest.study.overview import overview
from suggest.study.study import Study

HOW = (
    "A passage is a stretch of one transcript that carries the code; overlapping codings of several coders are one. "
    "Where coders settled a segment in a consensus round, what they settled counts. Speakers are distinct voices, each "
    "within its transcript. “Asked” is the first answer after the moderator spoke, “unasked” all else. "
    "Counts describe what was said in these groups; they measure neither importance nor prevalence."
)


def writer_for(name: str) -> BlockWriter:
    """The writer for a file of that name, by its ending; UsageError for an ending that none is for."""
    suffix = Path(name).suffix.casefold()
    if suffix == ".html":
        from suggest.exchange.blocks_html import write_html

        return write_html
    if suffix == ".md":
        from suggest.exchange.blocks_md import write_markdown

        return write_markdown
    if suffix == ".docx":
        from suggest.exchange.blocks_docx import write_docx

        return write_docx
    raise UsageError("A report is written as .html, .md or .docx: let --output end so.")


def write_report(
    study: Study, path: Path, options: OutOptions, *, most: int = 3, every: bool = False, methods: bool = False
) -> Outcome:
    """Findings by code with at most `most` quotes each, or `every` one; with `methods` an appendix from the log."""
    write = writer_for(options.name)
    with study.reading(), Gathered(study, options) as gathered:
        codes, reworded = codes_going_out(study)
        themes = read_themes(study, gathered, codes, most=0 if every else most)
        warned = warnings(study, gathered.documents, themes)
        title = f"Findings by code: {study.title}"
        blocks: Iterator[Block] = _blocks(study, options, gathered, themes, warned, every=every)
        if methods:
            from suggest.exchange.methods import methods_blocks

            blocks = chain(blocks, methods_blocks(study, options, gathered, themes))
        write(path, title, blocks)
        counts = {
            "codes": sum(theme.own.passages > 0 for theme in themes),
            "passages": sum(theme.own.passages for theme in themes),
            "quotes": sum(len(theme.quotes) for theme in themes),
        }
        if every:
            counts["quotes"] = sum(1 for theme in themes for _ in all_quotes(gathered, theme.code.id))
        return Outcome(counts, (*warned, *reworded, *blind_notice(study, options)))


def _blocks(
    study: Study, options: OutOptions, gathered: Gathered, themes: list[Theme], warned: list[str], *, every: bool
) -> Iterator[Block]:
    glance = overview(study)
    yield Text(
        f"{glance.documents} transcripts, {glance.data} segments, {glance.codes} codes (tree version "
        f"{glance.tree_version}). Made from log entry {glance.entries}, head {glance.head[:16]}.",
        "small",
    )
    yield Text(HOW, "small")
    if warned:
        yield Heading(2, "Before you print this")
        # What they say is just what readers should not find out; the author reads it where the report was asked for.
        were = "warning was" if len(warned) == 1 else "warnings were"
        yield Text(
            f"{len(warned)} {were} given when this was made: of quotes that may tell who spoke, or of missing consent. "
            "What may name people is not repeated here; make the report again to read it."
        )
    yield Heading(2, "Passages by site")
    yield site_grid(gathered, themes)
    yield from plot_blocks(study, options)
    for theme in themes:
        yield from _theme(gathered, theme, every)


def site_grid(gathered: Gathered, themes: list[Theme]) -> Grid:
    """The theme-by-site matrix: a theme's row counts its subthemes' passages too."""
    sites = sites_of(gathered)
    rows: list[list[str | int | None]] = []
    for theme in themes:
        tally = theme.together or theme.own
        by_site = dict(tally.sites)
        indent = "\u2003" * (theme.depth - 1)
        rows.append([f"{indent}{theme.code.name}", *(by_site.get(site, 0) for site in sites), tally.passages])
    return Grid(("Code", *sites, "All"), rows, shaded=True)


def _theme(gathered: Gathered, theme: Theme, every: bool) -> Iterator[Block]:
    yield Heading(min(theme.depth + 1, 6), theme.code.name)
    if theme.code.wording.definition:
        yield Text(theme.code.wording.definition, "small")
    if not (theme.together or theme.own).passages:
        yield Text("No passage carries this code.")
        return
    if theme.own.passages:
        kept = f" {theme.kept_back} may not be quoted, or not whole." if theme.kept_back else ""
        yield Text(counted(theme.own) + kept)
        quotes = all_quotes(gathered, theme.code.id) if every else iter(theme.quotes)
        yield from (Quoted(quote.words, quote.cite) for quote in quotes)
        yield Text(f"Supporting paragraphs: {theme.own.citation}")
    if theme.together is not None:
        yield Text(f"With its subthemes, {counted(theme.together)}")
        yield Text(f"All supporting paragraphs: {theme.together.citation}")


def counted(tally: Tally) -> str:
    """Counts as a sentence: "31 passages in 6 transcripts by 14 speakers: BU 10, DS 9. 12 asked, 19 unasked."."""
    sites = ", ".join(f"{site} {count}" for site, count in tally.sites)
    voices = f" by {tally.speakers} speaker{_s(tally.speakers)}" if tally.speakers else ""
    line = (
        f"{tally.passages} passage{_s(tally.passages)} in {tally.documents} transcript{_s(tally.documents)}{voices}: "
        f"{sites}."
    )
    return f"{line} {tally.asked} asked, {tally.unasked} unasked." if tally.asked + tally.unasked else line


def _s(count: int) -> str:
    return "" if count == 1 else "s"
