"""QualCoder's own import of one project, alone: prints seconds, of a core, megabytes, and the codings it has stored.

Usage: qualcoder_import.py TOOLS SRC PROJECT FOLDER; run by qualcoder_speed.py with QualCoder's interpreter.
"""

import os
import resource
import shutil
import sys
import time
from pathlib import Path

TOOLS, SOURCE, PROJECT, FOLDER = sys.argv[1:]
sys.path.insert(0, TOOLS)


def main() -> None:
    import _qc

    env = _qc.setup(SOURCE, home=f"{FOLDER}/home")
    # QualCoder unpacks beside the file.
    project = shutil.copyfile(PROJECT, f"{FOLDER}/given.qdpx")
    app = _qc.new_project(env, f"{FOLDER}/project")
    from qualcoder.refi import RefiImport

    _qc.answer_dialogs(env, open_file=project)
    began, worked = time.perf_counter(), time.process_time()
    RefiImport(app, env.log, "qdpx")
    app.conn.commit()
    took, work = time.perf_counter() - began, time.process_time() - worked
    (count,) = app.conn.execute("SELECT count(*) FROM code_text").fetchone()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(FOLDER, "took").write_text(f"{took} {work} {memory} {count}")
    os._exit(0)


main()
