"""A small study with a bit of everything that can leave it: consent flags, runs, decisions, imported work."""

from __future__ import annotations

from dataclasses import dataclass, field

from suggest.study import codes, documents, rounds, runs
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.imports import NewCoding, import_codings
from suggest.study.people import ensure_coder
from suggest.study.segments import segment_id
from suggest.study.study import Study

Turn = tuple[str, str]
HASH = "ab" * 32


def talk(label: str, turns: list[Turn], site: str = "", roles: dict[str, str] | None = None) -> NewDocument:
    """Turns as lines "R1: words", numbered from 1; what I says is a prompt. `roles` are the speakers' professions."""
    text, made = "", []
    for number, (speaker, words) in enumerate(turns, 1):
        start = len(text) + len(speaker) + 2
        text += f"{speaker}: {words}\n"
        more = (("role", roles[speaker]),) if roles and speaker in roles else ()
        made.append(
            NewSegment(start, start + len(words), "prompt" if speaker == "I" else "data", speaker, number, number,
                       f"{label}-{number}", attributes=more)
        )  # fmt: skip
    return NewDocument(label, text, "turn", made, {"site": site} if site else {})


@dataclass
class Leaving:
    """The study and short words for working in it; codes by name."""

    study: Study
    anna: str
    codes: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> str:
        return ensure_coder(self.study, name)

    def add(self, *new: NewDocument) -> None:
        add_documents(self.study, self.anna, new)

    def code(self, name: str, parent: str | None = None, external: str | None = None, definition: str = "") -> str:
        wording = codes.Wording(name, definition, external=external)
        new = codes.NewCode(name, wording, self.codes[parent] if parent else None)
        self.codes[name] = codes.add_codes(self.study, self.anna, [new])[name]
        return self.codes[name]

    def consent(self, label: str, speaker: str | None, flag: str) -> None:
        documents.set_consent(self.study, self.anna, documents.find_document(self.study, label), speaker, flag, True)

    def number(self, label: str, paragraph: int) -> int:
        return documents.find_document(self.study, label).first + paragraph - 1

    def range(self, number: int) -> list[int]:
        row = self.study.db.execute('SELECT start, "end" FROM segment WHERE n = ?', (number,)).fetchone()
        return [row[0], row[1]]

    def unit(self, coder: str, number: int, round_: str | None = None) -> dict[str, object]:
        held = round_ or rounds.rounds(self.study)[0].id
        return {"round": held, "coder": coder, "segment": segment_id(self.study, number), "ref": None}

    def decide(self, coder: str, label: str, paragraph: int, action: str, code: str | None = None, *,
               range_: list[int] | None = None, set_: str | None = None, rank: int | None = None,
               reason: str = "", round_: str | None = None) -> tuple[str, int]:  # fmt: skip
        number = self.number(label, paragraph)
        if action in ("add", "accept", "edit") and range_ is None:
            range_ = self.range(number)
        with self.study.write(coder) as writer:
            return writer.append(
                "decided",
                {
                    **self.unit(coder, number, round_),
                    "action": action,
                    "set": set_,
                    "rank": rank,
                    "code": self.codes[code] if code else None,
                    "range": range_,
                    "reason": writer.content("reason", reason) if reason else None,
                },
            )

    def complete(self, coder: str, label: str, paragraph: int, round_: str | None = None) -> None:
        head = codes.tree_head(self.study)
        with self.study.write(coder) as writer:
            writer.append(
                "completed",
                {
                    **self.unit(coder, self.number(label, paragraph), round_),
                    "scope": ["all", None],
                    "tree": list(head) if head else None,
                    "end_seen": True,
                },
            )

    def undo(self, coder: str, entry: tuple[str, int]) -> None:
        with self.study.write(coder) as writer:
            writer.append("reverted", {"entry": list(entry), "ref": None})

    def memo(self, coder: str, label: str, paragraph: int, text: str) -> None:
        with self.study.write(coder) as writer:
            writer.append(
                "memo_written",
                {
                    "coder": coder,
                    "about": "segment",
                    "subject": segment_id(self.study, self.number(label, paragraph)),
                    "coding": None,
                    "text": writer.content("memo", text),
                    "ref": None,
                },
            )

    def run(self) -> str:
        return runs.start_run(
            self.study, self.anna, profile="lexical", identity="lexical 1", parameters={"k": 5}, prompt=HASH,
            threshold=500_000, training=None, codes=None, segments=10,
        )  # fmt: skip

    def suggest(self, run: str, label: str, paragraph: int, *names: str, rationale: str = "",
                context: tuple[int, ...] = ()) -> str:  # fmt: skip
        """A set of the named codes, of which the first fits; its hash. `context` are numbers of segments beside it."""
        number = self.number(label, paragraph)
        start, end = self.range(number)
        candidates = [
            runs.NewCandidate(
                self.codes[name], rank == 0, 900_000 - 100_000 * rank, "rank", (start, end), "exact", rationale
            )
            for rank, name in enumerate(names)
        ]
        with self.study.write(self.anna) as writer:
            beside = [segment_id(self.study, other) for other in context]
            return runs.store_set(writer, run, segment_id(self.study, number), HASH, candidates, context=beside)

    def imported(self, coder: str, rows: list[tuple[str, int, int, str]], name: str) -> None:
        """Codings on paragraphs: (label, first, last, code's name), in a round of that name."""
        made = []
        for label, first, last, code in rows:
            document = documents.find_document(self.study, label)
            made.append(NewCoding(coder, document.id, self.codes[code], first - 1, first - 1, last - 1))
        import_codings(self.study, self.anna, name, made, {})


def small(study: Study) -> Leaving:
    """Two groups, BU and DS: "asked" words answer the moderator, R2 of BU may not be quoted, R3 of DS is excluded."""
    made = Leaving(study, ensure_coder(study, "anna"))
    made.add(
        talk("BU", [
            ("I", "How was it for you?"),
            ("R1", "It was hard at first, asked as I am."),
            ("R2", "SECRETWORDS of a person who said no."),
            ("R1", "Then it got better unasked, and we laughed a lot about it all."),
            ("R4", "We trusted them, slowly."),
        ], "Butare"),
        talk("DS", [
            ("R1", "Nobody asked us anything here, we simply spoke up."),
            ("R3", "EXCLUDEDWORDS of a person who left."),
            ("R1", "They knew what it is like to be there."),
        ], "Dorsten"),
    )  # fmt: skip
    made.consent("BU", "R2", "no_quote")
    made.consent("DS", "R3", "exclude")
    made.code("Support", external="S", definition="help among equals")
    made.code("Hope", "Support", external="S.1")
    made.code("Trust", external="T")
    return made
