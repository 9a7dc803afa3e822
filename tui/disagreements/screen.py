"""The disagreements: settling the chosen segment with one key, and taking that back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from suggest.review.changes import Effect
from suggest.study.settling import Settlement
from suggest.study.study import Study
from tui.disagreements import settling
from tui.disagreements.commands import REGISTRY
from tui.disagreements.looking import LookingScreen
from tui.disagreements.telling import arrows
from tui.disagreements.view import Case, Listing, read_settlement
from tui.terminal.choosing import ChoosingScreen
from tui.terminal.finder import FinderScreen
from tui.terminal.finding import nearest
from tui.terminal.form import FormScreen
from tui.terminal.meaning import Meaning
from tui.terminal.registry import Registry

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

DONE = Meaning("", None, "(that is all)", "(that is all)", 0, False, "", "", "", ())


class DisagreementsScreen(LookingScreen):
    """Where coders differ; what they agree on is an entry of the log, beside everybody's own codings."""

    REGISTRY: ClassVar[Registry] = REGISTRY
    HEADING: ClassVar[str] = "Disagreements"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._changed = False
        self._steps = settling.Steps()

    def digit(self, number: int) -> None:
        """What one coder said."""
        case = self.case
        columns = [] if case is None else self.naming.columns(case)
        if number <= len(columns):
            self._settle(columns[number - 1].codes)
        else:
            self.say(f"There are {len(columns)} columns.", warn=True)

    def do_all(self) -> None:
        """What people said together."""
        case = self.case
        if case is not None:
            self._settle(tuple(dict.fromkeys(code for one in case.people for code in one.codes)))

    def do_no_code(self) -> None:
        """Nothing fits."""
        self._settle(())

    def do_other(self) -> None:
        """Codes of one's own choice, one after another."""
        self._choose(())

    def _choose(self, taken: tuple[str, ...]) -> None:
        case = self.case
        if case is None:
            return
        offered = [code for code in nearest(self.codes, None, case.differing) if code.id not in taken]
        names = "; ".join(code.name for code in self.codes if code.id in taken)

        def take(id_: str | None) -> None:
            if id_ == DONE.id:
                self._settle(taken)
            elif id_ is not None:
                self._choose((*taken, str(id_)))

        title = f"Settle {case.cite} on {names}; and" if taken else f"Settle {case.cite} on"
        self.app.push_screen(FinderScreen(title, [DONE, *offered] if taken else offered), take)

    def _settle(self, codes: tuple[str, ...]) -> None:
        """Ask why, who took part, and whether a code's words follow; then store."""
        case, listing, naming = self.case, self.listing, self.naming
        if case is None or listing is None:
            return
        codes = tuple(code for code in codes if any(code == known.id for known in self.codes))

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            job = partial(settling.planned, given=given, case=case, codes=codes, naming=naming)
            self.owner.session.look(job, lambda plan: self._weigh(plan, listing, form), form.complain)

        what = "; ".join(code.name for code in self.codes if code.id in codes) or "no code"
        fields = settling.fields(case, codes, naming, self.paths)
        self.app.push_screen(FormScreen(f"Settle {case.cite}: {what}", fields, submit))

    def _weigh(self, plan: settling.Plan, listing: Listing, form: FormScreen) -> None:
        """Words for a code are told with what they change, before anything is stored."""
        if plan.not_when is None:
            self._store(plan, listing, form)
            return
        words, coder = plan.not_when, self.owner.coder

        def ask(found: tuple[str, Effect]) -> None:
            def take(place: int | None) -> None:
                if place is not None:
                    self._store(replace(plan, not_when=replace(words, meaning=place == 0)), listing, form)

            title = f'Write into "not when" of {arrows(found[0])}'
            self.app.push_screen(ChoosingScreen(title, settling.meaning_told(*found), settling.MEANINGS), take)

        self.owner.session.look(lambda study: settling.foreseen(study, plan, coder), ask, form.complain)

    def _store(self, plan: settling.Plan, listing: Listing, form: FormScreen) -> None:
        def stored(held: Settlement) -> None:
            form.done()
            self._steps.made(settling.Step(plan.case, plan.case.settled, held))
            self._after(plan.case, settling.said(plan, listing.paths), words=plan.not_when is not None, on=True)

        job = partial(settling.store, round_=listing.round, plan=plan)
        self.owner.session.ask(job, stored, form.complain)

    def do_reopen(self) -> None:
        """Take back what was settled, whoever did."""
        case, listing = self.case, self.listing
        if case is None or listing is None or case.settled is None:
            self.say("This is not settled.", warn=True)
            return
        held = case.settled

        def stored(now: Settlement | None) -> None:
            self._steps.made(settling.Step(case, held, now))
            self._after(case, f"open again: {case.cite}", words=bool(held.defined))

        self.ask(partial(settling.put_back, round_=listing.round, case=case, now=held, wanted=None), stored)

    def do_undo(self) -> None:
        """The last step back."""
        self._step(back=True)

    def do_redo(self) -> None:
        """And forth."""
        self._step(back=False)

    def _step(self, *, back: bool) -> None:
        step, listing = (self._steps.back() if back else self._steps.forth()), self.listing
        if step is None or listing is None:
            self.say("There is nothing of this screen to undo." if back else "There is nothing to redo.", warn=True)
            return
        now, wanted = (step.after, step.before) if back else (step.before, step.after)

        def stored(stands: Settlement | None) -> None:
            self._steps.moved(stands, back=back)
            words = any(held is not None and held.defined for held in (now, wanted))
            self._after(step.case, f"{'undone' if back else 'done again'}: {step.case.cite}", words=words)

        job: Callable[[Bench], Settlement | None] = partial(
            settling.put_back, round_=listing.round, case=step.case, now=now, wanted=wanted
        )
        self.ask(job, stored)

    def _after(self, case: Case, said: str, *, words: bool, on: bool = False) -> None:
        """Draw what was settled. With other words of a code the whole list may be another one, and what models say of
        the core may be told once that is settled. `on`: then to the next."""
        if not self._there:
            return
        self._changed = self._changed or words
        self.say(said)
        coder, listing = self.owner.coder, self.listing
        if listing is None:
            return
        round_ = listing.round.id

        def read(study: Study) -> tuple[Settlement | None, tuple[int, int]]:
            return read_settlement(study, coder, round_, case.number), study.stamp()

        def known(found: tuple[Settlement | None, tuple[int, int]]) -> None:
            held, self.stamp = found
            if self.listing is None:
                return
            cases = [replace(one, settled=held) if one.number == case.number else one for one in self.listing.cases]
            self.listing = replace(self.listing, cases=tuple(cases))
            self.draw_list(case.number)
            if on:
                self.go_on()
            if words or case.core:
                self.read()

        self.look(read, known, "settlement")

    def on_unmount(self) -> None:
        """The review below knows the tree as it is now."""
        if self._changed and self.owner.is_running:
            self.owner.review.renew()
