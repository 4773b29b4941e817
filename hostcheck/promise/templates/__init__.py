"""Promises to fill in: one file for each usual kind of plan."""

from pathlib import Path

from hostcheck.resources import read_shipped


def read_template(kind: str) -> str:
    """Return the text of a template: "vps", "dedicated-cpu", "dedicated-server" or "budget"."""
    return read_shipped(Path(__file__).parent / f"{kind}.toml")
