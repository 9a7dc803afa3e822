"""What the settings mean, at more length than their one sentence, and why they are as they are."""

from __future__ import annotations

from collections.abc import Mapping

FROM_NOW = "It holds for documents whose core is drawn from now on; what is drawn stays as it is."

MORE: Mapping[str, str] = {
    "core": f"What reliability is computed from: with more of it figures are surer, and models help less. {FROM_NOW}",
    "core_opening": f"So that coders warm up with suggestions before the first blind stretch comes. {FROM_NOW}",
    "arm": f"It tells what seeing a suggestion does to the answer. {FROM_NOW}",
    "unsuggested_share": f"Below 1, segments that no model found anything in are read by sample only. {FROM_NOW}",
    "overlap": "It holds for rounds opened from now on, unless they say otherwise.",
    "stability": (
        "A person who codes for long may drift. Two or three of a hundred are enough to see it: they cost little, come "
        "in the queue as blind segments, and never replace the first answer. Each coder is told first. It holds for "
        "what is completed from now on."
    ),
    "stability_gap": "So that nobody remembers the first answer: more than a day's work is better than an hour's.",
    "timing": (
        "Coarse keeps the minute of an entry and no second, on purpose: times to the second say how long somebody "
        "thought about what a participant said, and how fast which colleague works. Agreement needs neither. 'full' "
        "keeps seconds, where time per decision is itself under study and everybody knows; 'off' keeps no time at all. "
        "The order of entries is kept in any case. Entries made before stay as they are."
    ),
    "peers": (
        "Hidden, a coder sees colleagues' codings of a segment once both have completed it; in blind segments never "
        "before one's own answer, whatever this says."
    ),
    "reject_reasons": "Each gets a letter that is free. A reason is asked for by no one: it may follow a reject.",
    "site_order": "Labels as the documents have them; what is not named comes after.",
    "learn_every": "The model that learns here then suggests anew what comes next for you.",
    "translation_checks": (
        "A paragraph counts as checked when so many different people have said so of the words that stand there now."
    ),
    "current_runs": "Numbers of runs, as the screen of the runs (F6) lists them.",
}

CHOICES: Mapping[tuple[str, str], str] = {
    ("timing", "off"): "no times",
    ("timing", "coarse"): "to the minute",
    ("timing", "full"): "to the second",
    ("peers", "hidden"): "not before both have completed the segment",
    ("peers", "shown"): "at once, but never in blind segments",
}

KEYS = (
    ("", "Every key can be another one. The file is read at the start; it looks like this:"),
    ("", ""),
    ("", "[review]"),
    ("", 'accept = "y"'),
    ("", 'accept_and_complete = ["A", "f12"]'),
    ("", "memo = []"),
    ("", ""),
    ("", "A table for each screen, a command of it, and its key, its keys, or none. Two commands of a screen cannot "
     "share a key: that is said, with their names, when the screen is opened."),
)  # fmt: skip
