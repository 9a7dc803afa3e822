"""What the screen of the rounds reads: numbers of segments and who is where, and nothing of what anybody coded."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.errors import Refused
from suggest.printable import counted
from suggest.study.assigned import Assigned, assigned, core_size
from suggest.study.claims import who_holds
from suggest.study.codes import read_codes
from suggest.study.documents import list_documents
from suggest.study.pending import members
from suggest.study.people import coders
from suggest.study.rounds import Round, current_round, rounds
from suggest.study.segments import SegmentReader
from suggest.study.study import Study
from tui.terminal import bars

BAR = 12


@dataclass(frozen=True)
class Person:
    """A coder in a round: how far (None: has not begun), what was assigned, and which segments are open there now."""

    name: str
    completed: int | None
    remaining: int
    given: str
    at: str

    @property
    def bar(self) -> str:
        """What is done of what there is to do."""
        if self.completed is None:
            return ""
        return bars.bar(self.completed, self.completed + self.remaining, BAR)


@dataclass(frozen=True)
class RoundLine:
    """A round for the list, in words; `core` segments of it are drawn as blind core. `mine`: the reader may take part,
    `joined`: and has begun; `now`: it is the one that the reader works in."""

    round: Round
    coders: str
    documents: str
    scope: str
    core: int
    people: tuple[Person, ...]
    mine: bool
    joined: bool
    now: bool

    @property
    def imported(self) -> bool:
        """Whether it holds codings made elsewhere."""
        return self.round.purpose == "imported"


@dataclass(frozen=True)
class Team:
    """The rounds in the order of opening, and the names that a form can offer."""

    lines: tuple[RoundLine, ...]
    people: tuple[str, ...]
    labels: tuple[str, ...]


def read_rounds(study: Study, coder: str) -> Team:
    """All rounds, for a coder (an id)."""
    with study.reading():
        people = coders(study)
        names = {person.id: person.name for person in people}
        documents = list_documents(study, erased=True)
        labels = {document.id: document.label for document in documents}
        paths = {code.id: code.path_text for code in read_codes(study, all_states=True)}
        reader = SegmentReader(study)
        try:
            now = current_round(study, coder).id
        except Refused:
            now = ""
        lines = []
        for item in rounds(study):
            joined = members(study, item.id)
            given = assigned(study, item.id)
            held: dict[str, list[str]] = {}
            for hold in who_holds(study, item.id):
                segment = reader.number(hold.number)
                if segment is not None:
                    held.setdefault(hold.coder, []).append(segment.cite)
            who = [
                Person(
                    names.get(id_, id_),
                    joined[id_].completed if id_ in joined else None,
                    joined[id_].remaining if id_ in joined else 0,
                    _given(given.get(id_), labels),
                    ", ".join(held.get(id_, ())),
                )
                for id_ in names
                if id_ in joined or id_ in given or (item.coders is not None and id_ in item.coders)
            ]
            lines.append(
                RoundLine(
                    item,
                    "everybody" if item.coders is None else ", ".join(names.get(id_, id_) for id_ in item.coders),
                    "all" if item.documents is None else ", ".join(labels.get(id_, id_) for id_ in item.documents),
                    _scope(item, paths),
                    core_size(study, item.id),
                    tuple(who),
                    item.coders is None or coder in item.coders,
                    coder in joined,
                    item.id == now,
                )
            )
        persons = tuple(person.name for person in people if person.type == "person")
        return Team(tuple(lines), persons, tuple(d.label for d in documents if d.state == "present"))


def _given(item: Assigned | None, labels: dict[str, str]) -> str:
    if item is None or (item.documents is None and item.segments is None):
        return "all"
    if item.segments is not None:
        return f"{counted(item.segments, 'segment')}"
    return ", ".join(labels.get(id_, id_) for id_ in item.documents or ()) or "nothing"


def _scope(item: Round, paths: dict[str, str]) -> str:
    if item.scope == "all" or item.scope_code is None:
        return "all codes"
    path = paths.get(item.scope_code, "").replace(" > ", " › ")
    return f"only {path}" if item.scope == "code" else f"{path} and what lies under it"
