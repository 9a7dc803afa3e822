"""`export --to audit`: the record behind an audit's figures, without a word of anybody's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from suggest.audit.file_out import write_audit_file
from suggest.audit.reading import Choice
from suggest.exchange.outgoing import Outcome, blind_notice

if TYPE_CHECKING:
    from suggest.exchange.outgoing import OutOptions
    from suggest.study.study import Study


def write_audit(study: Study, path: Path, options: OutOptions) -> Outcome:
    """Write the zip. People are numbered in any case, as in any file with pseudonyms."""
    counts = write_audit_file(study, path, Choice(options.round, options.coders, reader=options.actor))
    notice = "It holds no text. Unpack it and run 'python recompute.py' to count the figures anew."
    return Outcome(counts, (notice, *blind_notice(study, options)))
