"""A methods appendix from the log: what COREQ (Tong, Sainsbury and Craig 2007, items 22 and 24 to 32) and guidelines on
reporting language models ask for, as data. What the log cannot know is a marked gap, never a sentence made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from suggest.exchange.blocks import Block, Grid, Heading, Text
from suggest.exchange.findings import Theme
from suggest.exchange.gathering import Gathered
from suggest.exchange.outgoing import OutOptions, coder_names
from suggest.printable import counted
from suggest.study.growth import Growth, tree_growth
from suggest.study.hosts import hosts
from suggest.study.outflow import coded_by_how_many, completed_under, memo_records, persons_at_work
from suggest.study.rounds import rounds
from suggest.study.run_facts import run_facts
from suggest.study.runs import runs
from suggest.study.schema import SOFTWARE
from suggest.study.study import Study
from suggest.study.tree_history import changes_for
from suggest.study.units import decision_counts


def methods_blocks(study: Study, options: OutOptions, gathered: Gathered, themes: Sequence[Theme]) -> Iterator[Block]:
    """The appendix; a gap begins with "To be filled in"."""
    yield Heading(2, "Methods appendix")
    yield Text("From the study's log. COREQ items by number; marked lines are for the authors to fill in.", "small")
    yield from _saturation(study, gathered, themes)
    yield from _coders(study, options)
    yield from _tree(study)
    yield Heading(3, "27. Software")
    yield Text(f"Second Coder {SOFTWARE}; models: {_models(study)}.")
    yield Heading(3, "28. Participant checking")
    answers = sum(
        "#validation" in text.split() for document in gathered.documents for _, _, text in memo_records(study, document)
    )
    there = "is" if answers == 1 else "are"
    yield Text(f"{counted(answers, 'answer')} of sites on their own quotes {there} in the study ('validation').")
    yield _gap("whether and how participants or sites gave feedback on the findings.")
    yield from _reporting(themes)
    yield from _model_items(study)


def _gap(what: str) -> Text:
    return Text(f"To be filled in: {what}", "gap")


BAR = 20
"""The longest bar of the curve, in characters."""


def _saturation(study: Study, gathered: Gathered, themes: Sequence[Theme]) -> Iterator[Block]:
    """New and changed codes by transcript, as a curve: what it means is for the authors to say."""
    yield Heading(3, "22. Data saturation")
    first: Counter[str] = Counter()
    documents = sorted(gathered.documents, key=lambda item: item.first)
    order = {document.id: n for n, document in enumerate(documents)}
    labels = {document.label: document.id for document in documents}
    for theme in themes:
        found = {labels[passage.document] for passage in gathered.of(theme.code.id)}
        if found:
            first[min(found, key=lambda id_: order[id_])] += 1
    grown = tree_growth(study)
    known, rows = 0, []
    for document in documents:
        growth = grown.get(document.id, Growth())
        known += first[document.id]
        bar = "\N{FULL BLOCK}" * round(BAR * known / max(first.total(), 1))
        rows.append((document.label, first[document.id], known, growth.made, growth.changed, bar))
    yield Text(
        "Codes by transcript, in the order in which transcripts came into the study: those applied for the first time, "
        "those applied so far; and what happened to the tree when the transcript was the one coded last."
    )
    head = ("Transcript", "First applied", "Applied so far", "Codes made", "Codes changed", "As a curve")
    yield Grid(head, rows)
    before = grown.get(None, Growth())
    made = f"Before anybody coded {counted(before.made, 'code was', 'codes were')} made"
    yield Text(f"{made}; {counted(before.changed, 'change')} followed.", "small")
    yield _gap("whether saturation was discussed, and what the authors conclude.")


def _coders(study: Study, options: OutOptions) -> Iterator[Block]:
    yield Heading(3, "24. Number of data coders")
    names, work = coder_names(study, options), persons_at_work(study)
    yield Text(f"{counted(len(work), 'person', 'people')} coded.")
    rows = [(names[coder], done, coded) for coder, (done, coded) in work.items()]
    yield Grid(("Coder", "Segments completed", "Codings that stand"), rows)
    for people, count in coded_by_how_many(study).items():
        done = counted(count, "segment was", "segments were")
        yield Text(f"{done} completed by {counted(people, 'person', 'people')}.")
    held = (f"{item.name} ({item.purpose}, {item.state})" for item in rounds(study))
    yield Text(f"Rounds: {', '.join(held)}.")
    yield _gap("the coders' training and their relation to the field.")


def _tree(study: Study) -> Iterator[Block]:
    changes = [item for item in changes_for(study, None) if item.live]
    done = Counter(str(item.change["op"]) for item in changes)
    yield Heading(3, "25. Description of the coding tree")
    yield Text(f"The tree is in this report, with definitions: version {len(changes)}.")
    yield Heading(3, "26. Derivation of themes")
    listed = ", ".join(f"{op} {count}" for op, count in sorted(done.items()))
    yield Text(f"Changes of the tree that stand: {listed or 'none'}.")
    yield _gap("which themes were identified in advance and which came from the data.")


def _models(study: Study) -> str:
    used = dict.fromkeys(run.identity for run in runs(study))
    return "; ".join(used) or "none"


def _reporting(themes: Sequence[Theme]) -> Iterator[Block]:
    yield Heading(3, "29. Quotations presented")
    quotes = sum(len(theme.quotes) for theme in themes)
    yield Text(f"{quotes} quotations in this report, each with transcript and paragraph; speakers are not named.")
    yield Heading(3, "30. Data and findings consistent")
    yield Text(
        "Every count and citation here is computed from the codings; 'check-manuscript' compares a paper to them."
    )
    yield _gap("the authors' judgement.")
    yield Heading(3, "31 and 32. Clarity of major and minor themes")
    major = [theme for theme in themes if theme.depth == 1]
    minor = [theme for theme in themes if theme.depth > 1]
    yield Text(f"{len(major)} themes and {len(minor)} subthemes, each with its passages by transcript.")
    yield _gap("diverse cases, and what is discussed as minor.")


def _model_items(study: Study) -> Iterator[Block]:
    yield Heading(2, "Language models")
    held, facts = runs(study), run_facts(study)
    if not held:
        yield Text("No model was asked in this study.")
        return
    yield Grid(
        ("Run", "Model", "Began (UTC)", "Prompt", "Segments", "Suggested", "No code", "Failed", "Tokens in", "out"),
        [
            (
                str(run.number),
                run.identity,
                facts[run.id].began if run.id in facts else None,
                run.prompt[:16] if run.prompt else "none",
                run.segments,
                run.suggested,
                run.no_code,
                run.failed,
                *run.tokens,
            )
            for run in held
        ],
    )
    for run in held:
        settings = ", ".join(f"{key} = {value}" for key, value in sorted(run.parameters.items()))
        learned = f"; learned from {counted(run.training.count, 'answer')}" if run.training else ""
        fits = "" if run.threshold is None else f"; a code fits from {run.threshold / 1_000_000:g}"
        yield Text(f"Run {run.number}, {run.profile}: {settings or 'no parameters'}{fits}{learned}.", "small")
    sent = [(host.name, host.requests, host.characters) for host in hosts(study) if host.requests]
    yield Text("Text sent to hosts:" if sent else "No text was sent to any host: the models ran on this machine.")
    if sent:
        yield Grid(("Host", "Requests", "Characters"), sent)
    yield Text("Human validation. Decisions that stand:")
    yield Grid(("Decision", "Count"), list(decision_counts(study).items()))
    yield Text("Segments completed, by what was on screen before:")
    yield Grid(("Exposure", "Segments"), list(completed_under(study).items()))
    yield _gap("why these models; who may see the prompts; agreement with the model (see 'secondcoder audit').")
