"""Cells of other programs' tables: texts and numbers, whatever stands in them."""

from __future__ import annotations

from suggest.study.foreign import Cell


def words(cell: Cell) -> str:
    """The cell's text, or "" for what is none; NUL characters cannot be stored and become U+FFFD."""
    return cell.replace("\x00", "\ufffd") if isinstance(cell, str) else ""


def number(cell: Cell) -> int | None:
    """The cell's whole number, or None for what is none."""
    return cell if isinstance(cell, int) else None


def key(kind: str, cell: Cell) -> str:
    """An id that is unique in the file, compared as REFI-QDA's GUIDs are."""
    return f"{kind}-{cell}".lower()
