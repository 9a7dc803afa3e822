"""The changes of the tree: each is asked for, told in full before it is made, and made as one entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from suggest.errors import BadInput
from suggest.review.changes import Change, Effect, effect, make
from suggest.study.codes import Wording
from suggest.study.study import Study
from suggest.study.tree_history import history
from suggest.study.units import Undoable, last_act, last_undone
from tui.review.bench import Bench
from tui.terminal.asking import AskScreen
from tui.terminal.finder import FinderScreen
from tui.terminal.finding import nearest
from tui.terminal.form import Field, FormScreen
from tui.terminal.listing import ListScreen
from tui.terminal.meaning import Meaning
from tui.tree import files
from tui.tree.folding import Folding
from tui.tree.telling import DONE, done_words, effect_of, path
from tui.tree.view import SegmentLine, read_lines

TOP = Meaning(
    "", None, "(a theme of its own, at the top)", "(a theme of its own, at the top)", 0, False, "", "", "", ()
)
WAITING = "Working out what it changes …"
YES = {
    "add": "make it", "define": "redefine", "rename": "rename", "move": "move", "merge": "merge", "split": "split",
    "retire": "retire",
}  # fmt: skip


class ChangingScreen(ListScreen):
    """What the screen of the tree does to the tree. A subclass knows the codes and which of them is chosen."""

    folding: Folding

    @property
    def chosen(self) -> Meaning | None:
        """The code that the cursor is on."""
        raise NotImplementedError

    def changed(self, said: str, at: str | None = None) -> None:
        """The tree is another one: read it again, say what happened, and go to a code."""
        raise NotImplementedError

    # What is asked for

    def do_new(self) -> None:
        """A code below the chosen one."""
        self._new(self.chosen)

    def do_theme(self) -> None:
        """A code at the top."""
        self._new(None)

    def _new(self, parent: Meaning | None) -> None:
        title = "New code" if parent is None else f"New code below {path(parent.path)}"

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            change = Change("add", None, parent.id if parent else None, (_wording(given, given["name"].strip()),))
            self._foresee(change, f"{title}: {given['name'].strip()}", form)

        self.app.push_screen(FormScreen(title, [Field("name", "Name"), *_meaning_fields(None)], submit))

    def do_redefine(self) -> None:
        """Other words for what the chosen code means."""
        code = self.chosen
        if code is None:
            return

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            self.owner.session.look(
                partial(_redefined, code=code.id, given=given),
                lambda wording: self._foresee(Change("define", code.id, None, (wording,)), title, form),
                form.complain,
            )

        title = f"Redefine {path(code.path)}"
        self.app.push_screen(FormScreen(title, _meaning_fields(code), submit))

    def do_rename(self) -> None:
        """Another name for the same meaning."""
        code = self.chosen
        if code is None:
            return

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            name = given["name"].strip()
            self.owner.session.look(
                partial(_renamed, code=code.id, name=name),
                lambda wording: self._foresee(
                    Change("rename", code.id, None, (wording,)), f"{path(code.path)} becomes {name}", form
                ),
                form.complain,
            )

        self.app.push_screen(FormScreen(f"Rename {path(code.path)}", [Field("name", "Name", code.name)], submit))

    def do_move(self) -> None:
        """Another place in the tree."""
        code = self.chosen
        if code is None:
            return
        under = {item.id for item in self.folding.branch(code.id)}
        places = [item for item in nearest(self.folding.codes, code.parent) if item.id not in under]

        def take(place: str | None) -> None:
            if place is not None:
                where = path(self.folding.by_id[place].path) if place else "the top"
                self._foresee(Change("move", code.id, place or None), f"Move {path(code.path)} to {where}")

        self.app.push_screen(FinderScreen(f"Move {path(code.path)} below", [TOP, *places]), take)

    def do_merge(self) -> None:
        """One code for two."""
        code = self.chosen
        if code is None:
            return
        others = [item for item in nearest(self.folding.codes, code.id) if item.id != code.id]

        def take(heir: str | None) -> None:
            if heir is not None:
                title = f"Merge {path(code.path)} into {path(self.folding.by_id[heir].path)}"
                self._foresee(Change("merge", code.id, heir), title)

        self.app.push_screen(FinderScreen(f"Merge {path(code.path)} into", others), take)

    def do_split(self) -> None:
        """Several codes for one."""
        code = self.chosen
        if code is None:
            return
        title = f"Split {path(code.path)}"

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            lines = [line.partition(":") for line in given["parts"].splitlines() if line.strip()]
            parts = tuple(Wording(name.strip(), text.strip()) for name, _, text in lines)
            self._foresee(Change("split", code.id, None, parts), title, form)

        hint = "one a line; what it means may follow after a colon"
        self.app.push_screen(FormScreen(title, [Field("parts", "Parts", lines=6, hint=hint)], submit))

    def do_retire(self) -> None:
        """Out of use."""
        code = self.chosen
        if code is not None:
            self._foresee(Change("retire", code.id), f"Retire {path(code.path)}")

    # Telling, asking, making

    def _foresee(self, change: Change, title: str, form: FormScreen | None = None) -> None:
        """Say what a change would do; make it if the user then says yes. What was typed stays until it is stored."""
        page = AskScreen(title, yes=YES[change.op], waiting=WAITING)
        self.app.push_screen(page, lambda yes: self._make(change, title, form) if yes else None)
        names = {code.id: code.path for code in self.folding.codes}
        coder = self.owner.coder

        def job(study: Study) -> tuple[Effect, list[SegmentLine]]:
            found = effect(study, coder, change)
            return found, read_lines(study, [case.number for case in found.cases])

        self.owner.session.look(job, lambda seen: page.tell(effect_of(change, *seen, names)), page.refuse)

    def _make(self, change: Change, title: str, form: FormScreen | None) -> None:
        def made(ids: list[str]) -> None:
            if form is not None:
                form.done()
            self.changed(done_words(change.op, title), ids[0] if ids else None)

        failed = self._failed if form is None else form.complain
        self.owner.session.ask(lambda bench: make(bench.study, bench.coder, change), made, failed)

    # Back and forth

    def do_undo(self) -> None:
        """One's own last entry, if it is a change of the tree."""
        self.ask(partial(_step, action="undo"), self._stepped)

    def do_redo(self) -> None:
        """What was undone last, if it was a change of the tree."""
        self.ask(partial(_step, action="redo"), self._stepped)

    def _stepped(self, said: tuple[str, bool]) -> None:
        if said[1]:
            self.changed(said[0])
        else:
            self.say(said[0], warn=True)

    # Files

    def do_take_in(self) -> None:
        """Codes from a file."""

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            where = Path(given["file"].strip()).expanduser()
            self.owner.session.look(partial(files.read, path=where), partial(self._incoming, form), form.complain)

        field = Field("file", "File", hint=".csv or .yaml; codes that are here already stay as they are")
        self.app.push_screen(FormScreen("Bring in a codebook", [field], submit))

    def _incoming(self, form: FormScreen, found: files.Incoming) -> None:
        title = f"Bring in {found.book.file}"
        page = AskScreen(title, found.told, yes="bring in")

        def made(said: str) -> None:
            form.done()
            self.changed(said)

        def answered(yes: bool | None) -> None:
            if yes:
                self.owner.session.ask(partial(files.bring_in, book=found.book), made, form.complain)

        self.app.push_screen(page, answered)

    def do_export(self) -> None:
        """The tree as a file."""

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            where = Path(given["file"].strip()).expanduser()

            def write(yes: bool | None) -> None:
                if yes:
                    self.owner.session.ask(partial(files.write, path=where), written, form.complain)

            def written(said: str) -> None:
                form.done()
                self.say(said)

            if where.exists():
                told = [("", f"{where.name} is there already and would be replaced.")]
                self.app.push_screen(AskScreen("Write the tree", told, yes="replace it"), write)
            else:
                write(True)

        field = Field("file", "File", hint=".csv or .yaml")
        self.app.push_screen(FormScreen("Write the tree to a file", [field], submit))


