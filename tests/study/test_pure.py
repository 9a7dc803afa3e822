"""Canonical bytes, Merkle roots, pages of bits, the draw, positions, corrections, overlaps, shapes of entries."""

from __future__ import annotations

import copy
import hashlib
import json
import sqlite3
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggest.study import events, shapes
from suggest.study.canonical import canonical, commitment, entry_hash, spell
from suggest.study.corrections import apply_edits, find_edits
from suggest.study.draw import BLOCK_MAX, BLOCK_MIN, MARGIN, draw_blocks, in_arm, rank, sampled
from suggest.study.merkle import Roots, root
from suggest.study.overlap import RUN, Shingles
from suggest.study.pages import PAGE, PageBuffer, lowest, pack, positions, span, unpack
from suggest.study.positions import inverse, map_position, map_range
from suggest.study.schema import make_projections

# Canonical JSON

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=values)
def test_canonical_json_is_ascii_and_reads_back_the_same(value: Any) -> None:
    text = canonical(value)
    assert text.isascii() and json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(value=st.dictionaries(st.text(), values, min_size=2), seed=st.integers(0, 99))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], seed: int) -> None:
    items = list(value.items())
    Random(seed).shuffle(items)
    assert canonical(dict(items)) == canonical(value)


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": {"b": [float("nan")]}}, (1, 2.5)])
def test_a_float_has_no_canonical_spelling(value: Any) -> None:
    with pytest.raises(ValueError, match="float"):
        canonical(value)


def test_the_quick_spelling_is_the_canonical_one() -> None:
    assert spell({"b": [1, None, True], "a": "ü\n"}) == canonical({"b": [1, None, True], "a": "ü\n"})


def test_an_entrys_hash_is_that_of_its_canonical_json() -> None:
    entry = {
        "replica": "ab" * 8, "seq": 3, "clock": 5, "tick": 0, "at": None, "actor": "c" + "a" * 12, "kind": "joined",
        "payload": {"round": "r", "coder": "c"}, "prev": "0" * 64,
    }  # fmt: skip
    plain = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert (
        entry_hash("ab" * 8, 3, 5, 0, None, "c" + "a" * 12, "joined", '{"coder":"c","round":"r"}', "0" * 64)
        == hashlib.sha256(b"\x00" + plain).hexdigest()
    )


@given(salt=st.binary(min_size=16, max_size=16), body=st.text())
def test_a_commitment_depends_on_salt_kind_and_body(salt: bytes, body: str) -> None:
    other = bytes([salt[0] ^ 1]) + salt[1:]
    ids = {commitment(salt, "memo", body), commitment(other, "memo", body), commitment(salt, "text", body),
           commitment(salt, "memo", body + "x")}  # fmt: skip
    assert len(ids) == 4
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(salt[1:], "memo", body)


# Merkle tree heads (RFC 6962, section 2.1), computed here once more from its definition


def tree_head(data: list[bytes]) -> bytes:
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return hashlib.sha256(b"\x01" + tree_head(data[:split]) + tree_head(data[split:])).digest()


KNOWN = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
HEADS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""The heads that Certificate Transparency's own tests use for these leaves."""


@pytest.mark.parametrize("size", sorted(HEADS))
def test_the_known_tree_heads_come_out(size: int) -> None:
    leaves = [hashlib.sha256(b"\x00" + data).hexdigest() for data in KNOWN[:size]]
    assert root(leaves) == HEADS[size] == tree_head(KNOWN[:size]).hex()


@given(data=st.lists(st.binary(max_size=4), max_size=40))
def test_roots_grow_as_the_definition_says(data: list[bytes]) -> None:
    roots = Roots()
    for number, item in enumerate(data, 1):
        roots.add(hashlib.sha256(b"\x00" + item).hexdigest())
        assert roots.root() == tree_head(data[:number]).hex()


# Pages

numbers = st.integers(0, 3 * PAGE)


@given(bits=st.sets(st.integers(0, PAGE - 1)))
def test_a_page_packs_and_unpacks(bits: set[int]) -> None:
    page = sum(1 << bit for bit in bits)
    assert unpack(pack(page)) == page
    assert list(positions(page)) == sorted(bits)
    if bits:
        assert lowest(page) == min(bits)


