"""Findings by code: how often, where, by how many, asked or unasked, which paragraphs support it, and which quotes.

Nothing here interprets: it counts passages, picks quotes by a rule that is told, and warns of what may identify.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from suggest.exchange.gathering import Gathered, Passage
from suggest.exchange.passages import OMISSION, joined, site_of
from suggest.exchange.records import code_keys
from suggest.study.codes import Code, read_codes
from suggest.study.study import Study
from suggest.text.citations import Citation, format_citations

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
class Tally:
    """Passages and what they come from. `sites` are passages by site, in the study's order, where there are any;
    `citation` names all their paragraphs, "" for none."""

    passages: int
    documents: int
    speakers: int
    asked: int
    unasked: int
    sites: tuple[tuple[str, int], ...]
    citation: str


@dataclass(frozen=True)
class Theme:
    """What is on record for one code: `own` passages, and those of it and of all codes below it `together` (None where
    there are none below), where a passage with several of these codes counts once.

    `kept_back` counts its own passages whose words may not be quoted, whole or in part.
    """

    code: Code
    key: str
    own: Tally
    together: Tally | None
    kept_back: int
    quotes: tuple[Quote, ...]

    @property
    def depth(self) -> int:
        """1 for a theme, 2 for its subthemes."""
        return len(self.code.path)


def cite(passage: Passage) -> str:
    """The passage as the study cites it: "BU 51"."""
    return format_citations([passage.citation])


def read_themes(study: Study, gathered: Gathered, codes: Sequence[Code] | None = None, *, most: int = 3) -> list[Theme]:
    """Today's codes (or these) in the order of the tree, each with at most `most` quotes,
    picked by rule where nobody chose any."""
    codes = read_codes(study) if codes is None else codes
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
    own = _tally(gathered, [code.id])
    return Theme(
        code,
        key,
        own,
        _tally(gathered, [code.id, *below]) if below else None,
        sum(passage.withheld is not None for passage in gathered.of(code.id)),
        pick(gathered.of(code.id), used, most) if own.passages and most else (),
    )


def _tally(gathered: Gathered, codes: Sequence[str]) -> Tally:
    sites: Counter[str] = Counter()
    speakers: set[tuple[str, str]] = set()
    asked: Counter[bool | None] = Counter()
    cited: dict[str, list[Citation]] = {}
    counted: set[tuple[str, int, int]] = set()
    for passage in gathered.of(*codes):
        stretch = (passage.document, passage.start, passage.end)
        if stretch in counted:
            continue
        counted.add(stretch)
        sites[passage.site] += 1
        speakers.update((passage.document, speaker) for speaker in passage.speakers)
        asked[passage.asked] += 1
        cited.setdefault(passage.document, []).append(passage.citation)
    ordered = [one for document in gathered.documents for one in cited.get(document.label, [])]
    return Tally(
        len(counted),
        len(cited),
        len(speakers),
        asked[True],
        asked[False],
        tuple((site, sites[site]) for site in sites_of(gathered) if sites[site]),
        format_citations(joined(ordered), "bracketed") if ordered else "",
    )


def pick(passages: Iterable[Passage], used: Counter[tuple[str, str]], most: int) -> tuple[Quote, ...]:
    """The passages that somebody chose; else up to `most` by rule: from other sites and speakers before the same ones,
    unasked before asked, coded by more coders before fewer, of handy length before long or short ones.

    `used` counts the quotes that each voice has already, and is counted on.
    """
    # Only what may be quoted; at most so many are held at once, since nothing is gained from looking at more.
    chosen: list[tuple[int, Passage]] = []
    able: list[tuple[int, Passage]] = []
    for n, passage in enumerate(passages):
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
