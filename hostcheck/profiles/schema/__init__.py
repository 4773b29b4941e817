"""The JSON Schema of a profile's file, for editors; the loader checks the same, and reports the line."""

from pathlib import Path

PROFILE_SCHEMA = Path(__file__).with_name("profile-1.json")
"""JSON Schema (draft 2020-12) of hostcheck.profile/1."""
