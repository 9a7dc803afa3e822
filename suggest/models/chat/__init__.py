"""Language models behind an OpenAI-compatible endpoint: the only place that sends text anywhere."""
