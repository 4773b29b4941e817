"""The JSON Schema of a comparison, for programs in any language that read it."""

from pathlib import Path

COMPARISON_SCHEMA = Path(__file__).with_name("comparison-1.json")
"""JSON Schema (draft 2020-12) of hostcheck.comparison/1."""
