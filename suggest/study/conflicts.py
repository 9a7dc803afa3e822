"""What two copies of a study did at once, and which written rule decided it: found when one takes in the other.

The rules themselves are in the fold. Here they have names, so that whoever merges is told of each, and where to look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from suggest.study.clashes import Act, Trace, ends_code, meets, traces, weak_traces
from suggest.study.knowledge import Knowledge
from suggest.study.log import EntryRef
from suggest.study.standing import Names, Standing
from suggest.study.study import Study

RULES: dict[str, tuple[str, str, str]] = {
    "code_words": ("given other words twice", "the later words stand", "codes STUDY history"),
    "code_place": ("moved twice", "the later place stands", "codes STUDY history"),
    "code_ended": (
        "changed on one side, taken out of use on the other",
        "it is out of use; new words are kept",
        "codes STUDY history",
    ),
    "code_ended_twice": ("taken out of use twice", "the earlier change stands", "codes STUDY history"),
    "code_ended_used": (
        "used on one side, taken out of use on the other",
        "the codings stand; where it was merged they count for the other code",
        "codes STUDY show --all",
    ),
    "code_undone": (
        "used on one side, its making undone on the other",
        "it stays in use; retire it if nobody wants it",
        "codes STUDY show",
    ),
    "code_void": ("changed in a way that is not possible any more", "this change has no effect", "codes STUDY history"),
    "code_name": ("one name for several codes", "all stand; merge them if they mean the same", "codes STUDY merge"),
    "label": ("given another label twice", "the later label stands", "documents STUDY list"),
    "label_shared": ("one label for several documents", "all stand", "documents STUDY set LABEL --label NEW"),
    "text_shared": ("the same text brought in twice", "both stand", "documents STUDY list"),
    "attributes": ("attributes set twice", "the later set stands", "documents STUDY show"),
    "consent": ("a consent flag set on one side, lifted on the other", "it is set", "documents STUDY show"),
    "role": ("roles of segments set twice", "the later roles stand", "documents STUDY show"),
    "correction": (
        "text corrected twice",
        "the earlier correction stands, and the later has no effect; make it again (a mask is made again by itself)",
        "documents STUDY show",
    ),
    "second_text": (
        "given an original or a translation twice",
        "the earlier one is in use; the other waits until that is removed",
        "translations STUDY list",
    ),
    "second_words": (
        "given other words beside a paragraph twice",
        "the later words stand; checks of others do not hold for them",
        "translations STUDY show",
    ),
    "second_removed": (
        "the original or translation put right on one side, taken out on the other",
        "it is out",
        "translations STUDY list",
    ),
    "erased": (
        "coded or discussed on one side, withdrawn on the other",
        "withdrawn, with all that stood on it",
        "log STUDY",
    ),
    "coder_name": ("one name for several coders", "each is shown with a mark", "status STUDY"),
    "round_name": ("one name for several rounds", "each is shown with a mark", "rounds STUDY list"),
    "round_closed": ("coded on one side, closed on the other", "the work stands", "rounds STUDY list"),
    "assigned": ("assigned twice", "the later assignment stands", "rounds STUDY list"),
    "drawn": ("blind core drawn twice", "the earlier draw stands", "status STUDY"),
    "unit": ("worked on twice by one coder", "all of it stands, in the order of the log", "log STUDY"),
    "settled": ("settled twice", "the later settlement stands; both are kept", "disagreements STUDY"),
    "undone": ("undone twice", "it is undone once", "log STUDY"),
    "proposal": ("decided on twice", "the later decision stands", "proposals STUDY list --settled"),
    "setting": ("set twice", "the later value stands", "settings STUDY list"),
    "host": ("allowed on one side, revoked on the other", "text may not go there", "hosts STUDY list"),
    "profile": ("kept twice", "the later profile stands", "models STUDY list"),
    "prompt": ("kept twice", "the later version is the newest; all are kept", "prompts STUDY list"),
}
"""By rule: what two sides did, what holds, and the command that shows it."""


@dataclass(frozen=True)
class Conflict:
    """One thing that two sides did something about. `subjects` are ids, or the name of a setting; `here` and `there`
    are entries of this copy and of the other one (the first few), `count` how many there are on the busier side."""

    rule: str
    subjects: tuple[str, ...]
    here: tuple[EntryRef, ...] = ()
    there: tuple[EntryRef, ...] = ()
    count: int = 1


FEW = 5
Arrived = Mapping[str, int]
"""By chain: the number of the last entry that was here before."""


def find_conflicts(study: Study, before: Standing, after: Standing, arrived: Arrived) -> list[Conflict]:
    """What was decided by rule when entries arrived, in the order of `RULES`."""
    known = Knowledge(study.db)
    found = [
        *_met(traces(study.db), arrived, known),
        *_met_by_acts(study, arrived, known),
        *_by_standing(before, after),
    ]
    order = list(RULES)
    gone = {row[0] for row in study.db.execute("SELECT document FROM document WHERE state = 'erased'")}
    found = [item for item in found if item.rule == "erased" or gone.isdisjoint(item.subjects)]
    return sorted(found, key=lambda item: (order.index(item.rule), item.subjects, item.here, item.there))


def _is_new(entry: EntryRef, arrived: Arrived) -> bool:
    return entry[0] in arrived and entry[1] > arrived[entry[0]]


class _Pairs:
    """Conflicts as their pairs are found."""

    def __init__(self, known: Knowledge, arrived: Arrived) -> None:
        self._known, self._arrived = known, arrived
        self._found: dict[tuple[str, str], tuple[dict[EntryRef, None], dict[EntryRef, None]]] = {}

    def meet(self, one: Trace, other: Trace) -> None:
        """Take two traces of one subject, one of which arrived, as a conflict if a rule decides between them."""
        rule = meets(one, other)
        if rule is None or not self._known.at_once(one.entry, other.entry):
            return
        here, there = (other, one) if _is_new(one.entry, self._arrived) else (one, other)
        ours, theirs = self._found.setdefault((rule, one.subject), ({}, {}))
        # How often a code was used, and where, is for nobody to know who has not committed.
        if here.does != "use":
            ours[here.entry] = None
        if there.does != "use":
            theirs[there.entry] = None

    def conflicts(self) -> Iterator[Conflict]:
        for (rule, subject), (here, there) in self._found.items():
            count = max(len(here), len(there), 1)
            yield Conflict(rule, (subject,), tuple(sorted(here)[:FEW]), tuple(sorted(there)[:FEW]), count)


def _met(found: Iterable[Trace], arrived: Arrived, known: Knowledge) -> Iterator[Conflict]:
    """Conflicts between what happens seldom: changes of the tree, documents, rounds, settings."""
    sides: dict[tuple[str, str], tuple[list[Trace], list[Trace]]] = defaultdict(lambda: ([], []))
    for trace in found:
        sides[trace.about, trace.subject][_is_new(trace.entry, arrived)].append(trace)
    pairs = _Pairs(known, arrived)
    for here, there in sides.values():
        for one in there:
            for other in here:
                pairs.meet(one, other)
    yield from pairs.conflicts()


def _met_by_acts(study: Study, arrived: Arrived, known: Knowledge) -> Iterator[Conflict]:
    """Conflicts of coders' acts, of which there are many: with what ended a code, a segment or a round meanwhile, and
    with other acts of the same coder."""
    ends: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for trace in traces(study.db):
        if trace.about in ("erased", "round_closed") or ends_code(trace):
            ends[trace.about, trace.subject].append(trace)
    both = _on_both_sides(study, arrived)
    if not ends and not both:
        return
    pairs = _Pairs(known, arrived)
    mine: dict[str, tuple[list[Act], list[Act]]] = defaultdict(lambda: ([], []))
    for act in weak_traces(study.db):
        new = _is_new(act.entry, arrived)
        for trace in act.traces:
            for end in ends.get((trace.about, trace.subject), ()):
                if new != _is_new(end.entry, arrived):
                    pairs.meet(trace, end)
        if act.coder in both:
            mine[act.unit][new].append(act)
    for here, there in mine.values():
        for one in there:
            for other in here:
                pairs.meet(one.as_unit, other.as_unit)
    yield from pairs.conflicts()


def _on_both_sides(study: Study, arrived: Arrived) -> set[str]:
    """The coders with acts that arrived and acts that were here."""
    sides: tuple[set[str], set[str]] = (set(), set())
    for replica, actor, first, last in study.db.execute(
        "SELECT replica, actor, min(seq), max(seq) FROM log WHERE kind IN ('decided', 'completed') "
        "GROUP BY replica, actor"
    ):
        if replica not in arrived or first <= arrived[replica]:
            sides[0].add(actor)
        if replica in arrived and last > arrived[replica]:
            sides[1].add(actor)
    return sides[0] & sides[1]


def _by_standing(before: Standing, after: Standing) -> Iterator[Conflict]:
    shared: tuple[tuple[str, Callable[[Standing], Names]], ...] = (
        ("code_name", lambda held: held.codes),
        ("label_shared", lambda held: held.labels),
        ("text_shared", lambda held: held.texts),
        ("coder_name", lambda held: held.coders),
        ("round_name", lambda held: held.rounds),
    )
    for rule, names in shared:
        for ids in names(after) - names(before):
            yield Conflict(rule, tuple(sorted(ids)))
    for entry, code in after.void_changes - before.void_changes:
        yield Conflict("code_void", (code,), there=(entry,))
    for entry, code in after.void_undoings - before.void_undoings:
        yield Conflict("code_undone", (code,), there=(entry,))
    for entry, document in after.void_corrections - before.void_corrections:
        yield Conflict("correction", (document,), there=(entry,))
