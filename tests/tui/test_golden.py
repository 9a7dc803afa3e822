"""Every screen with text that means harm: literally, on lines of the screen's width, with columns that stand, and drawn
as it was before.

How the screens look is kept in `golden/`: the words of each, and below a line what it is drawn with, by the names of
the theme's colours. `UPDATE_GOLDEN=1` draws them anew: look at the difference, and at the pictures
(tests/pictures.py), before committing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audited import HEAD, audited, coded_by_two
from desk import Desk
from gallery import AUDIT_SHOTS, BLIND_SHOTS, EMPTY_SHOTS, SHOTS
from hostile_words import LITERAL, make_hostile
from looks import drawn, looks_as_it_did, shots_for
from seat import Sit

from tui.terminal.themes import DARK, LIGHT

pytestmark = pytest.mark.asyncio
SIZES = pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), DARK), ((160, 50), LIGHT)], ids=["80x24-dark", "160x50-light"]
)
"""In the other theme by `make soak`."""
Make = Callable[..., Desk]


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a study; its folder is the present one, so that no path on any screen is the machine's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECONDCODER_HOME", "home")
    made: list[Desk] = []

    def build(core: str = "0") -> Desk:
        made.append(make_hostile(Path("study.db"), core))
        return made[-1]

    yield build
    for desk in made:
        desk.study.close()


@SIZES
async def test_every_screen_looks_as_it_did(hostile: Make, sit: Sit, size: tuple[int, int], theme: str) -> None:
    await looks_as_it_did(sit, hostile(), size, theme, shots_for(size))


@SIZES
async def test_blind_segments_and_the_end_look_as_they_did(
    hostile: Make, sit: Sit, size: tuple[int, int], theme: str
) -> None:
    await looks_as_it_did(sit, hostile("1"), size, theme, BLIND_SHOTS)


@SIZES
async def test_the_audit_looks_as_it_did(hostile: Make, sit: Sit, size: tuple[int, int], theme: str) -> None:
    desk = coded_by_two(hostile("1"))
    await looks_as_it_did(sit, desk, size, theme, shots_for(size, AUDIT_SHOTS), audited(desk, Path(), head=HEAD))


async def test_a_study_that_holds_nothing_looks_as_it_did(make: Callable[..., Desk], sit: Sit) -> None:
    await looks_as_it_did(sit, make(sizes=()), (80, 24), DARK, EMPTY_SHOTS)


async def test_a_narrow_screen_looks_as_it_did(hostile: Make, sit: Sit) -> None:
    shots = tuple(shot for shot in SHOTS if "," not in shot.name)
    await looks_as_it_did(sit, hostile(), (40, 24), DARK, shots)


async def test_the_audit_on_a_narrow_screen_looks_as_it_did(hostile: Make, sit: Sit) -> None:
    desk = coded_by_two(hostile("1"))
    await looks_as_it_did(sit, desk, (40, 24), DARK, AUDIT_SHOTS[:3], audited(desk, Path(), head=HEAD))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_hostile_words_can_be_read_as_they_are_written(hostile: Make, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(hostile(), size) as seat:
        seen = ""
        for _ in range(9):
            seen += " ".join(drawn(seat)).replace("▏", "").replace("▕", "")
            await seat.press("n")
        assert [words for words in LITERAL if words not in seen] == []
