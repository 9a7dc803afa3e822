"""An audit in words and tables: warnings and what the figures stand on first, acceptance far from agreement."""

from __future__ import annotations

from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Table, Text, stands_on
from suggest.audit.how import how_made
from suggest.audit.tell_agreement import (
    agreement_told,
    by_told,
    codes_told,
    consensus_told,
    levels_told,
    looks_told,
    not_blind_told,
)
from suggest.audit.tell_model import acceptance_told, believed_told, effects_told, misses_told, plans_told
from suggest.audit.tell_runs import comparisons_told, occurrences_told, stand_ins_told
from suggest.audit.tell_stability import stability_told
from suggest.printable import counted


def tell(report: Report) -> list[Section]:
    """All sections, in the order in which they should be read."""
    told = (
        scope_told, agreement_told, looks_told, codes_told, levels_told, by_told, comparisons_told, plans_told,
        stability_told, misses_told, stand_ins_told, occurrences_told, believed_told, effects_told, consensus_told,
        not_blind_told, acceptance_told,
    )  # fmt: skip
    return [*(section for part in told for section in part(report)), how_made(report)]


def warnings(report: Report) -> list[str]:
    """What a reader must know before reading any figure."""
    material, scope = report.material, report.scope
    people = material.people
    found = []
    blind = [pair for pair in report.pairs if pair.exposure == "blind" and not pair.with_consensus]
    if not people and material.named:
        found.append("No person was chosen: agreement between people cannot be told.")
    elif not people:
        found.append(f"Nobody has completed a segment in round {material.round.name}: there is nothing to audit yet.")
    elif len(people) == 1:
        what = "was chosen" if material.named else f"has coded in round {material.round.name}"
        found.append(f"Only {people[0].name} {what}: agreement between people cannot be told.")
    if people and not blind and not (material.named and len(material.raters) < 2):
        what = "No segment was coded blind by two coders" if len(material.raters) > 1 else "No segment was coded blind"
        found.append(f"{what}, so there are no figures of reliability.")
    elif 0 < (most := max((pair.documents for pair in blind), default=0)) < 10:
        found.append(
            f"Two coders share {counted(most, 'document')} at most. Below 10 the "
            "figures are counts and points without intervals."
        )
    if any(read.missing.get("stale") for read in scope.read):
        found.append("Answers to codes whose meaning changed later are missing until they are read again.")
    unsure = sum(read.missing.get("unsure", 0) for read in scope.read)
    if unsure:
        they = "It counts" if unsure == 1 else "They count"
        found.append(f"{counted(unsure, 'answer is', 'answers are')} unsure. {they} as missing, not as disagreement.")
    if len(material.completed_under) > 1:
        versions = ", ".join(str(version) for version in sorted(material.completed_under))
        found.append(
            f"Segments were completed under {len(material.completed_under)} versions of the tree ({versions})."
        )
    later = {pair.b.name if pair.b.kind == "model" else pair.a.name for pair in report.pairs if pair.later}
    for name in sorted(later):
        found.append(
            f"{name}: some answers are from a run made after the people's; nothing of it was pinned when they coded."
        )
    for model in material.models:
        if model.learned and any(pair.exposure not in ("blind", "settled") or not scope.core for pair in report.pairs):
            runs = ", ".join(map(str, model.learned))
            found.append(
                f"{model.name} learned from people's codings (run {runs}), though never from a segment itself: outside "
                "of the blind core its answers are not independent of theirs."
            )
    several = [model for model in material.models if len(model.runs) > 1]
    for model in several:
        runs = ", ".join(map(str, model.runs))
        found.append(f"{model.name}: its answers come from several runs ({runs}), pinned as segments were opened.")
    bulk = sum(read.missing.get("bulk", 0) for read in scope.read)
    if bulk:
        given, they = counted(bulk, "answer was", "answers were"), "It counts" if bulk == 1 else "They count"
        found.append(f"{given} given in bulk, unread. {they} as missing; the codings stand.")
    return [*found, *material.notes]


def scope_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    material, scope = report.material, report.scope
    state = f"{material.round.purpose}, {material.round.state}"
    words = [f"Round {material.round.name} ({state}). Rounds are never put together."]
    if len(material.rounds) > 1:
        words.append(f"The study has these: {', '.join(material.rounds)}.")
    counts = (
        f"Codable: {stands_on(scope.segments, scope.documents)}; "
        f"{counted(scope.codes, 'code')}, "
        f"{scope.leaves:,} of them at the ends of the tree, version {material.tree_version}."
    )
    core = f"Double-coded: {counted(scope.double, 'segment was', 'segments were')} answered by at least two people."
    if scope.core:
        core += (
            f" Blind core: {counted(scope.core, 'segment')} in "
            f"{stands_on(scope.blocks, scope.core_documents, 'block', 'of')}, {scope.core_read:,} of them "
            "answered blind by at least two people."
        )
    else:
        core += " Blind core: none in this round."
    rows = tuple(
        (read.rater.name, read.rater.round.name, str(read.segments), str(read.documents), str(read.core),
         str(sum(read.missing.values())))
        for read in scope.read
    )  # fmt: skip
    table = Table(
        ("Coder", "Round", "Segments", "Documents", "Of the blind core", "Missing answers"), rows, (0, 1),
        ("coder", "round", "segments", "docs", "core", "missing"), how="counts",
        caption="What each coder answered. Missing: single answers on a code in these segments.",
    )  # fmt: skip
    blocks: list[Block] = [Text(words, "warning") for words in warnings(report)]
    blocks += [Text(" ".join(words)), Text(counts), Text(core)]
    return [Section("scope", "What this stands on", (*blocks, *((table,) if rows else ())))]
