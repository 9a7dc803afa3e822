"""What of a study is reviewed, by whom and in which order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """Whose review it is (an id and a name) and what of it: the order, and the choice as the user named it."""

    coder: str
    name: str
    order: str = "document"
    document: str | None = None
    speaker: str | None = None
    code: str | None = None
    mine: str | None = None
    state: str = "open"
    search: str = ""

    @property
    def told(self) -> str:
        """In words: the order, and what is left out."""
        parts = [("document", self.document), ("speaker", self.speaker), ("suggested", self.code), ("own", self.mine),
                 ("state", self.state if self.state != "open" else ""), ("words", self.search)]  # fmt: skip
        only = ", ".join(f"{name} {text}" for name, text in parts if text)
        return f"Order: {self.order}" + (f"; only {only} (f changes it)" if only else "; nothing is left out")
