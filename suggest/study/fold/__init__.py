"""The fold: the projections, computed from the log and from nothing else."""
