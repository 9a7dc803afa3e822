"""The code tree as it may leave the study: without the words of those whose consent keeps them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from suggest.exchange.passages import withheld
from suggest.study.codes import Code, read_codes
from suggest.study.documents import list_documents
from suggest.study.quoting import Text, masked, quotations
from suggest.study.study import Study

KEPT_BACK = frozenset({"exclude", "no_quote"})


def codes_going_out(
    study: Study, *, all_states: bool = False, flags: frozenset[str] = KEPT_BACK
) -> tuple[list[Code], tuple[str, ...]]:
    """The codes (also retired ones, with `all_states`), and a notice where wordings lost words to one of these consent
    flags: examples that quote such a person stay out, and in definitions such words become "[left out]".

    A code's name is the researchers' own and stays. Only documents with such consent are read.
    """
    codes = read_codes(study, all_states=all_states)
    documents = [item for item in list_documents(study) if any(flag in flags for _, flag in item.consent)]
    if not documents or not codes:
        return codes, ()
    texts = [text for code in codes for text in _texts(code)]
    labels = {item.id: item for item in documents}
    found = [
        one
        for one in quotations(study, texts, documents)
        if withheld(labels[one.segment.rpartition(".")[0]], one.speaker) in flags
    ]
    if not found:
        return codes, ()
    left, place, changed, made = masked(texts, found), 0, [], []
    for code in codes:
        size = 3 + len(code.wording.examples)
        own = left[place : place + size]
        place += size
        if own != [text.words for text in texts[place - size : place]]:
            definition, include, exclude = (words or "" for words in own[:3])
            examples = tuple(words for words in own[3:] if words is not None)
            words = replace(code.wording, definition=definition, include=include, exclude=exclude, examples=examples)
            code = replace(code, wording=words)
            changed.append(code.path_text)
        made.append(code)
    notice = (
        f"Words of people who may not be quoted were left out of the wording of {len(changed)} "
        f"code{'s' if len(changed) > 1 else ''}: {'; '.join(changed)}."
    )
    return made, (notice,)


def _texts(code: Code) -> Sequence[Text]:
    words = code.wording
    fixed = [Text(part) for part in (words.definition, words.include, words.exclude)]
    return [*fixed, *(Text(example, example=True) for example in words.examples)]
