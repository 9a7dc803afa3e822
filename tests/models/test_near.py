"""Which texts are nearest to another: by their rare words, and by their vectors, unlike one another."""

from __future__ import annotations

from bag_encoder import BagEncoder

from suggest.models.near import ByMeaning, ByWords, Written

SAID = ("the trains were late", "late trains, late trains", "apples and pears", "pears on trees", "we sang")


class Store:
    """Keeps vectors in memory, and remembers which document each was said to be of."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}
        self.documents: set[str | None] = set()

    def get(self, keys):
        return {key: self.held[key] for key in keys if key in self.held}

    def put(self, items, documents):
        self.held.update(items)
        self.documents |= set(documents.values())


def written(*texts):
    return [Written(text, "d1") for text in texts]


def anything(place):
    return True


def test_by_words_those_that_share_the_rarest_come_first_and_those_that_share_none_not_at_all():
    found = ByWords(written(*SAID)).nearest(Written("a train is late", "d2"), 5, anything)
    assert found == [1, 0]


def test_by_meaning_the_nearest_come_first_and_there_are_as_many_as_wanted():
    near = ByMeaning(written(*SAID), BagEncoder(), None)
    assert near.nearest(Written("trains late", "d2"), 1, anything) == [1]
    assert len(near.nearest(Written("trains late", "d2"), 3, anything)) == 3
    assert len(near.nearest(Written("trains late", "d2"), 20, anything)) == len(SAID)


def test_of_two_that_mean_the_same_what_shares_the_rarer_words_is_nearer():
    said = ("late trains", "late Trainspotters")
    near = ByMeaning(written(*said), BagEncoder(), None)
    assert near.nearest(Written("late trainspotters", "d2"), 1, anything) == [1]
    assert near.nearest(Written("late trains", "d2"), 1, anything) == [0]


def test_of_two_that_say_the_same_one_is_enough():
    said = ("pears plums fall", "pears plums fall", "sold late", "we sang")
    near = ByMeaning(written(*said), BagEncoder(), None)
    assert near.nearest(Written("pears plums fall sold late", "d2"), 2, anything) == [0, 2]


def test_only_what_may_be_chosen_is():
    for near in (ByWords(written(*SAID)), ByMeaning(written(*SAID), BagEncoder(), None)):
        assert near.nearest(Written(SAID[1], "d2"), 1, lambda place: place != 1) == [0]


def test_nothing_is_near_where_there_is_nothing():
    assert ByMeaning([], BagEncoder(), None).nearest(Written("x", "d"), 3, anything) == []
    assert ByWords([]).nearest(Written("x", "d"), 3, anything) == []


def test_each_text_is_read_once_and_kept_with_its_document():
    store, encoder = Store(), BagEncoder()
    near = ByMeaning(written(*SAID), encoder, store)
    near.prepare()
    near.nearest(Written("trains late", "d2"), 2, anything)
    near.nearest(Written("trains late", "d2"), 2, anything)
    assert sorted(encoder.read) == sorted([*SAID, "trains late"])
    assert store.documents == {"d1", "d2"}
    again = BagEncoder()
    ByMeaning(written(*SAID), again, store).prepare()
    assert again.read == []


def test_how_many_were_read_is_told():
    heard = []
    ByMeaning(written(*SAID), BagEncoder(), None).prepare(lambda done, total: heard.append((done, total)))
    assert heard == [(5, 5)]


def test_the_way_of_choosing_has_a_name_with_the_encoder_in_it():
    assert ByWords([]).identity == "words-1"
    assert ByMeaning([], BagEncoder(), None).identity == "meaning-1+bag"
