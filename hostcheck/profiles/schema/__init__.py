"""The JSON Schema of a profile's file, for editors. The loader checks the same rules, and reports lines of mistakes."""

from pathlib import Path

PROFILE_SCHEMA = Path(__file__).with_name("profile-1.json")
"""Path of the JSON Schema (draft 2020-12) of hostcheck.profile/1."""
