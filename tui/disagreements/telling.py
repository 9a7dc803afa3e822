"""The disagreements as lines: a row of the list, and one case with the talk around it and its coders side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from suggest.study.reasons import Reason
from tui.disagreements.naming import Naming
from tui.disagreements.view import Case, Detail, Given, Turn
from tui.terminal.lines import Line, Part
from tui.terminal.paragraphs import paragraphs
from tui.terminal.passage import marked
from tui.terminal.wrap import cut, end_of, fill, words, wrap

WHY = {
    "missed": "applied by one only",
    "other": "different codes",
    "near": "different codes of one theme",
    "range": "the same code on other words",
}
NO_CODE = "no code"
LONGEST = 120
"""So many cells of a code's path at most, its last names first of all."""
SIDE, GAP = 24, 2
"""A column of coders has so many cells at least; with fewer they stand below one another."""
OUT_OF_USE = "a code out of use"
HIDDEN = "A model's answer is shown when this is settled: it lies in the blind core."


def last_name(path: str) -> str:
    """The last name of a path."""
    return path.rpartition(" > ")[2]


def arrows(path: str) -> str:
    """A path as it stands on screen."""
    return path.replace(" > ", " › ")


def row(case: Case, paths: Mapping[str, str]) -> tuple[str, ...]:
    """The cells of the list: where, how far apart, why, about which codes, whether it is settled."""
    names = [last_name(paths.get(code, OUT_OF_USE)) for code in case.differing]
    about = " / ".join([*names, *([NO_CODE] if "missed" in case.kinds and len(names) == 1 else [])])
    return case.cite, f"{case.distance:.2f}", ", ".join(case.kinds), about, "✓ settled" if case.settled else "· open"


def head(case: Case) -> str:
    """The first line of a case."""
    why = "; ".join(WHY[kind] for kind in case.kinds)
    return f"{why} · distance {case.distance:.2f} of 1"


def case_lines(
    detail: Detail, naming: Naming, paths: Mapping[str, str], width: int, viewed: int | None, around: int = 3
) -> list[Line]:
    """All of a case, with so many neighbours before and behind; the words that the coder in the column `viewed` meant
    are marked in the segment."""
    case = detail.case
    columns = naming.columns(case)
    mark = _mark(detail, columns[viewed]) if viewed is not None and viewed < len(columns) else None
    lines: list[Line] = paragraphs([("", head(case))], width, " ")
    lines.append([("─" * width, "soft")])
    for turn in detail.before[-around:]:
        lines += _turn(turn, width)
    lines += _segment(detail, mark, width)
    for turn in detail.after[:around]:
        lines += _turn(turn, width)
    lines.append([("─" * width, "soft")])
    blocks = [
        _column(detail, naming, one, paths, place, marked_=mark is not None and place == viewed)
        for place, one in enumerate(columns)
    ]
    lines += _side_by_side(blocks, width)
    if case.hidden:
        lines += [[("", "")], *_soft(HIDDEN, width)]
    lines += _settled(detail, naming, paths, width)
    return lines


def _turn(turn: Turn, width: int) -> list[Line]:
    """A neighbour in two lines at most."""
    text = f" {turn.cite}  {turn.speaker}{'  ' if turn.speaker else ''}{turn.words}"
    safe = words(text).text.replace("\n", " ")
    places = wrap(safe, width - 2)
    shown = [safe[start:end] for start, end in places[:2]]
    if len(places) > 2:
        shown[-1] = cut(f"{shown[-1]} …", width - 2)
    return [[(line if n == 0 else f"   {line}", "soft")] for n, line in enumerate(shown)]


def _segment(detail: Detail, mark: tuple[int, int] | None, width: int) -> list[Line]:
    case = detail.case
    lines: list[Line] = [[("▌", "key"), (f"{case.cite}  {case.speaker}", "strong")]]
    body = marked(detail.words, mark, width - 3, 10_000, "  ")
    return lines + [[("▌", "key"), *line] for line in body]


def _mark(detail: Detail, one: Given) -> tuple[int, int] | None:
    """The words that a coder meant by the first code that differs and is not on all of the segment."""
    for code in (*detail.case.differing, *one.codes):
        for start, end in detail.ranges.get((one.coder, code), ()):
            if start > 0 or end < len(detail.words):
                return start, end
    return None


