"""Runs of models: what each did, what it cost, what was sent where, and how one is started and stopped."""
