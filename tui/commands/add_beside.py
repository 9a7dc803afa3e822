"""`add --original-of` and `--translation-of`: a text that comes to stand beside a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from suggest.printable import counted, one_line
from tui.commands.common import print_json, say, show

if TYPE_CHECKING:
    from collections.abc import Sequence


def add_second(
    study: Path,
    files: Sequence[Path],
    label: str,
    side: str,
    mapping: dict[str, str],
    language: str | None,
    encoding: str | None,
    *,
    only_look: bool,
    coder: str,
    as_json: bool,
) -> None:
    """What `add --original-of` and `--translation-of` do."""
    from suggest.exchange.second_in import check_one_file, read_second
    from suggest.study.documents import find_document
    from suggest.study.people import ensure_coder
    from suggest.study.second_writing import add_second as store
    from suggest.study.study import Study

    with Study.open(study, write=not only_look) as opened:
        document = find_document(opened, label)
        new = read_second(
            opened, document, check_one_file(files), side, language=language, encoding=encoding, mapping=mapping
        )
        if not only_look:
            store(opened, ensure_coder(opened, coder), document, new)
    words = sum(1 for part in new.parts if part.words.strip())
    if as_json:
        told = {"document": document.id, "label": document.label, "side": side, "language": new.language or None}
        print_json({"stored": not only_look, **told, "parts": len(new.parts), "with_words": words})
        return
    show(one_line(f"{document.label}\t{side}\t{len(new.parts)}"))
    say(one_line(f"{document.label}: {counted(words, 'paragraph')} of the {side} from {new.name}, all drafts"))
    if only_look:
        say("This was a preview: nothing was stored.")
