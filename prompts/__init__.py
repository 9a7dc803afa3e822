"""Prompt templates, one versioned file each (installed as suggest.prompts)."""
