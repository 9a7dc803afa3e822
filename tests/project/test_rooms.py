"""The rooms keep to themselves, as the import contracts say and as a fresh interpreter shows.

A static contract cannot see an import made by name at run time; a look at `sys.modules` can.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUND = {"study", "text", "models"}
UPPER = {"engine", "review", "audit", "exchange"}
CLIENTS = ("suggest.models.chat.client", "suggest.models.chat.batch_api")
"""The modules that hold the client. They are loaded when the first question is asked, and by nobody before."""

IMPORT_ALL = """
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if module.name in sys.argv[2:]:
        continue
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def loaded_by(package: str) -> set[str]:
    """The modules that a fresh interpreter holds after importing all of the package's modules but the clients."""
    return set(json.loads(python("-c", IMPORT_ALL, package, *CLIENTS)))


def rooms_in(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("suggest.")} & (GROUND | UPPER)


@pytest.mark.parametrize("room", sorted(GROUND))
def test_a_room_on_the_ground_floor_loads_no_other_room(room: str) -> None:
    assert rooms_in(loaded_by(f"suggest.{room}")) == {room}


@pytest.mark.parametrize("room", sorted(UPPER))
def test_a_room_above_loads_none_beside_it(room: str) -> None:
    assert rooms_in(loaded_by(f"suggest.{room}")) <= GROUND | {room}


@pytest.mark.parametrize("room", sorted(GROUND | UPPER))
def test_a_room_loads_neither_the_screen_nor_a_client(room: str) -> None:
    loaded = loaded_by(f"suggest.{room}")
    assert loaded & {"textual", "tui", "openai"} == set()
    if room not in {"study"} and rooms_in(loaded).isdisjoint({"study"}):
        assert "sqlite_utils" not in loaded


def test_every_room_of_the_library_is_known_here() -> None:
    folders = {path.parent.name for path in (ROOT / "suggest").glob("*/__init__.py")}
    assert folders == GROUND | UPPER


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom tui.cli import main\ntry:\n    main(['--help'])\nfinally:\n"
        "    print('\\n' + ' '.join(sorted(sys.modules)))"
    )
    loaded = set(python("-c", code).splitlines()[-1].split())
    assert "click" in loaded
    assert loaded & {"openai", "textual", "rich", "numpy", "sqlite_utils", "sqlite3", "pydantic", "tiktoken"} == set()
    assert {name for name in loaded if name.startswith("tui.commands.")} == set()
    assert rooms_in(loaded) == set()


def test_the_import_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    assert "0 broken" in python("-c", code)


def test_every_package_folder_is_in_the_package_list() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    homes = {folder: package for package, folder in setuptools["package-dir"].items()}
    folders = [path for top in ("suggest", "tui", *homes) for path in [ROOT / top, *(ROOT / top).rglob("*")]]
    found = {
        homes.get(name, name.replace("/", "."))
        for name in (path.relative_to(ROOT).as_posix() for path in folders if any(path.glob("*.py")))
    }
    assert found == set(setuptools["packages"])
