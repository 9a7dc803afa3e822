"""The form for a document's label and attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from suggest.errors import BadInput
from suggest.study.documents import describe, get_document
from tui.terminal.form import Field, FormScreen

if TYPE_CHECKING:
    from tui.documents.view import About
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

MEANS = "citations begin with it; no names of people"


def attributes_form(owner: StudyApp, about: About, then: Callable[[str], object]) -> FormScreen:
    """A field for the label, one for each attribute, and one for a new one. `then` hears what was changed."""
    fields = [Field("label", "label", about.label, hint=MEANS)]
    fields += [Field(f"a{n}", key, value) for n, (key, value) in enumerate(about.attributes)]
    fields.append(Field("new", "another", hint="written site=North; an empty value takes one away"))

    def submit(form: FormScreen, values: Mapping[str, str]) -> None:
        try:
            label, changed = _wanted(about, values)
        except BadInput as error:
            form.complain(str(error))
            return
        if label is None and not changed:
            form.done()
            return

        def store(bench: Bench) -> str:
            held = get_document(bench.study, about.id)
            describe(bench.study, bench.coder, held, label=label, attributes=changed or None)
            return get_document(bench.study, about.id).label

        def stored(name: str) -> None:
            form.done()
            then(f"{name}: {_said(label, changed)}.")

        owner.session.ask(store, stored, form.complain)

    return FormScreen(f"{about.label}: label and attributes", fields, submit)


def _wanted(about: About, values: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """The new label, None if it stays, and the attributes that change; BadInput says what cannot be."""
    label = values["label"].strip()
    if not label:
        raise BadInput("a document needs a label.")
    changed = {
        key: values[f"a{n}"].strip()
        for n, (key, value) in enumerate(about.attributes)
        if values[f"a{n}"].strip() != value
    }
    new = values["new"].strip()
    if new:
        key, sign, value = (part.strip() for part in new.partition("="))
        if not key or not sign or not value:
            raise BadInput("a new attribute is written site=North.")
        changed[key] = value
    return None if label == about.label else label, changed


def _said(label: str | None, changed: Mapping[str, str]) -> str:
    parts = [] if label is None else ["the label is changed"]
    parts += [f"{key} is {value}" if value else f"{key} is taken away" for key, value in changed.items()]
    return ", ".join(parts)
