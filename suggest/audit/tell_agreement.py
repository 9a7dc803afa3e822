"""Telling how far coders agree: pooled, code by code, by level, by attribute; what was shown comes apart from the
rest."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.audit.audit import Report
from suggest.audit.blocks import Bars, Block, Section, Table, Text, interval, number, stands_on
from suggest.audit.groups import GroupFigures
from suggest.audit.pairs import CodeFigures, PairFigures, Whole
from suggest.printable import counted

RELIABLE = ("blind", "unaided")

TITLES = {
    "blind": "Coded blind",
    "unaided": "Coded with nothing to show: no suggestion was there yet",
    "arm": "Coded blind by one coder's own draw",
    "shown": "Coded with suggestions on screen",
    "settled": "Settled by the coders",
}


def path_of(report: Report, column: int) -> str:
    return report.material.codes[int(report.material.columns[column])].path_text


def agreement_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    found = []
    for exposure in RELIABLE:
        blocks = _pooled_blocks(report, exposure)
        if exposure == "blind":
            blocks += _difference_blocks(report)
        if blocks:
            found.append(Section(f"agreement-{exposure}", TITLES[exposure], tuple(blocks)))
    return found


def _pooled_blocks(report: Report, exposure: str) -> list[Block]:
    pairs = [pair for pair in report.pairs if pair.exposure == exposure and not pair.with_consensus]
    groups = [group for group in report.groups if group.exposure == exposure and len(group.raters) > 2]
    blocks: list[Block] = []
    if pairs:
        blocks.append(pooled_table(pairs))
        blocks.append(whole_table([(pair_name(pair), pair.whole) for pair in pairs]))
        if 1 < len(pairs) <= 40 and any(pair.pooled.alpha.interval for pair in pairs):
            blocks.append(
                Bars("Alpha code by code, with its interval", tuple((pair_name(p), p.pooled.alpha) for p in pairs))
            )
    if groups:
        blocks.append(_group_table(groups))
        blocks.append(whole_table([(group_name(group), group.whole) for group in groups]))
    return blocks


def pair_name(pair: PairFigures) -> str:
    return f"{pair.a.name} – {pair.b.name}"


def group_name(group: GroupFigures) -> str:
    people = [rater for rater in group.raters if rater.kind != "model"]
    models = [rater.name for rater in group.raters if rater.kind == "model"]
    names = ", ".join(rater.name for rater in people) if len(people) <= 4 else f"{len(people)} people"
    return " + ".join([names, *models]) if people else ", ".join(models)


def pooled_table(pairs: Sequence[PairFigures]) -> Table:
    rows = tuple(
        (pair_name(pair), str(pair.segments), str(pair.documents), str(pair.pooled.both), str(pair.pooled.only_a),
         str(pair.pooled.only_b), str(pair.pooled.neither), number(pair.pooled.agreement),
         number(pair.pooled.positive_agreement), number(pair.pooled.alpha.value), interval(pair.pooled.alpha),
         number(pair.pooled.kappa.value), number(pair.pooled.ac1.value))
        for pair in pairs
    )  # fmt: skip
    return Table(
        ("Coders", "Segments", "Documents", "Both", "Only first", "Only second", "Neither", "Agreement",
         "Positive agreement", "Alpha", "95 % interval", "Kappa", "AC1"),
        rows, (0,), ("coders", "segm", "docs", "both", "1st", "2nd", "none", "agree", "pos", "alpha", "95 % interval",
                     "kappa", "AC1"),
        (3, 4, 5, 6, 7), "Code by code: every segment and code is an answer. Counts are of such answers.", "pooled",
    )  # fmt: skip


def whole_table(rows: Sequence[tuple[str, Whole]]) -> Table:
    return Table(
        ("Coders", "Alpha of sets (MASI)", "95 % interval", "Jaccard", "Alpha in the tree", "95 % interval in it"),
        tuple(
            (name, number(whole.masi.value), interval(whole.masi), number(whole.jaccard.value),
             number(whole.tree.value), interval(whole.tree))
            for name, whole in rows
        ),
        (0,), ("coders", "sets", "95 % interval", "Jaccard", "tree", "95 % interval"), (),
        "Whole answers: the set of codes that a segment got.", "sets",
    )  # fmt: skip


def _group_table(groups: Sequence[GroupFigures]) -> Table:
    return Table(
        ("Coders", "Segments", "Documents", "Agreement", "Positive agreement", "Alpha", "95 % interval", "AC1"),
        tuple(
            (group_name(group), str(group.segments), str(group.documents), number(group.agreement),
             number(group.positive_agreement), number(group.alpha.value), interval(group.alpha),
             number(group.ac1.value))
            for group in groups
        ),
        (0,), ("coders", "segm", "docs", "agree", "pos", "alpha", "95 % interval", "AC1"), (),
        "Several together, where at least two answered.", "pooled",
    )  # fmt: skip


def _difference_blocks(report: Report) -> list[Block]:
    if not report.differences:
        return []
    rows = tuple(
        (f"{item.people[0].name} – {item.people[1].name}", item.model.name, str(item.segments), str(item.documents),
         number(item.human_human.value), number(item.human_model.value), number(item.difference.value),
         interval(item.difference))
        for item in report.differences
    )  # fmt: skip
    return [
        Table(
            ("People", "Model", "Segments", "Documents", "Alpha of the two", "Alpha with the model", "Difference",
             "95 % interval"),
            rows, (0, 1), ("people", "model", "segm", "docs", "people", "model", "diff", "95 % interval"), (),
            "People with one another and with the model, on the same segments. Above zero people agree more with one "
            "another.", "difference",
        )
    ]  # fmt: skip


def looks_told(report: Report) -> list[Section]:
    """Its sections, none where the round is closed or there are no intervals to look at."""
    held = report.looking
    if not held.figures:
        return []
    before = {0: "Nobody has looked at its intervals before", 1: "There was one look before"}
    times = before.get(len(held.looks), f"There were {len(held.looks)} looks before")
    words = (
        f"The round is still open. {times}. Whoever codes on until an interval suits finds agreement that is not "
        "there: the usual interval holds for one look, the other one for all of them together."
    )
    rows = tuple(
        (pair_name(item.pair), str(item.pair.documents), str(item.planned), number(item.alpha.value),
         interval(item.pair.pooled.alpha), interval(item.alpha))
        for item in held.figures
    )  # fmt: skip
    table = Table(
        ("Coders", "Documents", "Documents planned", "Alpha", "95 % interval", "95 % interval at all looks"),
        rows, (0,), ("coders", "docs", "planned", "alpha", "one look", "all looks"), (), "", "looks",
    )  # fmt: skip
    return [Section("looks", "Looking while coding goes on", (Text(words), table))]


MOST_TABLES = 6


def codes_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    alone = [pair for pair in report.pairs if not pair.with_consensus]
    pairs = [pair for pair in alone if pair.exposure == "blind"]
    pairs = pairs or [pair for pair in alone if pair.exposure == "unaided"]
    if not pairs:
        return []
    if len(pairs) > MOST_TABLES:
        groups = [group for group in report.groups if group.exposure == pairs[0].exposure]
        blocks: list[Block] = [
            Text(f"There are {len(pairs)} pairs of coders. Name two or three with --coders for their counts by code.")
        ]
        blocks += [_group_codes(report, group) for group in groups[:1]]
        return [Section("codes", "Code by code", tuple(blocks))]
    blocks = []
    for pair in pairs:
        blocks += [_code_table(report, pair)]
        drawn = tuple((path_of(report, code.code or 0), code.alpha) for code in pair.codes if code.alpha.interval)
        if len(drawn) > 1:
            blocks.append(Bars(f"Alpha by code, {pair_name(pair)}", drawn))
    return [Section("codes", "Code by code", tuple(blocks))]


def _code_table(report: Report, pair: PairFigures) -> Table:
    used = [code for code in pair.codes if code.both or code.only_a or code.only_b]
    unused = len(pair.codes) - len(used)
    rest = f" {counted(unused, 'code was', 'codes were')} applied by neither." if unused else ""
    return Table(
        ("Code", "Both", f"Only {pair.a.name}", f"Only {pair.b.name}", "Neither", "Documents", "Speakers", "Agreement",
         "Positive agreement", "Alpha", "95 % interval", "Kappa", "AC1"),
        tuple(_code_row(report, code) for code in used),
        (0,), ("code", "both", "1st", "2nd", "none", "docs", "spk", "agree", "pos", "alpha", "95 % interval", "kappa",
               "AC1"),
        (6, 7, 11, 12), f"{pair_name(pair)}, {pair.exposure}: "
        f"{stands_on(pair.segments, pair.documents)}.{rest}", "codes",
    )  # fmt: skip


def _code_row(report: Report, code: CodeFigures) -> tuple[str, ...]:
    return (
        path_of(report, code.code or 0), str(code.both), str(code.only_a), str(code.only_b), str(code.neither),
        str(code.documents), str(code.speakers), number(code.agreement), number(code.positive_agreement),
        number(code.alpha.value), interval(code.alpha), number(code.kappa.value), number(code.ac1.value),
    )  # fmt: skip


def _group_codes(report: Report, group: GroupFigures) -> Table:
    return Table(
        ("Code", "Alpha", "95 % interval"),
        tuple(
            (path_of(report, column), number(figure.value), interval(figure))
            for column, figure in group.codes
            if figure.value is not None or not (figure.undefined or "").startswith("no variation: nobody")
        ),
        caption=f"{group_name(group)}, {group.exposure}. Codes that nobody applied are left out.", how="codes",
    )  # fmt: skip


def levels_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    pairs = [pair for pair in report.pairs if pair.exposure in RELIABLE and not pair.with_consensus]
    groups = [group for group in report.groups if group.exposure in RELIABLE and len(group.raters) > 2]
    named: list[tuple[str, Whole]] = [] if len(pairs) > MOST_TABLES else [(pair_name(p), p.whole) for p in pairs]
    named += [(group_name(group), group.whole) for group in groups]
    depths = sorted({depth for _, whole in named for depth, _ in whole.levels})
    if len(depths) < 2:
        return []
    rows = []
    for name, whole in named:
        held = dict(whole.levels)
        rows.append((name, *(number(held[depth].value) if depth in held else "–" for depth in depths)))
    heads = ("Coders", *(f"Level {depth}" for depth in depths))
    return [
        Section("levels", "By level of the tree", (
            Table(heads, tuple(rows), caption="Alpha of sets (MASI), each code rolled up to the one above it at that "
                  "level. Level 1 are the themes.", how="levels"),
        ))
    ]  # fmt: skip


def by_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    if not report.question.by:
        return []
    rows = tuple(
        (part.value, pair_name(pair), pair.exposure, str(pair.segments), str(pair.documents),
         number(pair.pooled.agreement), number(pair.pooled.positive_agreement), number(pair.pooled.alpha.value),
         interval(pair.pooled.alpha))
        for part in report.parts for pair in part.pairs
    )  # fmt: skip
    table = Table(
        (report.question.by, "Coders", "Exposure", "Segments", "Documents", "Agreement", "Positive agreement", "Alpha",
         "95 % interval"),
        rows, (0, 1, 2),
        (report.question.by, "coders", "how", "segm", "docs", "agree", "pos", "alpha", "95 % interval"),
        (5,), "", "pooled",
    )  # fmt: skip
    return [Section("by", f"By {report.question.by}", (table,))]


def not_blind_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    found = []
    for exposure in ("arm", "shown"):
        blocks = _pooled_blocks(report, exposure)
        if blocks and exposure == "shown":
            words = "These answers were given with suggestions in view. They are no measure of reliability."
            blocks.insert(0, Text(words, "warning"))
        if blocks:
            found.append(Section(f"agreement-{exposure}", TITLES[exposure], tuple(blocks)))
    return found


def consensus_told(report: Report) -> list[Section]:
    """Its sections, none where nothing was settled."""
    pairs = [pair for pair in report.pairs if pair.with_consensus]
    if not pairs:
        return []
    rows = tuple(
        (pair_name(pair), pair.exposure, str(pair.segments), str(pair.documents), number(pair.pooled.agreement),
         number(pair.pooled.positive_agreement), number(pair.pooled.alpha.value), interval(pair.pooled.alpha))
        for pair in pairs
    )  # fmt: skip
    words = (
        "What was settled counts as a coder of its own. Settled are segments on which coders differed, and they "
        "settled them themselves: these figures are no reliability."
    )
    table = Table(
        ("Coders", "Exposure", "Segments", "Documents", "Agreement", "Positive agreement", "Alpha", "95 % interval"),
        rows, (0, 1), ("coders", "how", "segm", "docs", "agree", "pos", "alpha", "95 % interval"), (), "", "pooled",
    )  # fmt: skip
    return [Section("consensus", "Beside the consensus", (Text(words, "warning"), table))]
