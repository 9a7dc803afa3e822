"""Every path by which something could reach a coder: two studies that differ in nothing but what the coder may not know
yet (what is suggested for blind segments, what colleagues coded) give that coder the same, byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desk import Desk, make_desk

from suggest.review.by_code import ByCode
from suggest.review.decisions import Reviewer
from suggest.review.filtering import STATES, Filter
from suggest.review.queue import ORDERS, Queue
from suggest.review.sight import Sight
from suggest.review.visible import code_counts, codings_in, examples, own_view, segments_of_code
from suggest.review.visible_log import visible_page
from suggest.study.blindness import open_rounds
from suggest.study.rounds import Round, close_round, exposure, find_round, open_round
from suggest.study.searching import search
from suggest.study.settings import set_setting
from suggest.study.stale import stale
from tui.cli import main

Looks = dict[str, Callable[[Desk], Any]]
SECRETS = ("Doubts", "Setting")
"""The two studies' words for what anna may not know: what is suggested, or coded by colleagues, where she is blind."""


def study_with(path: Path, secret: str, *, peers: str, rounds: int) -> Desk:
    """A study half blind for anna, in which all that she may not know yet is `secret`; she has done some of it."""
    desk = make_desk(path, sizes=(45, 45), core="0.4", arm="0.15", peers=peers)
    desk.reviewer("anna")
    ids = desk.ids()
    own_early = ids[:24]
    if rounds == 2:
        set_setting(desk.study, desk.anna, "core", "0.2")
        open_round(desk.study, desk.anna, "second")
        desk.reviewer("anna").round()
    kept = {s for s in ids if any(_exposure(desk, round_, s) != "shown" for round_ in _rounds(desk))} - set(own_early)
    # Committed, and withheld until the round is over.
    for_good = {s for s in own_early if rounds == 1 and _exposure(desk, desk.round, s) == "blind"}
    desk.suggest(
        {
            s: desk.candidates(secret, "Support", lead=SECRETS.index(secret) * 300_000 + 1, words=f"zq{secret}zq")
            if s in kept | for_good
            else desk.candidates("Support", words="open")
            for s in ids
        }
    )
    for n, segment in enumerate(own_early):
        for name in ("main", "second")[:rounds]:
            round_ = desk.reviewer("anna").round(name)
            place = desk.reviewer("anna").show([desk.number(segment)], round_)[0].segment
            desk.act("flag" if n % 5 == 0 else "add", segment, round=name, **_range(n, place.start, place.end))
            desk.done("complete", segment, round=name)
    for n, segment in enumerate(ids):
        # Where peers are shown, colleagues' work differs only where anna is blind; else wherever she has not completed.
        hidden = segment in kept if peers == "shown" else segment not in own_early
        place = desk.reviewer("ben").show([desk.number(segment)], desk.reviewer("ben").round())[0].segment
        code = secret if hidden else "Support"
        desk.done("add", segment, "ben", code=code, range=[place.start, place.end])
        if n % 3:
            desk.done("complete", segment, "ben")
    for n, segment in enumerate(ids[24:40]):
        if n % 4 == 0:
            desk.act("skip", segment)
        if n % 3 == 0:
            desk.done("flag", segment)
    return desk


def _range(n: int, start: int, end: int) -> dict[str, Any]:
    return {} if n % 5 == 0 else {"code": "Support", "range": [start, end]}


def _rounds(desk: Desk) -> list[Round]:
    return open_rounds(desk.study, desk.anna)


def _exposure(desk: Desk, round_: Round, segment: str) -> str:
    return exposure(desk.study, round_, desk.anna, desk.number(segment), segment).assigned


def _names(desk: Desk) -> list[str]:
    return [item.name for item in _rounds(desk)]


def _queues(desk: Desk) -> Any:
    code = [desk.codes[name] for name in ("Doubts", "Setting", "Support")]
    filters = [Filter(state=state, code=given) for state in STATES for given in (None, *code)]
    filters += [Filter(speaker="R1"), Filter(search="turn 1"), Filter(mine=code[2], state="completed")]
    filters += [Filter(speaker="R1", code=given) for given in code]
    reviewer = Reviewer(desk.study, desk.anna)
    return [
        Queue(desk.study, desk.anna, reviewer.round(name), order, chosen).take(999)
        for name in _names(desk)
        for order in ORDERS
        for chosen in filters
    ]


def _lines(desk: Desk) -> Any:
    """Every segment as it stands on the screen, in each round, but for what anna may see of it."""
    reviewer = Reviewer(desk.study, desk.anna)
    return [
        json.dumps(line.to_json())
        for name in _names(desk)
        for line in reviewer.show([desk.number(s) for s in desk.ids()], reviewer.round(name))
    ]


