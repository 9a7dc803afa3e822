"""`add`: documents in, or with --preview only a look at what would come in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import UsageError
from suggest.printable import counted, one_line
from tui.commands.common import CODER, JSON, STUDY, ProgressBar, pairs, print_json, say, show
from tui.incoming import preview_lines

if TYPE_CHECKING:
    from suggest.exchange.bring_in import Incoming

UNITS = ("turn", "paragraph", "sentence", "line", "row")


@click.command()
@STUDY
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--label", metavar="L", help="Short label of the one document (default: the file's name).")
@click.option("--unit", type=click.Choice(UNITS), help="What a segment is (default: by the kind of file).")
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=NAME", help="What the table calls our COLUMN; or speakers=A,B."
)
@click.option("--set", "attributes", multiple=True, metavar="KEY=VALUE", help="An attribute of every document.")
@click.option("--language", metavar="CODE", help="Language of the text, for sentences (such as en or de).")
@click.option("--encoding", metavar="NAME", help="Encoding of the file, where it cannot be told (such as cp1252).")
@click.option("--original-of", metavar="DOC", help="FILE is the original of this document, which is a translation.")
@click.option("--translation-of", metavar="DOC", help="FILE is a translation of this document, to stand beside it.")
@click.option("--preview", "only_look", is_flag=True, help="Show what would be stored; store nothing.")
@click.option("--again", is_flag=True, help="Take a text that the study has already a second time.")
@CODER
@JSON
def add(
    study: Path,
    files: tuple[Path, ...],
    label: str | None,
    unit: str | None,
    mapped: tuple[str, ...],
    attributes: tuple[str, ...],
    language: str | None,
    encoding: str | None,
    original_of: str | None,
    translation_of: str | None,
    only_look: bool,
    again: bool,
    coder: str,
    as_json: bool,
) -> None:
    """Add documents: .txt, .md, .docx, .odt, .rtf, .pdf, .html, .vtt, .srt, .json, .csv, .tsv, .xlsx. All files of a
    call are stored, or none.

    A table with columns document_id, segment_id, order, speaker, text gives one document per document_id and one
    segment per row; a column original or translation comes to stand beside the text. A line is written for each
    document: label, segments, data segments. A REFI-QDA project (.qdpx), one of Taguette (.sqlite3) or of QualCoder
    (the folder .qda) comes by itself and brings all it has: documents, codes, codings with their coders, notes as
    memos, cases and variables as attributes.
    """
    from suggest.exchange.bring_in import Wish, bring_in, objections, read_files
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study
    from suggest.text.documents import PROJECTS

    if original_of is not None or translation_of is not None:
        from tui.commands.add_beside import add_second

        if original_of is not None and translation_of is not None:
            raise UsageError("--original-of and --translation-of do not go together.")
        if label is not None or unit is not None or attributes or again:
            raise UsageError("A second text has the label, unit and attributes of its document.")
        side = "original" if original_of is not None else "translation"
        add_second(
            study, files, original_of or translation_of or "", side, pairs(mapped, "--map"), language, encoding,
            only_look=only_look, coder=coder, as_json=as_json,
        )  # fmt: skip
        return
    wish = Wish(unit, label, pairs(mapped, "--map"), pairs(attributes, "--set"), language, encoding)
    if any(file.suffix.casefold() in PROJECTS for file in files):
        from tui.commands.add_project import add_project

        if len(files) > 1:
            raise UsageError("A project comes by itself. Add it and the other files one by one.")
        add_project(study, files[0], wish, only_look=only_look, again=again, coder=coder, as_json=as_json)
        return
    with Study.open(study, write=not only_look) as opened:
        bar = ProgressBar("reading")
        try:
            incoming = read_files(files, wish, bar)
        finally:
            bar.close()
        refused = objections(opened, incoming, again=again) if only_look else []
        ids = None if only_look else bring_in(opened, ensure_coder(opened, coder), incoming, again=again)
    if as_json:
        listed = [described(item, ids[n] if ids else None) for n, item in enumerate(incoming)]
        print_json({"stored": not only_look, "documents": listed, "refused": refused})
        return
    for item in incoming:
        if only_look:
            for line in preview_lines(item):
                show(line)
        else:
            show(f"{one_line(item.document.label)}\t{item.preview.segments}\t{dict(item.preview.roles)['data']}")
            say(_summary(item))
    for sentence in refused:
        say(f"would be refused: {sentence}")
    if only_look:
        say("This was a preview: nothing was stored.")


def _summary(item: Incoming) -> str:
    seen = item.preview
    roles = ", ".join(f"{count} {role}" for role, count in seen.roles if count)
    return one_line(
        f"{seen.label}: {counted(seen.segments, 'segment')} by {seen.unit} from {item.file} ({roles}), "
        f"{counted(len(seen.speakers), 'speaker')}, {counted(seen.paragraphs, 'paragraph')}, {seen.counted}"
    )


def described(item: Incoming, id_: str | None) -> dict[str, Any]:
    seen = item.preview
    return {
        "document": id_,
        "label": seen.label,
        "file": item.file,
        "unit": seen.unit,
        "characters": seen.characters,
        "segments": seen.segments,
        **dict(seen.roles),
        "speakers": [{"name": s.name, "segments": s.segments, "role": s.role} for s in seen.speakers],
        "paragraphs": seen.paragraphs,
        "counted": seen.counted,
        "attributes": dict(item.attributes),
        "names": [{"words": hint.words, "kind": hint.kind, "times": len(hint.ranges)} for hint in seen.names],
        "notices": list(seen.notices),
        "second": item.second and {"side": item.second.side, "parts": len(item.second.parts)},
        "first": [{"role": role, "speaker": speaker, "text": words} for role, speaker, words in seen.first_lines],
    }
