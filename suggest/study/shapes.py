"""What a value in the payload of a log entry may be: shapes that check it and know the content that it stands on.

None of them takes a free string or a float: which of them make up an entry is told with its kind.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_INT_MAX = 2**53 - 1


class Shape(ABC):
    """What a payload value may be."""

    @abstractmethod
    def check(self, value: Any, where: str) -> None:
        """ValueError, naming the place, if the value is not of this shape."""

    def contents(self, value: Any) -> Iterator[str]:
        """The content ids (commitments) inside the value."""
        return iter(())


@dataclass(frozen=True)
class Text(Shape):
    """A string of a closed form."""

    pattern: re.Pattern[str]

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, str) or not self.pattern.match(value):
            raise ValueError(f"{where}: not of the form {self.pattern.pattern}")


class ContentId(Text):
    """The commitment of a content row."""

    def contents(self, value: Any) -> Iterator[str]:
        yield value


@dataclass(frozen=True)
class OneOf(Shape):
    words: tuple[str, ...]

    def check(self, value: Any, where: str) -> None:
        if value not in self.words:
            raise ValueError(f"{where}: not one of {', '.join(self.words)}")


@dataclass(frozen=True)
class Int(Shape):
    low: int = 0
    high: int = _INT_MAX

    def check(self, value: Any, where: str) -> None:
        if type(value) is not int or not self.low <= value <= self.high:
            raise ValueError(f"{where}: not an integer from {self.low} to {self.high}")


class Bool(Shape):
    def check(self, value: Any, where: str) -> None:
        if type(value) is not bool:
            raise ValueError(f"{where}: not true or false")


@dataclass(frozen=True)
class Opt(Shape):
    """The value or null."""

    shape: Shape

    def check(self, value: Any, where: str) -> None:
        if value is not None:
            self.shape.check(value, where)

    def contents(self, value: Any) -> Iterator[str]:
        if value is not None:
            yield from self.shape.contents(value)


@dataclass(frozen=True)
class Many(Shape):
    shape: Shape

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise ValueError(f"{where}: not a list")
        for item in value:
            self.shape.check(item, where)

    def contents(self, value: Any) -> Iterator[str]:
        for item in value:
            yield from self.shape.contents(item)


@dataclass(frozen=True)
class Row(Shape):
    """A list of fixed length."""

    shapes: tuple[Shape, ...]

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, list) or len(value) != len(self.shapes):
            raise ValueError(f"{where}: not a list of {len(self.shapes)}")
        for shape, item in zip(self.shapes, value, strict=True):
            shape.check(item, where)

    def contents(self, value: Any) -> Iterator[str]:
        for shape, item in zip(self.shapes, value, strict=True):
            yield from shape.contents(item)


@dataclass(frozen=True)
class Record(Shape):
    """All of the fields, and of the optional ones those that there is something to say of: null is not written."""

    fields: dict[str, Shape]
    optional: dict[str, Shape] = field(default_factory=dict)

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, dict) or value.keys() - self.optional.keys() != self.fields.keys():
            raise ValueError(f"{where}: not the fields {', '.join(self.fields)}")
        for name, shape in self._given(value):
            shape.check(value[name], f"{where}.{name}")

    def contents(self, value: Any) -> Iterator[str]:
        for name, shape in self._given(value):
            yield from shape.contents(value[name])

    def _given(self, value: dict[str, Any]) -> Iterator[tuple[str, Shape]]:
        yield from self.fields.items()
        yield from ((name, shape) for name, shape in self.optional.items() if name in value)
