"""The baseline that needs no weights and no network: what a segment has in common, word by word, with the wording of
each code and with the segments that were decided already."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence

from suggest.models.decided import Decided, Votes
from suggest.models.hashes import TaskIdentity, training_hash
from suggest.models.interface import (
    MILLION,
    Answer,
    Candidate,
    Example,
    ModelProfile,
    OfferedCode,
    Outcome,
    Price,
    Task,
)
from suggest.models.wordings import Wordings
from suggest.models.words import Piece, brevity, features, piece_at, pieces, says_something, words

VERSION = 2
MOST_CANDIDATES = 8
MOST_BASIS = 5
DEFAULT_THRESHOLD = 250_000
"""In millionths. On highlights of think-aloud sessions with 22 codes it lets one code a segment through on average
and leaves 45 in 100 without any."""

LEAST_TO_LEARN_THRESHOLD = 30
MOST_TO_LEARN_THRESHOLD = 500
WORDING_FLOOR = 0.2
DECISIONS_PER_CODE = 5
"""With so many decided segments for each code, wording and decisions weigh the same; the wording never weighs less
than the floor. All of these figures were chosen on the think-aloud sessions alone."""

COMMON_SHARE, LEAST_TEXTS = 2, 12
"""A word that more than half of the wordings and decided segments hold carries no meaning by itself, where there
are so many of these that it can be told."""

THREE_LETTERS = 0.6
"""The `brevity` of words of three letters."""

TASKS_PER_TURN = 8
"""After so many tasks the event loop gets a turn."""


class LexicalSuggester:
    """A `Suggester` in plain Python, frozen at construction: the same task always gets the same answer."""

    def __init__(
        self,
        codes: Sequence[OfferedCode],
        examples: Iterable[Example] = (),
        *,
        name: str = "lexical",
        threshold: int | None = None,
    ) -> None:
        """`threshold` (millionths) decides what fits; by default it is learned from the examples, where there are
        enough, or DEFAULT_THRESHOLD. Raises ValueError for two codes of one id or a threshold out of range."""
        self._codes = tuple(sorted(codes, key=lambda code: (code.path, code.id)))
        positions = {code.id: position for position, code in enumerate(self._codes)}
        if len(positions) != len(self._codes):
            raise ValueError("two of the codes have the same id")
        if threshold is not None and not 0 <= threshold <= MILLION:
            raise ValueError("a threshold lies between 0 and 1,000,000 millionths")
        learned_from = tuple(examples)
        self._wordings = Wordings(self._codes)
        self._names = [{f for word in words(code.name) for f in features(word.surface)} for code in self._codes]
        self._decided = Decided(learned_from, positions)
        self._common = _common([*self._wordings.holding(), *map(self._decided.features_of, self._decided.segments)])
        half = DECISIONS_PER_CODE * len(self._codes)
        self._wording_share = max(WORDING_FLOOR, half / (half + len(self._decided))) if half else 1.0
        self._threshold = self._learned_threshold() if threshold is None else threshold
        training = training_hash(learned_from)
        self._profile = ModelProfile(
            name=name,
            kind="lexical",
            identity=f"lexical-{VERSION}" + (f"+{training[:16]}" if training else ""),
            capabilities=frozenset({"evidence", "rationale", "learns"}),
            price=Price(0, 0),
            training=training,
            parameters=(("threshold", self._threshold),),
        )
        self._identity = TaskIdentity(self._codes, "", self._profile.identity, dict(self._profile.parameters))

    @property
    def profile(self) -> ModelProfile:
        return self._profile

    @property
    def codes(self) -> tuple[OfferedCode, ...]:
        return self._codes

    def task_hash(self, task: Task) -> str:
        """See `TaskIdentity`; there is no prompt."""
        return self._identity.of(task)

    async def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        """One answer for each task, in the order of the tasks."""
        number = 0
        async for task in tasks:
            yield self.answer(task)
            number += 1
            if number % TASKS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def aclose(self) -> None:
        """Nothing to give back."""

    def answer(self, task: Task) -> Answer:
        """The ranked candidates for one segment: up to eight, or every code of a smaller tree."""
        found = [(word.start, features(word.surface)) for word in words(task.text)]
        told = list(dict.fromkeys(word.surface for word in words(task.text)))
        query = list(dict.fromkeys(feature for _, of_word in found for feature in of_word))
        votes = self._decided.votes(task.segment, query)
        scores = self._scores(query, votes)
        ranked = sorted(
            range(len(self._codes)),
            key=lambda position: (
                -scores.get(position, 0),
                -self._decided.commonness(position, task.segment),
                position,
            ),
        )[:MOST_CANDIDATES]
        weights = self._wordings.weights(query, ranked)
        rarities = self._decided.rarities(query)
        places = _Places(task.text, found)
        candidates = []
        for position in ranked:
            score = scores.get(position, 0)
            basis = tuple(votes.supporters.get(position, ()))[:MOST_BASIS]
            evidence = places.best(self._evidence_weights(weights[position], basis, rarities))
            candidates.append(
                Candidate(
                    code=self._codes[position].id,
                    fits=0 < score >= self._threshold and self._rests_on(told, position, weights[position], basis),
                    confidence=score,
                    confidence_method="rank",
                    evidence=None if evidence is None else (task.start + evidence.start, task.start + evidence.end),
                    evidence_state="none" if evidence is None else "exact",
                    rationale=self._rationale(position, weights[position], told, bool(basis)),
                    basis=basis,
                )
            )
        return Answer(task.segment, tuple(candidates), self.task_hash(task), sample=task.sample)

    def _telling(self, told: Iterable[str], least: float = 1.0) -> set[str]:
        """The features of those of the words that carry meaning: not short, and in few of the texts known so far."""
        return {
            feature
            for surface in told
            if says_something(surface)
            for of_word in (features(surface),)
            if of_word[0] not in self._common
            for feature in of_word
            if brevity(feature) >= least
        }

    def _rests_on(
        self, told: Sequence[str], position: int, of_wording: Mapping[str, float], basis: Sequence[str]
    ) -> bool:
        """Whether the wording, or talk that was decided so, has a word of the text that carries meaning: "of the" is no
        reason. A word of three letters is one where the code is called by it, such as "Pay".

        Where so much was decided that it tells by itself how often words are said, what is voted for rests on that."""
        if basis and len(self._decided) >= LEAST_TO_LEARN_THRESHOLD:
            return True
        telling = self._telling(told)
        if not telling.isdisjoint(of_wording):
            return True
        if any(not telling.isdisjoint(self._decided.features_of(segment)) for segment in basis):
            return True
        return not self._telling(told, THREE_LETTERS).isdisjoint(self._names[position])

    def _scores(self, query: Sequence[str], votes: Votes) -> dict[int, int]:
        """Scores in millionths for the codes that have any: wording and decisions, weighted by how many there are."""
        share = self._wording_share
        scores = {position: share * strength for position, strength in self._wordings.strengths(query).items()}
        for position, balance in votes.balance.items():
            scores[position] = scores.get(position, 0.0) + (1 - share) * balance
        return {position: round(score * MILLION) for position, score in scores.items() if score > 0}

    def _learned_threshold(self) -> int:
        """The threshold with the best F1 over decided segments, each scored without its own decisions."""
        every = -(-len(self._decided) // MOST_TO_LEARN_THRESHOLD) or 1
        chosen = self._decided.segments[::every]
        applied = sum(len(self._decided.applied(segment)) for segment in chosen)
        if len(chosen) < LEAST_TO_LEARN_THRESHOLD or not applied:
            return DEFAULT_THRESHOLD
        scored: list[tuple[int, bool]] = []
        for segment in chosen:
            right = self._decided.applied(segment)
            query = list(self._decided.features_of(segment))
            scores = self._scores(query, self._decided.votes(segment, query))
            scored.extend((score, position in right) for position, score in scores.items() if score)
        scored.sort(reverse=True)
        best, threshold, hits = 0.0, DEFAULT_THRESHOLD, 0
        for number, (score, hit) in enumerate(scored, 1):
            hits += hit
            last_of_equals = number == len(scored) or scored[number][0] < score
            if last_of_equals and 2 * hits / (number + applied) > best:
                best, threshold = 2 * hits / (number + applied), score
        return threshold

    def _evidence_weights(
        self, of_wording: Mapping[str, float], basis: Sequence[str], rarities: Mapping[str, float]
    ) -> dict[str, float]:
        weights = {feature: self._wording_share * weight for feature, weight in of_wording.items()}
        share = (1 - self._wording_share) / len(basis) if basis else 0.0
        for segment in basis:
            shared = self._decided.features_of(segment)
            for feature, rarity in rarities.items():
                if feature in shared:
                    weights[feature] = weights.get(feature, 0.0) + share * rarity
        return weights

    def _rationale(self, position: int, weights: dict[str, float], told: Sequence[str], learned: bool) -> str:
        named = self._wordings.named(position, weights, told)
        if named:
            reason = f"Shares {', '.join(f'“{word}”' for word in named)} with the code's wording"
        elif weights:
            reason = "Shares beginnings of words with the code's wording, or words with its examples"
        else:
            reason = "No word in common with the code's wording"
        # How many colleagues' codings stand behind it is not said: the reader may not have committed yet.
        return f"{reason}; like talk it has learned from." if learned else f"{reason}."


def _common(texts: Sequence[Iterable[str]]) -> frozenset[str]:
    """The features that so many of the texts hold that they say nothing of any, in whatever language."""
    if len(texts) < LEAST_TEXTS:
        return frozenset()
    held = Counter(feature for text in texts for feature in text)
    return frozenset(feature for feature, times in held.items() if times * COMMON_SHARE > len(texts))


class _Places:
    """Where in a text the features stand, and which of its sentences or clauses holds the weightiest of them."""

    def __init__(self, text: str, found: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        self._pieces = pieces(text)
        starts = [piece.start for piece in self._pieces]
        self._holding: dict[str, list[int]] = {}
        for start, of_word in found:
            piece = piece_at(starts, start)
            for feature in of_word:
                holding = self._holding.setdefault(feature, [])
                if not holding or holding[-1] != piece:
                    holding.append(piece)

    def best(self, weights: Mapping[str, float]) -> Piece | None:
        """The piece whose features weigh most, the first of equals; None where none of them occurs."""
        totals: dict[int, float] = {}
        for feature, weight in weights.items():
            for piece in self._holding.get(feature, ()):
                totals[piece] = totals.get(piece, 0.0) + weight
        heaviest = max(totals, key=lambda piece: (round(totals[piece], 9), -piece), default=None)
        return None if heaviest is None or totals[heaviest] <= 0 else self._pieces[heaviest]
