"""One is never plural, wherever a sentence counts."""

import re
from pathlib import Path

import pytest

import hostcheck
from hostcheck.counts import number_of

PACKAGE = Path(hostcheck.__file__).parent
BY_HAND = re.compile(r"""['"]s['"]\s*(?:\[|if\b)|['"]{2}\s*if [^:\n]+ else ['"]s['"]""")
"""An "s" that is put behind a word under a condition."""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, "finding"), "0 findings"),
        ((1, "finding"), "1 finding"),
        ((1200, "finding"), "1,200 findings"),
        ((1, "address", "addresses"), "1 address"),
        ((2, "address", "addresses"), "2 addresses"),
    ],
)
def test_one_is_singular(arguments, words):
    assert number_of(*arguments) == words


def test_nothing_else_makes_a_plural():
    # "s" is also the unit of times.
    lines = [
        (str(path.relative_to(PACKAGE)), line.strip())
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in path.read_text().splitlines()
        if BY_HAND.search(line) and "unit ==" not in line
    ]
    assert lines == []
