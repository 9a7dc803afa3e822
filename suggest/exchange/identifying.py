"""What a reader could find out of quotes that nobody should: warnings for the author, before anything is printed.

They are rules of thumb: silence is no proof that nobody can be recognised.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from suggest.exchange.findings import Quote, Theme
from suggest.exchange.passages import Passages
from suggest.study.documents import Document
from suggest.study.study import Study
from suggest.text.names import likely_names

ROLE_ATTRIBUTES = ("role", "profession", "occupation", "position", "job", "function", "grade", "specialty", "gender")
MANY = 4
"""From so many quotes on, one voice that has more than a quarter of them is worth a warning."""
_NUMBERED = re.compile(r"^(?P<stem>.*?)[\s._-]*\d*$")


def warnings(study: Study, documents: Sequence[Document], themes: Sequence[Theme]) -> list[str]:
    """Sentences for the author, the gravest first; nothing of what is quoted stands in them but likely names."""
    quotes = [quote for theme in themes for quote in theme.quotes]
    quoted: dict[str, list[Quote]] = {}
    for quote in quotes:
        quoted.setdefault(quote.passage.document, []).append(quote)
    found: list[str] = []
    for document in documents:
        if document.label in quoted:
            pages = Passages(study, document)
            found += _named(pages, quoted[document.label])
            found += _only_ones(pages, quoted[document.label])
    return [*found, *_often(quotes), *_without_consent(themes)]


def _named(pages: Passages, quotes: Sequence[Quote]) -> Iterator[str]:
    for quote in quotes:
        if pages.named_in(quote.words):
            yield f"A speaker's name stands in the quote ({quote.cite})."
        hints = [hint.words for hint in likely_names(quote.words, pages.names)]
        if hints:
            listed = ", ".join(f"“{words}”" for words in hints[:3])
            yield f"A likely name or place stands in the quote ({quote.cite}): {listed}."


def _only_ones(pages: Passages, quotes: Sequence[Quote]) -> Iterator[str]:
    """Quoted speakers who are alone in their document with what they are called, or with an attribute."""
    kinds: dict[str, dict[str, set[str]]] = {}
    for spot in pages.spots:
        name = spot.segment.speaker
        if name is None or spot.segment.role != "data":
            continue
        held = kinds.setdefault(name, {})
        match = _NUMBERED.match(name)
        stem = match["stem"] if match else name
        if len(stem) > 2:
            held.setdefault("called", set()).add(stem)
        for key, value in spot.attributes:
            if key.strip().casefold() in ROLE_ATTRIBUTES and value.strip():
                held.setdefault(key.strip(), set()).add(value.strip())
    shared = Counter((key, value) for held in kinds.values() for key, values in held.items() for value in values)
    if len(kinds) < 2:
        return
    told = set()
    for quote in quotes:
        for name in pages.names_in(quote.passage.start, quote.passage.end):
            for key, values in kinds.get(name, {}).items():
                for value in sorted(values):
                    if shared[key, value] == 1 and (name, key) not in told:
                        told.add((name, key))
                        what = f"with {key} = {value}" if key != "called" else f"called {value}"
                        yield (
                            f"The speaker quoted as ({quote.cite}) is the only one in {quote.passage.document} "
                            f"{what}: who knows the site knows who spoke."
                        )


def _often(quotes: Sequence[Quote]) -> Iterator[str]:
    voices = Counter((quote.passage.document, name) for quote in quotes for name in quote.passage.speakers)
    for (document, name), count in voices.most_common():
        if count >= MANY and count * 4 > len(quotes):
            yield f"{name} of {document} has {count} of {len(quotes)} quotes: together they may tell who it is."


def _without_consent(themes: Sequence[Theme]) -> Iterator[str]:
    for theme in themes:
        if theme.kept_back and not theme.quotes:
            yield f"Nothing of “{theme.code.path_text}” is quoted: consent to quote is missing for what could be."
    if total := sum(theme.kept_back for theme in themes):
        are = "passage is" if total == 1 else "passages are"
        yield f"{total} {are} cited but not quoted whole: consent to quote is missing (flag no_quote)."
