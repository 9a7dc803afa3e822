"""Telling what a model's codings are good for: standing in for a person, saying how often codes occur, one run beside
another."""

from __future__ import annotations

from suggest.audit.alternative import AlternativeTest
from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Table, Text, brief, interval, number, stands_on
from suggest.audit.comparing import Comparison, Versus
from suggest.audit.tell_agreement import MOST_TABLES, path_of
from suggest.printable import counted


def stand_ins_told(report: Report) -> list[Section]:
    """Its sections, none where fewer than three people coded blind beside a model."""
    blocks: list[Block] = []
    for item in report.stand_ins[:MOST_TABLES]:
        name = f"{item.model.name} beside {len(item.people)} people, blind: "
        name += f"{stands_on(item.segments, item.documents)}, margin {item.epsilon:g}."
        rows = [("whole answers", "", "", "", "", *_test(item.whole))]
        for code in item.codes:
            first = (path_of(report, code.code), str(code.applied), *_verdict(code.published))
            rows.append((*first, *_test(code.guarded)))
        blocks.append(
            Table(
                ("Code", "Applied by people", "As published: held its own", "Passed", "Mean advantage",
                 "Guarded: held its own", "Passed, guarded", "Mean advantage, guarded", "Why not"),
                tuple((row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8]) for row in rows),
                (0, 3, 6, 8), ("code", "appl", "publ", "pass", "adv", "guard", "pass", "adv", "why not"),
                (1, 2, 3, 4), f"{name} Whole answers are compared by how alike sets are.", "stand-in",
            )
        )  # fmt: skip
    if not blocks:
        return []
    words = (
        "Each person is left out in turn: is the model at least as near to the others, within the margin? It is no "
        "proof that the model may code alone, and none for other material."
    )
    return [Section("stand-in", "Whether the model could stand in for a person", (Text(words), *blocks))]


def _verdict(test: AlternativeTest) -> tuple[str, str, str]:
    tested = [one for one in test.annotators if one.p is not None]
    held = f"{sum(one.rejected for one in tested)} of {len(tested)}" if tested else "–"
    passed = "–" if test.passed is None else "yes" if test.passed else "no"
    return held, passed, number(test.rho)


def _test(test: AlternativeTest) -> tuple[str, str, str, str]:
    return (*_verdict(test), brief(test.undefined or ""))


def occurrences_told(report: Report) -> list[Section]:
    """Its sections, none where no model answered anything or nothing was coded by a draw."""
    blocks: list[Block] = []
    for item in report.occurrences[:MOST_TABLES]:
        if item.undefined or not item.codes:
            continue
        rows = tuple(
            (path_of(report, code.code), str(code.applied), number(code.people.value), interval(code.people),
             number(code.model), number(code.by_design.value), interval(code.by_design), number(code.powered.value),
             interval(code.powered))
            for code in item.codes
        )  # fmt: skip
        left = ""
        if item.left_out:
            out = counted(item.left_out, "document is", "documents are")
            left = f" {out} left out: {'its' if item.left_out == 1 else 'their'} blind core is not coded yet."
        who = counted(item.people, "person", "people")
        blocks.append(
            Table(
                ("Code", "Applied", "People", "95 % interval", "Model alone", "By design", "95 % interval, by design",
                 "PPI++", "95 % interval, PPI++"),
                rows, (0,), ("code", "appl", "people", "95 % interval", "model", "design", "95 % interval", "PPI++",
                             "95 % interval"),
                (2, 3, 7, 8), f"{item.run.rater.name}, all of {stands_on(item.segments, item.documents)}; "
                f"{who} coded {item.coded:,} of them blind.{left}", "prevalence",
            )
        )  # fmt: skip
    if not blocks:
        return []
    words = (
        "The share of segments that carry a code. What the model alone says is off by its errors; the others put it "
        "right by what people coded blind."
    )
    return [Section("prevalence", "How often codes occur", (Text(words), *blocks))]


def comparisons_told(report: Report) -> list[Section]:
    """Its sections, none where no runs were to be compared."""
    material = report.material
    if not material.compared:
        return []
    blocks: list[Block] = [Text(words, "warning") for words in _reservations(report)]
    rows = tuple(
        (item.rater.name, item.run.identity, item.run.prompt[:12] if item.run.prompt else "none",
         str(item.run.tree_version))
        for item in material.compared
    )  # fmt: skip
    blocks.append(
        Table(("Run", "Model", "Prompt", "Tree version"), rows, (0, 1, 2), ("run", "model", "prompt", "tree"),
              caption="The first is compared with each other one.", how="comparison")
    )  # fmt: skip
    if not report.comparisons:
        blocks.append(Text("No person answered, blind or unaided, what both runs did.", "warning"))
        return [Section("comparison", "Runs compared on the same segments", tuple(blocks))]
    blocks.append(
        Table(
            ("Runs", "Beside", "Segments", "Documents", "Unlike", "Only first right", "Only second right",
             "Alpha of the first", "Alpha of the second", "Difference", "95 % interval"),
            tuple(
                (f"{item.first.rater.name} – {item.second.rater.name}", f"{item.reference.name}, {item.exposure}",
                 str(item.segments), str(item.documents), str(item.unlike), str(item.pooled.only_first),
                 str(item.pooled.only_second), *_alphas(item.pooled))
                for item in report.comparisons
            ),
            (0, 1), ("runs", "beside", "segm", "docs", "unlike", "1st", "2nd", "alpha 1", "alpha 2", "diff",
                     "95 % interval"),
            (3, 4, 5, 6), "Code by code, on the answers that all three gave.", "comparison",
        )
    )  # fmt: skip
    blocks += [_code_table(report, item) for item in report.comparisons[:MOST_TABLES]]
    return [Section("comparison", "Runs compared on the same segments", tuple(blocks))]


def _alphas(item: Versus) -> tuple[str, str, str, str]:
    first, second, apart = item.alpha
    return number(first.value), number(second.value), number(apart.value), interval(apart)


def _code_table(report: Report, item: Comparison) -> Table:
    rows = tuple(
        (path_of(report, code.code or 0), str(code.applied), str(code.only_first), str(code.only_second),
         *_alphas(code), number(code.positive[2].value), interval(code.positive[2]))
        for code in item.codes
    )  # fmt: skip
    return Table(
        ("Code", "Applied", "Only first right", "Only second right", "Alpha of the first", "Alpha of the second",
         "Difference", "95 % interval", "Difference in positive agreement", "95 % interval of it"),
        rows, (0,), ("code", "appl", "1st", "2nd", "alpha 1", "alpha 2", "diff", "95 % interval", "pos", "interval"),
        (8, 9), f"{item.first.rater.name} – {item.second.rater.name}, beside {item.reference.name} ({item.exposure}).",
        "comparison",
    )  # fmt: skip


def _reservations(report: Report) -> list[str]:
    found = []
    for item in report.material.compared:
        run, name = item.run, item.rater.name
        if run.tainted:
            found.append(f"{name} may have learned from the blind core, so that it has no answers there to compare.")
        elif run.after_release and report.scope.core:
            found.append(
                f"{name} was asked after the core had been released. It learned from nobody's codings itself, but "
                "whoever chose it or wrote its prompt could have known the answers."
            )
    return found
