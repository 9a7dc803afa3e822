"""What a plot of a matrix shows: which codes and documents, in which order, under which names, and what is said of it.

A plot that nobody can read helps nobody: it shows the codes with most segments, and says how many it leaves out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggest.exchange.passages import site_of
from suggest.exchange.standing import ByDocument, Together
from suggest.printable import counted
from suggest.study.codes import Code

MOST_CODES, MOST_COLUMNS = 60, 60


@dataclass(frozen=True)
class Label:
    """The name of a row or column: `text` stands beside it, `whole` is its full name. `depth` sets it in, from 0."""

    text: str
    whole: str
    depth: int = 0


@dataclass(frozen=True)
class Heat:
    """A plot of counts of segments: `cells` by row and column, None where nothing is known. `told` are the sentences
    that its reader needs, `totals` the rows' own, under `total`. `mirrored`: rows and columns are the same, and a
    cell where they meet counts the row alone, so that it is no part of the scale."""

    title: str
    told: Sequence[str]
    rows: Sequence[Label]
    columns: Sequence[Label]
    cells: Sequence[Sequence[int | None]]
    totals: Sequence[int]
    total: str
    mirrored: bool = False

    @property
    def most(self) -> int:
        """The largest count on the scale; 0 where there is none."""
        return max((cell for row in self.scaled() for cell in row if cell is not None), default=0)

    def scaled(self) -> list[list[int | None]]:
        """The cells that the scale is made for: without those where a code meets itself."""
        return [
            [None if self.mirrored and at == n else cell for at, cell in enumerate(row)]
            for n, row in enumerate(self.cells)
        ]


def heat_by_document(found: ByDocument, most: int = MOST_CODES) -> Heat:
    """Codes, in the order of the tree, by documents in the study's order; by site where documents are too many."""
    totals = {code.id: found.cells[code.id].total() for code in found.codes}
    codes, left_out = _chosen(found.codes, totals, most)
    columns, kind = _columns(found)
    cells = [[_sum(found, code.id, ids) for _, ids in columns] for code in codes]
    told = [
        "A cell tells in how many segments of the " + kind + " the code stands, whoever applied it. "
        "Codes come in the order of the code tree.",
        *left_out,
    ]
    documents = len(found.documents)
    if kind == "site":
        told.append(f"The {counted(documents, 'document')} are told by site.")
    elif len(columns) < documents:
        told.append(f"Shown are the {len(columns)} of {documents:,} documents with most of these segments.")
    if any(cell is None for row in cells for cell in row):
        told.append(f"Crossed out: nobody has completed or coded anything in the {kind}, or it is excluded.")
    labels = [Label(name, name) for name, _ in columns]
    return Heat(f"Codes by {kind}", told, _in_tree(codes), labels, cells, [totals[code.id] for code in codes], "in all")


def heat_together(found: Together, most: int = MOST_CODES) -> Heat:
    """Codes by codes, those that stand together often beside one another."""
    totals = {code.id: found.both[code.id, code.id] for code in found.codes}
    applied = [code for code in found.codes if totals[code.id]]
    codes, left_out = _chosen(applied, totals, most)
    if len(applied) < len(found.codes):
        left_out = [*left_out, f"{counted(len(found.codes) - len(applied), 'code')} that nobody applied stay out."]
    codes = in_clusters(codes, found.both)
    told = [
        "A cell tells in how many segments both codes stand, whoever applied them; an outlined one, in how many the "
        "code does. Codes that share most of their segments (average linkage of Jaccard) stand beside one another.",
        *left_out,
    ]
    cells = [[found.both[row.id, column.id] for column in codes] for row in codes]
    labels = _apart(codes)
    return Heat("Codes that stand together", told, labels, labels, cells, [totals[code.id] for code in codes],
                "in all", mirrored=True)  # fmt: skip


def in_clusters(codes: Sequence[Code], both: Mapping[tuple[str, str], int]) -> list[Code]:
    """The codes so that those which share many of their segments are neighbours: average linkage of Jaccard's index,
    each two groups joined by their most alike ends. What shares none stays where the tree has it."""

    def alike(a: Code, b: Code) -> float:
        shared = both[a.id, b.id]
        return shared / (both[a.id, a.id] + both[b.id, b.id] - shared) if shared else 0.0

    near = {(a.id, b.id): alike(a, b) for a in codes for b in codes}
    groups = [[code] for code in codes]
    while len(groups) > 1:
        likeness, first, second = max(
            (sum(near[a.id, b.id] for a in one for b in other) / (len(one) * len(other)), -i, -j)
            for i, one in enumerate(groups)
            for j, other in enumerate(groups[i + 1 :], i + 1)
        )
        if not likeness:
            break
        other = groups.pop(-second)
        groups[-first] = _joined(groups[-first], other, near)
    return [code for group in groups for code in group]


def _joined(one: list[Code], other: list[Code], near: Mapping[tuple[str, str], float]) -> list[Code]:
    """Both groups in a row, turned so that the ends that meet are the most alike."""
    turns = [(a, b) for a in (one, one[::-1]) for b in (other, other[::-1])]
    left, right = max(turns, key=lambda turn: near[turn[0][-1].id, turn[1][0].id])
    return left + right


def _chosen(codes: Sequence[Code], totals: Mapping[str, int], most: int) -> tuple[list[Code], list[str]]:
    """The codes with most segments, in the order given, and the sentence that says so."""
    if len(codes) <= most:
        return list(codes), []
    held = set(sorted(range(len(codes)), key=lambda n: (-totals[codes[n].id], n))[:most])
    said = f"Shown are the {most} of {len(codes)} codes with most segments; the table has them all."
    return [code for n, code in enumerate(codes) if n in held], [said]


def _columns(found: ByDocument) -> tuple[list[tuple[str, list[str]]], str]:
    """(name, documents) of each column, and whether they are each a "document" or a "site"."""
    if len(found.documents) <= MOST_COLUMNS:
        return [(document.label, [document.id]) for document in found.documents], "document"
    sites: dict[str, list[str]] = {}
    for document in found.documents:
        sites.setdefault(site_of(document), []).append(document.id)
    if len(sites) <= MOST_COLUMNS:
        return list(sites.items()), "site"
    sizes: Counter[str] = Counter()
    for counts in found.cells.values():
        sizes.update(counts)
    held = {id_ for id_, _ in sizes.most_common(MOST_COLUMNS)}
    return [(document.label, [document.id]) for document in found.documents if document.id in held], "document"


def _sum(found: ByDocument, code: str, documents: Sequence[str]) -> int | None:
    counts = [count for id_ in documents if (count := found.count(code, id_)) is not None]
    return sum(counts) if counts else None


def _in_tree(codes: Sequence[Code]) -> list[Label]:
    """Names set in below the codes that they belong to; where those are not shown, with the name of the one above."""
    depths: dict[str, int] = {}
    labels = []
    for code in codes:
        depths[code.id] = depths.get(code.parent or "", -1) + 1
        alone = code.parent is not None and code.parent not in depths
        labels.append(Label(_with_parent(code) if alone else code.name, code.path_text, depths[code.id]))
    return labels


def _apart(codes: Sequence[Code]) -> list[Label]:
    """Names, with that of the code above after it where several are the same."""
    times = Counter(code.name for code in codes)
    return [Label(_with_parent(code) if times[code.name] > 1 else code.name, code.path_text) for code in codes]


def _with_parent(code: Code) -> str:
    return " ".join([code.name, *(f"({above})" for above in code.path[-2:-1])])
