"""One text source of a project as a document: its text, its segments, and where its codings and notes stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from suggest.errors import BadInput
from suggest.exchange.bring_in import Wish
from suggest.exchange.projects.foreign_in import NoFiles
from suggest.exchange.refi.archive import Archive
from suggest.exchange.refi.found import FoundCoding, FoundFile, FoundText
from suggest.exchange.refi.own_in import OwnFile, has_beside, own_consent, own_document
from suggest.exchange.refi.readings import STANDARD, standard_reading, take_reading
from suggest.study.project_import import NewMemo, RangeCoding
from suggest.text.analysis import analyse
from suggest.text.decoding import decode_content, settle_line_endings
from suggest.text.paragraphs import plain_paragraphs
from suggest.text.prose import prose_document
from suggest.text.segmentation import checked_unit
from suggest.text.transcripts import ReadDocument


@dataclass(frozen=True)
class TextRead:
    """A document with all that was said of it, and what could not be taken, counted by kind. `completed` has the
    ordinals of the segments that a coder (name) completed, None if that is not on record; `shown` the half-open
    ranges where a coder had suggestions on screen, if that is `on_record`."""

    document: ReadDocument
    codings: Sequence[RangeCoding]
    memos: Sequence[NewMemo]
    spots: Sequence[tuple[int, NewMemo]]
    consent: Sequence[tuple[str | None, str]]
    notices: Sequence[str]
    completed: Mapping[str, frozenset[int]] | None = None
    shown: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    on_record: bool = False


@dataclass
class Reader:
    """What all sources of a project share. `memo` gives the memo of a note's GUID, `coder` the name of a user's."""

    archive: Archive | NoFiles
    found: FoundFile
    own: OwnFile
    wish: Wish
    codes: Mapping[str, str]
    coder: Callable[[str], str]
    memo: Callable[[str], NewMemo | None]
    ours: bool
    untaken: Counter[str] = field(default_factory=Counter)

    def read(self, source: FoundText, label: str) -> TextRead | None:
        """The document of a source; None where its text is not there, or holds no words."""
        raw, why = self._raw(source)
        if raw is None:
            self._not_taken(source, why)
            return None
        exact = own_document(self.own, source.guid, label, raw)
        text = exact.document.text if exact else settle_line_endings(raw).removeprefix("\ufeff")
        if not text.strip():
            self._not_taken(source, "texts without words")
            return None
        if "\x00" in text:
            self._not_taken(source, "texts with a NUL character")
            return None
        if exact and self.wish.unit in (None, exact.document.unit):
            document = exact.document
        else:
            document = self._segmented(text, label)
        notices: list[str] = []
        completed: dict[str, frozenset[int]] | None = None
        answers = (exact.completed if exact else None) or {}
        here = {self.coder(guid): held for guid, held in answers.items() if guid in self.found.users}
        shown = {name: _spans(exact.document, seen) for name, (_, seen) in here.items() if exact and seen}
        if exact and document is exact.document:
            consent = exact.consent
            if exact.completed is not None:
                completed = {name: done for name, (done, _) in here.items()}
        else:
            speakers = {one.speaker for one in document.segments if one.speaker is not None}
            consent, lost = own_consent(self.own, source.guid, speakers)
            if consent:
                notices.append(_consent_notice(label, consent, lost))
            if has_beside(self.own, source.guid):
                notices.append(f"{label}: what stood beside it in another language does not fit its segments now.")
        taken = standard_reading(text) if exact else take_reading(raw, text, source.selections)
        if taken.reading != STANDARD:
            notices.append(
                f"{label}: positions are counted in {taken.reading}: so {taken.fitting} of "
                f"{taken.fitting + taken.not_fitting} names of selections fit, the standard's way fewer."
            )
        elif taken.fitting and taken.not_fitting:
            notices.append(
                f"{label}: the words at {taken.not_fitting} of {taken.fitting + taken.not_fitting} selections are not "
                "those of their names; they were put where their positions say."
            )
        codings: dict[tuple[str, str, int, int], RangeCoding] = {}
        spots: list[tuple[int, NewMemo]] = []
        for selection in source.selections:
            place = taken.places.range_of(selection)
            if place is None or place[0] == place[1]:
                self.untaken["selections outside of their text or without length"] += 1
                self.untaken["codings on such selections"] += len(selection.codings)
                continue
            # In a file of ours a description says what the notes say.
            said = self._said(selection.notes, "" if self.ours else selection.description, selection.user)
            if not selection.codings:
                spots += [(place[0], memo) for memo in said]
                self.untaken["selections without code and note"] += not said
            for n, coding in enumerate(selection.codings):
                self._coding(codings, coding, place, selection.user, selection.at, said if n == 0 else [])
        for coding in source.codings:
            self._coding(codings, coding, (0, len(text)), source.user, "", [])
        return TextRead(
            document,
            list(codings.values()),
            self._said(source.notes, source.description, source.user),
            spots,
            consent,
            notices,
            completed,
            shown,
            exact is not None and exact.completed is not None,
        )

    def _raw(self, source: FoundText) -> tuple[str | None, str]:
        """The text as the file has it, byte-order mark and line ends included; without one, why."""
        if source.content is not None:
            return source.content, ""
        if source.rich and not source.path:
            return None, "rich texts without a plain text"
        held = self.archive.text(source.path) if source.path else None
        if held is None:
            return None, "texts that are not in the file"
        try:
            return decode_content(held, source.path), ""
        except BadInput:
            return None, "texts in an encoding that is not known"

    def _not_taken(self, source: FoundText, why: str) -> None:
        self.untaken[why] += 1
        self.untaken[f"codings in {why}"] += sum(len(one.codings) for one in source.selections) + len(source.codings)

    def _segmented(self, text: str, label: str) -> ReadDocument:
        wish = self.wish
        paragraphs, how = plain_paragraphs(text)
        given = (wish.mapping or {}).get("speakers", "")
        named = frozenset(" ".join(name.split()) for name in given.split(",") if name.strip())
        analysed = analyse(text, paragraphs, how, named)
        return prose_document(
            text, analysed, unit=checked_unit(wish.unit), label=label, language=wish.language, notices=()
        )

    def _said(self, notes: Sequence[str], description: str, user: str) -> list[NewMemo]:
        found = [memo for guid in notes if (memo := self.memo(guid)) is not None]
        self.untaken["notes that are missing"] += len(notes) - len(found)
        if description.strip():
            found.append(NewMemo(self.coder(user) if user else None, description.strip()))
        return found

    def _coding(
        self,
        codings: dict[tuple[str, str, int, int], RangeCoding],
        coding: FoundCoding,
        place: tuple[int, int],
        user: str,
        at: str,
        said: Sequence[NewMemo],
    ) -> None:
        code = self.codes.get(coding.code)
        if code is None:
            self.untaken["codings with a code that is not in the file"] += 1
            return
        coder = self.coder(coding.user or user)
        memos = tuple(dict.fromkeys([*self._said(coding.notes, "", ""), *said]))
        key = (coder, code, *place)
        if (held := codings.get(key)) is not None:
            self.untaken["codings that say what another says"] += 1
            memos = tuple(dict.fromkeys([*held.memos, *memos]))
        when = seconds(coding.at or at)
        codings[key] = RangeCoding(coder, code, *place, held.at if held and held.at is not None else when, memos)


def _spans(document: ReadDocument, places: Collection[int]) -> list[tuple[int, int]]:
    """Where the segments at these places stand in the text."""
    return [(document.segments[n].start, document.segments[n].end) for n in sorted(places)]


def _consent_notice(label: str, consent: Sequence[tuple[str | None, str]], lost: Sequence[str]) -> str:
    flags = ", ".join(flag if name is None else f"{flag} for {name}" for name, flag in consent)
    why = f"; {', '.join(lost)} cannot be told apart any more, so what held for them holds for all" if lost else ""
    return f"{label}: the text or its segments are not as they went out{why}. Consent now: {flags}. Check it."


def seconds(time: str) -> int | None:
    """A time as REFI-QDA writes it, in seconds since 1970; None where there is none that can be read."""
    try:
        found = datetime.fromisoformat(time.strip())
    except ValueError:
        return None
    try:
        return max(0, int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))
    except (OverflowError, OSError, ValueError):
        return None
