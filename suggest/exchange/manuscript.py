"""A manuscript against the study: citations exist, quotes are verbatim, coded as claimed and allowed to be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from suggest.exchange.evidence import Evidence
from suggest.exchange.outgoing import OutOptions
from suggest.study.codes import Code, read_codes
from suggest.study.study import Study
from suggest.text.citations import Citation, format_citations
from suggest.text.claims import Cited, Claims, Said, read_claims
from suggest.text.manuscripts import Written, read_manuscript
from suggest.text.verbatim import Piece, nearest, pieces

LONG_QUOTE = 5
"""A quote without a citation is looked for in the study if it has at least so many words."""
LIKE = 0.5
"""From this likeness on (0 to 1), what stands in the cited paragraph is told as what was meant."""
_PLAIN = re.compile(r"[^\w]+")
_NUMBERING = re.compile(
    r"^\s*(?:theme|subtheme|category|code|thema|kategorie)?\s*[\dIVX]*(?:\.\d+)*\s*[.:)–—-]?\s+", re.I
)


@dataclass(frozen=True)
class Finding:
    """Something that is off. `kind` is unknown_document, unknown_paragraph, unreadable_citation, not_verbatim,
    wrong_paragraph, not_coded or may_not_be_quoted. `place` says where in the file, `said` what stands there, `study`
    what stands in the study."""

    kind: str
    place: str
    cite: str
    said: str
    study: str


@dataclass
class Checked:
    """What a check looked at and found. `notices` are remarks on what could not be checked."""

    citations: int = 0
    quotes: int = 0
    under_codes: int = 0
    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings


def check_manuscript(study: Study, path: Path, options: OutOptions | None = None) -> Checked:
    """Compare a .docx, .md or .txt to the study; `options` limit whose codings count. BadInput for a file of no use."""
    written = read_manuscript(path)
    with study.reading():
        return _Check(study, options or OutOptions()).run(written)


class _Check:
    def __init__(self, study: Study, options: OutOptions) -> None:
        self._evidence = Evidence(study, options)
        self._codes = read_codes(study)
        self._named: dict[str, list[Code]] = {}
        for code in self._codes:
            self._named.setdefault(_plain(code.name), []).append(code)
        self._done = Checked()
        self._misplaced: list[Cited] = []

    def run(self, paragraphs: Sequence[Written]) -> Checked:
        by_place = {item.written.place: item for item in read_claims(paragraphs, self._evidence.labels)}
        for paragraph, codes in self._under(paragraphs):
            if paragraph.place in by_place:
                self._paragraph(by_place[paragraph.place], codes)
        done = self._done
        if not done.citations:
            labels = ", ".join(self._evidence.labels[:6])
            done.notices.append(
                f"No citation was found. They name a document and a paragraph: (BU 51). Labels: {labels}."
            )
        elif not done.under_codes:
            done.notices.append(
                "No heading is the name of a code, so nothing was checked for being coded as claimed: "
                "give each theme a heading with its code's name."
            )
        return done

    def _under(self, paragraphs: Sequence[Written]) -> Iterator[tuple[Written, list[Code]]]:
        """Each paragraph with the codes whose name its heading, or the beginning of its text, is."""
        stack: list[tuple[int, list[Code]]] = []
        for paragraph in paragraphs:
            if paragraph.level:
                stack = [item for item in stack if item[0] < paragraph.level]
                stack.append((paragraph.level, self._meant(paragraph.text)))
                yield paragraph, []
                continue
            run_in = [] if paragraph.beside else self._run_in(paragraph.text)
            if run_in:
                stack = [item for item in stack if item[0] < 9]
                stack.append((9, run_in))
            yield paragraph, next((codes for _, codes in reversed(stack) if codes), [])

    def _meant(self, heading: str) -> list[Code]:
        bare = _NUMBERING.sub("", heading)
        return self._named.get(_plain(heading)) or self._named.get(_plain(bare)) or []

    def _run_in(self, text: str) -> list[Code]:
        """The codes of a heading in the first line: "Gaining trust. Trust grew ..."."""
        for code in self._codes:
            if text.startswith((f"{code.name}.", f"{code.name}:", f"{code.name}\n")):
                return self._named[_plain(code.name)]
        return []

    def _paragraph(self, claims: Claims, codes: list[Code]) -> None:
        begin, at = len(self._done.findings), claims.written.at
        for cited in claims.cited:
            self._exists(at(cited.start), cited)
        for said in claims.said:
            place = at(said.start)
            if said.cited is None:
                self._uncited_quote(place, said)
            elif not self._quote(place, said, said.cited, at(said.cited.start)):
                self._misplaced.append(said.cited)
        for cited in claims.cited:
            if codes and not any(cited is one for one in self._misplaced):
                self._coded(at(cited.start), cited, codes)
        self._done.findings[begin:] = sorted(self._done.findings[begin:], key=_line)

    def _add(self, kind: str, place: str, cite: str, said: str, study: str) -> None:
        self._done.findings.append(Finding(kind, place, cite, said, study))

    def _exists(self, place: str, cited: Cited) -> None:
        """Tell what a bracket cites that is not there."""
        self._done.citations += len(cited.citations)
        for label in cited.unknown:
            known = ", ".join(self._evidence.labels[:12])
            self._add("unknown_document", place, cited.words, label, f"No document is called so. There are: {known}.")
        if cited.problem:
            self._add("unreadable_citation", place, cited.words, cited.words, cited.problem)
        for one in cited.citations:
            if not self._evidence.has(one):
                last = self._evidence.last_paragraph(one.label)
                self._add(
                    "unknown_paragraph", place, _cite(one), cited.words, f"{one.label} has paragraphs up to {last}."
                )
            elif self._evidence.excluded(one):
                self._add("may_not_be_quoted", place, _cite(one), cited.words, "It is excluded from the study.")

    def _quote(self, place: str, said: Said, cited: Cited, cited_at: str) -> bool:
        """Whether a quote stands in a paragraph that its bracket cites, and may be quoted; what is off is told.
        `cited_at` is the place of the bracket."""
        there = [one for one in cited.citations if self._evidence.has(one)]
        wanted = pieces(said.words, self._evidence.speakers([one.label for one in cited.citations]))
        if not wanted:
            return True
        self._done.quotes += 1
        for one in there:
            if found := self._evidence.find(one, wanted):
                self._allowed(place, one, said, found)
                return True
        elsewhere = self._evidence.everywhere(wanted, first=[one.label for one in cited.citations])
        if elsewhere is not None:
            at, found = elsewhere
            self._wrong(place, said, cited, at, told=None if there else cited_at)
            self._allowed(place, at, said, found)
            return False
        if (kept := self._like_kept_back(there, wanted)) is None:
            self._add("not_verbatim", place, cited.words, said.words, self._difference(there, wanted))
        else:
            one, flag = kept
            self._add("not_verbatim", place, cited.words, said.words, "It is like words that are kept back.")
            self._add("may_not_be_quoted", place, _cite(one), said.words, _missing(flag))
        return True

    def _wrong(self, place: str, said: Said, cited: Cited, at: Citation, *, told: str | None) -> None:
        """The words of a quote stand elsewhere. Where the citation is told to be wrong already, at the place `told`,
        that finding says so too."""
        where = f"The words stand in {_cite(at)}."
        if told is None:
            self._add("wrong_paragraph", place, cited.words, said.words, where)
            return
        findings = self._done.findings
        names = {cited.words, *(_cite(one) for one in cited.citations)}
        for n in range(len(findings) - 1, -1, -1):
            if findings[n].place == told and findings[n].cite in names:
                findings[n] = replace(findings[n], study=f"{findings[n].study} {where}")
                return

    def _like_kept_back(self, there: Sequence[Citation], wanted: Sequence[Piece]) -> tuple[Citation, str] | None:
        """The citation and the flag of cited words without consent that a piece of a quote is most like, if any."""
        for one in there:
            flag, kept, free = self._evidence.parted(one)
            if flag is None:
                continue
            for piece in wanted:
                likeness = nearest([piece], kept).likeness
                if likeness >= LIKE and likeness > nearest([piece], free).likeness:
                    return one, flag
        return None

    def _difference(self, there: Sequence[Citation], wanted: Sequence[Piece]) -> str:
        best, told = 0.0, ""
        for one in there:
            found = nearest(wanted, self._evidence.parted(one)[2])
            if found.likeness > best:
                best = found.likeness
                told = "; ".join(
                    f"“{printed}” is “{study}” in {_cite(one)}"
                    if printed and study
                    else f"“{printed}” is not in {_cite(one)}"
                    if printed
                    else f"“{study}” was left out of {_cite(one)}"
                    for printed, study in found.changes[:4]
                )
        return f"{told}." if best >= LIKE and told else "Nothing like it stands in the cited paragraph."

    def _allowed(self, place: str, cited: Citation, said: Said, found: Sequence[tuple[int, int]]) -> None:
        if flag := self._evidence.kept_back(cited.label, found):
            self._add("may_not_be_quoted", place, _cite(cited), said.words, _missing(flag))

    def _uncited_quote(self, place: str, said: Said) -> None:
        wanted = pieces(said.words)
        if sum(len(piece.words.split()) for piece in wanted) < LONG_QUOTE:
            return
        elsewhere = self._evidence.everywhere(wanted, first=())
        if elsewhere is not None:
            self._done.notices.append(f"{place}: a quote without a citation; the words stand in {_cite(elsewhere[0])}.")
            self._allowed(place, elsewhere[0], said, elsewhere[1])
        else:
            self._done.notices.append(f"{place}: a quote without a citation, and the study has no such words.")

    def _coded(self, place: str, cited: Cited, codes: list[Code]) -> None:
        name = codes[0].name
        for one in cited.citations:
            if not self._evidence.has(one) or self._evidence.excluded(one):
                continue
            self._done.under_codes += 1
            standing = self._evidence.codes_on(one)
            if any(set(self._branch(code)) & standing for code in codes):
                continue
            others = [code.path_text for code in self._codes if code.id in standing]
            told = f"It is coded {'; '.join(f'“{path}”' for path in others)}." if others else "It has no code."
            self._add("not_coded", place, _cite(one), f"under “{name}”", told)

    def _branch(self, code: Code) -> Iterator[str]:
        yield code.id
        children = {item.id: item for item in self._codes}
        for child in code.children:
            if child in children:
                yield from self._branch(children[child])


def _line(finding: Finding) -> int:
    return int(finding.place.rpartition(" ")[2])


def _missing(flag: str) -> str:
    return f"Consent to quote is missing ({flag})."


def _cite(citation: Citation) -> str:
    return format_citations([citation])


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", text.casefold()).strip()
