"""The study's side of the runs screen: what one coder may see of the runs, and what can be started."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.engine.profiles import PROFILES, default_profile
from suggest.review.blind import blind_left
from suggest.review.queue import Queue
from suggest.study.people import coders
from suggest.study.rounds import current_round
from suggest.study.run_facts import RunFacts, newest_run, run_facts
from suggest.study.runs import Run, runs
from suggest.study.study import Study
from suggest.study.suggestion_sets import current_runs
from tui.errands.errands import WINDOW
from tui.review.bench import Bench

NOWHERE = "Nothing was sent anywhere: all models compute on this machine."


@dataclass(frozen=True)
class Listed:
    """A run with its circumstances. `by` is a name; `shown`: its suggestions are among those that the review shows;
    `ahead`: it was a look ahead."""

    run: Run
    facts: RunFacts
    by: str
    shown: bool
    ahead: bool

    @property
    def answered(self) -> int:
        """How many segments have an answer, whether a code fits or none does."""
        return self.run.suggested + self.run.no_code


@dataclass(frozen=True)
class Runs:
    """All runs, newest first. `split`: whether their coder may see how many answers found a code that fits; where
    blind segments are left, a sum over suggestions could tell something of them. `sent` says what went where."""

    listed: tuple[Listed, ...]
    split: bool
    sent: str


@dataclass(frozen=True)
class Offer:
    """A model that can be asked. `missing` says why not, nothing where it can; `here`: it computes on this machine."""

    profile: str
    missing: str
    here: bool


def all_runs(study: Study, coder: str) -> Runs:
    """The runs as a coder (a name) may see them."""
    with study.reading():
        known = {person.id: person.name for person in coders(study)}
        facts, wanted = run_facts(study), current_runs(study)
        held = [
            Listed(
                run, facts.get(run.id, RunFacts()), known.get(facts.get(run.id, RunFacts()).by, ""),
                run.id in wanted if wanted else facts.get(run.id, RunFacts()).standing > 0, "ahead" in run.parameters,
            )
            for run in reversed(runs(study))
        ]  # fmt: skip
        person = next((id_ for id_, name in known.items() if name == coder), None)
        split = person is not None and not blind_left(study, person)
        return Runs(tuple(held), split, _sent(held))


def _sent(held: list[Listed]) -> str:
    away = [item for item in held if item.run.profile not in PROFILES or not PROFILES[item.run.profile].learns_here]
    return NOWHERE if not away else "What went to which host stands in the log (L), under text_sent."


def offers(study: Study) -> tuple[Offer, ...]:
    """The models, the one that is in use first."""
    used = newest_run(study, [name for name, profile in PROFILES.items() if profile.baseline])
    first = used.profile if used is not None and used.profile in PROFILES else default_profile().name
    found = [Offer(name, profile.available(), profile.learns_here) for name, profile in PROFILES.items()]
    return tuple(sorted(found, key=lambda offer: (bool(offer.missing), offer.profile != first)))


def ahead_of(bench: Bench, order: str) -> int:
    """How many segments a look ahead would be about."""
    queue = Queue(bench.study, bench.coder, current_round(bench.study, bench.coder), order)
    return len(queue.unseen(WINDOW))
