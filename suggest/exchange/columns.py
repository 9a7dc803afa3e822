"""The columns of the tables that leave a study: their names are a contract with whoever reads them in pandas or R."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "words", "int", "share", "bool", "time"]
"""`words` are a participant's or quote one; `share` is a number from 0 to 1; `bool` true or false."""


@dataclass(frozen=True)
class Column:
    """A column: what its cells hold, and the records that fill it. Empty is missing, never "no" or 0."""

    name: str
    kind: Kind
    records: str
    meaning: str


_ALL = "coding suggestion failure decision exposure"
RECORDS = {
    "codings": "coding",
    "suggestions": "suggestion failure",
    "decisions": "decision",
    "exposure": "exposure",
}
"""The tables that the long one is made of, and the kinds of record in each."""

COLUMNS = (
    Column("record", "text", _ALL, "what the row is: coding, suggestion, failure, decision or exposure"),
    Column("document", "text", _ALL, "the document's label"),
    Column("site", "text", _ALL, "its attribute `site`, else its label"),
    Column("segment", "text", _ALL, "the segment's id; of a coding, the first it runs over"),
    Column("external", "text", _ALL, "the id that the segment had in its file"),
    Column("cite", "text", _ALL, "the segment as the study cites it; of a coding, all paragraphs that it runs over"),
    Column("paragraph_from", "int", _ALL, "first paragraph"),
    Column("paragraph_to", "int", _ALL, "last paragraph, included"),
    Column("speaker", "text", _ALL, "who speaks in the segment; names belong to their document"),
    Column("role", "text", _ALL, "data, prompt or other"),
    Column("asked", "bool", _ALL, "true for the first answer after the moderator spoke, false for what came unasked"),
    Column("round", "text", "coding decision exposure", "the round's name"),
    Column("coder", "text", _ALL, "who coded or decided; `model:PROFILE` for a model"),
    Column("coder_type", "text", _ALL, "person or model"),
    Column(
        "code", "text", "coding suggestion decision", "the code's id in the codebook (its own id where it has none)"
    ),
    Column(
        "code_id", "text", "coding suggestion decision", "the code's own id, which no change of the codebook touches"
    ),
    Column("code_path", "text", "coding suggestion decision", "the names from the theme down: Theme > Subtheme"),
    Column("code_suggested", "text", "decision", "the code of the suggestion decided on, where an edit changed it too"),
    Column("code_applied", "text", "coding", "the code as it was applied, where it was merged or split since"),
    Column(
        "action", "text", "decision", "accept, edit, reject, unsure, add, remove, no_code, keep, skip, complete, ..."
    ),
    Column("origin", "text", "coding", "how the coding came about: accept, edit, add or import"),
    Column("stands", "bool", "decision", "false where it was undone"),
    Column("bulk", "bool", "decision", "decided together with others in one act"),
    Column("suggestion", "text", "coding suggestion decision", "the suggestion's id: joins the tables"),
    Column("set", "text", "suggestion decision", "the hash of the suggestion set, which never changes"),
    Column("run", "int", "suggestion failure", "the run's number"),
    Column("current", "bool", "suggestion", "of the set that stands for the segment now, its code not asked anew"),
    Column("rank", "int", "suggestion decision", "from 1, best first; empty for a set that names no code"),
    Column("fits", "bool", "suggestion", "whether the model's answer includes the code"),
    Column("confidence", "share", "suggestion", "as the model gave it, from 0 to 1: not calibrated"),
    Column("method", "text", "suggestion", "how the confidence came about"),
    Column("exposure", "text", "exposure coding", "what was on screen: blind, shown, blind_then_shown, none"),
    Column("assigned", "text", "exposure", "the exposure drawn beforehand"),
    Column("probability", "share", "exposure", "the chance of that assignment; 1 where nothing was left to chance"),
    Column("core", "bool", "exposure", "in the blind core of the round"),
    Column("revealed", "bool", "exposure", "the suggestions were revealed after the coder had committed"),
    Column("completed", "bool", "exposure coding", "the coder has completed the segment in the round"),
    Column("no_code", "bool", "exposure", "completed with the explicit answer that no code fits"),
    Column("flagged", "bool", "exposure", "flagged by the coder"),
    Column("seen_elsewhere", "bool", "exposure", "suggestions were seen in another round before: not blind any more"),
    Column("start", "int", "coding suggestion decision", "first character in the document's text, from 0, code points"),
    Column("end", "int", "coding suggestion decision", "the character after the last one"),
    Column("text", "words", "coding suggestion", "the words from start to end"),
    Column("withheld", "text", _ALL, "no_quote or exclude where consent keeps the words back: text is empty then"),
    Column("reason", "words", "decision failure", "why a person decided so; for a failure its kind"),
    Column("rationale", "words", "suggestion", "the model's"),
    Column("at", "time", "coding decision", "UTC, as finely as the setting `timing` keeps it"),
    Column("entry", "text", "coding decision", "the log entry behind it: REPLICA:SEQ"),
)

CODES = (
    Column("code", "text", "", "the code's id in the codebook (its own id where it has none)"),
    Column("code_id", "text", "", "its own id"),
    Column("parent", "text", "", "`code` of the code above it"),
    Column("depth", "int", "", "1 for a theme"),
    Column("name", "text", "", "its name"),
    Column("path", "text", "", "Theme > Subtheme"),
    Column("state", "text", "", "live, retired, merged or split"),
    Column("definition", "text", "", "what it means"),
    Column("include", "text", "", "when to use it"),
    Column("exclude", "text", "", "when not to use it"),
    Column("examples", "words", "", "one a line"),
)

DOCUMENTS = (
    Column("document", "text", "", "its label"),
    Column("site", "text", "", "its attribute `site`, else its label"),
    Column("unit", "text", "", "how it was cut into segments"),
    Column("segments", "int", "", "all of them"),
    Column("data_segments", "int", "", "those with the role `data`"),
    Column("characters", "int", "", "code points"),
    Column("text_version", "int", "", "how often the text was corrected"),
    Column("consent", "text", "", "consent flags: FLAG, or FLAG (speaker)"),
    Column("attributes", "text", "", "all attributes, as JSON"),
)

SEGMENTS = (
    *(column for column in COLUMNS if column.name in ("document", "site", "segment", "external")),
    *(column for column in COLUMNS if column.name in ("cite", "paragraph_from", "paragraph_to", "speaker", "role")),
    *(column for column in COLUMNS if column.name in ("asked", "start", "end", "text", "withheld")),
    Column("attributes", "text", "", "all attributes of the segment in its file, as JSON"),
)


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table: `all` is the long one."""
    fixed = {"all": COLUMNS, "codes": CODES, "documents": DOCUMENTS, "segments": SEGMENTS}
    if table in fixed:
        return fixed[table]
    wanted = set(RECORDS[table].split())
    return tuple(column for column in COLUMNS if wanted & set(column.records.split()))


TABLES = ("all", *RECORDS, "codes", "documents", "segments")
