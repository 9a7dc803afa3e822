"""Transcripts: readers, normalisation, speakers, segmentation, roles and citations."""
