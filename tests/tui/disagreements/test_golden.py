"""A segment with its coders side by side, whatever the words: kept in `golden/`, drawn anew with `UPDATE_GOLDEN=1`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk
from hostile_words import make_hostile
from rich.cells import cell_len
from seat import Seat, Sit

from suggest.printable import printable
from suggest.study.codes import read_codes
from tui.disagreements.looking import CasePage

pytestmark = pytest.mark.asyncio
GOLDEN = Path(__file__).parent / "golden"
BEN = "[@click=app.quit]ben\x1b[5m"


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = make_hostile(tmp_path / "study.db")
    codes = {code.wording.name[:3]: code.id for code in read_codes(desk.study)}
    for number, segment in enumerate(desk.ids()[4:7]):
        for coder, code in (("anna", codes["日本語"]), (BEN, codes["nnn"])):
            start = int(desk.line(segment, coder)["start"])
            desk.done("add", segment, coder, code=code, range=[start, start + 9 + number], reason="[/] \x1b[2J because")
            desk.done("memo", segment, coder, text="[b memo \u202e")
            desk.done("complete", segment, coder)
    yield desk
    desk.study.close()


def drawn(seat: Seat) -> list[str]:
    strips = seat.app.screen._compositor.render_strips()
    return ["".join(piece.text for piece in strip) for strip in strips]


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 24)], ids=["80x24", "160x50", "40x24"])
async def test_it_looks_as_it_did_and_holds_nothing_but_text(apart: Desk, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(apart, size) as seat:
        await seat.press("V", "enter") if size[0] < 120 else await seat.press("V")
        for key in ("tab", "J", "K", "h", "h", "1", "escape", "f", "escape"):
            await seat.press(key)
            lines = drawn(seat)
            assert all(printable(line) == line and "\t" not in line for line in lines), key
            assert {cell_len(line) for line in lines} == {size[0]}, key
        page = seat.top.query_one(CasePage)
        shown = [page.render_line(y) for y in range(page.size.height)]
        text = "\n".join("".join(piece.text for piece in strip).rstrip() for strip in shown) + "\n"
    golden = GOLDEN / f"case-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
