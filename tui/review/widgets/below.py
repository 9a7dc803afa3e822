"""The room below the talk, shared by the list of suggestions and what the chosen one means."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.review.widgets.detail import Detail
from tui.review.widgets.suggestions import Suggestions

MEANING, MEANING_WIDE = 4, 3
"""So many lines are kept for the meaning; where its words stand beside the talk, fewer."""
LEAST = 2
"""So many it keeps where the list needs more than its share."""


class Below(Vertical):
    """As high as the screen's size says, so that the talk above never moves. The list has its share, and grows into
    what the meaning leaves where it is long."""

    def compose(self) -> ComposeResult:
        """The list, then the meaning."""
        yield Suggestions(id="suggestions")
        yield Detail(id="detail")

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.share()

    def share(self) -> None:
        """Divide the room for what is shown now."""
        listed, detail, total = self.query_one(Suggestions), self.query_one(Detail), self.size.height
        alone = any(self.screen.has_class(name) for name in ("-hidden", "-slim", "-low"))
        if alone or not total:
            listed.styles.height = "1fr"
            return
        usual = total - (MEANING_WIDE if self.screen.has_class("-wide") else MEANING)
        most = total - min(LEAST, detail.wanted)
        listed.styles.height = max(1, min(most, max(usual, listed.wanted)))
