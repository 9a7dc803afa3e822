"""Random histories: steps by chance on copies of a study. What must hold of it whatever happened is in `holding`."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from suggest.errors import BadInput, Refused
from suggest.study import (
    again,
    codes,
    correcting,
    documents,
    hosts,
    kept_profiles,
    kept_prompts,
    masking,
    merge,
    people,
    proposals,
    rounds,
    runs,
    second_masking,
    second_text,
    second_writing,
    settling,
    suggestion_sets,
    units,
)
from suggest.study import settings as study_settings
from suggest.study.documents import document_text
from suggest.study.not_when import NotWhen
from suggest.study.segments import segment_id
from suggest.study.study import Study

MARK = "zqmark"
WORD = re.compile(r"zqmark[A-Z]+w\d+x\d+")
OPERATIONS = (
    "add",
    "add",
    "accept",
    "accept",
    "reject",
    "edit",
    "unsure",
    "remove",
    "no_code",
    "keep",
    "skip",
    "complete",
    "complete",
    "complete",
    "come_back",
    "come_back",
    "flag",
    "settle",
    "propose",
    "propose",
    "propose_settle",
    "prompt",
    "memo",
    "private",
    "host",
    "profile",
    "open",
    "reveal",
    "undo",
    "undo",
    "redo",
    "new_code",
    "reword",
    "move",
    "merge_codes",
    "split",
    "retire",
    "undo_tree",
    "correct",
    "correct",
    "mask",
    "role",
    "exclude",
    "second",
    "second",
    "second_mark",
    "second_mark",
    "second_mark",
    "second_correct",
    "second_mask",
    "second_remove",
    "setting",
    "round",
    "assign",
    "join",
    "close",
    "run",
    "suggest",
    "suggest",
    "fail",
    "import",
    "document",
    "describe",
    "coder",
    "erase_segments",
    "erase_speaker",
    "erase_document",
)
Step = tuple[str, int, int, int]


def history(chance: Random, length: int) -> list[Step]:
    """Steps by chance: a few segments and codes come again and again, so that what happens meets."""
    few = chance.choice((6, 20, 997))
    return [
        (chance.choice(OPERATIONS), chance.randrange(few), chance.randrange(997), chance.randrange(997))
        for _ in range(length)
    ]


@dataclass
class Teller:
    """Carries out steps on one copy; remembers which words each coding was put on."""

    work: Any
    tools: Any
    words: dict[tuple[str, int, int], list[str]] = field(default_factory=dict)

    @property
    def study(self) -> Study:
        return self.work.study

    def one(self, query: str, pick: int, *values: Any) -> Any:
        found = self.study.db.execute(query, values).fetchall()
        if not found:
            raise KeyError(query)
        return found[pick % len(found)][0] if len(found[0]) == 1 else found[pick % len(found)]

    def coder(self, pick: int) -> str:
        return str(self.one("SELECT coder FROM coder WHERE type = 'person' ORDER BY n", pick))

    def segment(self, pick: int) -> int:
        return int(self.one("SELECT n FROM segment ORDER BY n", pick))

    def round(self, pick: int) -> str:
        return str(self.one("SELECT round FROM round WHERE purpose <> 'imported' ORDER BY n", pick))

    def code(self, pick: int) -> codes.Code:
        known = codes.read_codes(self.study)
        if not known:
            raise KeyError("no code")
        return known[pick % len(known)]

    def document(self, pick: int) -> documents.Document:
        known = documents.list_documents(self.study)
        if not known:
            raise KeyError("no document")
        return known[pick % len(known)]

    def do(self, step: Step) -> None:
        """One step; one that makes no sense now (nothing to undo, an erased segment) is left out."""
        operation, a, b, c = step
        with suppress(KeyError, BadInput, Refused):
            getattr(self, f"do_{operation}")(a, b, c)

    def _decide(self, action: str, a: int, b: int, c: int) -> None:
        number, coder, round_ = self.segment(a), self.coder(b), self.round(c // 7)
        set_ = rank = range_ = code = None
        start, end = self.one('SELECT start, "end" FROM segment WHERE n = ?', 0, number)
        if action in ("accept", "edit", "reject", "unsure"):
            set_ = self.one("SELECT hash FROM suggestion_set WHERE segment = ? ORDER BY hash", c, number)
            rank = b % 2
        if action in ("accept", "edit", "add", "remove"):
            code = self.code(c).id
            # Some codings run on into the next segments.
            after = self.one(
                'SELECT max("end") FROM segment WHERE n BETWEEN ? AND ? AND document = '
                "(SELECT document FROM segment WHERE n = ?)",
                0,
                number,
                number + c % 3,
                number,
            )
            range_ = [start + (b % 3), after if c % 2 else end]
            if range_[0] >= range_[1]:
                raise KeyError("too short")
        entry = self.work.decide(
            coder, number, action, code, range_, round_=round_, set_=set_, rank=rank, reason=f"{MARK} because {a}"
        )
        if range_ is not None and action != "remove":
            self.words[(*entry, 0)] = self._words(segment_id(self.study, number).partition(".")[0], *range_)

    def _words(self, document: str, start: int, end: int) -> list[str]:
        """Words wholly inside a range."""
        text = document_text(self.study, document)
        return [m.group() for m in WORD.finditer(text) if start <= m.start() and m.end() <= end]

    def do_document(self, a: int, b: int, c: int) -> None:
        label = f"{MARK}{'ABCDEFGHJK'[a % 10]}{'LMNOPQRSTU'[b % 10]}"
        self.work.add(self.tools.numbered_talk(label, c % 9))

    def do_describe(self, a: int, b: int, c: int) -> None:
        documents.describe(
            self.study, self.coder(b), self.document(a), attributes={f"{MARK}name": f"{MARK}value {c}"},
            label=f"{MARK}{'VWXYZ'[c % 5]}{c}" if c % 3 == 0 else None,
        )  # fmt: skip

    def do_coder(self, a: int, b: int, c: int) -> None:
        people.ensure_coder(self.study, f"{MARK} coder {a % 3}")

    def do_complete(self, a: int, b: int, c: int) -> None:
        self.work.complete(self.coder(b), self.segment(a), self.round(c))

    def do_come_back(self, a: int, b: int, c: int) -> None:
        coder, round_ = self.coder(b), self._round(c)
        study_settings.set_setting(self.study, coder, "stability", "1")
        study_settings.set_setting(self.study, coder, "stability_gap", str(a % 2))
        with self.study.write(coder) as writer:
            again.bring_back(self.study, writer, coder, round_)

    def do_flag(self, a: int, b: int, c: int) -> None:
        coder = self.coder(b)
        unit = self.work.unit(coder, self.segment(a), self.round(c))
        self.work.append(coder, "flagged", **unit, on=c % 2 == 0, ref=None)

    def do_settle(self, a: int, b: int, c: int) -> None:
        held = next(item for item in rounds.rounds(self.study) if item.id == self.round(c // 3))
        chosen = None if c % 5 == 0 else [self.code(c).id] if c % 3 else []
        agreed = [self.coder(b), self.coder(b + 1)]
        segment = segment_id(self.study, self.segment(a))
        words = NotWhen(self.code(a).id, f"{MARK} not when {c}", c % 2 == 0) if c % 4 == 3 else None
        settling.settle(
            self.study, self.coder(b), held, segment, chosen, agreed, f"{MARK} settled {c}", not_when=words
        )  # fmt: skip

    def do_memo(self, a: int, b: int, c: int) -> None:
        self.work.memo(self.coder(b), self.segment(a), f"{MARK} memo {c}")

    def do_private(self, a: int, b: int, c: int) -> None:
        coder = self.coder(b)
        self.work.content(
            coder, "memo", f"{MARK} of my own {c}", "memo_written", coder=coder, about="study", subject=None,
            coding=None, ref=None, type="reflexive",
        )  # fmt: skip

    def do_host(self, a: int, b: int, c: int) -> None:
        change = hosts.allow_host if c % 2 else hosts.revoke_host
        change(self.study, self.coder(b), f"{MARK.lower()}{a % 2}.example.org")

    def do_profile(self, a: int, b: int, c: int) -> None:
        if c % 3:
            kept_profiles.keep_profile(self.study, self.coder(b), f"{MARK}kept{a % 2}", {"model": f"{MARK} {c}"})
        else:
            kept_profiles.remove_profile(self.study, self.coder(b), f"{MARK}kept{a % 2}")

    def do_open(self, a: int, b: int, c: int) -> None:
        coder, number = self.coder(b), self.segment(a)
        sets = [item.hash for item in suggestion_sets.current_sets(self.study, number)]
        exposure = ("shown", "blind", "blind_then_shown")[c % 3]
        unit = self.work.unit(coder, number, self.round(c // 3))
        self.work.append(coder, "opened", **unit, exposure=exposure, sets=sets, shown=exposure == "shown")

    def do_reveal(self, a: int, b: int, c: int) -> None:
        coder, number = self.coder(b), self.segment(a)
        sets = [item.hash for item in suggestion_sets.current_sets(self.study, number)]
        self.work.append(coder, "revealed", **self.work.unit(coder, number, self.round(c)), sets=sets)

    def do_undo(self, a: int, b: int, c: int) -> None:
        coder = self.coder(a)
        act = units.last_act(self.study, coder)
        if act is not None:
            self.work.undo(coder, act.entry)

    def do_undo_tree(self, a: int, b: int, c: int) -> None:
        """Any earlier change of the tree, not only the newest act."""
        replica, seq, actor = self.one("SELECT replica, seq, actor FROM tree_change ORDER BY n", a)
        self.work.undo(actor, (replica, seq))

    def do_redo(self, a: int, b: int, c: int) -> None:
        coder = self.coder(a)
        act = units.last_undone(self.study, coder)
        if act is not None:
            self.work.undo(coder, act.entry)

    def do_new_code(self, a: int, b: int, c: int) -> None:
        parent = self.code(b).id if c % 2 else None
        wording = codes.Wording(f"{MARK} code {a}", f"{MARK} meaning", examples=(f"{MARK} example {b}",))
        codes.add_codes(self.study, self.coder(c), [codes.NewCode("x", wording, parent)])

    def do_reword(self, a: int, b: int, c: int) -> None:
        wording = codes.Wording(f"{MARK} other {b}", f"{MARK} {c}")
        codes.reword(self.study, self.coder(c), self.code(a), wording, meaning=b % 2 == 0)

    def do_move(self, a: int, b: int, c: int) -> None:
        codes.move(self.study, self.coder(c), self.code(a), self.code(b) if c % 3 else None)

    def do_merge_codes(self, a: int, b: int, c: int) -> None:
        codes.merge_codes(self.study, self.coder(c), self.code(a), self.code(b))

    def do_split(self, a: int, b: int, c: int) -> None:
        parts = [codes.Wording(f"{MARK} part {b}"), codes.Wording(f"{MARK} piece {b}")]
        codes.split_code(self.study, self.coder(c), self.code(a), parts)

    def do_retire(self, a: int, b: int, c: int) -> None:
        codes.retire(self.study, self.coder(c), self.code(a))

    def do_correct(self, a: int, b: int, c: int) -> None:
        document = self.document(a)
        text = document_text(self.study, document.id)
        found = list(WORD.finditer(text))
        if len(found) < 30:
            raise KeyError("too short")
        chosen = sorted({b % len(found), (b + c) % len(found), (b + 1) % len(found)})
        edits = []
        for k in chosen:
            start, end = found[k].span()
            edits.append(((start, end, "[x]"), (start, start, "well, "), (start, end, "a longer piece"))[(a + k) % 3])
        correcting.correct(self.study, self.coder(c), document, edits=edits, reason="redaction")

    def do_mask(self, a: int, b: int, c: int) -> None:
        document = self.document(a)
        found = list(WORD.finditer(document_text(self.study, document.id)))
        if len(found) < 30:
            raise KeyError("too short")
        masking.mask(self.study, self.coder(c), document, *found[b % len(found)].span(), throughout=c % 2 == 0)

    def do_second(self, a: int, b: int, c: int) -> None:
        document = self.document(a)
        step = 1 + b % 3
        parts = [
            second_writing.NewPart(
                n, min(n + step, document.count) - 1, f"{MARK} beside{n} o{n % 4} {c}" if n % 5 else ""
            )
            for n in range(0, document.count, step)
        ]
        new = second_writing.NewSecond(("original", "translation")[b % 2], parts, f"{MARK} language", f"{MARK}.txt")
        second_writing.add_second(self.study, self.coder(c), document, new)

    def _part(self, a: int, b: int) -> tuple[documents.Document, second_text.Part]:
        reader = second_text.SecondReader(self.study)
        held = reader.all()
        if not held:
            raise KeyError("no second text")
        text = held[a % len(held)]
        parts = [*reader.parts(text)]
        return documents.get_document(self.study, text.document), parts[b % len(parts)]

    def do_second_mark(self, a: int, b: int, c: int) -> None:
        document, part = self._part(a, b % 4)
        action = ("check", "check", "query", "answer", "draft")[c % 5]
        words = f"{MARK} asks {c}" if action == "query" else ""
        second_writing.mark(self.study, self.coder(b + c), document, part.number, action, words)

    def do_second_correct(self, a: int, b: int, c: int) -> None:
        document, part = self._part(a, b % 4)
        second_writing.correct_part(self.study, self.coder(c), document, part, f"{MARK} put right o{b % 4} {c}")

    def do_second_mask(self, a: int, b: int, c: int) -> None:
        document, part = self._part(a, b % 4)
        throughout = c % 2 == 0
        second_masking.mask_second(self.study, self.coder(c), document, part.number, f"o{b % 4}", throughout=throughout)

    def do_second_remove(self, a: int, b: int, c: int) -> None:
        document, _ = self._part(a, b)
        if c % 3 == 0:
            second_writing.remove_second(self.study, self.coder(c), document)

    def do_role(self, a: int, b: int, c: int) -> None:
        document = self.document(a)
        ordinals = [n for n in range(document.count) if n % 5 == b % 5]
        documents.set_role(self.study, self.coder(c), document, ("data", "prompt", "other")[c % 3], ordinals=ordinals)

    def do_exclude(self, a: int, b: int, c: int) -> None:
        speaker = ("I", "R1", "R2", None)[b % 4]
        flag = "no_quote" if a % 7 == 0 else "exclude"
        documents.set_consent(self.study, self.coder(c), self.document(a), speaker, flag, c % 3 != 0)

    def do_setting(self, a: int, b: int, c: int) -> None:
        key, value = (
            ("core", "0.5"),
            ("core", "0"),
            ("arm", "0.3"),
            ("overlap", "1"),
            ("reject_reasons", f"{MARK} one, {MARK} two"),
            ("timing", "full"),
            ("timing", "off"),
            ("timing", "coarse"),
            ("site_order", f"{MARK}A"),
            ("peers", "shown"),
        )[a % 10]
        study_settings.set_setting(self.study, self.coder(b), key, value)

    def do_round(self, a: int, b: int, c: int) -> None:
        chosen = [self.document(b).id, self.document(c).id] if a % 2 else None
        rounds.open_round(self.study, self.coder(c), f"{MARK} round {a}", documents=chosen, overlap=b % 3)

    def _round(self, pick: int) -> rounds.Round:
        id_ = self.round(pick)
        return next(item for item in rounds.rounds(self.study) if item.id == id_)

    def do_assign(self, a: int, b: int, c: int) -> None:
        chosen = [self.document(c).id] if c % 4 else None
        segments = [segment_id(self.study, self.segment(n)) for n in (a, b, b + 1, c)] if c % 3 == 0 else None
        rounds.assign(self.study, self.coder(b), self._round(a), self.coder(b + c), chosen, segments)

    def do_join(self, a: int, b: int, c: int) -> None:
        rounds.make_ready(self.study, self.coder(a), self._round(b))

    def do_close(self, a: int, b: int, c: int) -> None:
        item = self._round(a)
        if c % 2:
            rounds.release_core(self.study, self.coder(b), item)
        else:
            rounds.close_round(self.study, self.coder(b), item)

    def do_run(self, a: int, b: int, c: int) -> None:
        self.work.start_run(f"{MARK}profile{a % 2}", f"{MARK} identity {b}")
        if c % 2:
            self.do_suggest(a, b, c)

    def do_prompt(self, a: int, b: int, c: int) -> None:
        name = f"{MARK}prompt{a % 2}"
        if c % 3:
            digest = f"{b % 16:x}" * 64
            kept_prompts.keep_prompt(self.study, self.coder(c), name, digest, f"{MARK} told {b}")
        elif any(one.offered for one in kept_prompts.kept_prompts(self.study)):
            with suppress(BadInput):
                kept_prompts.put_away(self.study, self.coder(c), name)

    def do_propose(self, a: int, b: int, c: int) -> None:
        known = [one.id for one in proposals.proposal_runs(self.study)]
        with self.study.write(self.coder(c)) as writer:
            run = known[b % len(known)] if known and a % 4 else runs.begin_run(
                self.study, writer, profile=f"{MARK}profile{a % 2}", identity=f"{MARK} identity {b}", parameters={},
                prompt="ab" * 32, threshold=None, training=None, codes=None, segments=3, proposes=True,
            )  # fmt: skip
            found = [
                proposals.NewProposal(f"{MARK} idea {n}", f"{MARK} meaning {b}", "", self.code(n).id, None, "none")
                for n in range(c % 3)
            ]
            proposals.store_proposals(
                writer, run, segment_id(self.study, self.segment(a)), f"{b % 16:x}" * 64, found, raw=f"{MARK} raw",
                context=[segment_id(self.study, self.segment(c))], tokens=(3, 2), served=f"{MARK}\n\n1",
            )  # fmt: skip

    def do_propose_settle(self, a: int, b: int, c: int) -> None:
        waiting = proposals.read_proposals(self.study)
        if not waiting:
            return
        ids = [waiting[a % len(waiting)].id]
        with suppress(BadInput):
            if c % 3 == 0:
                wording = codes.Wording(f"{MARK} made {a}")
                proposals.make_code(self.study, self.coder(b), ids, wording, self.code(c).id)
            elif c % 3 == 1:
                proposals.merge_proposals(self.study, self.coder(b), ids, self.code(c).id)
            else:
                proposals.dismiss_proposals(self.study, self.coder(b), ids, f"{MARK} no")

    def do_suggest(self, a: int, b: int, c: int) -> None:
        run, number = self.one("SELECT run FROM run ORDER BY n", c), self.segment(a)
        self.work.suggest(
            run, number, self.code(b).id, self.code(c).id, fits=b % 4 > 0, context=(self.segment(c),),
            rationale=f"{MARK} since {a}", raw=f"{MARK} raw {b}",
        )  # fmt: skip

    def do_fail(self, a: int, b: int, c: int) -> None:
        run, number = self.one("SELECT run FROM run ORDER BY n", c), self.segment(a)
        with self.study.write(self.coder(b)) as writer:
            id_ = segment_id(self.study, number)
            heard = {"raw": f"{MARK} heard {b}", "served": f"{MARK}\n\n1", "context": [id_]} if b % 2 else {}
            if b % 3:
                around = [id_, segment_id(self.study, self.segment(c))]
                runs.store_sample(writer, run, id_, "ab" * 32, f"{MARK} sample {c}", context=around, tokens=(9, 1))
            runs.store_failure(writer, run, id_, "ef" * 32, "timeout", f"{MARK} {b}", **heard)

    def do_import(self, a: int, b: int, c: int) -> None:
        document, coder, code = self.document(a), self.coder(b), self.code(c).id
        if not document.count:
            raise KeyError("no segments")
        place = c % document.count
        start, end = self.one('SELECT start, "end" FROM segment WHERE document = ? AND ord = ?', 0, document.id, place)
        if a % 3:
            round_ = self.round(c)
        else:
            round_ = rounds.open_round(self.study, coder, f"{MARK} import {a} {b} {c}", purpose="imported")
        entry = self.work.append(
            coder, "codings_imported", round=round_, coder=coder, document=document.id, codes=[code],
            codings=[[0, place, start, end]], completed=[[place, min(place + b % 4, document.count - 1)]],
            **({"times": [1_700_000_000 + c if c % 2 else None]} if b % 2 else {}),
        )  # fmt: skip
        self.words[(*entry, 0)] = self._words(document.id, start, end)

    def do_erase_document(self, a: int, b: int, c: int) -> None:
        if a % 3:
            raise KeyError("seldom")
        self._erase(self.document(b), "document")

    def do_erase_segments(self, a: int, b: int, c: int) -> None:
        document = self.document(a)
        if not document.count:
            raise KeyError("no segments")
        first = b % document.count
        self._erase(document, "segments", (first, min(first + c % 4, document.count - 1)))

    def do_erase_speaker(self, a: int, b: int, c: int) -> None:
        document = self.document(a)
        number = documents.speaker_number(self.study, document, ("R1", "R2")[b % 2])
        found = self.study.db.execute(
            "SELECT ord FROM segment WHERE document = ? AND speaker = ? ORDER BY ord", (document.id, number)
        ).fetchall()
        pairs = [(first, last) for first, last in documents.ranges([row[0] for row in found])]
        self._erase(document, "speaker", *pairs, speaker=number)

    def _erase(self, document: documents.Document, scope: str, *pairs: tuple[int, int], **more: Any) -> None:
        self.work.documents["chosen"] = document.id
        self.work.erase("chosen", scope, *pairs, reason=f"{MARK} asked", **more)


for _action in ("add", "accept", "edit", "reject", "unsure", "remove", "no_code", "keep", "skip"):
    setattr(
        Teller, f"do_{_action}", lambda self, a, b, c, action=_action: self._decide(action, a, b, c)
    )  # all decisions go one way


def begin(tools: Any, path: Path) -> Any:
    """A study with codes, documents, a run and some suggestions, closed: every history begins with a copy of it."""
    work = tools.new_work(path)
    for name in ("Support", "Doubt", "Hope", "Staff"):
        work.code(f"{MARK} {name}")
    work.code(f"{MARK} Peers", f"{MARK} Support")
    work.add(tools.numbered_talk(f"{MARK}P", 14), tools.numbered_talk(f"{MARK}Q", 9))
    study_settings.set_setting(work.study, work.anna, "core", "0.4")
    for coder in (work.anna, work.bo):
        rounds.make_ready(work.study, coder, rounds.rounds(work.study)[0])
    run = work.start_run()
    for n in (1, 2, 3, 5, 8, 15):
        work.suggest(
            run,
            n,
            [*work.codes.values()][n % 5],
            next(iter(work.codes.values())),
            context=(n + 1,),
            rationale=f"{MARK} why",
            raw=f"{MARK} {n}",
        )
    work.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    work.study.close()
    return work


def tell(begun: Any, tools: Any, folder: Path, number: int, told: list[Step]) -> Teller:
    path = folder / f"copy{number}.db"
    shutil.copy(begun.study.path, path)
    work = tools.open_work(path, 1000 + number, begun)
    work.study.db.execute("PRAGMA synchronous = OFF")
    work.sources.step = (1.0, 37.0, 11.0)[number]
    teller = Teller(work, tools)
    for step in told:
        teller.do(step)
    return teller


def comparable(teller: Teller, tools: Any) -> dict[str, list[Any]]:
    """All projections but those that name the merge entries themselves."""
    return dict(tools.rows(teller.study.db, without=("replica", "known")))


def merge_both(a: Teller, b: Teller, folder: Path) -> None:
    """Each takes in what the other was before."""
    latest = max(a.work.sources.time, b.work.sources.time) + 100_000
    for teller in (a, b):
        teller.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(teller.study.path, folder / f"before-{teller.study.path.name}")
        teller.work.sources.time = latest
    merge.merge(a.study, folder / f"before-{b.study.path.name}", a.work.anna)
    merge.merge(b.study, folder / f"before-{a.study.path.name}", b.work.anna)
