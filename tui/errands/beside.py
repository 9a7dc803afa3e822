"""What goes on beside the review, as the application sees it: decisions counted, a note, new suggestions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from suggest.study.people import find_coder
from suggest.study.study import Study
from tui.errands.errands import Errands
from tui.errands.learning import Learning, Rules, rules
from tui.errands.state import State, outcome_words
from tui.terminal.messages import ErrandTold
from tui.terminal.study_screen import StudyScreen

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp


class Beside:
    """Passes on what errands tell to the screens, and has the model learn when enough was decided."""

    def __init__(self, app: StudyApp, errands: Errands) -> None:
        self.errands = errands
        self._app = app
        self._learning = Learning(errands)
        self._trouble = ""
        errands.told_to(lambda state: app.post_message(ErrandTold(state)))

    def opened(self) -> None:
        """The study is open: ask what it says of learning."""
        self._ask(self._learning.known)

    def decided(self, count: int) -> None:
        """So many decisions more are on disk."""
        if self._learning.decided(count):
            self._ask(self._begin)

    def _ask(self, then: Callable[[Rules], object]) -> None:
        name = self.errands.coder

        def find(study: Study) -> Rules:
            coder = find_coder(study, name)
            return Rules(0, None) if coder is None else rules(study, coder.id)

        # Nobody waits for it: where the file cannot be read just now, the next decision asks again.
        self._app.session.look(find, then, lambda sentence: None)

    def _begin(self, found: Rules) -> None:
        if self._learning.begin(found, self._app.order):
            self.note_it()

    def told(self, state: State) -> None:
        """An errand has got further: every screen that shows it draws it."""
        if state.errand.kind == "ahead" and state.ended:
            self._trouble = "learning failed" if state.ended == "failed" else ""
            self._say(self._learning.failed(state), warn=True)
        elif state.errand.kind == "run" and state.ended:
            self._say(outcome_words(state), warn=state.ended == "failed")
        self.note_it()
        for screen in self._app.screen_stack:
            if isinstance(screen, StudyScreen):
                screen.errand(state)
        if state.errand.kind != "count" and (state.phase == "suggesting" or state.ended):
            self._app.review.arrivals.look()

    def note_it(self) -> None:
        """Say it in the review's header."""
        self._app.review.note(self.note)

    @property
    def note(self) -> str:
        """What the header says of it, in a word or two."""
        running = self.errands.under_way("run")
        if running is not None:
            share = running.share if running.phase == "suggesting" else None
            return "suggesting …" if share is None else f"suggesting {int(share * 100)} %"
        return "learning …" if self.errands.under_way("ahead") is not None else self._trouble

    def _say(self, sentence: str, *, warn: bool) -> None:
        if not sentence:
            return
        if isinstance(self._app.screen, StudyScreen):
            self._app.screen.say(sentence, warn=warn)
        else:
            self._app.review.tell(sentence, warn=warn)
