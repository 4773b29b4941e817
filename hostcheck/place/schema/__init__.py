"""The JSON Schema (draft 2020-12) of what ``hostcheck locate -o json`` writes."""

from pathlib import Path

PLACE_SCHEMA = Path(__file__).with_name("place-1.json")
