"""What an entry says, in words: ids become the names of coders, codes, documents, rounds and citations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from suggest.printable import counted
from suggest.review.codebook import Codebook
from suggest.review.visible_log import VisibleEntry
from suggest.study.cites import cite_of
from suggest.study.codes import read_codes
from suggest.study.contents import WITHDRAWN
from suggest.study.documents import list_documents
from suggest.study.fold import Entry
from suggest.study.log_pages import get_entry
from suggest.study.people import coders
from suggest.study.rounds import rounds
from suggest.study.runs import runs
from suggest.study.settings import MILLION, SETTINGS
from suggest.study.study import Study

LONGEST = 2_000
"""So many characters of a text that an entry stands on are shown."""

GONE = "a code that is gone"
"""What stands for a code whose making was undone."""

TOLD = frozenset(
    {"title", "name", "label", "reason", "identity", "parameters", "path", "detail", "wording", "attributes"}
)
"""Fields whose text is shown in full. What people said, and what models answered, is not repeated from here."""

_TOLD_OF = (("memo_written", "text"), ("setting_changed", "text"), ("second_text_marked", "words"))
"""As `TOLD`, of one kind only."""


class Names:
    """Looks names up for one request. Use it inside `study.reading()`."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._codebook = Codebook(study)
        self._codebook.refresh()
        self._coders = {coder.id: coder.name for coder in coders(study)}
        self._named: dict[str, str] | None = None

    def coder(self, id_: str) -> str:
        """A coder's name."""
        return self._coders.get(id_, id_)

    def of(self, id_: str) -> str | None:
        """What an id is called; None for one that nothing is known of."""
        if id_ in self._coders:
            return self._coders[id_]
        if "." in id_:
            return cite_of(self._study, id_)
        if self._named is None:
            self._named = {
                **{code.id: code.path_text for code in read_codes(self._study, all_states=True)},
                **{document.id: document.label for document in list_documents(self._study, erased=True)},
                **{round_.id: round_.name for round_ in rounds(self._study)},
                **{run.id: f"run {run.number}" for run in runs(self._study)},
            }
        return (self._codebook.path(id_) or self._named.get(id_, "")).replace(" > ", " › ") or None

    def text(self, content: str | None) -> str:
        """A text that an entry stands on; "" for none."""
        return "" if content is None else self._study.contents.text(content)

    # One line

    def line(self, entry: Entry | VisibleEntry) -> str:
        """An entry in a line, without when, who and its kind."""
        say = _LINES.get(entry.kind)
        words = _plain(self, entry.payload) if say is None else say(self, entry.payload)
        return words[:300]

    def undone(self, payload: dict[str, Any]) -> str:
        """What an entry takes back."""
        target = get_entry(self._study, *payload["entry"])
        if target is None:
            return "an entry that is not here"
        return f"{target.kind.replace('_', ' ')}: {self.line(target)}"

    # All of it

    def whole(self, entry: Entry) -> list[tuple[str, str]]:
        """Labels and texts: every field of an entry, with the names of what it names. Not its hash, by which what is
        withheld could be tried out."""
        told = [
            ("What: ", entry.kind.replace("_", " ")), ("Who: ", self.coder(entry.actor)),
            ("When: ", entry.at or "the study keeps no times"), ("Entry: ", f"{entry.seq} of {entry.replica}"),
        ]  # fmt: skip
        blind = entry.kind == "opened" and not entry.payload["shown"]
        for name, value in entry.payload.items():
            field = "withheld" if blind and name == "sets" else self._field(entry.kind, name, value)
            told.append((f"{name.replace('_', ' ')}: ", field))
        return told

    def _field(self, kind: str, name: str, value: Any) -> str:
        shown = name in TOLD or (kind, name) in _TOLD_OF
        if isinstance(value, str):
            if shown and (body := self._study.contents.body(value)) is not None:
                return body[:LONGEST] + (" …" if len(body) > LONGEST else "")
            known = self.of(value) if len(value) < 64 else None
            return f"{known}  ({value})" if known else value
        if isinstance(value, list) and len(value) > 20:
            return f"{self._list(value[:20])} … {len(value)} in all"
        return self._list(value) if isinstance(value, list) else json.dumps(value, ensure_ascii=False)

    def _list(self, value: list[Any]) -> str:
        if all(isinstance(item, str) for item in value):
            return ", ".join(self.of(item) or item for item in value)
        return json.dumps(value, ensure_ascii=False)


Say = Callable[[Names, dict[str, Any]], str]


def _plain(names: Names, payload: dict[str, Any]) -> str:
    """Whatever the entry names."""
    ids = [value for value in payload.values() if isinstance(value, str) and len(value) < 64]
    return " · ".join(found for id_ in ids if (found := names.of(id_)))


def _decided(names: Names, payload: dict[str, Any]) -> str:
    code = f" · {names.of(payload['code']) or GONE}" if payload["code"] else ""
    return f"{names.of(payload['segment']) or ''} · {payload['action'].replace('_', ' ')}{code}"


