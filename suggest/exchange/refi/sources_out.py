"""One document of a project: its selections with their codings, one for each coder and range, and the notes on them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from suggest.exchange.refi.memos_out import Memos, coding_key
from suggest.exchange.refi.own_out import excluded_speakers
from suggest.exchange.refi.provenance import NOTE_NAME, Origins, note_on
from suggest.exchange.refi.xml_out import Guids, XmlWriter
from suggest.study.coding_facts import Added, CodingFacts, coding_facts
from suggest.study.documents import Document
from suggest.study.memos import StoredMemo
from suggest.study.segments import SegmentReader, segments
from suggest.study.settling import settlements
from suggest.study.study import Study

NAME_LENGTH = 100
MEMO_NAME = "memo"
TYPED_MEMO = "memo ({})"


@dataclass(frozen=True)
class _Note:
    guid: str
    name: str
    user: str | None
    at: str | None
    text: str


@dataclass
class Context:
    """What all sources of a project share, and what comes together while they are written.

    `users` are GUIDs and `names` names by coder (an id); `consensus` is the GUID of the user of consensus rounds and
    of what was settled. `withheld` counts by kind what stays because it is about words of excluded speakers.
    """

    xml: XmlWriter
    study: Study
    guids: Guids
    users: Mapping[str, str]
    names: Mapping[str, str]
    origins: Origins
    memos: Memos
    codes: Collection[str]
    consensus: str | None
    withheld: Counter[str] = field(default_factory=Counter)
    codings: int = 0
    without_code: int = 0
    notes: dict[str, _Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for (kind, _), held in self.memos.by_subject.items():
            if kind in ("code", "study"):
                self.notes.update((note.guid, note) for note in map(self.memo, held))
        self.reader = SegmentReader(self.study)
        rounds = self.origins.rounds.items()
        found = ((one.number, name, one) for round_, name in rounds for one in settlements(self.study, round_).values())
        self.settled = sorted(found, key=lambda item: item[:2])

    def memo(self, memo: StoredMemo) -> _Note:
        name = MEMO_NAME if memo.type is None else TYPED_MEMO.format(memo.type)
        return _Note(self.guids.of("memo", *memo.entry), name, self.users.get(memo.coder), memo.at, memo.text)

    def user(self, facts: CodingFacts) -> str:
        """The GUID under which a coding goes out."""
        if self.consensus is not None and facts.round in self.origins.consensus:
            return self.consensus
        return self.users[facts.coder]

    def refer(self, note: _Note) -> None:
        """A reference to a note, which is written later."""
        self.notes[note.guid] = note
        self.xml.leaf("NoteRef", targetGUID=note.guid)

    @property
    def memos_written(self) -> int:
        return sum(note.name.startswith(MEMO_NAME) for note in self.notes.values())

    def write_notes(self) -> None:
        """The element Notes with all that came together; none if there is nothing."""
        if not self.notes:
            return
        xml = self.xml
        with xml.inside("Notes"):
            for note in self.notes.values():
                with xml.inside(
                    "Note", guid=note.guid, name=note.name, creatingUser=note.user, creationDateTime=note.at
                ):
                    xml.leaf("PlainTextContent", note.text)


@dataclass
class _Selection:
    """What one user marked on one range: codings by code, each with all that is on record of it, and notes on it."""

    start: int
    end: int
    user: str
    codings: dict[str, list[CodingFacts]] = field(default_factory=dict)
    notes: list[_Note] = field(default_factory=list)


def write_source(context: Context, document: Document, text: str, added: Added | None) -> None:
    """The element TextSource of a document; `text` is what its file in the archive holds."""
    xml, guid = context.xml, context.guids.of("source", document.id)
    excluded = excluded_speakers(document)
    spans = [(one.start, one.end) for one in segments(context.study, document.id) if one.speaker in excluded]
    with xml.inside(
        "TextSource",
        guid=guid,
        name=document.label,
        plainTextPath=f"internal://{guid}.txt",
        creatingUser=context.users.get(added.actor) if added else None,
        creationDateTime=added.at if added else None,
    ):
        for selection in _selections(context, document, spans):
            private = _touches(spans, selection.start, selection.end)
            _write_selection(context, document, selection, text, private=private)
        for memo in context.memos.by_subject.get(("document", document.id), ()):
            context.refer(context.memo(memo))
        for key, value in sorted(document.attributes.items()):
            with xml.inside("VariableValue"):
                xml.leaf("VariableRef", targetGUID=context.guids.of("variable", key))
                xml.leaf("TextValue", value)


def _touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a range runs over one of the spans, which are in the order of the text and apart."""
    at = bisect_left(spans, end, key=lambda span: span[0]) - 1
    return at >= 0 and spans[at][1] > start


