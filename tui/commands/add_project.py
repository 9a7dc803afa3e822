"""`add` with a REFI-QDA project: everything that another program exchanged, or with --preview only a look at it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggest.printable import counted, one_line
from tui.commands.common import ProgressBar, print_json, say, show
from tui.incoming import preview_lines

if TYPE_CHECKING:
    from suggest.exchange.bring_in import Wish
    from suggest.exchange.refi.project_in import IncomingProject
    from suggest.exchange.refi.project_stored import BroughtIn


def add_project(
    study: Path, file: Path, wish: Wish, *, only_look: bool, again: bool, coder: str, as_json: bool
) -> None:
    """Read the project, store it whole unless only a look is wanted, and say what came and what did not."""
    from suggest.exchange.refi.project_in import read_project
    from suggest.exchange.refi.project_stored import bring_project_in
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=not only_look) as opened:
        bar = ProgressBar("reading")
        try:
            project = read_project(file, wish, bar)
        finally:
            bar.close()
        done = None if only_look else bring_project_in(opened, ensure_coder(opened, coder), project, again=again)
    if as_json:
        print_json(_json(project, done))
        return
    if done is None:
        for item in project.documents:
            for line in preview_lines(item.incoming):
                show(line)
    for notice in [*project.notices, *(done.notices if done else ())]:
        say(one_line(notice))
    if project.untaken:
        say(one_line("Not taken: " + ", ".join(f"{what} ({count})" for what, count in project.untaken.items()) + "."))
    if done is None:
        say("This was a preview: nothing was stored.")
        show(one_line(_counts(project, len(project.documents), len(project.codes), project.codings)))
        return
    for item, new in zip(project.documents, done.new, strict=True):
        seen = item.incoming.preview
        if new:
            show(f"{one_line(seen.label)}\t{seen.segments}\t{dict(seen.roles)['data']}")
    show(one_line(_counts(project, sum(done.new), done.codes, done.codings, done)))


def _counts(project: IncomingProject, documents: int, codes: int, codings: int, done: BroughtIn | None = None) -> str:
    by = f" by {', '.join(project.coders)}" if project.coders else ""
    memos = "" if done is None else f", {counted(done.memos, 'memo')}"
    round_ = "" if done is None or done.round is None else f", round {done.round}"
    what = f"{counted(documents, 'document')}, {counted(codes, 'code')}, {counted(codings, 'coding')}"
    return f"{project.file}: {what}{by}{memos}{round_}"


def _json(project: IncomingProject, done: BroughtIn | None) -> dict[str, Any]:
    from tui.commands.add import described

    ids: Sequence[str | None] = done.documents if done else [None] * len(project.documents)
    return {
        "stored": done is not None,
        "documents": [described(item.incoming, id_) for item, id_ in zip(project.documents, ids, strict=True)],
        "codes": done.codes if done else len(project.codes),
        "codings": done.codings if done else project.codings,
        "memos": done.memos if done else None,
        "round": done.round if done else None,
        "coders": list(project.coders),
        "new_coders": list(done.new_coders) if done else None,
        "notices": [*project.notices, *(done.notices if done else ())],
        "not_taken": dict(project.untaken),
        "refused": [],
    }
