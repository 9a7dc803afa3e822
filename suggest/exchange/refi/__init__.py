"""REFI-QDA projects (.qdpx) and codebooks (.qdc), which MAXQDA, ATLAS.ti, NVivo, QualCoder and others exchange."""
