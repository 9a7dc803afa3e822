"""Searching the words of all transcripts."""
