"""A whole transcript as one text, with codings in the margin."""
