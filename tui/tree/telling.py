"""The words for a code, its history, and what a change of it would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from suggest.review.changes import Change, Effect
from suggest.study.wordings import CodeEvent
from tui.terminal.meaning import Meaning
from tui.terminal.tree_words import DONE
from tui.tree.view import About, SegmentLine

Parts = list[tuple[str, str]]
"""(label, text) pairs, a paragraph each."""

CHARACTERS_A_WORD = 6
CASE = 200
"""Of a boundary case's words so many characters are told."""
DAY = 10
"""The characters of a date in the log's times."""


def path(text: str) -> str:
    """A code's path as the screens write it."""
    return text.replace(" > ", " › ")


def meaning(code: Meaning) -> Parts:
    """What the codebook says of a code."""
    parts = [("", code.definition), ("When: ", code.include), ("Not when: ", code.exclude)]
    parts += [("Example: ", example) for example in code.examples]
    return [part for part in parts if part[1].strip()] or [("", "No definition yet: e writes one.")]


def brief(code: Meaning, about: About | None) -> Parts:
    """A code in a few lines."""
    parts = [(path(code.path), ""), *meaning(code)]
    if about is None or about.code != code.id:
        return parts
    if about.together:
        parts.append(("Together with: ", _together(about)))
    versions = [event for event in about.events if event.live and event.op in ("add", "define", "split")]
    if versions:
        since = f" since {versions[-1].at[:DAY]}" if versions[-1].at else ""
        by = about.people.get(versions[-1].actor, "")
        parts.append(("Wording: ", f"version {len(versions)}{since} by {by} (d: history)"))
    return parts


def full(code: Meaning, about: About | None) -> Parts:
    """All about a code, with the history of its words."""
    parts = [(path(code.path), ""), ("", ""), *meaning(code)]
    if about is None or about.code != code.id:
        return parts
    parts += [("", ""), ("Yours: ", _segments(about.mine.count()))]
    if about.colleagues:
        parts.append(("Colleagues', as far as you may see: ", _segments(about.colleagues.count())))
    if about.together:
        parts.append(("Together with: ", _together(about)))
    parts += [("", ""), ("History", "")]
    for event in about.events:
        parts += _event(event, about)
    return parts


def _together(about: About) -> str:
    return " · ".join(f"{path(about.names.get(code, code))} {count}" for code, count in about.together)


def _event(event: CodeEvent, about: About) -> Parts:
    when = (event.at or "").replace("T", " ").removesuffix(":00Z").removesuffix("Z")
    who = about.people.get(event.actor, event.actor)
    others = ", ".join(path(about.names.get(code, code)) for code in event.others)
    beside = {"merge": f" with {others}", "move": f" to {others or 'the top'}", "split": f" with {others}"}
    undone = "" if event.live else " (undone)"
    parts = [(f"{event.number}  {when}  {who}: ", f"{DONE[event.op]}{beside.get(event.op, '')}{undone}")]
    if event.wording is not None and event.op != "rename":
        words = event.wording
        said = [words.definition, f"When: {words.include}" if words.include else "",
                f"Not when: {words.exclude}" if words.exclude else ""]  # fmt: skip
        text = "  ".join(part for part in said if part.strip())
        parts.append((f"{words.name}: ", text or "no definition"))
    elif event.wording is not None:
        parts.append((event.wording.name, ""))
    return parts


def effect_of(change: Change, effect: Effect, cases: Sequence[SegmentLine], names: Mapping[str, str]) -> Parts:
    """What a change would do, for the question before it."""
    parts = [("", _carried(change, effect))]
    if effect.again:
        answered = [(effect.positives, "with the code"), (effect.negatives, "without it"),
                    (effect.unsettled, "not answered on it")]  # fmt: skip
        split = ", ".join(f"{number} {words}" for number, words in answered if number)
        length = max(1, effect.characters // CHARACTERS_A_WORD)
        parts.append(("You read again: ", f"{_segments(effect.again)} ({split}), about {length:,} words"))
    else:
        parts.append(("You read again: ", "nothing"))
    if effect.colleagues:
        told = ", ".join(f"{name} {done}" for name, done in effect.colleagues)
        parts.append(("Colleagues read again: ", f"up to what they have completed ({told})"))
    elif effect.hidden:
        parts.append(("Colleagues: ", "theirs with the code are open, too. How many is not shown, since it would count "
                      "their codings."))  # fmt: skip
    if cases:
        parts += [("", ""), ("Boundary cases of yours", "")]
        for case, line in zip(effect.cases, cases, strict=True):
            other = f" {path(names.get(case.other, ''))}" if case.other else ""
            why = {"edited": "edited to", "together": "together with"}.get(case.why, case.why)
            words = line.words if len(line.words) <= CASE else f"{line.words[:CASE].rsplit(' ', 1)[0]} …"
            parts.append((f"{line.cite}, {why}{other}: ", words))
    return [*parts, ("", ""), ("", "One entry in the log; u takes it back.")]


def _segments(number: int) -> str:
    return f"{number:,} segment{'' if number == 1 else 's'}"


def _carried(change: Change, effect: Effect) -> str:
    mine, s = f"{_segments(effect.applied)} of yours", "s" if effect.applied == 1 else ""
    after = effect.applied + effect.heirs - effect.both
    match change.op:
        case "add":
            return "What was completed before says nothing of the new code until it is read again."
        case "define":
            given = _segments(effect.applied)
            return f"You gave the code to {given}. What was decided on it, for it or against it, is looked at again."
        case "rename":
            return f"Another name for the same meaning: {mine} keep{s} it under the new one."
        case "move":
            return f"Another place for the same meaning, with all that lies below: {mine} keep{s} it."
        case "merge":
            return (
                f"{mine} bear{s} the one, {effect.heirs:,} the other, {effect.both:,} both: afterwards {after:,} "
                f"bear{'s' if after == 1 else ''} the one that stays. Without it counts only what was without both."
            )
        case "split":
            return f"{mine} bear{s} the code: which part is meant is open there. Where it was not, no part is."
        case _:
            return f"The code leaves lists and figures, and with it {mine}; the log keeps them."
