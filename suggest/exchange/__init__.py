"""Into the study and out of it: documents, code trees, codings."""
