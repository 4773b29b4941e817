"""Each parser takes a time and a memory in proportion to its text: ten times the text takes at most fifteen times both.

What is counted are lines of Python and bytes allocated. Time inside of a regular expression is not:
tests/test_patterns.py finds those that backtrack.
"""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from tests.fuzz.growth import FACTOR, FREE, MOST, require_proportion, spent
from tests.fuzz.inputs import HOST

TOP = Path(__file__).parents[2]
PLACES = ("hostcheck/probes", "hostcheck/host")
KINDS = (
    *(
        " ",
        "\n",
        ":",
        ".",
        "(",
        '"',
        "9",
        "a",
        "/a",
        "a\n",
        " \n",
        "a b c d e f g h i j\n",
        "a=b\n",
        "1-2,",
        "{",
        "}",
        "[",
    ),
    *("\0", "@{X}=a b\n", "a:b:c:d\n", "server.1=a:1:2\n", "{,a}", "Uid:\t0\n", "[Service]\nX=1\n"),
)
SMALL = 300


def parsers():
    """Yield each function that takes a text alone and is a parser by its name, with the type that it takes."""
    for place in PLACES:
        for path in sorted((TOP / place).rglob("*.py")):
            names = [each.name for each in ast.parse(path.read_text()).body if isinstance(each, ast.FunctionDef)]
            if not any(name.startswith("parse_") for name in names):
                continue
            module = importlib.import_module(".".join(path.relative_to(TOP).with_suffix("").parts))
            for name in names:
                function = getattr(module, name)
                parameters = list(inspect.signature(function).parameters.values())
                kinds = [each.annotation for each in parameters if each.default is each.empty]
                if name.startswith("parse_") and kinds in ([str], [bytes]):
                    yield f"{module.__name__}.{name}", function, kinds[0]


FOUND = {name: (function, kind) for name, function, kind in parsers()}


def texts():
    yield from KINDS
    yield from (data.decode() for data in HOST.values())


@pytest.mark.parametrize("name", FOUND)
def test_parsers_take_a_time_and_a_memory_in_proportion_to_their_text(name):
    function, kind = FOUND[name]
    for piece in texts():
        # The text of a real file is repeated less often, as it is longer.
        times = max(3, SMALL // len(piece))
        small, large = (piece * (times * factor) for factor in (1, FACTOR))
        require_proportion(
            function, *(text if kind is str else text.encode() for text in (small, large)), repr(piece[:40])
        )


def test_the_parsers_are_found():
    assert len(FOUND) > 40
    assert not [name for name in FOUND if not re.fullmatch(r"hostcheck\.\S+\.parse_\w+", name)]


def test_a_parser_that_takes_the_square_is_found():
    def slow(text):
        found = []
        for word in text.split():
            found = [*found, word]
            for _ in found:
                pass

    small, large = (spent(slow, "a " * times) for times in (30, 300))
    assert large[0] > MOST * small[0] + FREE
