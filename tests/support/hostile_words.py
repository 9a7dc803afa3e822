"""A study whose every word means harm: markup, escape sequences, bidi controls, wide and joined characters."""

from __future__ import annotations

from pathlib import Path

from desk import Desk, make_desk

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.people import ensure_coder
from suggest.study.runs import NewCandidate

TEXTS = (
    "[/] unterminated [b and [@click=app.quit]x[/]",
    "\x1b]52;c;aGVsbG8=\x07 clipboard \x1b[31mred",
    "\u202e reversed \u2066 isolate\ttab",
    "\x9b31m c1",
    "e\u0301e\u0301e\u0301 a\u0308o\u0308u\u0308 " * 10,
    "日本語の発言です。全角の文字は二つの升を占める。" * 4,
    "👩\u200d👩\u200d👧 🙂🙂🙂 👍🏽 " * 6,
    "x" * 300,
    "a plain turn between the others",
)
LITERAL = ("[/] unterminated [b and [@click=app.quit]x[/]", "clipboard", "reversed", "31m c1", "日本語", "a plain turn")
"""What of them has to be read on the screen as it is written."""
REVEALED = 3
"""With this seed the blind segments are shown their suggestions once they are answered."""
LONG = "n" * 250 + " [/] " + "m" * 245


def make_hostile(path: Path, core: str = "0") -> Desk:
    """Everything shown unless `core` says otherwise; the first code leads, the one with the long name and one of wide
    characters come after it."""
    desk = make_desk(path, sizes=(), seed=7 if core == "0" else REVEALED, core=core, arm="0", reject_reasons="[b broad")
    segments, place = [], 0
    for n, text in enumerate(TEXTS):
        segments.append(NewSegment(place, place + len(text), "data", "[b\x1b[1m R日", n + 1, n + 1))
        place += len(text) + 1
    add_documents(desk.study, desk.anna, [NewDocument("[/]D", "\n".join(TEXTS), "row", segments)])
    wordings = {
        "c": Wording("[/] \x1b]0;t\x07 code", "[b def \x9b31m", "", "[@click=app.quit]", ("\u202ebackwards",)),
        "long": Wording(LONG, "long " * 200),
        "wide": Wording("日本語の符号 e\u0301 🙂", "全角"),
    }
    codes = add_codes(desk.study, desk.anna, [NewCode(key, wording) for key, wording in wordings.items()])
    seen = [
        NewCandidate(codes[key], True, 900 - n, "rank", (0, 5), "exact", "[/] \x1b[2J because")
        for n, key in enumerate(wordings)
    ]
    desk.suggest(dict.fromkeys(desk.ids(), seen))
    ensure_coder(desk.study, "[@click=app.quit]ben\x1b[5m")
    segment = desk.ids()[8]
    desk.done("memo", segment, text="[/] memo \x1b[2J")
    if core != "0":
        return desk
    desk.done("accept", segment, suggestion=desk.line(segment)["suggestions"][0]["id"])
    desk.done("complete", segment)
    return desk