def first_marked(detail: Detail, naming: Naming) -> int | None:
    """The first column whose coder meant a part of the segment only."""
    columns = naming.columns(detail.case)
    return next((place for place, one in enumerate(columns) if _mark(detail, one) is not None), None)


def _column(
    detail: Detail, naming: Naming, one: Given, paths: Mapping[str, str], place: int, *, marked_: bool
) -> list[Part]:
    """One coder's answer, unwrapped: (text, style), each a paragraph."""
    digit = f"{place + 1} " if place < 9 else "  "
    case = detail.case
    parts: list[Part] = [(f"{digit}{naming.title(case, one)}{'  ▏marked▕' if marked_ else ''}", "key")]
    if not one.codes:
        parts.append((f"– {NO_CODE}", "strong"))
    for code in one.codes:
        sign = _sign(case, one, code)
        parts.append((f"{sign} {short_path(paths.get(code, OUT_OF_USE), LONGEST)}", "strong" if sign == "≠" else ""))
        parts += [(f"  on “{said}”", "soft") for said in _said(detail, one.coder, code)]
    parts += [(f"  {_why(reason, paths)}", "") for reason in detail.reasons.get(one.coder, ())]
    parts += [(f"  memo: {text}", "") for who, text in detail.memos if who == one.coder]
    return parts


def _sign(case: Case, one: Given, code: str) -> str:
    """ "≠" for a code on which people differ, "+" for one that the model alone applied, else "="."""
    alone = one.model and all(code not in other.codes for other in case.people)
    return "≠" if code in case.differing else "+" if alone else "="


def _said(detail: Detail, coder: str, code: str) -> list[str]:
    """The words that a code was applied to, where they are not all of the segment."""
    found = []
    for start, end in detail.ranges.get((coder, code), ()):
        if start > 0 or end < len(detail.words):
            said = detail.words[start:end].replace("\n", " ")
            found.append(said if len(said) <= 60 else f"{said[:28]} … {said[-28:]}")
    return found


def _why(reason: Reason, paths: Mapping[str, str]) -> str:
    what = f" {short_path(last_name(paths.get(reason.code, OUT_OF_USE)), LONGEST)}" if reason.code else ""
    return f"{reason.action.replace('_', ' ')}{what}, because: {reason.words}"


def _side_by_side(blocks: Sequence[Sequence[Part]], width: int) -> list[Line]:
    """The columns beside one another where there is room, else below one another."""
    if not blocks:
        return []
    each = (width - 1 - GAP * (len(blocks) - 1)) // len(blocks)
    if each < SIDE:
        found: list[Line] = []
        for block in blocks:
            found += [[(" ", ""), part] for part in _wrapped(block, width - 2)]
        return found
    wrapped = [_wrapped(block, each) for block in blocks]
    lines: list[Line] = []
    for parts in zip_longest(*wrapped, fillvalue=("", "")):
        line: list[Part] = [(" ", "")]
        for place, (text, style) in enumerate(parts):
            line.append((fill(text, each), style))
            if place < len(blocks) - 1:
                line.append((" " * GAP, ""))
        lines.append(line)
    return lines


def _wrapped(block: Sequence[Part], width: int) -> list[Part]:
    found: list[Part] = []
    for text, style in block:
        safe = words(text).text.replace("\n", " ")
        head_, rest = safe[:2], safe[2:]
        places = wrap(rest, max(4, width - 2))
        found += [((head_ if n == 0 else "  ") + rest[start:end], style) for n, (start, end) in enumerate(places)]
    return found


def _settled(detail: Detail, naming: Naming, paths: Mapping[str, str], width: int) -> list[Line]:
    held = detail.case.settled
    if held is None:
        return []
    codes = "; ".join(short_path(paths.get(code, OUT_OF_USE), LONGEST) for code in held.codes) or NO_CODE
    told = f"{codes}, by {naming.agreed(detail.case, held.coders)}"
    parts = [("✓ settled  ", told)]
    if held.reason:
        parts.append(("  because  ", held.reason))
    if detail.written:
        parts.append(("", 'It is written into a code\'s "not when".'))
    return [[("", "")], *paragraphs(parts, width, " ")]


def _soft(text: str, width: int) -> list[Line]:
    return [[(part, "soft") for part, _ in line] for line in paragraphs([("", text)], width, " ")]


def short_path(path: str, width: int) -> str:
    """A path within so many cells, its last names first of all."""
    return end_of(arrows(path), width)
