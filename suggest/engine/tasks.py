"""From the study to what a model is asked: codes on offer, segments chosen, tasks with their neighbouring turns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from suggest.errors import BadInput
from suggest.models.interface import MILLION, Example, OfferedCode, Task, Turn, offered_code
from suggest.models.other_language import OtherLanguage
from suggest.study.codes import Code, find_code, read_codes
from suggest.study.documents import find_document, list_documents, ranges
from suggest.study.log import EntryRef
from suggest.study.second_text import Part, SecondReader, SecondText
from suggest.study.segments import Segment, SegmentReader, externals, segment_number
from suggest.study.selecting import barred, codable, may_leave, text_version
from suggest.study.study import Study
from suggest.study.to_come import still_to_code
from suggest.study.training import lessons

CHUNK = 256


@dataclass(frozen=True)
class Selection:
    """What is to be suggested: documents by label or id, segments by id or the file's own id, codes by any name.

    What is left empty is not limited; documents and segments together mean the segments that lie in the documents.
    `limit` keeps the first so many segments in document order.
    """

    documents: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    limit: int | None = None


def offered_codes(study: Study, refs: Sequence[str] = ()) -> tuple[OfferedCode, ...]:
    """The codes as a model is offered them: the whole tree, or those named. BadInput where there is none."""
    known = read_codes(study)
    if not known:
        raise BadInput(
            "the study has no codes yet, so there is nothing to suggest.",
            file=study.path.name,
            advice="Bring in a code tree with 'secondcoder codes STUDY import FILE' or make codes with "
            "'secondcoder codes STUDY add'.",
        )
    chosen = {code.id: code for code in (find_code(known, ref) for ref in refs)} if refs else {c.id: c for c in known}
    return as_offered(chosen.values())


def as_offered(codes: Iterable[Code]) -> tuple[OfferedCode, ...]:
    """Codes as a model is offered them."""
    return tuple(
        offered_code(
            code.id,
            code.name,
            path=code.path,
            definition=code.wording.definition,
            include=code.wording.include,
            exclude=code.wording.exclude,
            examples=code.wording.examples,
        )
        for code in codes
    )


def undefined(codes: Sequence[OfferedCode]) -> list[OfferedCode]:
    """The codes that a model knows by their names alone: without a definition, a use or an example. Codes that have
    others under them are left out, since they may stand for those."""
    above = {code.path[:depth] for code in codes for depth in range(1, len(code.path))}
    return [
        code
        for code in codes
        if code.path not in above and not (code.definition.strip() or code.include.strip() or code.examples)
    ]


@dataclass(frozen=True)
class Scope:
    """What of a segment's surroundings a model reads: so many turns before and after it, and with `places` how far
    into its document it stands. `leaving`: the words leave this machine, so what may only stay here is not read.
    `aloud`: it is shown what it learns from and may repeat it, so that what is hidden from a coder is not taught.
    `beside`: it reads the segment in another language, where the study has it.
    """

    neighbours: int = 0
    places: bool = False
    leaving: bool = False
    aloud: bool = False
    beside: bool = False


NOTHING_AROUND = Scope()


def examples(
    study: Study, upto: EntryRef, codes: Iterable[OfferedCode], scope: Scope = NOTHING_AROUND
) -> list[Example]:
    """What people decided about the codes on offer, as of a place in the log: see `lessons`. Their surroundings are
    read as they are now, and so is what consent and colleagues' blindness keep back."""
    offered = {code.id for code in codes}
    found = []
    for lesson in lessons(study, upto):
        but = tuple(code for code in lesson.but if code in offered)
        if lesson.code in offered or (lesson.verdict == "no_code" and len(but) < len(offered)):
            found.append(Example(lesson.segment, lesson.text, lesson.code, lesson.verdict, but))
    if scope.aloud:
        return _may_be_told(study, found, upto, leaving=scope.leaving)
    return _in_surroundings(study, found, scope) if scope.neighbours else found


