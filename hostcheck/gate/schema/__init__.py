"""The JSON Schema of a gate's decision, for programs in any language that read it."""

from pathlib import Path

DECISION_SCHEMA = Path(__file__).with_name("decision-1.json")
"""JSON Schema (draft 2020-12) of hostcheck.decision/1."""
