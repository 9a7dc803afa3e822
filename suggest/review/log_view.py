"""The log as one coder may read it: nothing of what is blind for them, nor of colleagues' work before both are done."""

from __future__ import annotations

from suggest.review.opening import look
from suggest.study.fold import Entry
from suggest.study.log_pages import Choice, Page, Place, get_entry, read_page
from suggest.study.rounds import Round, ready, rounds
from suggest.study.segments import segment_number
from suggest.study.sets import in_set
from suggest.study.settings import get_setting
from suggest.study.study import Study
from suggest.study.units import has_completed

OPEN = frozenset(
    {
        "study_created", "replica_started", "merged", "coder_added", "document_added", "segments_made",
        "document_described", "consent_set", "role_set", "text_corrected", "code_changed", "round_opened",
        "round_assigned", "round_closed", "joined", "queue_drawn", "run_started", "run_ended", "setting_changed",
        "core_released", "exported", "checkpointed", "erased", "text_sent", "host_allowed", "host_revoked",
    }
)  # fmt: skip
"""Kinds that say nothing about what anybody thinks of a segment. A kind that is not known here is kept back."""

SUGGESTED = frozenset({"suggested", "suggestion_failed"})


class LogView:
    """Reads the log for one coder (an id). Make a new one for each request: what may be seen changes with every act."""

    def __init__(self, study: Study, coder: str) -> None:
        self._study, self._coder = study, coder
        self._rounds: list[tuple[Round, bool]] | None = None
        self._peers = False
        self._seen: dict[str, tuple[bool, bool]] = {}

    def page(self, place: Place | None, size: int, *, backwards: bool, choice: Choice | None = None) -> Page:
        """A page as `read_page` gives it, without what this coder may not see yet."""
        return read_page(self._study, place, size, backwards=backwards, choice=choice, keep=self.may_see)

    def may_see(self, entry: Entry) -> bool:
        """Whether the coder may see an entry now. One's own are always one's own."""
        if entry.kind in OPEN or (entry.actor == self._coder and entry.kind not in SUGGESTED):
            return True
        if entry.kind == "reverted":
            return self._may_see_undoing(entry)
        if entry.kind == "memo_written" and entry.payload["about"] in ("study", "document", "code"):
            return True
        segment = entry.payload.get("segment") or entry.payload.get("subject")
        if not isinstance(segment, str):
            return False
        suggestions, colleagues = self._of(segment)
        if entry.kind in SUGGESTED:
            return suggestions
        number = segment_number(self._study, segment)
        both = number is not None and has_completed(self._study, entry.actor, number)
        return colleagues and (both or (self._peers and suggestions))

    def _may_see_undoing(self, entry: Entry) -> bool:
        """What somebody took back is seen by those who may see what it was."""
        target = get_entry(self._study, *entry.payload["entry"])
        return target is not None and self.may_see(target)

    def _of(self, segment: str) -> tuple[bool, bool]:
        """Whether a segment's suggestions, and colleagues' codings of it, may be seen, as far as the coder's own state
        decides that."""
        if segment not in self._seen:
            self._seen[segment] = self._judge(segment)
        return self._seen[segment]

    def _judge(self, segment: str) -> tuple[bool, bool]:
        number = segment_number(self._study, segment)
        if number is None:
            return False, False
        suggestions = colleagues = True
        for round_, drawn in self._open_rounds():
            if not drawn:
                return False, False  # what will be blind is not known yet
            if not in_set(self._study, f"scope:{round_.id}:{self._coder}", number):
                continue
            view = look(self._study, round_, self._coder, number, segment)
            suggestions = suggestions and view.visible
            colleagues = colleagues and view.visible and (view.unit.completed or self._peers)
        return suggestions, colleagues

    def _open_rounds(self) -> list[tuple[Round, bool]]:
        """The rounds in which the coder works, and whether it is drawn what of them is blind."""
        if self._rounds is None:
            self._peers = get_setting(self._study, "peers") == "shown"
            self._rounds = [
                (round_, ready(self._study, self._coder, round_))
                for round_ in rounds(self._study)
                if round_.state == "open" and round_.purpose != "imported"
                and (round_.coders is None or self._coder in round_.coders)
            ]  # fmt: skip
        return self._rounds
