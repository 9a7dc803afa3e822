"""The lazy command group: it lists without importing, and imports what is called."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tui.lazy import Entry, LazyGroup


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LazyGroup:
    """A group of two commands whose module is on disk, and not imported yet."""
    source = "import click\n\n@click.command()\ndef greet():\n    click.echo('hello')\n\nnot_a_command = 3\n"
    (tmp_path / "lazy_sample.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lazy_sample", raising=False)
    return LazyGroup(
        "sample",
        entries={
            "greet": Entry("lazy_sample:greet", "Say hello."),
            "broken": Entry("lazy_sample:not_a_command", "Never works."),
        },
    )


def test_help_lists_every_command_in_the_tables_order_and_imports_none(group: LazyGroup) -> None:
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert result.output.index("greet   Say hello.") < result.output.index("broken  Never works.")
    assert "lazy_sample" not in sys.modules


def test_a_called_command_is_imported_and_runs(group: LazyGroup) -> None:
    assert CliRunner().invoke(group, ["greet"]).output == "hello\n"
    assert "lazy_sample" in sys.modules


def test_a_mistyped_command_is_a_usage_error_that_names_the_near_one(group: LazyGroup) -> None:
    result = CliRunner().invoke(group, ["gret"])
    assert result.exit_code == 2
    assert "Did you mean 'greet'?" in result.output
    assert "lazy_sample" not in sys.modules


def test_completion_offers_names_with_help_and_imports_none(group: LazyGroup) -> None:
    items = group.shell_complete(click.Context(group), "gr")
    assert [(item.value, item.help) for item in items] == [("greet", "Say hello.")]
    assert "lazy_sample" not in sys.modules


def test_a_target_that_is_no_command_is_named(group: LazyGroup) -> None:
    with pytest.raises(TypeError, match="lazy_sample:not_a_command"):
        group.get_command(click.Context(group), "broken")


def test_commands_added_the_ordinary_way_are_listed_after_the_table(group: LazyGroup) -> None:
    @group.command(help="Added by hand.")
    def extra() -> None:
        click.echo("extra")

    assert group.list_commands(click.Context(group)) == ["greet", "broken", "extra"]
    assert "Added by hand." in CliRunner().invoke(group, ["--help"]).output
    assert CliRunner().invoke(group, ["extra"]).output == "extra\n"
