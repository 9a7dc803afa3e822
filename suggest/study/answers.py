"""What a coder's work says of each code in each segment, under today's tree: completion, and what silence means.

Read in bulk, a document at a time; what a tree view and the changes since amount to is worked out once for all
segments that were completed alike.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from suggest.study.carry import Answer, Carrier, TreeChange
from suggest.study.codes import load_tree
from suggest.study.study import Study
from suggest.study.tree import CodeTree
from suggest.study.tree_history import changes_for

SHOWN = ("shown", "blind_then_shown")

Missing = tuple[tuple[str, Answer], ...]
"""(code's id, why) of what has to be looked at again in a unit."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something explicit on one code: applied, rejected, unsure, or a coding whose words were removed (open).

    `ord` is its place among all acts (-1 for imported codings), `view` the tree view it was said under.
    """

    code: str
    answer: Answer
    ord: int
    view: int | None


@dataclass(slots=True)
class UnitFacts:
    """What is stored of one unit (a round, a coder, a segment): how it was completed, and all that was said in it."""

    number: int
    completed: int | None = None
    view: int | None = None
    scope: str = "all"
    scope_code: str | None = None
    no_code: bool = False
    shown: frozenset[str] = frozenset()
    said: list[Said] = field(default_factory=list)


class View:
    """A tree as one coder knew it, and the changes from there to today."""

    def __init__(self, changes: Sequence[TreeChange]) -> None:
        self.changes = changes
        seen = [item for item in changes if item.seen]
        self.tree = CodeTree.after((item.number, item.change) for item in seen)
        self.current = all(item.live == item.seen for item in self.changes)
        self._parts = _parts(item.change for item in seen)
        self._scopes: dict[tuple[str, str | None], frozenset[str]] = {}
        self._carrier: Carrier | None = None

    def carry(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Answers given under this tree as they stand today."""
        if self._carrier is None:
            self._carrier = Carrier(self.changes)
        return self._carrier.carry(answers)

    def scope(self, kind: str, code: str | None) -> frozenset[str]:
        """The live codes that "all", a "branch" or one "code" covers."""
        key = (kind, code)
        if key not in self._scopes:
            if kind == "all":
                found = frozenset(node.code for node in self.tree.live())
            elif code is None or code not in self.tree.codes:
                found = frozenset()
            elif kind == "branch":
                found = frozenset(self.tree.branch(self.tree.resolve(code)))
            else:
                found = frozenset(self.now(code)[0])
            self._scopes[key] = found
        return self._scopes[key]

    def now(self, code: str) -> tuple[tuple[str, ...], bool]:
        """The live codes that stand for a code in this tree, and whether they are parts of it."""
        node = self.tree.codes.get(code)
        if node is None or node.state == "retired":
            return (), False
        if node.state == "live":
            return (code,), False
        if node.state == "merged":
            return self.now(self.tree.resolve(code))
        codes = [found for part in self._parts.get(code, ()) for found in self.now(part)[0]]
        return tuple(dict.fromkeys(codes)), True


def _next_number(study: Study) -> int:
    """The number that the next change of the tree gets."""
    return int(study.db.execute("SELECT coalesce(max(n), 0) + 1 FROM tree_change").fetchone()[0])


def _parts(changes: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for change in changes:
        if change["op"] == "split":
            found.setdefault(change["code"], tuple(part["code"] for part in change["parts"]))
    return found


class AnswerReader:
    """Answers under the tree of the moment at which it was made; make a new one after the tree has changed.

    With `after`, a change as the log would hold it, answers are those that would stand if it had been made.
    """

    def __init__(self, study: Study, *, after: Mapping[str, Any] | None = None) -> None:
        self._study = study
        self._views: dict[int | None, View] = {}
        self._after = after
        tree = load_tree(study)
        if after is not None:
            tree.apply(_next_number(study), after)
        self._today = tuple(node.code for node in tree.live())
        self._carried: dict[tuple[object, ...], dict[str, Answer]] = {}
        self._missing: dict[tuple[object, ...], Missing] = {}
        self._candidates: dict[str, tuple[str, ...]] = {}
        self._present: View | None = None
        newest = study.db.execute("SELECT max(view) FROM tree_view").fetchone()
        self._newest: int | None = newest[0]

    def view(self, view: int | None) -> View:
        """The tree view of that number."""
        if view not in self._views:
            self._views[view] = View(self._changes(view))
        return self._views[view]

    def _changes(self, view: int | None) -> list[TreeChange]:
        changes = changes_for(self._study, view)
        if self._after is not None:
            changes.append(TreeChange(_next_number(self._study), self._after, live=True, seen=False))
        return changes

    def unit(self, round_: str, coder: str, number: int) -> dict[str, Answer]:
        """The answer on every code of today's tree for one segment; all `NOT_IN_SCOPE` where nothing was done."""
        facts = self.facts(round_, coder, number, number)
        return self.answers(facts.get(number, UnitFacts(number)))

    def completed(self, round_: str, coder: str) -> Iterator[tuple[int, dict[str, Answer]]]:
        """(segment number, answers) for every segment that the coder has completed in the round, ascending."""
        for first, last in self.documents():
            for number, facts in sorted(self.facts(round_, coder, first, last).items()):
                if facts.completed is not None:
                    yield number, self.answers(facts)

    def documents(self) -> list[tuple[int, int]]:
        """(first, last) segment number of each document."""
        rows = self._study.db.execute("SELECT first, count FROM document WHERE count > 0 ORDER BY first").fetchall()
        return [(first, first + count - 1) for first, count in rows]

    def answers(self, facts: UnitFacts) -> dict[str, Answer]:
        """What the facts amount to under today's tree."""
        late = [said for said in facts.said if self._is_late(said, facts)]
        if facts.completed is None:
            result = dict.fromkeys(self._today, Answer.NOT_IN_SCOPE)
        else:
            result = dict(self._at_completion(facts, late))
        for said in sorted(late, key=lambda item: item.ord):
            self._add_late(result, said)
        return result

    def missing(self, facts: UnitFacts) -> Missing:
        """The codes of a completed unit that have to be looked at again, and why; nothing of one that is not."""
        if facts.completed is None:
            return ()
        if any(self._is_late(said, facts) for said in facts.said):
            return self._missing_in(self.answers(facts), facts)
        settled = self._at_completion(facts, ())
        key = (id(settled), facts.scope, facts.scope_code)  # it is kept, so no other one gets this id
        if key not in self._missing:
            self._missing[key] = self._missing_in(settled, facts)
        return self._missing[key]

    def _missing_in(self, answers: Mapping[str, Answer], facts: UnitFacts) -> Missing:
        expected = self.present().scope(facts.scope, facts.scope_code)
        return tuple(
            (code, answer)
            for code, answer in answers.items()
            if answer in (Answer.STALE, Answer.OPEN) or (answer is Answer.NOT_IN_SCOPE and code in expected)
        )

    def _is_late(self, said: Said, facts: UnitFacts) -> bool:
        """Whether it was said after the completion, or without one, under another tree than the completion's."""
        if facts.completed is None:
            return True
        return said.ord > facts.completed and said.view != facts.view

    def _at_completion(self, facts: UnitFacts, late: Sequence[Said]) -> dict[str, Answer]:
        view, said = self.view(facts.view), [item for item in facts.said if item not in late]
        scope = view.scope(facts.scope, facts.scope_code)
        shown = frozenset(code for given in facts.shown for code in view.now(given)[0] if code in scope)
        overlay = _overlay(view, said)
        key = (facts.view, facts.scope, facts.scope_code, facts.no_code, shown, frozenset(overlay.items()))
        if key not in self._carried:
            # "No code fits" is a person's explicit answer on every code in scope.
            silent = Answer.REJECTED if facts.no_code else Answer.NOT_APPLIED
            answers = dict.fromkeys(scope, silent)
            if not facts.no_code:
                answers.update(dict.fromkeys(shown, Answer.SHOWN_NOT_APPLIED))
            answers.update(overlay)
            self._carried[key] = self._carry(view, answers)
        return self._carried[key]

    def carried(self, view: int | None, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Answers given under the tree view of that number, on every code of today's tree."""
        return self._carry(self.view(view), answers)

    def _carry(self, view: View, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        if view.current:
            return {code: answers.get(code, Answer.NOT_IN_SCOPE) for code in self._today}
        return view.carry(answers)

    def _add_late(self, result: dict[str, Answer], said: Said) -> None:
        key = ("late", said.view, said.code, said.answer)
        if key not in self._carried:
            self._carried[key] = self._carry(self.view(said.view), {said.code: said.answer})
        moved = self._carried[key]
        for code in self.present().now(said.code)[0]:
            if code in result and (result[code] is not Answer.APPLIED or moved[code] is Answer.APPLIED):
                result[code] = moved[code]

    def present(self) -> View:
        """Today's tree, as a view that has seen all that stands."""
        if self._present is None:
            self._present = View([replace(item, seen=item.live) for item in self._changes(None)])
        return self._present

    def facts(self, round_: str, coder: str, first: int, last: int, *, shown: bool = True) -> dict[int, UnitFacts]:
        """What is stored for the segments first..last of one document, by segment number.

        Without `shown` what was on screen is not looked up: all silence in scope is then `NOT_APPLIED`.
        """
        found: dict[int, UnitFacts] = {}
        rows = self._study.db.execute(
            "SELECT segment, completed, view, scope, scope_code, no_code, actual, sets FROM unit "
            "WHERE round = ? AND coder = ? AND segment BETWEEN ? AND ? ORDER BY segment",
            (round_, coder, first, last),
        )
        for number, done, view, scope, scope_code, no_code, actual, sets in rows.fetchall():
            facts = UnitFacts(number, done, view, scope or "all", scope_code, bool(no_code))
            if shown and actual in SHOWN and sets:
                codes = (code for hash_ in json.loads(sets) for code in self._codes_of(hash_))
                facts.shown = frozenset(codes)
            found[number] = facts
        self._add_verdicts(found, round_, coder, first, last)
        self._add_codings(found, round_, coder, first, last)
        return found

    def _add_verdicts(self, found: dict[int, UnitFacts], round_: str, coder: str, first: int, last: int) -> None:
        """The last verdict on each suggestion, where it is a rejection or a doubt."""
        rows = self._study.db.execute(
            'SELECT segment, action, "set", rank, code, ord, view FROM act WHERE coder = ? AND segment BETWEEN ? AND ? '
            "AND round = ? AND live = 1 AND action IN ('accept', 'edit', 'reject', 'unsure') AND \"set\" IS NOT NULL "
            "ORDER BY ord",
            (coder, first, last, round_),
        ).fetchall()
        verdicts = {(row[0], row[2], row[3]): row for row in rows}
        for number, action, set_, rank, code, ord_, view in verdicts.values():
            if action in ("accept", "edit"):
                continue
            codes = self._codes_of(set_)
            meant = code or (codes[rank] if rank is not None and rank < len(codes) else None)
            if meant is not None:
                answer = Answer.REJECTED if action == "reject" else Answer.UNSURE
                found.setdefault(number, UnitFacts(number)).said.append(Said(meant, answer, ord_, view))

    def _codes_of(self, hash_: str) -> tuple[str, ...]:
        """The codes of a suggestion set by rank."""
        if hash_ not in self._candidates:
            row = self._study.db.execute("SELECT candidates FROM suggestion_set WHERE hash = ?", (hash_,)).fetchone()
            self._candidates[hash_] = tuple(item["code"] for item in json.loads(row[0])) if row else ()
        return self._candidates[hash_]

    def _add_codings(self, found: dict[int, UnitFacts], round_: str, coder: str, first: int, last: int) -> None:
        """Codings by the segments that they touch: a coding over several segments speaks for each of them."""
        segments = self._study.db.execute(
            'SELECT n, document, start, "end" FROM segment WHERE n BETWEEN ? AND ? ORDER BY n', (first, last)
        ).fetchall()
        if not segments:
            return
        numbers = [row[0] for row in segments]
        starts, ends = [row[2] for row in segments], [row[3] for row in segments]
        rows = self._study.db.execute(
            'SELECT c.segment, c.code_applied, c.start, c."end", c.lost, a.ord, a.view FROM coding c '
            "LEFT JOIN act a ON a.replica = c.replica AND a.seq = c.seq "
            'WHERE c.document = ? AND c.start <= ? AND c."end" >= ? AND c.coder = ? AND c.round = ?',
            (segments[0][1], ends[-1], starts[0], coder, round_),
        ).fetchall()
        for anchor, code, start, end, lost, ord_, view in rows:
            if lost:
                touched = [anchor] if numbers[0] <= anchor <= numbers[-1] else []
            else:
                touched = numbers[bisect_right(ends, start) : bisect_left(starts, end)]
            answer = Answer.OPEN if lost else Answer.APPLIED
            for number in touched:
                facts = found.setdefault(number, UnitFacts(number))
                known = facts.view if ord_ is None else view
                if ord_ is None and facts.completed is None:
                    known = self._newest
                facts.said.append(Said(code, answer, -1 if ord_ is None else ord_, known))


def _overlay(view: View, said: list[Said]) -> dict[str, Answer]:
    """What was said, by the codes of the view: applied wins, else what was said last.

    A coding of a code that was split before the completion leaves its parts open, unless one of them was applied.
    """
    found: dict[str, Answer] = {}
    split: list[tuple[str, ...]] = []
    for item in sorted(said, key=lambda item: item.ord):
        codes, parts = view.now(item.code)
        if parts and item.answer is Answer.APPLIED:
            split.append(codes)
            continue
        for code in codes:
            if found.get(code) is not Answer.APPLIED:
                found[code] = item.answer
    for codes in split:
        if not any(found.get(code) is Answer.APPLIED for code in codes):
            for code in codes:
                found.setdefault(code, Answer.OPEN)
    return found


def answers(study: Study, round_: str, coder: str, number: int) -> dict[str, Answer]:
    """The coder's answer on every code of today's tree for one segment (round and coder are ids).

    For many segments use one `AnswerReader`.
    """
    with study.reading():
        return AnswerReader(study).unit(round_, coder, number)
