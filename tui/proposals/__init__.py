"""The worklist of codes that models propose: what a model says, and what a person makes of it."""
