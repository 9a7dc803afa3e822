"""What `documents correct --preview` prints: what would become of the codings, before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggest.printable import counted, one_line
from tui.commands.common import print_json, say, show

if TYPE_CHECKING:
    from suggest.study.documents import Document
    from suggest.study.study import Study


def show_preview(study: Study, document: Document, text: str, as_json: bool) -> None:
    """Print which codings a correction would leave as they are, and what would become of the others."""
    from suggest.study.codes import load_tree, read_codes
    from suggest.study.correction_preview import preview_correction
    from suggest.study.people import coders

    seen = preview_correction(study, document, after=text)
    names = {person.id: person.name for person in coders(study)}
    tree = load_tree(study)
    paths = {code.id: code.path_text for code in read_codes(study, tree)}
    told = [(item, names[item.coding.coder], paths.get(item.coding.code, "")) for item in seen.moved]
    if as_json:
        print_json(
            {
                "document": document.id,
                "label": document.label,
                "stored": False,
                "edits": [[start, end, len(new)] for start, end, new in seen.edits],
                "kept": {names[person]: count for person, count in seen.kept.items()},
                "moved": [
                    {"entry": list(item.coding.entry), "coder": name, "code": item.coding.code, "path": path,
                     "range": [item.coding.start, item.coding.end], "before": item.before, "after": item.after,
                     "lost": item.lost}
                    for item, name, path in told
                ],
                "emptied": [f"{document.id}.{ordinal}" for ordinal in seen.emptied],
            }
        )  # fmt: skip
        return
    changes = counted(len(seen.edits), "change")
    show(one_line(f"{document.label}: {changes}, {counted(seen.length, 'character')} afterwards"))
    for person, count in seen.kept.items():
        show(one_line(f"  {counted(count, 'coding')} by {names[person]} with the same words as before"))
    for item, name, path in told:
        after = "would lose all of its words" if item.lost else f"then “{_short(item.after)}”"
        show(one_line(f"  {path} by {name}: “{_short(item.before)}”, {after}"))
    if seen.emptied:
        say(f"would be refused: {counted(len(seen.emptied), 'segment')} would be left without a word.")
    say("This was a preview: nothing was stored.")


def _short(words: str, length: int = 60) -> str:
    return words if len(words) <= length else f"{words[: length - 1]}…"
