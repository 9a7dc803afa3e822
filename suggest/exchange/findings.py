"""Findings by code: how often, where, by how many, asked or unasked, which paragraphs support it, and which quotes.

Nothing here interprets: it counts passages, picks quotes by a rule that is told, and warns of what may identify.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suggest.exchange.gathering import Gathered, Passage
from suggest.exchange.passages import OMISSION, joined, site_of
from suggest.exchange.records import code_keys
from suggest.study.codes import Code, read_codes
from suggest.study.study import Study
from suggest.text.citations import format_citations

SHORT, LONG = 40, 600
"""Quotes picked by rule have about so many characters; longer ones are cut at the end of a sentence."""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]?(?=\s)")


@dataclass(frozen=True)
class Quote:
    """Words chosen to be printed: `chosen` by a person's memo with `#quote`, else picked by rule."""

    words: str
    cite: str
    passage: Passage
    chosen: bool


@dataclass(frozen=True)
class Theme:
    """What is on record for one code. `sites` are passages by site, in the study's order, only where there are any.

    `citation` names the supporting paragraphs of the code, `citation_below` those of it and of all codes below it
    (None where there are none below). `kept_back` counts the passages whose words may not be quoted, whole or in part.
    """

    code: Code
    key: str
    passages: int
    documents: int
    speakers: int
    asked: int
    unasked: int
    sites: tuple[tuple[str, int], ...]
    citation: str
    citation_below: str | None
    kept_back: int
    quotes: tuple[Quote, ...]

    @property
    def depth(self) -> int:
        """1 for a theme, 2 for its subthemes."""
        return len(self.code.path)


def cite(passage: Passage) -> str:
    """The passage as the study cites it: "BU 51"."""
    return format_citations([passage.citation])


def read_themes(study: Study, gathered: Gathered, *, most: int = 3) -> list[Theme]:
    """Today's codes in the order of the tree, each with at most `most` quotes picked by rule where nobody chose any."""
    codes = read_codes(study)
    keys = code_keys(read_codes(study, all_states=True))
    below = _below(codes)
    used: Counter[tuple[str, str]] = Counter()
    return [_theme(code, keys[code.id], gathered, below[code.id], used, most) for code in codes]


def _below(codes: Sequence[Code]) -> dict[str, list[str]]:
    """The codes (ids) below each code, in the order of the tree."""
    parents = {code.id: code.parent for code in codes}
    found: dict[str, list[str]] = {code.id: [] for code in codes}
    for code in codes:
        above = code.parent
        while above is not None and above in found:
            found[above].append(code.id)
            above = parents.get(above)
    return found


def _theme(
    code: Code, key: str, gathered: Gathered, below: Sequence[str], used: Counter[tuple[str, str]], most: int
) -> Theme:
    sites: Counter[str] = Counter()
    documents: set[str] = set()
    speakers: set[tuple[str, str]] = set()
    asked: Counter[bool | None] = Counter()
    kept_back = 0
    cited = []
    for passage in gathered.of(code.id):
        sites[passage.site] += 1
        documents.add(passage.document)
        speakers.update((passage.document, speaker) for speaker in passage.speakers)
        asked[passage.asked] += 1
        kept_back += passage.withheld is not None
        cited.append(passage.citation)
    together = [*cited, *(passage.citation for passage in gathered.of(*below))]
    order = {document.label: n for n, document in enumerate(gathered.documents)}
    together.sort(key=lambda one: order[one.label])
    return Theme(
        code,
        key,
        len(cited),
        len(documents),
        len(speakers),
        asked[True],
        asked[False],
        tuple((site, sites[site]) for site in sites),
        format_citations(joined(cited), "bracketed") if cited else "",
        format_citations(joined(together), "bracketed") if below and together else None,
        kept_back,
        _pick(gathered, code.id, used, most) if cited and most else (),
    )


def _pick(gathered: Gathered, code: str, used: Counter[tuple[str, str]], most: int) -> tuple[Quote, ...]:
    """The passages that somebody chose; else up to `most` by rule: from other sites and speakers before the same ones,
    unasked before asked, coded by more coders before fewer, of handy length before long or short ones."""
    # Only what may be quoted; at most so many are held at once, since nothing is gained from looking at more.
    chosen: list[tuple[int, Passage]] = []
    able: list[tuple[int, Passage]] = []
    for n, passage in enumerate(gathered.of(code)):
        if passage.words is None:
            continue
        if passage.marked:
            chosen.append((n, passage))
        elif len(able) < 5_000:
            able.append((n, passage))
    if chosen:
        return tuple(_quote(passage, chosen=True) for _, passage in chosen)
    picked: list[tuple[int, Passage]] = []
    sites: Counter[str] = Counter()
    while able and len(picked) < most:
        best = min(able, key=lambda item: _rank(item[1], item[0], sites, used))
        able.remove(best)
        picked.append(best)
        sites[best[1].site] += 1
        used.update((best[1].document, speaker) for speaker in best[1].speakers)
    return tuple(_quote(passage, chosen=False) for _, passage in sorted(picked, key=lambda item: item[0]))


def _rank(passage: Passage, n: int, sites: Counter[str], used: Counter[tuple[str, str]]) -> tuple[int, ...]:
    size = len(passage.words or "")
    voices = max((used[passage.document, speaker] for speaker in passage.speakers), default=0)
    return (
        int(size < SHORT),
        sites[passage.site],
        voices,
        int(passage.asked is not False),
        -len(passage.coders),
        int(size > LONG),
        abs(size - 250) // 50,
        n,
    )


def _quote(passage: Passage, *, chosen: bool) -> Quote:
    words = passage.words or ""
    if not chosen and len(words) > LONG + 100:
        ends = [match.end() for match in _SENTENCE_END.finditer(words[:LONG])]
        at = ends[-1] if ends and ends[-1] > LONG // 2 else words.rfind(" ", 0, LONG)
        words = f"{words[: at if at > 0 else LONG].rstrip()} {OMISSION}"
    return Quote(words, cite(passage), passage, chosen)


def all_quotes(gathered: Gathered, code: str) -> Iterator[Quote]:
    """Every passage of a code (an id) that may be quoted, whole."""
    for passage in gathered.of(code):
        if passage.words is not None:
            yield Quote(passage.words, cite(passage), passage, passage.marked)


def sites_of(gathered: Gathered) -> list[str]:
    """The sites in the study's order."""
    return list(dict.fromkeys(site_of(document) for document in gathered.documents))
