"""Profiles: what each engine needs, one TOML file an engine; with the loader and the predicates."""
