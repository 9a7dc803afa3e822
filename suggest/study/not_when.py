"""The outcome of a settled case in a code's "not when": words that everybody reads from then on, with the case cited.

It is apart from settling since it changes the code tree, and so what others have to read again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from suggest.errors import BadInput, Refused
from suggest.study.blindness import blindness, codes_here
from suggest.study.cites import cite_of
from suggest.study.codes import Wording, read_codes, reword_within
from suggest.study.log import EntryRef, Writer
from suggest.study.people import check_text, coders
from suggest.study.study import Study
from suggest.study.units import Undoable, others_stand_on


@dataclass(frozen=True)
class NotWhen:
    """Words for the "not when" of a code (an id). `meaning`: the code means something else by them, so that what was
    decided on it has to be read again; else they only say more clearly what it meant."""

    code: str
    words: str
    meaning: bool = True


def with_case(wording: Wording, words: str, cite: str) -> Wording:
    """A code's words with a line more under "not when", which ends with the case's citation."""
    line = f"{words.strip()} ({cite})"
    before = wording.exclude.rstrip()
    return replace(wording, exclude=f"{before}\n{line}" if before else line)


def still_blind(study: Study, number: int) -> list[str]:
    """The names of the people who code here and have still to code a segment (its number) blind."""
    return [
        person.name
        for person in coders(study)
        if person.type == "person"
        and codes_here(study, person.id)
        and number in blindness(study, person.id).uncommitted
    ]


def refuse_while_blind(study: Study, number: int, cite: str) -> None:
    """Refused while somebody has still to code the segment blind, since everybody reads what a code means."""
    if names := still_blind(study, number):
        raise Refused(
            f"{', '.join(names)} has still to code {cite} blind, and everybody reads what a code means: settle it "
            "without these words for now. Nothing was stored."
        )


def write_not_when(study: Study, writer: Writer, segment: str, number: int, wanted: NotWhen) -> EntryRef:
    """Add the words to the code, within an open transaction. BadInput for a code that is not in use and for no words;
    Refused as `refuse_while_blind` says."""
    check_text(wanted.words)
    if not wanted.words.strip():
        raise BadInput('"not when" needs words; nothing was stored.')
    codes = read_codes(study)
    code = next((item for item in codes if item.id == wanted.code), None)
    if code is None:
        raise BadInput("a code is not in use; nothing was stored.", advice="Run the command again.")
    cite = cite_of(study, segment) or segment
    refuse_while_blind(study, number, cite)
    return reword_within(study, writer, code, with_case(code.wording, wanted.words, cite), meaning=wanted.meaning)


def let_stand(study: Study, writer: Writer, change: EntryRef, stands: bool) -> bool:
    """Undo a change of the tree, or bring it back, within an open transaction; whether it is so now. It stays as it is
    where it is not the writer's own, or where others have worked on with it."""
    row = study.db.execute("SELECT actor, live FROM tree_change WHERE replica = ? AND seq = ?", change).fetchone()
    if row is None:
        return False
    actor, live = row
    if bool(live) == stands:
        return True
    if actor != writer.actor:
        return False
    if stands:
        undone = study.db.execute(
            "SELECT replica, seq FROM revert WHERE target_replica = ? AND target_seq = ? AND coder = ? AND live = 1 "
            "ORDER BY ord DESC LIMIT 1",
            (*change, actor),
        ).fetchone()
        if undone is None:
            return False
        writer.append("reverted", {"entry": list(undone), "ref": None})
        return True
    if others_stand_on(study, actor, Undoable(change, change, "code_changed", "tree", None, None, None)):
        return False
    writer.append("reverted", {"entry": list(change), "ref": None})
    return True


def words_stand(study: Study, changes: tuple[EntryRef, ...]) -> bool:
    """Whether any of these changes of the tree stands."""
    return any(
        study.db.execute("SELECT live FROM tree_change WHERE replica = ? AND seq = ?", change).fetchone() == (1,)
        for change in changes
    )
