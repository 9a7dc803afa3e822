"""How the figures of each kind were made, in words for their readers."""

from __future__ import annotations

from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Text

HOW = {
    "counts": (
        "Only data segments count that consent does not keep out. A completed segment without a code means "
        "no; what was not read, was unsure, or concerns a code that is newer than the answer or changed its "
        "meaning is missing. A blind answer is taken as it was committed, before any reveal."
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
    "misses": (
        "Recall is found / applied. Among its candidates: the model had listed the code, below its threshold. "
        "The weighted recall counts each segment of the blind core by one over its chance of being drawn."
    ),
    "calibration": (
        "Every candidate with a confidence counts once beside each person, whether it fitted or not; it is right where "
        "the person, who had not seen it, applied the code. A confidence by rank is no probability. Intervals of "
        "shares, and the bounds by which the threshold was sought on a grid fixed beforehand (0.50 to 0.95), take "
        "suggestions for independent. What stands in one document hangs together, so both are surer than they should "
        "be; below 10 documents neither is given. The threshold holds for segments like these, and not after any "
        "change."
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
    "misses": "Misses",
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
