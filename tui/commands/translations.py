"""`translations`: original and translation beside each other, paragraph by paragraph, and how far they are checked."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import counted, one_line, printable
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from suggest.study.documents import Document
    from suggest.study.second_text import Part, SecondReader, SecondText
    from suggest.study.study import Study

_Place = tuple[int, int, str]
LABEL = click.argument("label")
PARAGRAPHS = click.argument("paragraphs", metavar="N[-M]")
STATES = ("draft", "query", "checked", "empty", "withdrawn")


@click.group()
@STUDY
@click.pass_context
def translations(context: click.Context, study: Path) -> None:
    """Original and translation: what stands beside a document (LABEL), by its paragraphs.

    'add --original-of LABEL' or '--translation-of LABEL' brings it in. A paragraph is a draft until as many people as
    the setting translation_checks says have checked the words that stand there now.
    """
    context.obj = study


@translations.command("list")
@click.option("--document", "label", metavar="L", help="Only this document, paragraph by paragraph.")
@click.option("--state", type=click.Choice(STATES), help="Only paragraphs in this state.")
@click.option("--look", is_flag=True, help="Only paragraphs to look at again: a text changed, or a name was masked.")
@JSON
@click.pass_obj
def list_(study: Path, label: str | None, state: str | None, look: bool, as_json: bool) -> None:
    """How far each document is; with --document, --state or --look the paragraphs, with open questions."""
    from suggest.review.beside import names
    from suggest.study.documents import find_document, get_document
    from suggest.study.second_text import SecondReader
    from suggest.study.study import Study

    with Study.open(study) as opened, opened.reading():
        reader = SecondReader(opened)
        texts = reader.all()
        if label is not None:
            wanted = find_document(opened, label).id
            texts = [text for text in texts if text.document == wanted]
        people = names(opened)
        listed = [(get_document(opened, text.document), text, [*reader.parts(text)]) for text in texts]
        single = label is not None or state is not None or look
        found = []
        for document, text, parts in listed:
            chosen = [p for p in parts if (state in (None, p.state.state)) and (p.state.look or not look)]
            places = _places(opened, document)
            told = _summary(document, text, parts)
            found.append((told, [_part_json(document, text, p, people, places) for p in chosen] if single else []))
    if as_json:
        print_json([{**told, **({"paragraphs": parts} if single else {})} for told, parts in found])
        return
    if single:
        _show_parts([part for _, parts in found for part in parts])
    elif not found:
        show("No document has an original or a translation beside it.")
    else:
        head = ("label", "beside", "language", "paragraphs", *STATES[:3], "look again")
        rows = [[told["label"], told["side"], told["language"] or "", told["parts"],
                 *(told[key] for key in STATES[:3]), told["look"]] for told, _ in found]  # fmt: skip
        show_table(head, rows, right=(3, 4, 5, 6, 7))
    for told, _ in found:
        if told["others"]:
            say(one_line(f"{told['label']}: {told['others']} more came with a merge: 'remove' takes this one out."))


def _summary(document: Document, text: SecondText, parts: Sequence[Part]) -> dict[str, Any]:
    count = Counter(part.state.state for part in parts)
    return {
        "document": document.id,
        "label": document.label,
        "side": text.side,
        "language": text.language or None,
        "file": text.name or None,
        "parts": text.parts,
        **{state: count[state] for state in STATES},
        "look": sum(1 for part in parts if part.state.look),
        "others": text.others,
    }


def _places(study: Study, document: Document) -> dict[int, _Place]:
    """(paragraph from, to, words) of each segment by ordinal."""
    from suggest.study.segments import segments

    if not document.count:
        return {}
    return {one.ordinal: (one.paragraph_from, one.paragraph_to, one.text) for one in segments(study, document.id)}


def _part_json(
    document: Document, text: SecondText, part: Part, people: Mapping[str, str], places: Mapping[int, _Place]
) -> dict[str, Any]:
    from suggest.review.beside import told

    held = [places[n] for n in range(part.first, part.last + 1) if n in places]
    low, high = held[0][0], held[-1][1]
    beside = told(text, part, people)
    return {
        "cite": f"{document.label} {low}" + ("" if low == high else f"–{high}"),
        "paragraph_from": low,
        "paragraph_to": high,
        **beside.to_json(),
        "text": "\n".join(words for _, _, words in held),
        "beside": beside.text,
        "told": beside.told,
    }


def _show_parts(parts: Sequence[dict[str, Any]]) -> None:
    for part in parts:
        show(one_line(f"{part['cite']}  {part['told']}"))
        for query in part["queries"]:
            show(one_line(f"    {query['coder']} asks: {query['text']}"))
    if not parts:
        show("No such paragraphs.")


@translations.command("show")
@LABEL
@click.argument("paragraphs", metavar="[N[-M]]", required=False)
@JSON
@click.pass_obj
def show_(study: Path, label: str, paragraphs: str | None, as_json: bool) -> None:
    """Both texts, one under the other, with the state of each paragraph."""
    from suggest.review.beside import names
    from suggest.study.documents import find_document
    from suggest.study.study import Study

    with Study.open(study) as opened, opened.reading():
        document = find_document(opened, label)
        reader, text = _text(opened, document)
        parts = _chosen(reader, document, text, paragraphs or "1-999999999")
        people, places = names(opened), _places(opened, document)
        listed = [_part_json(document, text, part, people, places) for part in parts]
        told = _summary(document, text, [*reader.parts(text)])
    if as_json:
        print_json({**told, "paragraphs": listed})
        return
    for part in listed:
        show(one_line(f"{part['cite']}  {part['told']}"))
        for words in (part["text"], part["beside"]):
            show("    " + printable(words).replace("\n", "\n    "))
        for query in part["queries"]:
            show(one_line(f"    {query['coder']} asks: {query['text']}"))


def _text(study: Study, document: Document) -> tuple[SecondReader, SecondText]:
    from suggest.study.second_text import SecondReader

    reader = SecondReader(study)
    text = reader.of(document.id)
    if text is None:
        raise BadInput(
            "no original and no translation stands beside this document.",
            file=document.label,
            advice="'add STUDY FILE --original-of LABEL' brings one in.",
        )
    return reader, text


def _chosen(reader: SecondReader, document: Document, text: SecondText, paragraphs: str) -> list[Part]:
    found = re.fullmatch(r"([0-9]{1,9})(?:[-–]([0-9]{1,9}))?", paragraphs.strip())
    if found is None:
        raise UsageError("Paragraphs are written 5 or 5-9.")
    parts = reader.between(text, int(found[1]), int(found[2] or found[1]))
    if not parts:
        place = f"paragraph {paragraphs}"
        raise BadInput(f"nothing of the {text.side} stands there.", file=document.label, place=place)
    return parts


def _mark(study: Path, label: str, paragraphs: str, coder: str, action: str, words: str, as_json: bool) -> None:
    from suggest.review.beside import names
    from suggest.study.documents import find_document
    from suggest.study.people import ensure_coder
    from suggest.study.second_writing import mark_within
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        document = find_document(opened, label)
        reader, text = _text(opened, document)
        numbers = [part.number for part in _chosen(reader, document, text, paragraphs)]
        if len(numbers) > 1 and action in ("query", "answer"):
            raise UsageError(f"'{action}' is about one paragraph.")
        actor = ensure_coder(opened, coder)
        with opened.write(actor) as writer:
            entries = [mark_within(opened, writer, document, n, action, words) for n in numbers]
        people, places = names(opened), _places(opened, document)
        after = [found for n in numbers if (found := reader.part(text, n)) is not None]
        listed = [_part_json(document, text, one, people, places) for one in after]
    if as_json:
        print_json([{**part, "entry": list(entry)} for part, entry in zip(listed, entries, strict=True)])
        return
    for part in listed:
        show(one_line(f"{part['cite']}  {part['told']}"))


@translations.command("check")
@LABEL
@PARAGRAPHS
@CODER
@JSON
@click.pass_obj
def check(study: Path, label: str, paragraphs: str, coder: str, as_json: bool) -> None:
    """You have read both texts of these paragraphs, and they say the same."""
    _mark(study, label, paragraphs, coder, "check", "", as_json)


@translations.command("query")
@LABEL
@PARAGRAPHS
@click.argument("words")
@CODER
@JSON
@click.pass_obj
def query(study: Path, label: str, paragraphs: str, words: str, coder: str, as_json: bool) -> None:
    """A question about a paragraph: it stays open until somebody answers, or you check it."""
    _mark(study, label, paragraphs, coder, "query", words, as_json)


@translations.command("answer")
@LABEL
@PARAGRAPHS
@click.argument("words", required=False, default="")
@CODER
@JSON
@click.pass_obj
def answer(study: Path, label: str, paragraphs: str, words: str, coder: str, as_json: bool) -> None:
    """All open questions of a paragraph are answered; the log keeps questions and answer."""
    _mark(study, label, paragraphs, coder, "answer", words, as_json)


@translations.command("draft")
@LABEL
@PARAGRAPHS
@CODER
@JSON
@click.pass_obj
def draft(study: Path, label: str, paragraphs: str, coder: str, as_json: bool) -> None:
    """Take your own check or question back."""
    _mark(study, label, paragraphs, coder, "draft", "", as_json)


@translations.command("correct")
@LABEL
@PARAGRAPHS
@click.argument("file", metavar="FILE|-")
@CODER
@JSON
@click.pass_obj
def correct(study: Path, label: str, paragraphs: str, file: str, coder: str, as_json: bool) -> None:
    """Other words for one paragraph of the text beside, from FILE or standard input (UTF-8): it is a draft again."""
    from suggest.study.documents import find_document
    from suggest.study.people import ensure_coder
    from suggest.study.second_writing import correct_part
    from suggest.study.study import Study

    words = _read(file)
    with Study.open(study, write=True) as opened:
        document = find_document(opened, label)
        reader, text = _text(opened, document)
        (part,) = _single(_chosen(reader, document, text, paragraphs))
        entry = correct_part(opened, ensure_coder(opened, coder), document, part, words)
    if as_json:
        print_json({"document": document.id, "label": document.label, "entry": list(entry)})
        return
    show(one_line(f"{document.label}: the {text.side} of paragraph {paragraphs} has other words, and is a draft"))


def _single(parts: list[Part]) -> list[Part]:
    if len(parts) != 1:
        raise UsageError("Name one paragraph.")
    return parts


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig").replace("\r\n", "\n").strip("\n")
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}.", file=Path(file).name) from None
    except UnicodeDecodeError as error:
        raise BadInput("is not UTF-8.", file=Path(file).name, place=f"byte {error.start}") from None


@translations.command("mask")
@LABEL
@PARAGRAPHS
@click.argument("words")
@click.option("--throughout", is_flag=True, help="In all paragraphs of the text beside.")
@CODER
@JSON
@click.pass_obj
def mask(study: Path, label: str, paragraphs: str, words: str, throughout: bool, coder: str, as_json: bool) -> None:
    """Replace words of the text beside by "[masked]", for good and in the backups, too."""
    from suggest.study.documents import find_document
    from suggest.study.people import ensure_coder
    from suggest.study.second_masking import mask_second
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        document = find_document(opened, label)
        reader, text = _text(opened, document)
        (part,) = _single(_chosen(reader, document, text, paragraphs))
        actor = ensure_coder(opened, coder)
        done = mask_second(opened, actor, document, part.number, words, throughout=throughout)
    if as_json:
        print_json({"entry": list(done.entry), "parts": done.parts, "elsewhere": done.elsewhere})
        return
    show(one_line(f"{document.label}: masked in {counted(done.parts, 'paragraph')} of the {text.side}"))
    if done.elsewhere:
        say(f"The same words stand {counted(done.elsewhere, 'time')} in the text that is coded: mask them there, too.")


@translations.command("remove")
@LABEL
@CODER
@JSON
@click.pass_obj
def remove(study: Path, label: str, coder: str, as_json: bool) -> None:
    """Take the text beside out of this file, with its checks. Copies and backups keep it: 'erase' withdraws words."""
    from suggest.study.documents import find_document
    from suggest.study.people import ensure_coder
    from suggest.study.second_writing import remove_second
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        document = find_document(opened, label)
        entry = remove_second(opened, ensure_coder(opened, coder), document)
    if as_json:
        print_json({"document": document.id, "label": document.label, "entry": list(entry)})
        return
    show(one_line(f"{document.label}: taken out"))
