"""How probable the choice of each code was among the codes on offer, read off the log probabilities of an answer's
tokens."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from suggest.models.chat.calls import Token
from suggest.models.interface import MILLION, Answer

MOST_UNTOLD = 0.05
"""What other codes may have, of the probability of all codes, without being told."""

_CODE = re.compile(rb'"code"\s*:\s*"([^"\\]*)"')
"""Inside a JSON string a quotation mark has a backslash before it, so this is found at keys alone."""


def weighed(answer: Answer, tokens: Sequence[Token], codes: Sequence[str]) -> Answer:
    """The answer with the probability of each code's choice as its confidence, in the order in which they were named.

    `codes` are the ids on offer. A confidence that the tokens do not tell is absent, whatever the model says of it.
    """
    named = choices(answer.raw or "", tokens, codes)
    order = {code: place for place, (code, _) in reversed([*enumerate(named)])}
    chances = dict(reversed(named))
    candidates = [
        replace(
            one,
            confidence=chances.get(one.code),
            confidence_method="none" if chances.get(one.code) is None else "probability",
        )
        for one in answer.candidates
    ]
    return replace(answer, candidates=tuple(sorted(candidates, key=lambda one: order.get(one.code, len(order)))))


def choices(content: str, tokens: Sequence[Token], codes: Sequence[str]) -> list[tuple[str, int | None]]:
    """The codes that a JSON answer names, in their order, each with how probable (millionths) it was to be the one
    among `codes` at its place, given that one was named there.

    At each token of the code the probability is that of what leads to the code as a share of all that leads to codes on
    offer, of those alternatives that were told; so it does not matter whether they were told before or after a grammar
    left only these. None where the tokens are not those of the answer, and where what was not told might weigh too
    much: an endpoint tells the likeliest alternatives only, and each of the others may be as likely as their last.
    """
    text = content.encode("utf-8", "surrogatepass")
    joined = b"".join(token.text for token in tokens)
    begin = joined.find(text) if tokens else -1
    found: list[tuple[str, int | None]] = []
    offered = [code.encode() for code in codes]
    for match in _CODE.finditer(text):
        code = match.group(1)
        chance = None
        if begin >= 0 and code in offered:
            chance = _chance(code, begin + match.start(1), tokens, offered)
        found.append((code.decode("utf-8", "replace"), None if chance is None else round(MILLION * chance)))
    return found


def _chance(code: bytes, start: int, tokens: Sequence[Token], offered: Sequence[bytes]) -> float | None:
    end = start + len(code)
    whole = code + b'"'
    others = [other + b'"' for other in offered if other != code]
    at, product = 0, 1.0
    for token in tokens:
        before, at = at, at + len(token.text)
        if at <= start or before >= end:
            continue
        said = whole[: max(0, before - start)]
        possible = [other for other in others if other.startswith(said)]
        if not possible:
            break
        share = _share(token, token.text[: max(0, start - before)], said, whole, possible)
        if share is None:
            return None
        product *= share
    return product


def _share(token: Token, lead: bytes, said: bytes, whole: bytes, others: Sequence[bytes]) -> float | None:
    """What of the probability at a token goes to the code, of all that goes to codes. `lead` stands before the code in
    the token, `said` is what of the code was there before it."""
    if not token.others:
        return None
    least = math.exp(min(logprob for _, logprob in token.others))
    ours, theirs = math.exp(token.logprob), 0.0
    told: list[bytes] = []
    for text, logprob in token.others:
        if text == token.text or not text.startswith(lead):
            continue
        so_far = said + text[len(lead) :]
        to_ours = _leads(so_far, whole)
        to_others = any(_leads(so_far, other) for other in others)
        # What leads to both says nothing of which.
        if to_ours and not to_others:
            ours += math.exp(logprob)
        elif to_others and not to_ours:
            theirs += math.exp(logprob)
        told.append(so_far)
    # Codes that the token rules out, and to which no alternative leads that was told.
    chosen = said + token.text[len(lead) :]
    untold = sum(not any(_leads(so_far, other) for so_far in (chosen, *told)) for other in others)
    if ours < least or ours + theirs == 0 or least * untold > MOST_UNTOLD * (ours + theirs):
        return None
    return ours / (ours + theirs)


def _leads(so_far: bytes, whole: bytes) -> bool:
    return whole.startswith(so_far) or so_far.startswith(whole)
