"""`check-manuscript`: the paper's quotes and citations against the study."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from suggest.printable import counted, one_line
from tui.commands.common import CODER, JSON, STUDY, names, print_json, say, show

CHECK_FAILED = 3
WHAT = {
    "unknown_document": "no such document",
    "unknown_paragraph": "no such paragraph",
    "unreadable_citation": "unreadable citation",
    "not_verbatim": "not verbatim",
    "wrong_paragraph": "wrong paragraph",
    "not_coded": "not coded as claimed",
    "may_not_be_quoted": "may not be quoted",
}


def shortened(text: str) -> str:
    """One line of at most 160 characters."""
    line = one_line(text)
    return line if len(line) <= 160 else f"{line[:159]}…"


@click.command("check-manuscript")
@STUDY
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--coders", metavar="A,B", help="Only what these coded counts as coded.")
@click.option("--round", "round_name", metavar="NAME", help="Only what was coded in this round counts.")
@CODER
@JSON
@click.pass_context
def check_manuscript(
    context: click.Context,
    study: Path,
    file: Path,
    coders: str | None,
    round_name: str | None,
    coder: str,
    as_json: bool,
) -> None:
    """Check a paper: every citation exists, every quote is verbatim up to "(…)" and "[ ]", coded as the heading above
    it claims, and allowed to be quoted.

    FILE is .docx, .md or .txt. Citations look like (BU 51) or (BGU 38, 85; PU 10–14). Exit code 3 if anything is off.
    """
    from suggest.exchange.manuscript import check_manuscript as check
    from suggest.exchange.outgoing import OutOptions
    from suggest.study.study import Study
    from tui.commands.audit import warn_who_is_blind

    with Study.open(study) as opened:
        checked = check(opened, file, OutOptions(coders=names(coders), round=round_name))
        warn_who_is_blind(opened, coder)
    if as_json:
        print_json(
            {
                "ok": checked.ok,
                "citations": checked.citations,
                "quotes": checked.quotes,
                "findings": [asdict(finding) for finding in checked.findings],
                "notices": checked.notices,
            }
        )
    else:
        for finding in checked.findings:
            show(f"{finding.place}: {WHAT[finding.kind]} ({one_line(finding.cite)})")
            show(f"    here:  {shortened(finding.said)}")
            show(f"    study: {one_line(finding.study)}")
        found = len(checked.findings)
        show(
            f"{counted(checked.citations, 'citation')} and {counted(checked.quotes, 'quote')} checked: "
            f"{'nothing is off' if checked.ok else counted(found, 'finding')}."
        )
        for notice in checked.notices:
            say(one_line(notice))
    if not checked.ok:
        context.exit(CHECK_FAILED)
