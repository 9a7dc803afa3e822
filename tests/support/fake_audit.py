"""A stand-in for an audit's child process: `python fake_audit.py MODE REPORT LOG NICE audit STUDY WORDS...`.

It writes its words to LOG. MODE says what it does then: done (prints the file REPORT), waiting (counts until its input
ends), fails (ends with an error).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

MODE, REPORT, LOG, _, COMMAND, STUDY, *WORDS = sys.argv[1:]


def main() -> None:
    with Path(LOG).open("a", encoding="utf-8") as log:
        log.write(" ".join([COMMAND, *WORDS]) + "\n")
    sys.stderr.write(json.dumps({"phase": "counting", "done": 0, "total": None, "seconds": 1.0}) + "\n")
    sys.stderr.flush()
    if MODE == "waiting":
        sys.stdin.buffer.read()
        os._exit(130)
    if MODE == "fails":
        sys.stderr.write("Error: zoe: no coder is called so.\n")
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.write(Path(REPORT).read_text(encoding="utf-8"))
    sys.stdout.flush()


main()
