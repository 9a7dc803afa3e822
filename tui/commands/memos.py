"""`memos`: what was written beside the material, by type, as the one who asks may read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggest.printable import one_line, printable
from tui.commands.common import CODER, JSON, STUDY, names, print_json, show

if TYPE_CHECKING:
    from suggest.study.memos import StoredMemo
    from suggest.study.study import Study

NOTE = "note"


@click.command()
@STUDY
@click.option("--type", "types", metavar="T,...", help="Only analytic, reflexive or query; note: those without a type.")
@click.option(
    "--site", metavar="S", help="Only on segments of this site (the documents' attribute `site`, or a label)."
)
@CODER
@JSON
def memos(study: Path, types: str | None, site: str | None, coder: str, as_json: bool) -> None:
    """Memos that you may read: your own, and colleagues' but for reflexive ones and what is still blind for you."""
    from suggest.errors import UsageError
    from suggest.review.visible_memos import visible_memos
    from suggest.study.events import MEMO_TYPES
    from suggest.study.people import coders, existing_coder
    from suggest.study.study import Study

    wanted = names(types)
    if unknown := [name for name in wanted if name not in (*MEMO_TYPES, NOTE)]:
        raise UsageError(f"--type is {', '.join((*MEMO_TYPES, NOTE))}, not '{unknown[0]}'.")
    with Study.open(study) as opened, opened.reading():
        reader = existing_coder(opened, coder).id
        people = {one.id: one.name for one in coders(opened)}
        place_of = _placer(opened)
        lines = []
        for memo in visible_memos(opened, reader):
            cite, where = place_of(memo)
            if (wanted and (memo.type or NOTE) not in wanted) or (site is not None and site not in where):
                continue
            lines.append(
                {
                    "coder": people.get(memo.coder, memo.coder),
                    "type": memo.type,
                    "about": memo.about,
                    "segment": cite[0],
                    "cite": cite[1],
                    "text": memo.text,
                    "at": memo.at,
                    "entry": f"{memo.entry[0]}:{memo.entry[1]}",
                }
            )
    if as_json:
        print_json({"memos": lines})
        return
    for line in lines:
        place = line["cite"] or f"on a {line['about']}"
        show(one_line(f"{place}  {line['coder']}  {line['type'] or NOTE}"))
        show("\n".join(f"    {part}" for part in printable(str(line["text"])).splitlines()))
    if not lines:
        show("No memos.")


def _placer(study: Study) -> Callable[[StoredMemo], tuple[tuple[str | None, str | None], tuple[str, ...]]]:
    """What gives id and citation of a memo's segment, and the names of its document and site; nothing without one."""
    from suggest.exchange.passages import site_of
    from suggest.study.documents import list_documents
    from suggest.study.segments import SegmentReader

    documents = {item.id: (item.label, site_of(item)) for item in list_documents(study)}
    reader = SegmentReader(study)

    def place_of(memo: StoredMemo) -> tuple[tuple[str | None, str | None], tuple[str, ...]]:
        if memo.segment is None:
            return (None, None), documents.get(memo.subject or "", ())
        segment = next(iter(reader.span(memo.segment, memo.segment)))
        return (segment.id, segment.cite), documents[segment.id.rpartition(".")[0]]

    return place_of
