"""Which labels are speakers, and which speakers ask: decided over a whole document, by rules that the preview shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

from suggest.text.prefixes import Label, is_time_code
from suggest.text.transcripts import Role

_KNOWN_CODE = re.compile(
    r"(?:I|IV|INT|MOD|M|Q|B|R|P|S|F|IP|TN|T|U|FG|KI|PSW|SU|MHW|ID|RES|PART)[ ._-]?\d{1,3}[A-Za-z]?"
    r"|I|IV|INT|MOD|M|IP|TN|MODERATOR"
)
_KNOWN_WORD = re.compile(
    r"(?:interviewer(?:in)?|interviewee|interviewte[rn]?|(?:co-?|assistant )?moderator(?:in)?|facilitator|researcher|"
    r"observer|note[ -]?taker|participants?|respondent|informant|speaker|befragte[rn]?|teilnehmer(?:in)?|person|"
    r"patient|client|nurse|doctor|teacher|students?|male|female|all|several|unknown(?: speaker)?|"
    r"entrevistador[a]?|entrevistad[oa]|moderador[a]?|intervieweur|intervieweuse|animateur|animatrice|"
    r"participante|enquêteur|enquêtrice|translator|interpreter|task)(?:[ ._#-]?(?:no\.? ?)?\d{1,3}[a-z]?)?",
    re.IGNORECASE,
)
_ASKS_CODE = re.compile(r"(?:I|IV|INT|MOD)[ ._-]?\d{0,3}|M|Q", re.IGNORECASE)
_ASKS_WORD = re.compile(
    r"(?:interviewer(?:in)?|(?:co-?|assistant )?moderator(?:in)?|moderation|facilitator|co-?facilitator|researcher|"
    r"entrevistador[a]?|moderador[a]?|intervieweur|intervieweuse|animateur|animatrice|enquêteur|enquêtrice|task)"
    r"(?:[ ._#-]?\d{1,3})?(?: ?\([^()]*\))?",
    re.IGNORECASE,
)
# Words that begin a sentence or a line of front matter with a colon, and are never who speaks.
_NEVER_LIST = """
note notes nb ps so well yes no ok okay and but or because first second third finally then now also example
examples e.g i.e question answer answers topic theme date time place location duration length title subject
transcript transcribed source recorded recording file audio http https mailto page section part chapter
summary background aim method methods results conclusion like for that this what why how who when where
remember look listen again anyway rather meaning namely instead version language site country re to from cc
warning important hinweis anmerkung also ja nein datum ort dauer thema frage antwort zeit nota fecha lugar
"""
_NEVER = frozenset(_NEVER_LIST.split())
_NOISE_WORDS_LIST = """
laughs laughter laughing laugh pause long short silence silent noise background coughs cough coughing sighs
sigh crying cries crosstalk cross talk overlapping inaudible unclear unintelligible unverständlich music
applause nods nodding smiles break interruption phone rings door all everyone lachen lacht rires risas
agreement all general chuckles chuckling clears throat whispers murmurs recording stops starts ends paused
resumed off record
"""
_NOISE_WORDS = frozenset(_NOISE_WORDS_LIST.split())
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", "*": "*", "（": "）", "【": "】"}
_RUNNING_LINE = re.compile(
    r"(?:page|seite|p\.)\s*\d+(?:\s*(?:of|von|/)\s*\d+)?|-\s*\d+\s*-|"
    r"(?:start|end|begin|beginning|ende|anfang) (?:of|der|des) "
    r"(?:the )?(?:transcript|recording|audio|interview|aufnahme)\.?|"
    r"transcribed by https?://\S+|\S[^\n]{0,60} (?:startete|beendete|hat) die transkription(?: gestartet| beendet)?|"
    r"\S[^\n]{0,60} (?:started|stopped) (?:the )?transcription",
    re.IGNORECASE,
)


def is_known(name: str) -> bool:
    """Whether the label is one that transcribers use for a speaker, so that it counts even if it stands once."""
    return _KNOWN_CODE.fullmatch(name) is not None or _KNOWN_WORD.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def asks(speaker: str | None) -> bool:
    """Whether this speaker asks rather than tells: interviewer, moderator, facilitator, a task's wording."""
    if speaker is None:
        return False
    return _ASKS_CODE.fullmatch(speaker) is not None or _ASKS_WORD.fullmatch(speaker) is not None


