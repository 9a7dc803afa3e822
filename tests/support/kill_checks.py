"""What must hold when a command is killed in the middle: one check a command, for any number of kills."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

from kills import check_whole, fatal_places, log_of, run, run_fatal, statements, transcript, was_killed

from suggest.study.study import Study

SECRET = "the lighthouse keeper mended seven violet kites behind our chapel yesterday"


class Bench:
    """A study made by the command line, and copies of it to be killed in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.base = folder, folder / "home", folder / "base.db"
        self.home.mkdir()
        for number in (1, 2):
            self.write(f"T{number}.txt", [*transcript(number), f"R1: {SECRET if number == 1 else 'and so on'}"])
        self.write("codes.csv", ["code_id,name,parent_id,definition", *(f"{c},{c}ode,,about {c}" for c in "ABCDEF")])
        self.run("new", self.base)
        self.run("add", self.base, folder / "T1.txt", folder / "T2.txt")
        self.run("codes", self.base, "import", folder / "codes.csv")

    def write(self, name: str, lines: list[str]) -> Path:
        file = self.folder / name
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def run(self, *arguments: object, stdin: str | None = None) -> str:
        shown = run(self.home, *arguments, stdin=stdin)
        assert shown.returncode == 0, shown.stderr
        return shown.stdout

    def copy(self, name: object) -> Path:
        target = self.folder / f"run-{name}" / "study.db"
        target.parent.mkdir()
        shutil.copy(self.base, target)
        return target

    def killed(self, count: int, seed: int, *arguments: object, stdin: str | None = None) -> list[tuple[Path, str]]:
        """Copies in which the command (its first argument after the name is the study) was killed, with its output."""
        name, *rest = arguments
        total = statements(self.home, name, self.copy(f"{name}-whole"), *rest, stdin=stdin)
        done = []
        for number, fatal in enumerate(fatal_places(total, count, seed)):
            path = self.copy(f"{name}-{number}")
            shown = run_fatal(self.home, fatal, name, path, *rest, stdin=stdin)
            assert was_killed(shown), shown.stderr
            check_whole(path)
            done.append((path, shown.stdout))
        return done


def kinds(path: Path) -> Counter[str]:
    """How many entries of each kind the log holds."""
    return Counter(str(entry["kind"]) for entry in log_of(path))


def add(folder: Path, count: int, seed: int) -> None:
    """Killed in `add`: both documents are in the study or neither, and adding again ends with both."""
    bench = Bench(folder)
    files = [bench.write(f"N{number}.txt", list(transcript(number))) for number in (3, 4)]
    for path, _ in bench.killed(count, seed, "add", *files):
        documents = kinds(path)["document_added"]
        assert documents in (2, 4)
        again = run(bench.home, "add", path, *files)
        assert (again.returncode == 0) == (documents == 2), again.stderr
        assert kinds(path)["document_added"] == 4
        check_whole(path)


def suggest(folder: Path, count: int, seed: int) -> None:
    """Killed in `suggest`: run again, every segment has been answered, and none twice in one run."""
    bench = Bench(folder)
    for path, _ in bench.killed(count, seed, "suggest", "--profile", "lexical"):
        report = json.loads(bench.run("suggest", path, "--profile", "lexical", "--json"))
        assert report["segments"] == report["suggested"] + report["no_code"] + report["resumed"]
        sets = [entry["payload"] for entry in log_of(path) if entry["kind"] == "suggested"]
        asked = Counter((item["run"], item["segment"]) for item in sets)
        assert set(asked.values()) == {1}
        last = sets[-1]["run"]
        assert sum(item["run"] == last for item in sets) == report["segments"]
        check_whole(path)


def decide(folder: Path, count: int, seed: int) -> None:
    """Killed in `decide`: every acknowledged line is in the log; sent again with its `ref`, none is there twice."""
    bench = Bench(folder)
    queue = [json.loads(line) for line in bench.run("queue", bench.base, "--limit", "8", "--json").splitlines()]
    lines = []
    for n, item in enumerate(queue):
        span = [item["start"], item["start"] + 4]
        unit = {"segment": item["segment"]}
        lines.append({**unit, "action": "add", "code": "A", "range": span, "ref": f"a{n}"})
        lines.append({**unit, "action": "memo", "text": "look again", "ref": f"m{n}"})
        lines.append({**unit, "action": "complete", "ref": f"c{n}"})
    lines.append({"action": "undo", "ref": "u"})
    stdin = "".join(json.dumps(line) + "\n" for line in lines)
    for path, output in bench.killed(count, seed, "decide", stdin=stdin):
        acknowledged = [json.loads(line) for line in output.splitlines() if line.endswith("}")]
        assert all(answer["ok"] for answer in acknowledged)
        stored = {(entry["replica"], entry["seq"]) for entry in log_of(path)}
        assert {tuple(answer["entry"]) for answer in acknowledged} <= stored
        again = [json.loads(line) for line in bench.run("decide", path, stdin=stdin).splitlines()]
        assert [a["entry"] for a in again[: len(acknowledged)]] == [a["entry"] for a in acknowledged]
        held = kinds(path)
        assert (held["decided"], held["memo_written"], held["completed"]) == (len(queue),) * 3
        assert held["reverted"] == 1
        check_whole(path)


def erase(folder: Path, count: int, seed: int) -> None:
    """Killed in `erase`: not erased at all, or for good; the next writing command leaves no trace of the words."""
    bench = Bench(folder)
    options = ("--document", "T1", "--reason", "withdrew")
    for path, _ in bench.killed(count, seed, "erase", *options):
        if not kinds(path)["erased"]:
            bench.run("erase", path, *options)
        Study.open(path, write=True).close()
        assert kinds(path)["erased"] == 1
        for file in path.parent.iterdir():
            assert b"seven violet kites" not in file.read_bytes(), file.name
        check_whole(path)


def merge(folder: Path, count: int, seed: int) -> None:
    """Killed in `merge`: nothing of the other copy is in the study, or all; merged again, no trace is left of what was
    withdrawn over there."""
    bench = Bench(folder)
    other = folder / "other.db"
    bench.run("copy", bench.base, other)
    common = kinds(bench.base)
    bench.run("codes", bench.base, "add", "Here")
    for name in ("There", "Elsewhere"):
        bench.run("codes", other, "add", name)
    bench.run("erase", other, "--document", "T1", "--reason", "withdrew")
    before, coming = kinds(bench.base), kinds(other) - common + Counter(merged=1, replica_started=1)
    for path, _ in bench.killed(count, seed, "merge", other):
        assert kinds(path) - before in (coming, Counter())
        bench.run("merge", path, other)
        Study.open(path, write=True).close()
        assert kinds(path) - before == coming
        for file in path.parent.iterdir():
            assert b"seven violet kites" not in file.read_bytes(), file.name
        check_whole(path)


CHECKS = (add, suggest, decide, erase, merge)
