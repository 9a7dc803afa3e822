"""Asking anew about what has changed in the code tree alone: a definition that was reworded costs a question about this
code and a few beside it, where the whole tree would cost one about all codes.

What is answered so stands beside what the model said of the whole tree before, each with its run: see `asked_anew`.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from suggest.engine.dry_run import DryRun, dry_run_of
from suggest.engine.pipeline import Progress
from suggest.engine.planning import AHEAD, Plan, close, make_plan
from suggest.engine.profiles import Making, Profile, find_profile
from suggest.engine.runs import RunReport, carry_through, priced_profile
from suggest.engine.tasks import Selection, as_offered, offered_codes, selected
from suggest.errors import UsageError
from suggest.models.chat.budget import UNLIMITED, Ceiling
from suggest.models.interface import OfferedCode
from suggest.models.narrowing import ByWords
from suggest.printable import counted
from suggest.study.codes import read_codes
from suggest.study.runs import Run, runs
from suggest.study.selecting import runs_standing
from suggest.study.study import Study
from suggest.study.tree_history import tree_of_run

BESIDE = 5
"""So many of the codes with the same parent are offered beside a changed one, those nearest in their words: a model
that is shown a single code has nothing to tell it from."""

_LEARNED = re.compile(r"\+[0-9a-f]{16}\Z")


@dataclass(frozen=True)
class Changed:
    """What is to be asked anew: `changed` codes (ids) and those `beside` them, about the segments `numbers`, which the
    model was asked about in the runs `since` (numbers). `others` segments lack other codes, and come after these;
    `current` have nothing that changed; `never` were not asked about the whole tree with this model and prompt."""

    changed: tuple[str, ...]
    beside: tuple[str, ...]
    numbers: array[int]
    since: tuple[int, ...]
    others: int
    current: int
    never: int
    of: int

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that are offered; none where these are all of the tree."""
        offered = (*self.changed, *self.beside)
        return () if len(offered) == self.of else tuple(sorted(offered))

    @property
    def remark(self) -> str:
        """What is asked and what is not, in sentences."""
        said = ["No code has changed for the segments that the model was asked about."]
        if self.numbers:
            since = ", ".join(str(number) for number in self.since)
            rest = "With those beside them these are all codes: the whole tree is asked about again."
            if self.codes:
                kept = counted(self.of - len(self.codes), "other code")
                this, near = ("it", "it") if len(self.changed) == 1 else ("these", "them")
                beside = f" and {counted(len(self.beside), 'code')} beside {near}" if self.beside else ""
                rest = (
                    f"{counted(len(self.numbers), 'segment')} to ask about {this}{beside}; what was said of {kept} "
                    "stands."
                )
            said = [f"Changed since run {since}: {counted(len(self.changed), 'code')}.", rest]
        if self.others:
            said.append(f"For {counted(self.others, 'segment')} other codes have changed: say the same command again.")
        if self.never:
            said.append(
                f"{counted(self.never, 'segment')} left out, which this model was not asked about with this prompt: "
                "'suggest' without --changed asks about the whole tree (--documents limits it)."
            )
        return " ".join(said)


def changed_codes(study: Study, profile: Profile, selection: Selection) -> Changed:
    """What has changed since the segments of a selection were asked about, of the largest group for which the same
    codes did. BadInput as `suggest`; UsageError for a model whose asking anew costs nothing."""
    if profile.host is None:
        raise UsageError(
            f"The model of {profile.name} works on this machine: asking anew costs nothing, so --changed is not for "
            "it. Leave it out."
        )
    if selection.codes:
        raise UsageError("--changed finds the codes by itself, so --codes does not go with it.")
    with study.reading():
        codes = offered_codes(study)
        numbers = selected(study, selection, leaving=profile.scope.leaving)
        standing = runs_standing(study, profile.name, numbers)
        known = {run.id: run for run in runs(study)}
        asked = {run: _asked(study, known[run]) for run in {one for found in standing.values() for one in found}}
    alike = _asked_alike(profile, codes, known)
    usable = {number: found for number, found in standing.items() if found[0] in alike}
    missing = {found: _missing(codes, [asked[run] for run in found if run in alike]) for found in set(usable.values())}
    groups = Counter(missing[found] for found in usable.values() if missing[found])
    largest = max(groups, key=lambda group: (groups[group], group), default=())
    chosen = array("q", (number for number in numbers if number in usable and missing[usable[number]] == largest))
    if not largest:
        chosen = array("q")
    since = sorted({known[usable[number][0]].number for number in chosen})
    current = sum(not missing[found] for found in usable.values())
    return Changed(
        largest, _beside(codes, largest), chosen, tuple(since), len(usable) - current - len(chosen), current,
        len(numbers) - len(usable), len(codes),
    )  # fmt: skip


