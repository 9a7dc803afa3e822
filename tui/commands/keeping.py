"""`verify`, `checkpoint`, `backup` and `erase`: keeping the study safe and honest."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import counted
from tui.commands.common import CODER, JSON, STUDY, ProgressBar, print_json, say, show
from tui.commands.progress import PROGRESS, Form, JsonProgress

FILE = click.argument("file", type=click.Path(path_type=Path))
CHECK_FAILED = 3


@click.command()
@STUDY
@click.option("--checkpoint", "file", type=click.Path(path_type=Path), help="Compare with a checkpoint kept elsewhere.")
@PROGRESS
@JSON
@click.pass_context
def verify(context: click.Context, study: Path, file: Path | None, form: Form, as_json: bool) -> None:
    """Check the log's chains, all content and every projection; exit 3 and name the first fault if one is off."""
    from suggest.study.checkpoint import read_checkpoint
    from suggest.study.study import Study
    from suggest.study.verify import verify as check

    kept = read_checkpoint(file) if file else None
    told, bar = JsonProgress() if form == "json" else None, ProgressBar("verifying")
    with Study.open(study) as opened:
        if kept and kept.study != opened.id:
            raise BadInput("is a checkpoint of another study.", file=file.name if file else "")
        verdict = check(opened, kept, told.verifying if told else bar if form == "bar" else None)
    bar.close()
    bad = verdict.first_bad
    if as_json:
        print_json(
            {
                "ok": verdict.ok,
                "entries": verdict.entries,
                "head": verdict.head,
                "projections": verdict.projections,
                "withheld": verdict.withheld,
                "first_bad": None if bad is None else asdict(bad),
            }
        )
    elif bad is None:
        checked = counted(verdict.entries, "entry", "entries")
        show(f"verified: {checked}, all content, every projection. Head {verdict.head}")
        if verdict.withheld:
            memos = counted(verdict.withheld, "reflexive memo")
            say(f"This copy was made without the words of {memos}, which are their writers' own.")
        if kept is None:
            say("A later change shows only to whoever holds an earlier checkpoint ('secondcoder checkpoint').")
    else:
        place = f"entry {bad.entry[0]}/{bad.entry[1]}" if bad.entry else ""
        parts = [place, bad.table or "", bad.key or "", bad.column or ""]
        where = ", ".join(part for part in parts if part)
        show(f"NOT verified, {where or 'file'}: {bad.what}")
    if bad is not None:
        context.exit(CHECK_FAILED)


@click.command()
@STUDY
@FILE
@CODER
def checkpoint(study: Path, file: Path, coder: str) -> None:
    """Write the roots of all chains to FILE, for a second party to keep."""
    from suggest.study.checkpoint import make_checkpoint
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        made = make_checkpoint(opened, ensure_coder(opened, coder), file)
    size = counted(sum(size for _, size, _ in made.heads), "entry", "entries")
    say(f"{file.name}: {size} in {_chains(len(made.heads))}.")
    say("Give it to somebody else, such as your ethics board or a co-author: it holds hashes only.")


@click.command()
@STUDY
@FILE
@CODER
def backup(study: Path, file: Path, coder: str) -> None:
    """A safe copy while the study is in use. An erasure reaches backups that are still where they were made."""
    from suggest.study.backup import backup as make
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        make(opened, file, ensure_coder(opened, coder))
    say(f"{file.name}: copied. It holds everything the study holds, so keep it as safe.")


@click.command()
@STUDY
@click.option("--document", "label", metavar="L", help="Withdraw a whole document.")
@click.option("--speaker", metavar="S", help="Mask one speaker's turns, in --document L or where the name is unique.")
@click.option("--segments", metavar="ID,...", help="Mask these segments.")
@click.option("--reason", required=True, metavar="T", help="Why; kept in the study, without the person's words.")
@CODER
@JSON
def erase(
    study: Path, label: str | None, speaker: str | None, segments: str | None, reason: str, coder: str, as_json: bool
) -> None:
    """Withdrawal: the words go from the file and its backups, and the chain still verifies."""
    from suggest.study.documents import find_document
    from suggest.study.erase import erase as withdraw
    from suggest.study.people import check_text, ensure_coder
    from suggest.study.study import Study
    from suggest.study.withdrawal import erasures

    if segments and (label or speaker):
        raise UsageError("--segments stands alone: a segment's id names its document.")
    if not (label or speaker or segments):
        raise UsageError("say what to erase: --document, --speaker or --segments.")
    check_text(reason)
    with Study.open(study, write=True) as opened:
        actor = ensure_coder(opened, coder)
        wanted = erasures(opened, label, speaker, segments.split(",") if segments else [], reason)
        done = [withdraw(opened, what, actor) for what in wanted]
        same = sorted({document for item in done for document in item.same_words})
        labels = [find_document(opened, document).label for document in same]
    beyond = sorted({path for item in done for path in item.beyond})
    reached = sorted({path for item in done for path in item.backups})
    hosts = sorted({host for item in done for host in item.hosts})
    if as_json:
        print_json(
            {
                "entries": [list(item.entry) for item in done],
                "removed": sum(item.gone for item in done),
                "masked": sum(item.masked for item in done),
                "backups": reached,
                "beyond": beyond,
                "same_words": same,
                "hosts": hosts,
            }
        )
        return
    removed = counted(sum(i.gone for i in done), "text")
    show(f"erased: {removed} removed, {sum(i.masked for i in done)} masked, file rewritten")
    for path in reached:
        show(f"  also in the backup {path}")
    for path in beyond:
        show(f"  NOT reached, see to it yourself: {path}")
    for host in hosts:
        show(f"  NOT reached: the words were sent to {host}; ask there what was kept")
    for name in labels:
        show(f"  the same words stand in document {name}: look whether they are to go as well")


def _chains(count: int) -> str:
    return f"{count} chain{'' if count == 1 else 's'}"
