"""What stands in the segment's place when none is left: what was done, what is left for whom, where to go next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len

from suggest.study.own_work import OwnWork
from suggest.study.pace import by_day
from tui.progress.view import Standing, Total
from tui.terminal.lines import Line, Lines
from tui.terminal.registry import Registry, key_text
from tui.terminal.wrap import cut, fill, words, wrap

LABEL, COLLEAGUES = 12, 6
"""Labels take so many cells, and so many colleagues are listed."""
NEXT = (
    ("filter", "what you flagged or completed, once more (state)"),
    ("to_tree", "the code tree; w there: what has to be read again"),
    ("to_by_code", "all suggestions of one code in a row"),
    ("to_progress", "progress, by document and day"),
    ("to_rounds", "rounds: who codes what"),
)
ELSEWHERE = (("filter", "see more of the study"), ("order", "another order"), *NEXT[3:])
FIRST = (("to_documents", "documents; n there brings one in"), ("to_tree", "the code tree; n there makes a code"))


class Ending(Lines):
    """Counts come in part by part: until all are there, it shows those that are."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._standing: Standing | None = None
        self._work = OwnWork()
        self._keys: dict[str, str] = {}

    def begin(self, registry: Registry) -> None:
        """Nothing is known yet, but the keys."""
        self._standing, self._work = None, OwnWork()
        self._keys = {command.id: key_text(command.keys[0]) for command in registry.commands if command.keys}
        self.laid_out()

    def count(self, standing: Standing | None, work: OwnWork) -> None:
        """How things stand, and the coder's own work as far as it was added up."""
        self._standing, self._work = standing, work
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        own = None if self._standing is None else self._standing.totals[0]
        if own is None or not own.to_code:
            self.put(self._ways(FIRST))
            return
        rows = [*self._own(own), *self._others()]
        self.put([[("", "")], *rows, *self._ways(NEXT if own.completed == own.to_code else ELSEWHERE)])

    def _own(self, own: Total) -> list[Line]:
        work = self._work
        waits = [(work.flagged, "flagged"), (work.put_off, "put off"), (work.unsure_segments, "with something unsure")]
        told = ", ".join(f"{count} {what}" for count, what in waits if count)
        days = by_day(work.completed_at)
        last = max(days, default=None)
        rows: list[Line] = []
        if last is not None:
            named = "today" if last == date.today() else f"on {last.day} {last:%b}"
            rows += self._row("done", f"{days[last]} {named}; {own.completed} of {own.to_code} in all")
        else:
            rows += self._row("done", f"{own.completed} of {own.to_code} in all")
        left = own.to_code - own.completed
        return rows + self._row("left", ", ".join(part for part in (str(left) if left else "nothing", told) if part))

    def _others(self) -> list[Line]:
        others = [] if self._standing is None else self._standing.totals[1:]
        if not others:
            return []
        told = [f"{cut(one.name, 24)} {one.to_code - one.completed} of {one.to_code}" for one in others[:COLLEAGUES]]
        more = len(others) - COLLEAGUES
        return self._row("left for", ", ".join([*told, *([f"{more} more (F4)"] if more > 0 else [])]))

    def _row(self, label: str, text: str) -> list[Line]:
        safe = words(text).text
        places = wrap(safe, self.size.width - LABEL - 2) if self.size.width else [(0, len(safe))]
        return [
            [(f" {fill(label if n == 0 else '', LABEL)}", "strong"), (safe[start:end], "")]
            for n, (start, end) in enumerate(places)
        ]

    def _ways(self, ways: Sequence[tuple[str, str]]) -> list[Line]:
        """Where one may go from here, by the keys that lead there."""
        known = [(self._keys[id_], told) for id_, told in ways if id_ in self._keys]
        wide = max((cell_len(key) for key, _ in known), default=0)
        rows: list[Line] = [[("", "")], [(" next", "strong")]]
        return rows + [[(f"  {fill(key, wide)}", "key"), (f"  {told}", "")] for key, told in known]