def _meaning_fields(code: Meaning | None) -> list[Field]:
    words = ("", "", "", ()) if code is None else (code.definition, code.include, code.exclude, code.examples)
    return [
        Field("definition", "What it means", words[0], 3),
        Field("include", "When to use it", words[1], 2),
        Field("exclude", "When not", words[2], 2),
        Field("examples", "Examples", "\n".join(words[3]), 2, "one a line"),
    ]


def _wording(given: Mapping[str, str], name: str, before: Wording | None = None) -> Wording:
    examples = tuple(line.strip() for line in given["examples"].splitlines() if line.strip())
    if before is not None and given["examples"] == "\n".join(before.examples):
        examples = before.examples
    external, color = (None, None) if before is None else (before.external, before.color)
    return Wording(name, given["definition"], given["include"], given["exclude"], examples, external, color)


def _redefined(study: Study, *, code: str, given: Mapping[str, str]) -> Wording:
    before = files.wording_of(study, code)
    return _wording(given, before.name, before)


def _renamed(study: Study, *, code: str, name: str) -> Wording:
    return replace(files.wording_of(study, code), name=name)


def _step(bench: Bench, *, action: str) -> tuple[str, bool]:
    """What was undone or done again, or why nothing was; and whether the tree is another one by it."""
    act = (last_act if action == "undo" else last_undone)(bench.study, bench.coder)
    if act is None:
        return ("There is nothing of yours to undo." if action == "undo" else "There is nothing to redo."), False
    if act.kind != "code_changed":
        return "Your last entry is no change of the tree: go back to the review, u undoes it there.", False
    what = _named(bench, act)
    answer = bench.reviewer.act({"action": action})
    if not answer["ok"]:
        raise BadInput(str(answer["error"]))
    return f"{'undone' if action == 'undo' else 'done again'}: {what}", True


def _named(bench: Bench, act: Undoable) -> str:
    item = next((item for item in history(bench.study) if item.entry == act.target), None)
    if item is None:
        return "a change of the tree"
    named = ", ".join(item.codes[:3]) + (f" and {len(item.codes) - 3} more" if len(item.codes) > 3 else "")
    return f"{DONE[item.op]} {named}"