def _may_be_told(study: Study, found: Sequence[Example], upto: EntryRef, *, leaving: bool) -> list[Example]:
    """Those of the examples whose words may go where the model is, on segments that nobody has still to code."""
    numbers = {example.segment: segment_number(study, example.segment) for example in found}
    known = sorted({number for number in numbers.values() if number is not None})
    kept_back = set[int]()
    for first, last in ranges(known):
        kept_back |= barred(study, first, last, leaving=leaving)
    hidden = still_to_code(study, upto)
    return [
        example
        for example in found
        if (number := numbers[example.segment]) is not None and number not in kept_back and number not in hidden
    ]


def _in_surroundings(study: Study, found: Sequence[Example], scope: Scope) -> list[Example]:
    """The examples with what stands around them, in their order."""
    numbers = {example.segment: segment_number(study, example.segment) for example in found}
    reader = TaskReader(study, scope)
    asked = sorted(number for number in numbers.values() if number is not None)
    tasks = {task.segment: task for _, task in reader.tasks(asked)}
    return [
        Example(
            example.segment,
            example.text,
            example.code,
            example.verdict,
            example.but,
            document=task.document,
            speaker=task.speaker,
            before=tuple(turn.text for turn in task.before),
            after=tuple(turn.text for turn in task.after),
            place=task.place,
        )
        for example in found
        if (task := tasks.get(example.segment)) is not None
    ]


def selected(study: Study, selection: Selection, *, leaving: bool = False) -> array[int]:
    """The numbers of the chosen segments in document order, eight bytes each. BadInput for what is not there, is not
    `data` or is kept out by consent, and where nothing is left. `leaving` as in `Scope`."""
    documents = list_documents(study)
    if not documents:
        raise BadInput(
            "the study has no documents yet, so there is nothing to suggest.",
            file=study.path.name,
            advice="Bring some in with 'secondcoder add STUDY FILE'.",
        )
    if selection.documents:
        wanted = {find_document(study, ref).id for ref in selection.documents}
        documents = [document for document in documents if document.id in wanted]
    spans = [(document.first, document.first + document.count - 1) for document in documents if document.count]
    numbers: Iterable[int]
    if selection.segments:
        numbers = _named(study, selection.segments, spans, leaving)
    else:
        numbers = (number for first, last in sorted(spans) for number in codable(study, first, last, leaving=leaving))
    found = array("q", islice(numbers, selection.limit))
    if not found:
        raise BadInput(
            "no segment is left to suggest for: none is talk to be coded (role 'data') that consent allows.",
            file=study.path.name,
            advice="'secondcoder documents STUDY show' tells the roles, 'documents STUDY set' changes them.",
        )
    return found


def _named(study: Study, refs: Sequence[str], spans: Sequence[tuple[int, int]], leaving: bool) -> list[int]:
    own: dict[str, list[str]] | None = None
    found: set[int] = set()
    for ref in refs:
        number = segment_number(study, ref)
        if number is None:
            own = externals(study) if own is None else own
            numbers = [segment_number(study, id_) for id_ in own.get(ref, ())]
        else:
            numbers = [number]
        inside = [n for n in numbers if n is not None and any(first <= n <= last for first, last in spans)]
        if len(inside) > 1:
            raise BadInput("several documents have a segment of this id.", place=ref, advice="Say --documents too.")
        if not inside:
            raise BadInput("no such segment in the chosen documents.", place=ref)
        if not list(codable(study, inside[0], inside[0], leaving=leaving)):
            raise BadInput("the segment is not talk to be coded, or consent keeps it out.", place=ref)
        found.add(inside[0])
    return sorted(found)


