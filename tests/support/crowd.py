"""Several processes deciding on one file at the same time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from kills import check_whole, command, environment, log_of


def decide_together(folder: Path, processes: int, lines_each: int) -> None:
    """Each process is a coder of its own and one user's; every line is acknowledged once and stored once."""
    from kill_checks import Bench

    bench = Bench(folder)
    queue = [json.loads(line) for line in bench.run("queue", bench.base, "--limit", "20", "--json").splitlines()]
    inputs = []
    for process in range(processes):
        lines = []
        for n in range(lines_each):
            item = queue[(n + process) % len(queue)]
            if n % 3 == 2:
                lines.append(
                    {"segment": item["segment"], "action": "memo", "text": f"note {n}", "ref": f"{process}-{n}"}
                )
            else:
                span = [item["start"], item["start"] + 3 + n % 7]
                code = "ABCDEF"[n % 6]
                lines.append(
                    {"segment": item["segment"], "action": "add", "code": code, "range": span, "ref": f"{process}-{n}"}
                )
        file = folder / f"lines-{process}.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        inputs.append(file)
    running = [
        subprocess.Popen(
            command("decide", bench.base, "--coder", f"coder{process % max(1, processes // 2)}", "--input", file),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(bench.home),
        )
        for process, file in enumerate(inputs)
    ]
    answers = []
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err
        answers += [json.loads(line) for line in out.splitlines()]
    assert len(answers) == processes * lines_each
    assert all(answer["ok"] for answer in answers), next(answer for answer in answers if not answer["ok"])
    entries = [tuple(answer["entry"]) for answer in answers]
    assert len(set(entries)) == len(entries)
    stored = {(e["replica"], e["seq"]) for e in log_of(bench.base) if e["kind"] in ("decided", "memo_written")}
    assert stored == set(entries)
    check_whole(bench.base)