@given(first=numbers, length=st.integers(1, 2 * PAGE))
def test_a_span_is_its_numbers(first: int, length: int) -> None:
    found = [page * PAGE + place for page, bits in span(first, first + length - 1) for place in positions(bits)]
    assert found == list(range(first, first + length))


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(("set", "unset", "clear", "flush")), numbers, st.integers(0, 300)), max_size=30
    )
)
def test_buffered_pages_are_sets_of_numbers(steps: list[tuple[str, int, int]]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    make_projections(connection)
    buffer, model = PageBuffer(connection), set[int]()
    for what, number, length in steps:
        if what == "flush":
            buffer.flush()
        elif what == "clear":
            lost = buffer.clear_span(["s"], number, number + length)
            gone = {n for n in model if number <= n <= number + length}
            assert lost.get("s", 0) == len(gone)
            model -= gone
        else:
            on = what == "set"
            assert buffer.set("s", number, on) == ((number in model) != on)
            (model.add if on else model.discard)(number)
        assert buffer.has("s", number) == (number in model)
    buffer.flush()
    rows = connection.execute("SELECT page, bits, count FROM pages").fetchall()
    assert {page * PAGE + place for page, bits, _ in rows for place in positions(unpack(bits))} == model
    assert all(count == unpack(bits).bit_count() > 0 for _, bits, count in rows)


# The draw


@given(seed=st.text(max_size=5), size=st.integers(0, 400), share=st.integers(0, 1_000_000), opening=st.integers(0, 40))
def test_blocks_lie_apart_inside_the_document_after_its_opening(seed: str, size: int, share: int, opening: int) -> None:
    blocks = draw_blocks(seed, "d", size, share, opening)
    assert blocks == draw_blocks(seed, "d", size, share, opening)
    place = opening
    for number, block in enumerate(blocks):
        assert block.first >= place and block.last < size
        assert block.last - block.first + 1 <= BLOCK_MAX
        if size - opening >= 2 * (BLOCK_MIN + MARGIN):
            assert block.last - block.first + 1 >= BLOCK_MIN
        if number:
            assert block.first - blocks[number - 1].last > MARGIN
        assert 0 < block.probability <= 1_000_000
        place = block.last + 1


@pytest.mark.parametrize("share", [50_000, 150_000, 200_000, 300_000])
@pytest.mark.parametrize("size", [12, 40, 200])
def test_on_average_the_share_is_drawn(size: int, share: int) -> None:
    drawn = sum(
        block.last - block.first + 1 for n in range(1_500) for block in draw_blocks(str(n), f"d{n}", size, share)
    )
    assert drawn / (1_500 * size) == pytest.approx(share / 1_000_000, rel=0.1)


def test_every_place_of_a_document_can_be_drawn_and_its_probability_is_stated_right() -> None:
    hits = [0] * 60
    stated = 0.0
    for n in range(3_000):
        for block in draw_blocks(str(n), "d", 60, 200_000):
            stated += (block.last - block.first + 1) / (block.probability / 1_000_000)
            for place in range(block.first, block.last + 1):
                hits[place] += 1
    assert min(hits) > 0
    # Weighted by the inverse of its probability the core stands for as many segments as its cells hold.
    assert stated / 3_000 == pytest.approx(60, rel=0.25)


def test_two_thirds_of_the_blocks_are_shown_afterwards() -> None:
    blocks = [block for n in range(2_000) for block in draw_blocks(str(n), "d", 60, 200_000)]
    shown = sum(block.exposure == "blind_then_shown" for block in blocks)
    assert shown / len(blocks) == pytest.approx(2 / 3, abs=0.03)


def test_the_arm_and_the_sample_take_their_shares_by_chance() -> None:
    arm = sum(in_arm("s", "anna", f"d.{n}", 50_000) for n in range(20_000))
    assert arm / 20_000 == pytest.approx(0.05, abs=0.006)
    assert {n for n in range(500) if in_arm("s", "anna", f"d.{n}", 200_000)} != {
        n for n in range(500) if in_arm("s", "bo", f"d.{n}", 200_000)
    }
    assert all(sampled("s", f"d.{n}", 1_000_000) for n in range(100))
    assert sum(sampled("s", f"d.{n}", 300_000) for n in range(20_000)) / 20_000 == pytest.approx(0.3, abs=0.01)


def test_a_rank_is_for_ever_the_same() -> None:
    expected = int.from_bytes(hashlib.sha256(b"a|b").digest()[:8], "big") * 1_000_000 >> 64
    assert rank("a", "b") == expected


# Positions and corrections


def edited(chance: Random, words: list[str]) -> list[tuple[int, int, str]]:
    """Edits of whole words: replaced, taken out with the blank after them, or something put before them."""
    edits, place = [], 0
    for word in words:
        kind = chance.randrange(6)
        if kind == 0:
            edits.append((place, place + len(word), f"<{chance.randrange(10**6)}>"))
        elif kind == 1:
            edits.append((place, place + len(word) + 1, ""))
        elif kind == 2:
            edits.append((place, place, "well "))
        place += len(word) + 1
    return edits


@given(seed=st.integers(0, 10**6))
def test_a_range_marks_the_same_words_after_edits(seed: int) -> None:
    chance = Random(seed)
    words = [f"w{n}é"[: chance.randrange(2, 5)] + f"{n}" for n in range(12)]
    text = " ".join(words) + " "
    start_word, end_word = sorted(chance.sample(range(13), 2))
    places = [0]
    for word in words:
        places.append(places[-1] + len(word) + 1)
    start, end = places[start_word], places[end_word] - 1
    edits = edited(chance, words)
    after = apply_edits(text, edits)
    moved = map_range(start, end, [(a, b, len(new)) for a, b, new in edits])
    untouched = [
        word
        for number, word in enumerate(words)
        if start_word <= number < end_word and not any(a <= places[number] < b for a, b, _ in edits)
    ]
    under = after[moved[0] : moved[1]]
    assert [word for word in under.split() if word in words] == untouched


@given(seed=st.integers(0, 10**6))
def test_edits_found_lead_from_one_text_to_the_other_and_back(seed: int) -> None:
    chance = Random(seed)
    words = [chance.choice(("ab", "cd", "é", "x1")) for _ in range(chance.randrange(14))]
    before = " ".join(words)
    after = apply_edits(before + " ", edited(chance, words))
    edits = find_edits(before, after)
    assert apply_edits(before, edits) == after
    sizes = [(a, b, len(new)) for a, b, new in edits]
    back = [(a, b, before[c:d]) for (a, b, _), (c, d, _) in zip(inverse(sizes), edits, strict=True)]
    assert apply_edits(after, back) == before
    assert inverse(inverse(sizes)) == sizes


@given(seed=st.integers(0, 10**6), place=st.integers(0, 60))
def test_a_place_outside_of_every_edit_comes_back_by_the_inverse(seed: int, place: int) -> None:
    chance = Random(seed)
    words = [f"word{n}" for n in range(10)]
    edits = [(a, b, len(new)) for a, b, new in edited(chance, words)]
    if any(a <= place <= b for a, b, _ in edits):
        return
    assert map_position(map_position(place, edits, end=False), inverse(edits), end=False) == place


@pytest.mark.parametrize("edits", [[(3, 2, "x")], [(0, 99, "x")], [(2, 4, "x"), (3, 5, "y")], [(-1, 2, "x")]])
def test_edits_that_overlap_or_lie_outside_are_refused(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="replacements"):
        apply_edits("some text", edits)


# Overlaps

word_lists = st.lists(st.sampled_from(["alpha", "Beta", "gamma", "İki", "Straße", "δ", "e42"]), max_size=30)


@given(told=word_lists, before=word_lists, after=word_lists)
def test_no_run_of_eight_withdrawn_words_is_left(told: list[str], before: list[str], after: list[str]) -> None:
    masked = Shingles([" ".join(told)]).mask(f"{' '.join(before)} {', '.join(told).upper()}! {' '.join(after)}")
    left = [word.casefold() for word in masked.replace(",", " ").replace("!", " ").split()]
    gone = {tuple(word.upper().casefold() for word in told[i : i + RUN]) for i in range(len(told) - RUN + 1)}
    assert not any(tuple(left[i : i + RUN]) in gone for i in range(len(left)))


def test_what_is_not_withdrawn_stays() -> None:
    told = "one two three four five six seven eight nine"
    assert Shingles([told]).mask("one two three four, and nothing else") == "one two three four, and nothing else"
    assert Shingles([told]).mask("she said: ONE, two three four five six seven eight.") == "she said: [withdrawn]."


# The shapes of log entries


def example(shape: shapes.Shape, chance: Random) -> Any:
    """A value of a shape."""
    match shape:
        case shapes.Record():
            return {name: example(inner, chance) for name, inner in shape.fields.items()}
        case shapes.Row():
            return [example(inner, chance) for inner in shape.shapes]
        case shapes.Many():
            return [example(shape.shape, chance) for _ in range(chance.randrange(1, 3))]
        case shapes.Opt():
            return example(shape.shape, chance) if chance.randrange(3) else None
        case shapes.OneOf():
            return chance.choice(shape.words)
        case shapes.Int():
            return chance.randrange(shape.low, min(shape.high, 10**6) + 1)
        case shapes.Bool():
            return chance.random() < 0.5
        case events.TreeChange():
            op = chance.choice(tuple(events._TREE_OPS))
            return {"op": op, **{name: example(inner, chance) for name, inner in events._TREE_OPS[op].items()}}
        case shapes.Text():
            return {events.ID: "kabcdefghijkl", events.REPLICA: "ab" * 8}.get(shape, "cd" * 32)
    raise AssertionError(shape)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to every value inside, and to the value itself."""
    found = [way]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*way, key))
    return found


@pytest.mark.parametrize("kind", sorted(events.KINDS))
def test_a_payload_takes_no_free_string_no_float_and_no_other_field_anywhere(kind: str) -> None:
    for seed in range(8):
        payload = example(events.KINDS[kind], Random(seed))
        events.check(kind, payload)
        for way in places(payload):
            for wrong in ("What she said, in her words", 0.5, {"more": 1}, ["x"], "kabc defghijkl", b"x"):
                changed = copy.deepcopy({"payload": payload})
                at: Any = changed
                for key in ("payload", *way)[:-1]:
                    at = at[key]
                last = ("payload", *way)[-1]
                at[last] = wrong
                with pytest.raises(ValueError, match=r"."):
                    events.check(kind, changed["payload"])
                if isinstance(at, dict) and way:
                    at[last] = payload if len(way) == 0 else None
                    at["further"] = 1
                    with pytest.raises(ValueError, match=r"."):
                        events.check(kind, changed["payload"])


@pytest.mark.parametrize("kind", sorted(events.KINDS))
def test_every_commitment_in_a_payload_is_known_as_content(kind: str) -> None:
    def commitments(shape: shapes.Shape, value: Any) -> list[str]:
        match shape:
            case shapes.Record():
                return [c for name, inner in shape.fields.items() for c in commitments(inner, value[name])]
            case shapes.Row():
                return [c for inner, item in zip(shape.shapes, value, strict=True) for c in commitments(inner, item)]
            case shapes.Many():
                return [c for item in value for c in commitments(shape.shape, item)]
            case shapes.Opt():
                return [] if value is None else commitments(shape.shape, value)
            case events.TreeChange():
                return [c for n, inner in events._TREE_OPS[value["op"]].items() for c in commitments(inner, value[n])]
            case shapes.ContentId():
                return [value]
        return []

    for seed in range(8):
        payload = example(events.KINDS[kind], Random(seed))
        assert list(events.contents(kind, payload)) == commitments(events.KINDS[kind], payload)


def test_an_entry_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no log entry"):
        events.check("invented", {})


def test_an_actor_is_an_id_and_no_name(work: Any) -> None:
    with pytest.raises(ValueError, match="actor"), work.study.write("anna"):
        pass
