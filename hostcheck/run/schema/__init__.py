"""The JSON Schema of the run file, for programs in any language that read it."""

from pathlib import Path

RUN_SCHEMA = Path(__file__).with_name("run-1.json")
"""JSON Schema (draft 2020-12) of hostcheck.run/1."""
