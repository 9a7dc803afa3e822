"""How the figures of each kind were made, in words for their readers."""

from __future__ import annotations

from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Text

HOW = {
    "counts": (
        "Only data segments count that consent does not keep out. A completed segment without a code means "
        "no; what was not read, was unsure, was decided in bulk, or concerns a code that is newer than the answer or "
        "changed its meaning is missing. A blind answer is taken as it was committed, before any reveal."
    ),
    "pooled": (
        "Every segment and code is one yes or no. Agreement is the share of equal answers; positive agreement "
        "is 2 both / (2 both + only one). Alpha is Krippendorff's for two values, kappa Cohen's, AC1 Gwet's. "
        "Codes that nobody applies raise agreement and AC1; positive agreement does not see them."
    ),
    "codes": (
        "A coefficient of one code is given from 10 segments to which either coder applied it, in 4 "
        "documents. Documents and speakers are those to which either did."
    ),
    "sets": (
        "A segment's codes as one answer, of the codes that both had to answer. MASI and Jaccard measure how "
        "far two sets are apart; two empty sets are equal. In the tree, codes are the nearer the more of the "
        "way down from the root they share (Wu and Palmer), or as far apart as the table given with "
        "--distance says."
    ),
    "levels": "Codes above a level stay where they are.",
    "difference": (
        "All three answered these segments. The alphas are those of the code-by-code table; the interval is "
        "of the difference itself."
    ),
    "looks": (
        "The asymptotic confidence sequence of Waudby-Smith and others (2024) on the documents' jackknife "
        "pseudo-values, tightest when all documents of the blind core are coded. An audit of an open round that shows "
        "intervals of new work is an entry of the log (looked)."
    ),
    "stability": (
        "Second answers were drawn by chance among what the person had completed so many segments before (settings "
        "stability and stability_gap). The first answer is the one that stood when the second was begun, of a blind "
        "one the committed one; the second is the one that was completed first. Changed: segments with another answer "
        "on some code. Codes that are newer than the first answer, or changed their meaning since, are missing. The "
        "figures are those of the code-by-code table."
    ),
    "misses": (
        "Recall is found / applied. Among its candidates: the model had listed the code, below its threshold. "
        "The weighted recall counts each segment of the blind core by one over its chance of being drawn."
    ),
    "stand-in": (
        "The alternative annotator test of Calderon, Reichart and Dror (2025). Each person is left out in turn; the "
        "model holds its own where the person is not nearer to the others by the margin, by a one-sided test, with the "
        "false discovery rate over people held at 5 %; it passes if it does so against half of them. The mean "
        "advantage is the share of segments where it was at least as near. As published, segments count as "
        "independent, and a model that never applies a rare code passes. Guarded: segments that most of the others "
        "coded weigh as much together as those that most did not, and documents are the sample. Both need 30 segments "
        "of a person, the guarded one 10 of either kind. The guard is ours and not the authors'."
    ),
    "prevalence": (
        "The opening, which is always shown, is left out. People: the share of segments coded blind, by the chance of "
        "a segment to be drawn. By design: the model's share of all segments, plus the mean of people's answers less "
        "the model's, by the same chances; right on average whatever the model. PPI++ (Angelopoulos, Duchi and Zrnic "
        "2023) weighs the model by how well it goes with people's answers and takes the draw for even. Where several "
        "people coded a segment it counts by the share of them who applied the code."
    ),
    "comparison": (
        "Only answers that the person and both runs gave, so that neither run has easier segments. The difference is "
        "the first less the second, with an interval of its own: each document is left out for both at once. Right "
        "means as the person coded it. Codes that are newer than a run, or changed their meaning since, are left out."
    ),
    "calibration": (
        "Every candidate with a confidence counts once beside each person, whether it fitted or not; it is right where "
        "the person, who had not seen it, applied the code. A confidence by rank is no probability. Intervals of "
        "shares, and the bounds by which the threshold was sought on a grid fixed beforehand (0.50 to 0.95), are those "
        "of Clopper and Pearson or of the document jackknife, whichever is wider, since what stands in one document "
        "hangs together; below 10 documents neither is given. The threshold holds for segments like these, and not "
        "after any change."
    ),
    "plan": (
        "Documents needed come from the error that documents have shown so far, which falls with the root of their "
        "number; below twenty documents this is rough. They are never fewer than the 10 without which there is no "
        "interval. For a code too rare for that: segments for a kappa of 0.7 at "
        "its prevalence so far, as if segments were independent."
    ),
    "effect": (
        "By what was drawn beforehand, whatever came of it, on segments whose suggestions were pinned. The "
        "first row shows suggestions taken over (commission), the second what people find by themselves "
        "(omission)."
    ),
    "acceptance": "The last verdict on each suggestion. What was decided in bulk is counted apart.",
    "intervals": (
        "All intervals are at 95 %. But for those of confidence, each document is left out once (jackknife), with "
        "Student's t. What is said in one document hangs together, so documents are counted, not segments. Below 10 "
        "documents none is given."
    ),
}
"""How the figures of each kind were made, by the name under which tables point here."""

HOW_TITLES = {
    "counts": "What counts",
    "pooled": "Code by code",
    "codes": "Single codes",
    "sets": "Whole answers",
    "levels": "Levels",
    "difference": "People and model",
    "looks": "Looks",
    "stability": "Stability",
    "misses": "Misses",
    "stand-in": "Standing in",
    "prevalence": "How often",
    "comparison": "Runs compared",
    "calibration": "Confidence",
    "plan": "Plan",
    "effect": "Effect",
    "acceptance": "Acceptance",
    "intervals": "Intervals",
}


def how_made(report: Report) -> Section:
    blocks: list[Block] = [Text(f"{HOW_TITLES[name]}: {words}", "note") for name, words in HOW.items()]
    blocks.append(Text(f"Distances in the tree: {report.measures.name}.", "note"))
    blocks.append(Text("No word is put to any value: what is enough depends on what the codes are used for.", "note"))
    return Section("how", "How these figures were made", tuple(blocks))
