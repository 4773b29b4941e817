"""The JSON Schema of what ``hostcheck promise -o json:FILE`` writes."""

from pathlib import Path

PROMISE_SCHEMA = Path(__file__).parent / "promise-1.json"
