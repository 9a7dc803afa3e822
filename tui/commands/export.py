"""`export`: the study, or a part of it, as a file for other tools. What a target writes is a room's work."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggest.errors import UsageError
from suggest.printable import one_line
from tui.commands.common import CODER, JSON, STUDY, names, print_json, say, show, told_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from suggest.exchange.outgoing import Outcome, OutOptions
    from suggest.study.study import Study

    Target = Callable[[Study, Path, OutOptions], Outcome]
    """Writes the file of that path; called once for it."""

# "module:function" for each target, looked up when it is asked for; one line a target.
TARGETS: dict[str, str] = {
    "csv": "suggest.exchange.tables_out:write_csv",
    "xlsx": "suggest.exchange.tables_out:write_xlsx",
    "jsonl": "suggest.exchange.tables_out:write_jsonl",
    "quotes": "suggest.exchange.quotes:write_quotes",
    "matrix": "suggest.exchange.matrix:write_matrix",
    "audit": "tui.commands.export_audit:write_audit",
    "qdpx": "suggest.exchange.refi.project_out:write_project",
    "qdc": "suggest.exchange.refi.codebook_out:write_codebook",
}

# What each target heeds beside --pseudonyms. The others take in the whole study, so what would narrow it is refused.
_ALL = frozenset({"--table", "--coders", "--round", "--no-text", "--bom"})
HEEDED: dict[str, frozenset[str]] = {
    "csv": _ALL,
    "quotes": _ALL,
    "matrix": _ALL,
    "xlsx": _ALL - {"--bom"},
    "jsonl": _ALL - {"--bom"},
    "audit": frozenset({"--coders", "--round"}),
}


# What a file of each target is called; the others choose the form by the ending and look themselves.
ENDINGS = {"csv": ".csv", "xlsx": ".xlsx", "jsonl": ".jsonl", "audit": ".zip", "qdpx": ".qdpx", "qdc": ".qdc"}
_OTHERS = frozenset({*ENDINGS.values(), ".xls", ".ods", ".docx", ".md", ".html", ".pdf", ".svg"})


def _check_ending(target: str, output: Path) -> None:
    """UsageError for a name that says another format than the file would have."""
    ending, wanted = output.suffix.casefold(), ENDINGS.get(target)
    if wanted is not None and ending != wanted and ending in _OTHERS:
        raise UsageError(f"--to {target} writes no {ending}: let --output end in {wanted}, or choose another --to.")


def _check_heeded(target: str, pseudonyms: bool, given: Mapping[str, object]) -> None:
    """UsageError for an option that the target would pass over in silence."""
    if pseudonyms and target == "audit":
        raise UsageError("--pseudonyms means nothing with --to audit, which names nobody in any case. Leave it out.")
    if pseudonyms and target == "qdc":
        raise UsageError("--pseudonyms means nothing with --to qdc, which holds codes and names nobody. Leave it out.")
    if target == "audit" and given.get("--no-text"):
        raise UsageError("--no-text means nothing with --to audit, which holds no text in any case. Leave it out.")
    for option, value in given.items():
        if value and option not in HEEDED.get(target, frozenset()):
            raise UsageError(f"{option} means nothing with --to {target}, which writes all of it. Leave it out.")


def find_target(name: str) -> Target:
    """The function behind a target of `export`."""
    module, _, attribute = TARGETS[name].partition(":")
    found: Target = getattr(import_module(module), attribute)
    return found


@click.command()
@STUDY
@click.option("--to", "target", type=click.Choice(tuple(TARGETS)), required=True, help="What kind of file.")
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, metavar="PATH", help="A matrix as .svg is a plot."
)
@click.option("--pseudonyms", is_flag=True, help='"coder 1", "speaker 1" ... instead of names.')
@click.option("--table", metavar="NAME", help="csv, xlsx, jsonl, matrix: one table of several (docs/export.md).")
@click.option("--coders", metavar="A,B", help="Only what these coded or decided.")
@click.option("--round", "round_name", metavar="NAME", help="Only what was coded in this round.")
@click.option("--no-text", is_flag=True, help="Tables without a word of the participants.")
@click.option("--bom", is_flag=True, help="CSV with a byte-order mark, for an Excel that shows ä as Ã¤.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@CODER
@JSON
def export(
    study: Path,
    target: str,
    output: Path,
    pseudonyms: bool,
    table: str | None,
    coders: str | None,
    round_name: str | None,
    no_text: bool,
    bom: bool,
    force: bool,
    coder: str,
    as_json: bool,
) -> None:
    """Write the study as a file for other tools. The file is written whole or not at all, and the log notes it."""
    from suggest.exchange.outgoing import OutOptions
    from suggest.study.exports import export_file
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    _check_heeded(
        target,
        pseudonyms,
        {"--table": table, "--coders": coders, "--round": round_name, "--no-text": no_text, "--bom": bom},
    )
    _check_ending(target, output)
    make = find_target(target)
    with Study.open(study, write=True) as opened:
        actor = ensure_coder(opened, coder)
        options = OutOptions(
            pseudonyms=pseudonyms,
            name=output.name,
            table=table,
            words=not no_text,
            bom=bom,
            coders=names(coders),
            round=round_name,
            actor=actor,
        )
        _, outcome = export_file(opened, actor, output, lambda part: make(opened, part, options), overwrite=force)
    for notice in outcome.notices:
        say(one_line(notice))
    if as_json:
        print_json({"file": str(output), "to": target, **outcome.counts})
    else:
        show(one_line(f"{output}: {told_counts(outcome.counts)}"))
