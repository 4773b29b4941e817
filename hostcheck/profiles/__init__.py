"""Profiles: what each engine needs, one TOML file an engine; with the loader and the predicates."""

DEFAULT_PROFILES = ("docker", "docker-2014")
"""What a host is audited for where no profile is named."""