def _opened(names: Names, payload: dict[str, Any]) -> str:
    seen = "nothing suggested" if not payload["sets"] else "suggestions on screen"
    return f"{names.of(payload['segment']) or ''} · {seen if payload['shown'] else 'blind'}"


def _suggested(names: Names, payload: dict[str, Any]) -> str:
    return f"{names.of(payload['segment']) or ''} · {names.of(payload['run']) or ''}"


def _memo(names: Names, payload: dict[str, Any]) -> str:
    about = payload["about"]
    subject = payload["subject"]
    return f"on the {about}" + (f" {names.of(subject) or ''}" if subject and about != "study" else "")


def _changed(names: Names, payload: dict[str, Any]) -> str:
    codes = [payload[key] for key in ("code", "into") if payload.get(key)]
    added = [part["wording"] for part in payload.get("codes", payload.get("parts", []))]
    titles = [str(json.loads(names.text(wording) or "{}").get("name", "")) if names.text(wording).startswith("{")
              else names.text(wording) for wording in added[:3]]  # fmt: skip
    more = f" and {len(added) - 3} more" if len(added) > 3 else ""
    return f"{payload['op']} · {', '.join([*(names.of(code) or '' for code in codes), *titles])}{more}"


def _setting(names: Names, payload: dict[str, Any]) -> str:
    key, value = payload["key"], payload["value"]
    setting = SETTINGS.get(key)
    if payload["text"]:
        words = names.text(payload["text"])
        return f"{key} = {words if words == WITHDRAWN else ', '.join(json.loads(words))}"
    if setting is not None and setting.kind == "share":
        return f"{key} = {value / MILLION:g}"
    if setting is not None and setting.kind == "choice":
        return f"{key} = {setting.choices[value]}"
    return f"{key} = {value}"


_LINES: dict[str, Say] = {
    "decided": _decided,
    "opened": _opened,
    "suggested": _suggested,
    "sampled": _suggested,
    "suggestion_failed": lambda names, p: f"{_suggested(names, p)} · {p['reason'].replace('_', ' ')}",
    "proposed": lambda names, p: (
        f"{names.of(p['segment']) or ''} · {counted(len(p['proposals']), 'new code')} proposed"
    ),
    "proposal_settled": lambda names, p: (
        f"{counted(len(p['proposals']), 'proposal')} · {p['action']} "
        f"{names.of(p['code']) or '' if p['code'] else ''}".rstrip()
    ),
    "memo_written": _memo,
    "code_changed": _changed,
    "setting_changed": _setting,
    "reverted": Names.undone,
    "flagged": lambda names, p: f"{names.of(p['segment']) or ''} · {'flag set' if p['on'] else 'flag taken away'}",
    "completed": lambda names, p: names.of(p["segment"]) or "",
    "revealed": lambda names, p: names.of(p["segment"]) or "",
    "run_started": lambda names, p: (
        f"{names.of(p['run']) or ''} by {names.of(p['model']) or ''}, {counted(p['segments'], 'segment')}"
    ),
    "run_ended": lambda names, p: f"{names.of(p['run']) or ''} · {p['state']}",
    "coder_added": lambda names, p: f"{names.text(p['name'])} · {p['type']}",
    "document_added": lambda names, p: f"{names.text(p['label'])} · {counted(p['length'], 'character')}",
    "segments_made": lambda names, p: f"{names.of(p['document']) or ''} · {p['count']} by {p['unit']}",
    "settled": lambda names, p: (
        f"{names.of(p['segment']) or ''} · {', '.join(names.of(code) or '' for code in p['codes'] or ()) or 'no code'}"
        if p["codes"] is not None
        else f"{names.of(p['segment']) or ''} · open again"
    ),
    "came_back": lambda names, p: names.of(p["segment"]) or "",
    "looked": lambda names, p: (
        f"audit of {counted(p['segments'], 'segment')} coded twice, {counted(p['documents'], 'document')}"
    ),
    "round_opened": lambda names, p: f"{names.text(p['name'])} · {p['purpose']}",
    "study_created": lambda names, p: names.text(p["title"]),
    "checkpointed": lambda names, p: f"{counted(sum(head[1] for head in p['heads']), 'entry', 'entries')}",
    "second_text_added": lambda names, p: (
        f"{p['side']} beside {names.of(p['document']) or ''} · {len(p['parts'])} parts"
    ),
    "second_text_corrected": lambda names, p: f"beside {names.of(p['document']) or ''} · part {p['part'] + 1}",
    "second_text_marked": lambda names, p: (
        f"beside {names.of(p['document']) or ''} · part {p['part'] + 1} · {p['action']}"
    ),
    "second_text_removed": lambda names, p: f"beside {names.of(p['document']) or ''}",
    "exported": lambda names, p: f"{p['target']} · {names.text(p['path'])}",
}
