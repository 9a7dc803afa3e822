"""`documents`: what is in the study, described, corrected and taken out again."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import counted, one_line, printable
from tui.commands.common import CODER, JSON, STUDY, pairs, print_json, say, show, show_table
from tui.lazy import WholeGroup

if TYPE_CHECKING:
    from suggest.study.documents import Document
    from suggest.study.segments import Segment
    from suggest.study.study import Study

LABEL = click.argument("label")
FLAGS = ("local_only", "no_quote", "exclude")
ROLES = ("data", "prompt", "other")


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def documents(context: click.Context, study: Path) -> None:
    """Documents: attributes, consent, roles, corrections, removal. A document is named by its LABEL."""
    context.obj = study


@documents.command("list")
@click.pass_obj
@JSON
def list_(study: Path, as_json: bool) -> None:
    """All documents in the order in which they came."""
    from suggest.study.documents import list_documents, shown_labels
    from suggest.study.study import Study

    with Study.open(study) as opened:
        found = list_documents(opened)
    if as_json:
        print_json([_json(document) for document in found])
        return
    show_table(
        ("label", "unit", "segments", "data", "characters", "version", "attributes", "consent"),
        [
            (
                label,
                item.unit,
                item.count,
                item.data,
                f"{item.length:,}",
                item.version,
                ", ".join(f"{key}={value}" for key, value in item.attributes.items()),
                ", ".join(f"{flag}{' ' + speaker if speaker else ''}" for speaker, flag in item.consent),
            )
            for item, label in zip(found, shown_labels(found), strict=True)
        ],
        right=(2, 3, 4, 5),
    )


def _json(document: Document) -> dict[str, Any]:
    return {
        "document": document.id,
        "label": document.label,
        "unit": document.unit,
        "segments": document.count,
        "data": document.data,
        "characters": document.length,
        "version": document.version,
        "attributes": dict(document.attributes),
        "consent": [{"speaker": speaker, "flag": flag} for speaker, flag in document.consent],
    }


@documents.command("show")
@click.pass_obj
@LABEL
@JSON
def show_(study: Path, label: str, as_json: bool) -> None:
    """The transcript: paragraph numbers, roles, speakers, words."""
    from suggest.study.documents import find_document
    from suggest.study.segments import all_details, segments
    from suggest.study.study import Study

    with Study.open(study) as opened:
        document = find_document(opened, label)
        told = all_details(opened, document.id)
        found = list(segments(opened, document.id)) if document.count else []
    if as_json:
        listed = []
        for item in found:
            said = told.get(item.ordinal)
            attributes = dict(said.attributes) if said else {}
            listed.append({**_segment(item), "external": said.external if said else None, "attributes": attributes})
        print_json({**_json(document), "transcript": listed})
        return
    show(one_line(f"{document.label}: {counted(document.count, 'segment')}, {document.data} of them data"))
    for item in found:
        last = "" if item.paragraph_from == item.paragraph_to else f"–{item.paragraph_to}"
        head = f"{item.paragraph_from}{last}".rjust(9) + f"  {item.role.ljust(6)}  "
        words = (f"{one_line(item.speaker)}: " if item.speaker else "") + printable(item.text)
        show(head + words.replace("\n", "\n" + " " * len(head)))


def _segment(item: Segment) -> dict[str, Any]:
    return {
        "segment": item.id,
        "cite": item.cite,
        "role": item.role,
        "speaker": item.speaker,
        "start": item.start,
        "end": item.end,
        "paragraph_from": item.paragraph_from,
        "paragraph_to": item.paragraph_to,
        "text": item.text,
    }


@documents.command("set")
@click.pass_obj
@LABEL
@click.argument("attributes", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--label", "new_label", metavar="NEW", help="Another label.")
@click.option("--consent", "flags", multiple=True, metavar="FLAG[=off]", help=f"{', '.join(FLAGS)}; '=off' lifts it.")
@click.option("--speaker", metavar="S", help="Only this speaker: for --consent and --role.")
@click.option("--role", type=click.Choice(ROLES), help="Role of the segments of --speaker or in --paragraphs.")
@click.option("--paragraphs", metavar="N[-M]", help="Only these paragraphs: for --role.")
@CODER
def set_(
    study: Path,
    label: str,
    attributes: tuple[str, ...],
    new_label: str | None,
    flags: tuple[str, ...],
    speaker: str | None,
    role: str | None,
    paragraphs: str | None,
    coder: str,
) -> None:
    """Attributes (KEY= takes one away), label, consent and roles of a document."""
    from suggest.study.documents import describe, find_document, set_consent, set_role, speaker_number
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    given = pairs(attributes, "an attribute")
    wanted = [_flag(text) for text in flags]
    if not (given or new_label is not None or wanted or role):
        raise UsageError("say what to set: KEY=VALUE, --label, --consent or --role.")
    if role and speaker is None and paragraphs is None:
        raise UsageError("--role needs --speaker or --paragraphs.")
    if paragraphs is not None and not role:
        raise UsageError("--paragraphs goes with --role.")
    if speaker is not None and not (wanted or role):
        raise UsageError("--speaker goes with --consent or --role.")
    with Study.open(study, write=True) as opened:
        document = find_document(opened, label)
        # All that can be wrong is looked at before the first entry is written.
        number = None if speaker is None else speaker_number(opened, document, speaker)
        ordinals = _ordinals(opened, document, number, paragraphs) if role else []
        actor = ensure_coder(opened, coder)
        if given or new_label is not None:
            describe(opened, actor, document, label=new_label, attributes=given or None)
        for flag, on in wanted:
            set_consent(opened, actor, document, speaker, flag, on)
        if role:
            set_role(opened, actor, document, role, ordinals=ordinals)
        after = find_document(opened, document.id)
    say(one_line(f"{after.label}: {counted(after.count, 'segment')}, {after.data} of them data"))
    for key, value in after.attributes.items():
        say(one_line(f"  {key} = {value}"))
    for name, flag in after.consent:
        say(one_line(f"  {flag}{' for ' + name if name else ''}"))


def _flag(text: str) -> tuple[str, bool]:
    flag, sign, value = text.partition("=")
    if flag not in FLAGS or (sign and value not in ("on", "off")):
        raise UsageError(f"--consent is one of {', '.join(FLAGS)}, with '=off' to lift it.")
    return flag, value != "off"


def _ordinals(study: Study, document: Document, speaker: int | None, paragraphs: str | None) -> list[int]:
    from suggest.study.catalogue import ordinals_between

    low, high = 0, 10**9
    if paragraphs is not None:
        found = re.fullmatch(r"([0-9]{1,9})(?:[-–]([0-9]{1,9}))?", paragraphs.strip())
        if found is None:
            raise UsageError("--paragraphs is written 5 or 5-9.")
        low, high = int(found[1]), int(found[2] or found[1])
    ordinals = ordinals_between(study, document.id, low, high, speaker)
    if not ordinals:
        raise BadInput("no segment is meant.", file=document.label, place=f"paragraphs {paragraphs}")
    return ordinals


@documents.command("correct")
@click.pass_obj
@LABEL
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--reason",
    type=click.Choice(("redaction", "transcription", "translation")),
    default="transcription",
    show_default=True,
    help="Why the text changes.",
)
@click.option("--map", "mapped", multiple=True, metavar="COLUMN=NAME", help="What the table calls our COLUMN.")
@click.option("--encoding", metavar="NAME", help="Encoding of the file, where it cannot be told (such as cp1252).")
@click.option("--preview", "only_look", is_flag=True, help="Show what would become of the codings; store nothing.")
@CODER
@JSON
def correct(
    study: Path,
    label: str,
    file: Path,
    reason: str,
    mapped: tuple[str, ...],
    encoding: str | None,
    only_look: bool,
    coder: str,
    as_json: bool,
) -> None:
    """A new version of the text, from FILE in the format it came in; every coding moves with its words."""
    from suggest.exchange.bring_in import corrected_text
    from suggest.study.correcting import correct as store
    from suggest.study.documents import find_document
    from suggest.study.people import coders, ensure_coder
    from suggest.study.study import Study
    from tui.commands.correction_preview import show_preview

    with Study.open(study, write=not only_look) as opened:
        document = find_document(opened, label)
        text = corrected_text(document, file, mapping=pairs(mapped, "--map"), encoding=encoding)
        if only_look:
            show_preview(opened, document, text, as_json)
            return
        done = store(opened, ensure_coder(opened, coder), document, after=text, reason=reason)
        names = {person.id: person.name for person in coders(opened)}
        after = find_document(opened, document.id)
    lost = Counter(names[person] for _, person in done.lost)
    if as_json:
        entries = [{"entry": list(entry), "coder": names[person]} for entry, person in done.lost]
        print_json({"document": after.id, "label": after.label, "version": after.version, "lost": entries,
                    "look": done.look})  # fmt: skip
        return
    show(one_line(f"{after.label}: version {after.version}, {counted(after.length, 'character')}"))
    for name, count in lost.items():
        show(one_line(f"  {counted(count, 'coding')} by {name} lost their words: see 'codes stale'"))
    if done.look:
        show(f"  {counted(done.look, 'paragraph')} beside it to look at again: see 'translations list --look'")


@documents.command("remove")
@click.pass_obj
@LABEL
@click.option("--reason", required=True, metavar="T", help="Why; kept in the study, without the participants' words.")
@CODER
@JSON
def remove(study: Path, label: str, reason: str, coder: str, as_json: bool) -> None:
    """Take a document out for good: its words go from the file and its backups, the chain still verifies."""
    from suggest.study.documents import find_document
    from suggest.study.erase import erase
    from suggest.study.people import check_text, ensure_coder
    from suggest.study.study import Study
    from suggest.study.withdrawal import erasures

    check_text(reason)
    with Study.open(study, write=True) as opened:
        (wanted,) = erasures(opened, label, None, [], reason)
        done = erase(opened, wanted, ensure_coder(opened, coder))
        labels = [find_document(opened, document).label for document in done.same_words]
    if as_json:
        print_json(
            {
                "entry": list(done.entry),
                "removed": done.gone,
                "masked": done.masked,
                "backups": done.backups,
                "beyond": done.beyond,
                "same_words": done.same_words,
                "hosts": done.hosts,
            }
        )
        return
    show(f"removed: {counted(done.gone, 'text')} removed, {done.masked} masked, file rewritten")
    for path in done.backups:
        show(f"  also in the backup {path}")
    for host in done.hosts:
        show(f"  NOT reached: the words were sent to {host}; ask there what was kept")
    for path in done.beyond:
        show(f"  NOT reached, see to it yourself: {path}")
    for name in labels:
        show(f"  the same words stand in document {name}: look whether they are to go as well")
