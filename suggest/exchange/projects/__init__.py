"""Projects of programs that keep them in SQLite: Taguette and QualCoder."""
