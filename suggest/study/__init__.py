"""The study file: schema, log, fold and queries. The only room that speaks SQL."""
