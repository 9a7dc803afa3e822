"""The library: studies, transcripts, models, engine, review, audit and exchange. It knows no screen."""