def _selections(context: Context, document: Document, excluded: Sequence[tuple[int, int]]) -> list[_Selection]:
    """What goes out of a document; `excluded` are the words of excluded speakers."""
    found: dict[tuple[int, int, str], _Selection] = {}
    for facts in coding_facts(context.study, document.id):
        if facts.code not in context.codes:
            context.without_code += 1
            continue
        key = (facts.start, facts.end, context.user(facts))
        selection = found.setdefault(key, _Selection(*key))
        selection.codings.setdefault(facts.code, []).append(facts)
    noted = [_noted(context, memo) for memo in context.memos.on_segments.get(document.id, ())]
    shown = [item for item in noted if item and not _touches(excluded, item.start, item.end)]
    context.withheld["memos"] += sum(item is not None for item in noted) - len(shown)
    others = [*_settled(context, document, excluded), *shown]
    return sorted([*found.values(), *others], key=lambda item: (item.start, item.end))


def _settled(context: Context, document: Document, excluded: Sequence[tuple[int, int]]) -> Iterator[_Selection]:
    """What was settled for segments of the document, as selections of the consensus user: whole segments, with the
    reason and who took part in a note. What was settled as "no code" is a selection without one."""
    begin = bisect_left(context.settled, document.first, key=lambda item: item[0])
    for number, name, settled in context.settled[begin:]:
        if number >= document.first + document.count:
            return
        segment = context.reader.number(number)
        if segment is None or segment.start >= segment.end or context.consensus is None:
            continue
        known = [code for code in settled.codes if code in context.codes]
        context.without_code += len(settled.codes) - len(known)
        who = ", ".join(context.names[coder] for coder in settled.coders if coder in context.names)
        lines = ["Second Coder: settled", f"round: {name}", f"agreed by: {who}"]
        if settled.reason and _touches(excluded, segment.start, segment.end):
            context.withheld["reasons"] += 1
        elif settled.reason:
            lines.append(f"reason: {settled.reason}")
        guid = context.guids.of("settlement", *settled.entry)
        note = _Note(guid, NOTE_NAME, context.consensus, None, "\n".join(lines))
        codings: dict[str, list[CodingFacts]] = {code: [] for code in known}
        yield _Selection(segment.start, segment.end, context.consensus, codings, [note])


def _noted(context: Context, memo: StoredMemo) -> _Selection | None:
    """A memo on a segment: a selection of it without a code."""
    segment = None if memo.segment is None else context.reader.number(memo.segment)
    if segment is None or segment.start >= segment.end:
        return None
    return _Selection(segment.start, segment.end, context.users[memo.coder], notes=[context.memo(memo)])


def _write_selection(context: Context, document: Document, selection: _Selection, text: str, *, private: bool) -> None:
    """A selection with its codings; where it is `private`, without a word that somebody wrote about it."""
    xml, guids = context.xml, context.guids
    words = " ".join(text[selection.start : selection.end].split())
    name = words if len(words) <= NAME_LENGTH else words[: NAME_LENGTH - 1] + "…"
    notes = {code: _notes_on(context, listed, private) for code, listed in selection.codings.items()}
    held = [facts for listed in selection.codings.values() for facts in listed]
    times = [facts.at for facts in held if facts.at is not None] or [note.at for note in selection.notes if note.at]
    own = [note.guid for note in selection.notes]
    with xml.inside(
        "PlainTextSelection",
        guid=guids.of("selection", document.id, selection.start, selection.end, selection.user, *own),
        name=name,
        startPosition=str(selection.start),
        endPosition=str(selection.end),
        creatingUser=selection.user,
        creationDateTime=min(times) if times else None,
    ):
        # The notes' words once more: QualCoder and MAXQDA show a selection's description, and no note on a coding.
        said = dict.fromkeys(note.text for note in [*selection.notes, *chain.from_iterable(notes.values())])
        if said:
            xml.leaf("Description", "\n\n".join(said))
        for code, listed in selection.codings.items():
            _write_coding(context, document, selection, code, listed, notes[code])
        for note in selection.notes:
            context.refer(note)


def _notes_on(context: Context, listed: list[CodingFacts], private: bool) -> list[_Note]:
    """How a coding came about, and the memos on it."""
    notes: dict[str, _Note] = {}
    for facts in listed:
        if (text := note_on(facts, context.names[facts.coder], context.origins, reason=not private)) is not None:
            context.withheld["reasons"] += private and bool(facts.reason)
            about = facts.suggested.model if facts.suggested else facts.coder
            guid = context.guids.of("provenance", *facts.entry)
            notes[guid] = _Note(guid, NOTE_NAME, context.users.get(about), facts.at, text)
        memos = context.memos.by_subject.get(("coding", coding_key(facts.entry)), ())
        if private:
            context.withheld["memos"] += len(memos)
            continue
        for memo in memos:
            note = context.memo(memo)
            notes[note.guid] = note
    return list(notes.values())


def _write_coding(
    context: Context,
    document: Document,
    selection: _Selection,
    code: str,
    listed: list[CodingFacts],
    notes: list[_Note],
) -> None:
    """A code on a selection; where it stands there from several rounds, once, with the notes of all."""
    xml, guids = context.xml, context.guids
    context.codings += 1
    times = [facts.at for facts in listed if facts.at is not None]
    place = (document.id, selection.start, selection.end, selection.user, code)
    with xml.inside(
        "Coding",
        guid=guids.of("coding", *place),
        creatingUser=selection.user,
        creationDateTime=min(times) if times else None,
    ):
        xml.leaf("CodeRef", targetGUID=guids.of("code", code))
        for note in notes:
            context.refer(note)
