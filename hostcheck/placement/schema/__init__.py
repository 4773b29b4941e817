"""The JSON Schema (draft 2020-12) of what ``hostcheck fits -o json`` writes."""

from pathlib import Path

FIT_SCHEMA = Path(__file__).with_name("fit-1.json")