class TaskReader:
    """Makes tasks of segment numbers, a chunk in memory at a time, and knows which text each was made from."""

    def __init__(self, study: Study, scope: Scope = NOTHING_AROUND, *, remembers: bool = False) -> None:
        """One that `remembers` can be asked whether what it made a task of still holds."""
        self._study, self._remembers = study, remembers
        self._reader = SegmentReader(study)
        self._neighbours, self._leaving = scope.neighbours, scope.leaving
        self._counts = {document.id: document.count for document in list_documents(study)} if scope.places else {}
        self._beside = SecondReader(study) if scope.beside else None
        self._versions: dict[str, tuple[int | None, str | None]] = {}

    def tasks(self, numbers: Iterable[int]) -> Iterator[tuple[int, Task]]:
        """(number, task) for each segment that is still there and to be coded. Numbers ascend."""
        waiting = iter(numbers)
        while chunk := list(islice(waiting, CHUNK)):
            held, versions = self._held(chunk)
            for number in chunk:
                segment = held.get(number)
                if segment is not None and segment.role == "data":
                    part = self._part(segment.document, segment.ordinal)
                    if self._remembers:
                        content = None if part is None else part[1].content
                        self._versions[segment.id] = (versions[segment.document], content)
                    yield number, self._task(segment, held, part)

    def still_holds(self, segment: str) -> bool:
        """Whether the text that the segment's task was made from is still the study's. To be asked once a task, or the
        task to be forgotten, so that no more is remembered than is under way."""
        found = self.holds(segment)
        self.forget(segment)
        return found

    def holds(self, segment: str) -> bool:
        """As `still_holds`, and it stays remembered."""
        version, content = self._versions.get(segment, (None, None))
        document, _, ordinal = segment.partition(".")
        if version is None or version != text_version(self._study, document):
            return False
        part = self._part(document, int(ordinal))
        return content == (None if part is None else part[1].content)

    def _part(self, document: str, ordinal: int) -> tuple[SecondText, Part] | None:
        """What stands beside a segment; nothing where consent keeps any of the segments that these are the words of."""
        found = None if self._beside is None else self._beside.at(document, ordinal)
        if found is None or found[1].content is None:
            return None
        parts = [f"{document}.{n}" for n in range(found[1].first, found[1].last + 1)]
        return found if may_leave(self._study, parts, leaving=self._leaving) else None

    def forget(self, segment: str) -> None:
        """A task that nobody will ask about."""
        self._versions.pop(segment, None)

    def _held(self, chunk: Sequence[int]) -> tuple[dict[int, Segment], dict[str, int | None]]:
        """The chunk's segments and their neighbours, but for what consent keeps out, and their documents' versions."""
        with self._study.reading():
            return self._read(chunk)

    def _read(self, chunk: Sequence[int]) -> tuple[dict[int, Segment], dict[str, int | None]]:
        held: dict[int, Segment] = {}
        begin = 0
        while begin < len(chunk):
            end = begin
            while end + 1 < len(chunk) and chunk[end + 1] - chunk[end] <= 2 * self._neighbours + 1:
                end += 1
            first, last = chunk[begin] - self._neighbours, chunk[end] + self._neighbours
            left_out = barred(self._study, first, last, leaving=self._leaving)
            held.update((item.number, item) for item in self._reader.span(first, last) if item.number not in left_out)
            begin = end + 1
        documents = {segment.document for segment in held.values()}
        return held, {document: text_version(self._study, document) for document in documents}

    def _task(self, segment: Segment, held: dict[int, Segment], part: tuple[SecondText, Part] | None) -> Task:
        def turns(numbers: range) -> tuple[Turn, ...]:
            near = (held.get(number) for number in numbers)
            return tuple(
                Turn(item.id, item.speaker, item.text, item.role, item.start)
                for item in near
                if item is not None and item.document == segment.document
            )

        number = segment.number
        return Task(
            segment.id,
            segment.text,
            segment.start,
            segment.speaker,
            turns(range(number - self._neighbours, number)),
            turns(range(number + 1, number + self._neighbours + 1)),
            document=segment.document,
            place=self._place(segment),
            beside=None if part is None else _other(*part),
        )

    def _place(self, segment: Segment) -> int | None:
        count = self._counts.get(segment.document)
        return segment.ordinal * MILLION // count if count else None


def _other(text: SecondText, part: Part) -> OtherLanguage:
    segments = tuple(f"{text.document}.{n}" for n in range(part.first, part.last + 1))
    return OtherLanguage(text.side, text.language, part.words, segments)
