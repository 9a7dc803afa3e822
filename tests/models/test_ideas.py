"""How alike ideas are, by vectors that were kept."""

from __future__ import annotations

import pytest
from bag_encoder import BagEncoder

from suggest.models import ideas as module
from suggest.models.ideas import Ideas, idea, read_ideas


class Store:
    """Keeps vectors in memory."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}

    def get(self, keys):
        return {key: self.held[key] for key in keys if key in self.held}

    def put(self, items, documents):
        self.held.update(items)


@pytest.fixture(autouse=True)
def read_by_bag(monkeypatch):
    monkeypatch.setattr(module, "identity", lambda: BagEncoder.identity)


def kept(*texts):
    store = Store()
    read_ideas(BagEncoder(), store, dict.fromkeys(texts))
    return store


def test_an_idea_is_its_name_with_its_definition():
    assert (idea("Hope", "Looking forward"), idea("Hope", "")) == ("Hope: Looking forward", "Hope")


def test_what_was_kept_is_not_read_again():
    store, encoder = kept("late trains"), BagEncoder()
    read_ideas(encoder, store, {"late trains": None, "apples": None})
    assert encoder.read == ["apples"]


def test_the_likest_others_come_first_and_no_more_than_wanted():
    texts = ["late trains", "late trains again", "trains", "apples"]
    found = Ideas(kept(*texts), texts)
    assert found.nearest(texts, 0.3, 3)[0] == [1, 2]
    assert found.nearest(texts, 0.3, 1)[0] == [1]
    assert found.nearest(texts, 0.3, 3)[3] == []
    assert found.alike("late trains", "late trains") == 1


def test_an_idea_without_a_vector_is_like_no_other():
    texts = ["late trains", "late trains again"]
    found = Ideas(kept(texts[0]), texts)
    assert found.nearest(texts, 0.0, 3) == [[], []]
    assert found.alike(*texts) == 0
