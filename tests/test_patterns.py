"""No regular expression of the package can backtrack: each takes a time in proportion to its text."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import _parser as parser

import pytest

from hostcheck.probes import root
from tests.patterns import backtracks

TOP = Path(__file__).parents[1] / "hostcheck"
_ANCHORED = {"match", "fullmatch"}
_SIGNS = {"_has", "Other"}
"""What takes a pattern as a text: hostcheck.filekinds and hostcheck.imports.others."""
_CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split"}


def constant(node: ast.expr) -> str | bytes | None:
    """Return the text of an expression, with a word for each value that an f-string takes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "word" for part in node.values)
    return None


@cache
def patterns(path: Path) -> tuple[tuple[str, re.Pattern, str], ...]:
    """Return each pattern of a module: where it is, and how it is used ("search", "match", "fullmatch")."""
    return tuple(_patterns(path))


def _patterns(path: Path) -> Iterator[tuple[str, re.Pattern, str]]:
    text_of_file = path.read_text()
    tree = ast.parse(text_of_file)
    nodes = list(ast.walk(tree))
    uses: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses.setdefault(node.value.id, set()).add(node.attr)
    named = {
        each.targets[0].id: constant(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }
    module = ".".join(path.relative_to(TOP.parent).with_suffix("").parts).removesuffix(".__init__")
    if "re.compile" in text_of_file:
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, re.Pattern) and name in uses:
                yield f"{module}.{name}", value, kind(uses[name] & _CALLS)
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SIGNS:
            if (text := constant(node.args[0])) is not None:
                yield f"{module}:{node.lineno}", re.compile(text, re.MULTILINE | re.IGNORECASE), "search"
            continue
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.func.attr in _CALLS:
            given = node.args[0]
            text = named.get(given.id) if isinstance(given, ast.Name) else constant(given)
            if text is not None and node.func.attr != "compile":
                yield f"{module}:{node.lineno}", re.compile(text, flags(node)), kind({node.func.attr})


def flags(call: ast.Call) -> int:
    named = [each for part in (*call.args[1:], *call.keywords) for each in ast.walk(part)]
    return sum({getattr(re, each.attr) for each in named if isinstance(each, ast.Attribute) and each.attr.isupper()})


def kind(calls: set[str]) -> str:
    return "fullmatch" if calls == {"fullmatch"} else "match" if calls and calls <= _ANCHORED else "search"


USES = re.compile(rf"^import re$|\b(?:{'|'.join(_SIGNS)})\(", re.MULTILINE)
"""What a module has that has a pattern."""
MODULES = [path for path in sorted(TOP.rglob("*.py")) if USES.search(path.read_text())]


@cache
def found() -> dict[str, tuple[re.Pattern, str]]:
    """Return each pattern of the package, and how it is used."""
    return {place: (pattern, how) for path in MODULES for place, pattern, how in patterns(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TOP)))
def test_no_pattern_backtracks(path):
    for place, pattern, how in patterns(path):
        word = backtracks(pattern, searched=how == "search", whole=how == "fullmatch")
        assert not word, f"{place}: {pattern.pattern!r} takes the square of the length of a text that repeats {word!r}"


def test_no_pattern_uses_what_python_3_10_lacks():
    newer = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}
    assert newer <= operators("a*+(?>b)")
    assert [place for place, (pattern, _) in found().items() if operators(pattern.pattern) & newer] == []


def operators(pattern: str | bytes) -> set[str]:
    """Return the names of the operators of a pattern, nested ones too."""
    found, todo = set(), [parser.parse(pattern)]
    while todo:
        part = todo.pop()
        if isinstance(part, parser.SubPattern):
            todo += part.data
        elif isinstance(part, (tuple, list)):
            todo += part
        else:
            # Numbers, of characters and of counts, have no name.
            found.add(getattr(part, "name", ""))
    return found


def test_all_patterns_are_looked_at():
    assert len(found()) > 150
    assert "hostcheck.probes.network.firewall._ENABLED" in found()
    by_name = [pattern.pattern for place, (pattern, _) in found().items() if place.startswith("hostcheck.probes.root:")]
    assert by_name == [root._RAMDISK]
    assert len([place for place in found() if place.startswith("hostcheck.imports.others:")]) > 20
    assert len([place for place in found() if place.startswith("hostcheck.filekinds:")]) >= 4
    assert {how for _, how in found().values()} == {"search", "match", "fullmatch"}


@pytest.mark.parametrize(
    "text",
    [
        *(r"(a+)+$", r"(a*)*b", r"(a|a)*b", r"(a|ab)*c", r"a+$", r"\s+$", r"x*y*z", r"[^,]*,", r"\d+(?:\.\d+)+ "),
        *(r"(?m)^\s*x", r"(?m)^\s*ENABLED=yes\b", r"\[([^\]]*)\]x"),
    ],
)
def test_patterns_that_backtrack_are_found(text):
    word = backtracks(re.compile(text))
    assert word
    # The word itself shows it: a time of the square of the length, or worse.
    assert not re.search(text, word * 8 + "\0")


@pytest.mark.parametrize(
    "text", [r"^a+$", r"\d+", r"(?m)^flags[ \t]*:(.*)(\n|\Z)", r"\bv(\d+(?:\.\d+)+)", r"a{1,5}b", r"(?<!a)a+b"]
)
def test_patterns_that_do_not_are_not(text):
    assert not backtracks(re.compile(text))


def test_a_match_at_the_start_alone_and_of_the_whole_text_are_told_apart():
    assert not backtracks(re.compile(r"a+b"), searched=False)
    assert backtracks(re.compile(r"\d+\s*(\S.*?)?\s*"), searched=False, whole=True)