def accepted_speakers(labels: Iterable[Label], paragraphs: int, named: Collection[str] = ()) -> frozenset[str]:
    """The names that count as speakers: those `named`, those that recur, and single ones in use for speakers.

    `labels` are all that look like one in a document of `paragraphs` paragraphs.
    """
    found = list(labels)
    counts = Counter((label.name, label.kind) for label in found)
    tabbed = sum(1 for label in found if label.kind == "tab")
    accepted = {key for key, times in counts.items() if _counts(*key, times, paragraphs, tabbed)}
    # Where bold type or a time sets names apart, one that stands once is as plainly a name as the others.
    marked = {kind for _, kind in accepted} & {"bold", "time"}
    accepted |= {(name, kind) for name, kind in counts if kind in marked and may_be_single_speaker(name)}
    return frozenset(name for name, _ in accepted) | {name for name, _ in counts if name in named}


def _counts(name: str, kind: str, times: int, paragraphs: int, tabbed: int) -> bool:
    if _is_never(name):
        return False
    known = is_known(name)
    if kind in ("colon", "bold", "bare") and known and (kind != "bare" or len(name) > 1):
        return True
    if kind == "dash":
        return times >= 2 and len(name) > 1 and (known or (name.isupper() and len(name) > 2))
    if kind == "tab":
        return known or (times >= 2 and tabbed * 2 >= paragraphs and _may_be_name(name, times, paragraphs))
    return times >= 2 and _may_be_name(name, times, paragraphs)


def _is_never(name: str) -> bool:
    return name.casefold().rstrip(".") in _NEVER


def _may_be_name(name: str, times: int, paragraphs: int) -> bool:
    """Names begin in upper case, or hold a digit, or are in a script without case; else they must be frequent."""
    first = next((character for character in name if character.isalpha()), "")
    if not first.islower() or any(character.isdigit() for character in name):
        return True
    return times >= 3 and times * 10 >= paragraphs


def may_be_single_speaker(name: str) -> bool:
    """Whether a label that stands once could be a speaker's: then its words go to nobody rather than to another."""
    words = name.split()
    return not _is_never(name) and len(words) <= 3 and all(not word[0].islower() for word in words)


def role_of(talk: str, speaker: str | None, *, heading: bool = False, row: bool = False) -> Role:
    """The role by rule: `other` for headings, noises, bare punctuation and time codes; `prompt` for who asks.

    In a table's `row` an observation in brackets is the researchers' own material: only known noises are `other`.
    """
    if heading:
        return "other"
    if len(talk) <= 200:
        words = talk.strip()
        if not any(map(str.isalnum, words)) and not _has_symbol(words):
            return "other"
        if words[:1] in _BRACKETS and _is_noise(words, row):
            return "other"
        if words[:1].isdigit() or words[:1] in "[({<#":
            if is_time_code(words):
                return "other"
        elif not row and _RUNNING_LINE.fullmatch(words):
            return "other"
    return "prompt" if asks(speaker) else "data"


def _has_symbol(words: str) -> bool:
    """Emoji and other symbols say something; punctuation alone does not."""
    return any(ord(character) > 0x2190 and not character.isspace() for character in words)


def _is_noise(words: str, row: bool) -> bool:
    close = _BRACKETS[words[0]]
    inner = words[1:-1]
    if len(words) < 3 or not words.endswith(close) or words[0] in inner or close in inner:
        return False
    said = re.findall(r"\w+", inner.casefold())
    if any(word in _NOISE_WORDS for word in said) and len(said) <= 6:
        return True
    # Stars may be mere emphasis: only a known noise counts in them.
    return not row and words[0] != "*" and len(said) <= 8
