"""What of Textual the terminal and its tests stand on though it is not public. Textual is pinned, and may change any of
it: these tests then say what is gone and who stood on it, before anything else fails in a way that is hard to read."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module, metadata
from pathlib import Path

import pytest
import textual

ROOT = Path(__file__).parents[3]
TEXTUAL = Path(inspect.getfile(textual)).parent

INNER = {
    "textual._xterm_parser:XTermParser.feed": "tui/terminal/intake.py: what keys a terminal's sequences are",
    "textual.app:App._fatal_error": "tui/terminal/app.py: an error prints no frames, which hold participants' words",
    "textual.app:App._exit_renderables": "tests/tui/review/test_crash.py",
    "textual.message_pump:MessagePump._close_messages_no_wait": "tests/tui/review/test_crash.py",
    "textual.message_pump:MessagePump._next_callbacks": "tests/support/seat.py: when all is done",
    "textual.message_pump:MessagePump._message_queue": "tests/support/seat.py: when all is done",
    "textual.screen:Screen._callbacks": "tests/support/seat.py: when all is painted",
    "textual.screen:Screen._layout_required": "tests/support/seat.py: when all is painted",
    "textual.screen:Screen._repaint_required": "tests/support/seat.py: when all is painted",
    "textual.screen:Screen._dirty_widgets": "tests/support/seat.py: when all is painted",
    "textual.screen:Screen._compositor": "tests/support/looks.py: what goes to the terminal",
    "textual._compositor:Compositor.render_strips": "tests/support/looks.py: what goes to the terminal",
    "textual._ansi_theme:MONOKAI": "tests/support/inked.py: what a terminal's own colours look like",
    "textual._ansi_theme:ALABASTER": "tests/support/themes.py: what a terminal's own colours look like",
    "textual_serve.app_service:AppService._build_environment": "tui/serving/seat.py: nothing of ours gets lost in it",
    "textual_serve.app_service:AppService._open_app_process": "tui/serving/seat.py: started without a shell",
    "textual_serve.app_service:AppService._process": "tui/serving/seat.py: started without a shell",
    "textual_serve.app_service:AppService._stdin": "tui/serving/seat.py: started without a shell",
    "textual_serve.app_service:AppService._task": "tui/serving/seat.py: how it ends",
    "textual.pilot:wait_for_idle": "tests/support/seat.py: the pilot goes on at once",
    "textual.app:wait_for_idle": "tests/support/seat.py: the pilot goes on at once",
}
"""Names that begin with an underscore, or stand in a module that does, and who stands on each."""

BEHIND = {
    "textual.drivers.linux_driver:LinuxDriver.start_application_mode": "tui/terminal/driver.py: asks behind Textual",
    "textual.drivers.linux_driver:LinuxDriver.run_input_thread": "tui/terminal/driver.py: reads in its place",
    "textual.drivers.linux_driver:LinuxDriver.process_message": "tui/terminal/driver.py: hands keys on",
    "textual.drivers.linux_driver:LinuxDriver.exit_event": "tui/terminal/driver.py: when to end",
    "textual.drivers.linux_driver:LinuxDriver.fileno": "tui/terminal/driver.py: where to read",
    "textual.drivers.web_driver:WebDriver.run_input_thread": "tui/serving/driver.py: ends with its site",
    "textual.drivers.web_driver:WebDriver.exit_event": "tui/serving/driver.py: ends with its site",
    "textual.app:App.get_driver_class": "tui/terminal/app.py: the driver is ours",
    "textual.app:App.panic": "tui/terminal/app.py: an error says a sentence",
    "textual.app:App.theme_variables": "tui/terminal/app.py: colours that can be read",
    "textual.app:App.no_color": "tui/terminal/app.py: NO_COLOR",
}
"""Names without an underscore that are not described for others to use."""

ADVICE = (
    "{name} is no more in version {version} of its package.\n{why}.\nLook in Textual's changelog and source for what"
    " took its place, mend that file and this list, then run tests/tui/review, tests/tui/terminal and"
    " `make soak`. Until then keep the version that pyproject.toml pins."
)


@cache
def classes(file: Path) -> dict[str, ast.ClassDef]:
    """The classes of a module by name."""
    return {node.name: node for node in ast.walk(parsed(file)) if isinstance(node, ast.ClassDef)}


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def own_names(node: ast.ClassDef) -> frozenset[str]:
    """What a class defines, in its body or on itself."""
    found = set()
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(item.name)
        targets = item.targets if isinstance(item, ast.Assign) else [getattr(item, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and _is_self(part.value):
            found.add(part.attr)
    return frozenset(found)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def names_of(kind: type) -> set[str]:
    """All names of a class and of what it inherits from."""
    found: set[str] = set()
    for one in kind.__mro__[:-1]:
        found |= set(vars(one))
        if one.__module__.startswith("textual") and (node := classes(Path(inspect.getfile(one))).get(one.__name__)):
            found |= own_names(node)
    return found


@pytest.mark.parametrize("name", [*INNER, *BEHIND])
def test_what_the_terminal_stands_on_is_there(name: str) -> None:
    module, _, path = name.partition(":")
    owner, _, attribute = path.rpartition(".")
    try:
        home = import_module(module)
        there = attribute in names_of(getattr(home, owner)) if owner else hasattr(home, attribute)
    except (ImportError, AttributeError):
        there = False
    if not there:
        version = metadata.version(module.partition(".")[0].replace("_", "-"))
        pytest.fail(ADVICE.format(version=version, name=name, why={**INNER, **BEHIND}[name]), pytrace=False)


def ours(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_nothing_else_is_imported_from_within() -> None:
    listed = {name.partition(":")[0] for name in INNER}
    found = {
        (str(file.relative_to(ROOT)), str(node.module))
        for file in ours("tui", "tests")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and "textual._" in str(node.module) and node.module not in listed
    }
    assert found == set(), "find a public way, or list it in INNER with its reason"


def test_no_class_of_ours_takes_a_name_that_textual_keeps_for_itself() -> None:
    """Such a name would replace what Textual calls by it, now or after an update."""
    listed = {name.rpartition(".")[2] for name in INNER}
    found = set()
    for file in ours("tui"):
        if "textual" not in file.read_text(encoding="utf-8") and "terminal" not in str(file):
            continue
        module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
        for name, node in classes(file).items():
            kind = getattr(module, name, None)
            bases = [] if kind is None else [base for base in kind.__mro__[1:] if base.__module__.startswith("textual")]
            private = {one for one in own_names(node) if one.startswith("_") and not one.startswith("__")}
            taken = private.intersection(*[set().union(*map(names_of, bases))]) if bases else set()
            found |= {f"{file.relative_to(ROOT)}: {name}.{one}" for one in taken - listed}
    assert found == set()


def test_no_other_inner_name_of_textual_is_used() -> None:
    """By the terminal. A name of ours that is spelled like one of Textual's is ours."""
    listed = {name.rpartition(".")[2] for name in INNER}
    theirs = {
        name
        for file in TEXTUAL.rglob("*.py")
        for node in classes(file).values()
        for name in own_names(node)
        if name.startswith("_") and not name.startswith("__")
    }
    mine = {name for file in ours("tui", "suggest") for node in classes(file).values() for name in own_names(node)}
    used = {
        (str(file.relative_to(ROOT)), node.attr)
        for file in ours("tui")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute) and node.attr in theirs - mine - listed
        if not (isinstance(node.value, ast.Name) and node.value.id == "os")
    }
    assert used == set(), "find a public way, or list it in INNER with its reason"