def _asked(study: Study, run: Run) -> dict[str, str]:
    """The codes (ids) that a run was asked about, each with the version of its wording then."""
    then = as_offered(read_codes(study, tree_of_run(study, run.id)))
    return {code.id: code.version for code in then if run.codes is None or code.id in run.codes}


def _asked_alike(profile: Profile, codes: Sequence[OfferedCode], known: Mapping[str, Run]) -> set[str]:
    """The runs (ids) of the profile's model as it is now, asked with the same prompt and as much talk around."""
    model = profile.make(codes, (), Making())
    identity = model.profile.identity
    close(model)
    return {
        run.id
        for run in known.values()
        if run.profile == profile.name
        and run.prompt == profile.prompt_hash
        and run.parameters.get("neighbours") == profile.scope.neighbours
        and AHEAD not in run.parameters
        and _LEARNED.sub("", run.identity) == identity
    }


def _missing(codes: Sequence[OfferedCode], asked: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The codes of today's tree that were not asked about in these words by the newest of the runs that was asked."""
    known: dict[str, str] = {}
    for one in asked:
        known.update(one)
    return tuple(sorted(code.id for code in codes if known.get(code.id) != code.version))


def _beside(codes: Sequence[OfferedCode], changed: Sequence[str]) -> tuple[str, ...]:
    """The codes that changed ones are shown beside: those with the same parent that are nearest in their words."""
    found: dict[str, None] = {}
    for code in (one for one in codes if one.id in changed):
        siblings = [one for one in codes if one.path[:-1] == code.path[:-1] and one.id not in changed]
        words = "\n".join((code.name, code.definition, code.include))
        found.update(dict.fromkeys(one.id for one in ByWords(siblings).rank(words)[:BESIDE]))
    return tuple(sorted(found))


def suggest_changed(
    study: Study,
    actor: str,
    profile: str,
    selection: Selection | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    ceiling: Ceiling = UNLIMITED,
    prompt: str | None = None,
    samples: int = 1,
) -> tuple[Changed, RunReport | None]:
    """Ask anew about the codes that have changed since, and tell which these are; no report where there are none.

    It is a run about these codes alone, so it is resumed, stored and limited as `suggest`, and a code that was asked
    about in its new words is not asked about again.
    """
    chosen = priced_profile(study, profile, prompt, ceiling)
    found = changed_codes(study, chosen, selection or Selection())
    if not found.numbers:
        return found, None

    def plan() -> Plan:
        return _plan(study, chosen, selection or Selection(), found, ceiling, samples)

    return found, carry_through(study, actor, plan, regardless=False, progress=progress)


def _plan(study: Study, profile: Profile, selection: Selection, found: Changed, ceiling: Ceiling, samples: int) -> Plan:
    about = replace(selection, codes=found.codes)
    plan = make_plan(study, profile, about, ceiling=ceiling, samples=samples, only=frozenset(found.numbers))
    return replace(plan, remark=found.remark)


def dry_run_changed(
    study: Study, profile: str, selection: Selection | None = None, *, prompt: str | None = None, samples: int = 1
) -> tuple[Changed, DryRun | None, DryRun | None]:
    """What `suggest_changed` would do, and what asking the same segments about the whole tree would: what is saved.
    Nothing is stored."""
    chosen = find_profile(profile, study, prompt=prompt)
    found = changed_codes(study, chosen, selection or Selection())
    if not found.numbers:
        return found, None, None
    only = frozenset(found.numbers)
    whole = make_plan(study, chosen, selection or Selection(), samples=samples, only=only)
    instead = dry_run_of(study, whole)
    return found, dry_run_of(study, _plan(study, chosen, selection or Selection(), found, UNLIMITED, samples)), instead
