"""Code, documents and output are in the plain words of the field, as CONTRIBUTING.md has it."""

import re
from pathlib import Path

TOP = Path(__file__).parents[2]
DIALECT = re.compile(r"\b(told|tells|untold|hears?|nobody)\b")
ACCOUNT = {"hostcheck/capture/private.py", "hostcheck/capture/renaming.py"}
"""Here nobody is the name of an account."""


def test_no_word_of_the_old_dialect_is_left():
    files = [
        path
        for folder, suffixes in (("hostcheck", {".py", ".toml", ".json", ".sh", ".j2"}), ("docs", {".md"}))
        for path in sorted((TOP / folder).rglob("*"))
        if path.suffix in suffixes and "__pycache__" not in path.parts
    ]
    found = {
        (path.relative_to(TOP).as_posix(), word) for path in files for word in DIALECT.findall(path.read_text("utf-8"))
    }
    assert len(files) > 500
    assert found == {(place, "nobody") for place in ACCOUNT}
