"""Profiles: what each engine needs, one TOML file per engine; with the loader and the predicates."""

DEFAULT_PROFILES = ("docker", "docker-2014")
"""The profiles that a host is audited for if none is named."""
