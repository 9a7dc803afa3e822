"""The progress as lines: totals, what became of suggestions, completed segments by day, and one's own pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from suggest.study.own_work import OwnWork
from suggest.study.pace import SHORTEST, Pace, by_day, pace
from tui.progress.view import Standing, Total
from tui.terminal.bars import bar, columns, top_of
from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.wrap import cut, fill, fill_left

NAME, BAR, HEIGHT = 14, 14, 4
NO_TIMES = "No times were kept of this, so there are no days and no pace."


def totals(standing: Standing, width: int) -> list[Line]:
    """Everybody's completed segments side by side, this coder's first."""
    lines: list[Line] = [[(" completed, by coder", "strong")]]
    return lines + [_total(total, width, n == 0) for n, total in enumerate(standing.totals)]


def _total(total: Total, width: int, own: bool) -> Line:
    done, core = f"{total.completed}/{total.to_code}", f"{total.core[0]}/{total.core[1]}"
    room = width >= NAME + BAR + 32
    shown = f"{bar(total.completed, total.to_code, BAR)} " if room else ""
    name = f"{cut(total.name, NAME - 4)} you" if own else total.name
    blind = "" if not total.core[1] else f"   blind core {core}" if room else f" core {core}"
    style = "strong" if own else ""
    return [(f" {fill(name, NAME)} ", style), (shown, "bar"), (f"{fill_left(done, 11 if room else 9)}{blind}", style)]


def own_work(standing: Standing, work: OwnWork, width: int) -> list[Line]:
    """What is left, what was flagged, put off or unsure, and what became of the suggestions that were on screen."""
    total = standing.totals[0]
    counts = (
        (total.to_code - total.completed, "left"),
        (work.flagged, "flagged"),
        (work.put_off, "put off"),
        (work.unsure_segments, "with something unsure"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts)
    lines: list[Line] = [[("", "")], *paragraphs([("", said)], width, " ")]
    if not work.whole:
        share = 0 if not standing.segments else min(99, 100 * (work.last + 1) // standing.segments)
        lines.append([(f" counting ... {share} %", "soft")])
    if work.shown:
        percent = round(100 * work.accepted / work.shown)
        said = (
            f"{work.accepted} of {work.shown} ({percent} %) in {work.showing} "
            f"segment{'' if work.showing == 1 else 's'}; {work.edited} edited, "
            f"{work.rejected} rejected, {work.unsure} unsure, {work.not_applied} not applied. What was seen sways the "
            "answer: this is no measure of agreement."
        )
        lines += paragraphs([("accepted of shown suggestions  ", said)], width, " ")
    elif work.whole:
        lines += paragraphs([("", "No suggestion was on screen before an answer yet.")], width, " ")
    return lines


def coded_twice(standing: Standing, width: int) -> list[Line]:
    """How far one's own second answers are as the first ones were, to oneself."""
    held = standing.again
    if held is None:
        return []
    done = len(held.answered)
    same, both = held.alike()
    alike = f"; {same} of {both} answers on a code ({round(100 * same / both)} %) were the same" if both else ""
    said = (
        f"{done} of {held.came_back} segment{'' if held.came_back == 1 else 's'} that came back{alike}. Nobody else is "
        "told before you have opened the audit, which says on which codes."
    )
    return paragraphs([("coded twice, you  ", said)], width, " ")


def days(work: OwnWork, width: int) -> list[Line]:
    """Completed segments by day, upright bars over an axis; days without any count, the latest ones where they are
    too many for the width."""
    counted = by_day(work.completed_at)
    last = f" (last {counted[max(counted)]})" if counted else ""
    lines: list[Line] = [[("", "")], [(" completed by day, yours", "strong"), (last, "")]]
    if not counted:
        return lines + paragraphs([("", NO_TIMES if work.completed else "Nothing is completed yet.")], width, " ")
    return lines + _chart(counted, width) + _without(work)


def _chart(counted: Mapping[date, int], width: int) -> list[Line]:
    first, last = min(counted), max(counted)
    room = max(2, (width - 9) // 2)
    first = max(first, last - timedelta(days=room - 1))
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    values = [counted.get(day, 0) for day in span]
    top = top_of(values)
    lines: list[Line] = []
    for row, text in enumerate(columns(values, top, HEIGHT)):
        label = str(top) if row == 0 else ""
        lines.append([(f" {fill_left(label, 6)}{'┤' if label else '│'}", "soft"), (" ".join(text), "key")])
    lines.append([(f" {fill_left('0', 6)}└{'─' * (2 * len(span) - 1)}", "soft")])
    return [*lines, _dates(span)]


def _dates(span: Sequence[date]) -> Line:
    begin, end = _named(span[0]), _named(span[-1])
    gap = 2 * len(span) - 1 - len(begin) - len(end)
    text = f"{begin}{' ' * gap}{end}" if gap > 1 else begin if len(span) == 1 else f"{begin} – {end}"
    return [(f" {' ' * 6} {text}", "soft")]


def _named(day: date) -> str:
    return f"{day.day} {day:%b}"


def _without(work: OwnWork) -> list[Line]:
    without = work.completed_at[None]
    return [[(f" {without} more were completed while no times were kept.", "soft")]] if without else []


def own_pace(standing: Standing, work: OwnWork, width: int) -> list[Line]:
    """One's own pace in words, with what it rests on."""
    if not work.whole:
        return paragraphs([("your pace  ", "still counting ...")], width, " ")
    found = pace(work.completed_at)
    if found is None:
        said = (
            NO_TIMES
            if work.completed and not by_day(work.completed_at)
            else f"too little work to say; {SHORTEST} minutes of it are needed."
        )
        return paragraphs([("your pace  ", said)], width, " ")
    return paragraphs([("your pace  ", _pace(found, standing))], width, " ")


def _pace(found: Pace, standing: Standing) -> str:
    total = standing.totals[0]
    left = total.to_code - total.completed
    need = f" The {left} left would take about {_hours(left / found.hourly)} so." if left else ""
    return (
        f"about {found.hourly:.0f} segments an hour, from {found.segments} in {_sittings(found)}, by the log's whole "
        f"minutes.{need} Nobody else is shown this, and it is not stored."
    )


def _sittings(found: Pace) -> str:
    lasted = _hours(found.minutes / 60)
    return f"one sitting of {lasted}" if found.sittings == 1 else f"{found.sittings} sittings of {lasted} together"


def _hours(hours: float) -> str:
    return f"{max(1, round(60 * hours))} minutes" if hours < 1.5 else f"{hours:.0f} hours"