def _answers(desk: Desk) -> Any:
    """What refusals and undo say."""
    blind = desk.ids()[-1]
    lines: list[dict[str, Any]] = [
        {"action": "accept", "segment": blind, "suggestion": f"{'0' * 20}.0"},
        {"action": "edit", "segment": blind, "suggestion": f"{'0' * 20}.1", "code": "Doubts"},
        {"action": "keep", "segment": blind}, {"action": "remove", "segment": blind, "code": "Doubts"},
        {"action": "no_code", "segment": blind}, {"action": "undo"}, {"action": "redo"}, {"action": "undo"},
        {"action": "bulk", "verdict": "accept", "suggestions": [f"{'0' * 20}.0"]},
        {"action": "new_code", "segment": blind, "name": "Doubt"},
        {"action": "add", "segment": blind, "code": "Nothing", "range": [0, 3]},
    ]  # fmt: skip
    reviewer = Reviewer(desk.study, desk.anna)
    return [reviewer.act(line) for line in lines]


def _next(desk: Desk) -> Any:
    reviewer = Reviewer(desk.study, desk.anna)
    found = []
    for name in _names(desk):
        for order in ORDERS:
            queue = Queue(desk.study, desk.anna, reviewer.round(name), order)
            line = reviewer.next(queue)
            found.append((None if line is None else line.segment.id, queue.held(), queue.unseen(30)))
    reviewer.leave()
    return found


def _by_code(desk: Desk) -> Any:
    lists = ByCode(desk.study, desk.anna, Reviewer(desk.study, desk.anna))
    return [repr(lists.page(code, 0, 50)) for code in desk.codes.values()]


def _margin(desk: Desk) -> Any:
    return [
        (c.coder, c.round, c.segment, c.start, c.end, c.code)
        for document in desk.documents
        for c in codings_in(Sight(desk.study, desk.anna), document, 0, 10**6)
    ]


def _examples(desk: Desk) -> Any:
    return [repr(examples(Sight(desk.study, desk.anna), code)) for code in desk.codes.values()]


def _segments(desk: Desk) -> Any:
    found = [segments_of_code(Sight(desk.study, desk.anna), code) for code in desk.codes.values()]
    return [([*f.mine], [*f.colleagues], [*f.suggested]) for f in found]


def _counts(desk: Desk) -> Any:
    return repr(code_counts(Sight(desk.study, desk.anna)))


def _figures(desk: Desk) -> Any:
    return repr(own_view(Sight(desk.study, desk.anna)))


def _log(desk: Desk) -> Any:
    sight, place, found = Sight(desk.study, desk.anna), None, []
    while True:
        page, reached = visible_page(sight, after=place)
        found += [json.dumps(entry.to_json()) for entry in page]
        if reached is None:
            return found
        place = reached


def _search(desk: Desk) -> Any:
    return [repr(search(desk.study, query)) for query in ("turn", "zqDoubtszq", "people 3", "zqSettingzq")]


def _stale(desk: Desk) -> Any:
    return repr(stale(desk.study, coder=desk.anna))


def _commands(desk: Desk) -> Any:
    path = str(desk.study.path)
    calls = [["queue", path, "--coder", "anna", "--json", "--limit", "99", "--order", order] for order in ORDERS]
    calls += [["queue", path, "--coder", "anna", "--limit", "99", "--state", state] for state in STATES]
    calls += [["queue", path, "--coder", "anna", "--json", "--limit", "99", "--code", code] for code in SECRETS]
    calls += [["log", path, "--coder", "anna"], ["log", path, "--coder", "anna", "--json"]]
    calls += [["status", path, "--coder", "anna"], ["status", path, "--coder", "anna", "--json"]]
    calls += [["codes", path, which, "--coder", "anna", "--json"] for which in ("show", "stale")]
    calls += [["rounds", path, "list", "--json"]]
    found = []
    for call in calls:
        result = CliRunner().invoke(main, call)
        assert result.exit_code == 0, result.output
        found.append(result.output)
    return found


LOOKS: Looks = {
    "queues": _queues, "next": _next, "lines": _lines, "by_code": _by_code, "margin": _margin, "examples": _examples,
    "segments": _segments, "counts": _counts, "figures": _figures, "search": _search, "stale": _stale, "log": _log,
    "commands": _commands, "answers": _answers,
}  # fmt: skip
"""In this order, so that what some of them record is looked at by those after them."""


@pytest.mark.parametrize("rounds", [1, 2])
@pytest.mark.parametrize("peers", ["hidden", "shown"])
def test_what_a_coder_may_not_know_changes_nothing_that_the_coder_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peers: str, rounds: int
) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    given = []
    for secret in SECRETS:
        folder = tmp_path / secret
        folder.mkdir()
        desk = study_with(folder / "study.db", secret, peers=peers, rounds=rounds)
        given.append({name: look(desk) for name, look in LOOKS.items()})
        desk.study.close()
    for name in LOOKS:
        assert given[0][name] == given[1][name], name
    text = json.dumps(given[0], default=repr)
    assert "zqDoubtszq" not in text.replace('zqDoubtszq")', "")
    assert "open" in text and len(text) > 50_000


def test_the_walk_would_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs once everything may be known: else the test above proves nothing."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    given = []
    for secret in SECRETS:
        folder = tmp_path / secret
        folder.mkdir()
        desk = study_with(folder / "study.db", secret, peers="shown", rounds=1)
        close_round(desk.study, desk.anna, find_round(desk.study, "main"))
        given.append({name: LOOKS[name](desk) for name in ("margin", "examples", "segments", "counts", "log")})
        desk.study.close()
    assert all(given[0][name] != given[1][name] for name in given[0])
