"""Options that a number may follow or not, such as `--ahead`, before an argument that is none."""

from __future__ import annotations

from typing import Any

import click


class NumbersOptional(click.Command):
    """A command whose options with a value of their own ("flag value") take the next word for it only if that is a
    number: in `suggest --ahead study.db` the study is no value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._unmistakable(args))

    def _unmistakable(self, args: list[str]) -> list[str]:
        values = {
            name: option.flag_value
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag and _set(option.flag_value)
            for name in option.opts
        }
        found: list[str] = []
        for number, word in enumerate(args):
            if word == "--":
                return [*found, *args[number:]]
            following = args[number + 1] if number + 1 < len(args) else ""
            alone = word in values and not following.isdecimal()
            found.append(f"{word}={values[word]}" if alone else word)
        return found


def _set(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
