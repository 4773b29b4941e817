"""JSON in a text: what is decoded is what stands there, however long, and each try costs what was read."""

import ast
import json
from contextlib import suppress
from pathlib import Path

import pytest

from hostcheck import jsonparts
from hostcheck.errors import UsageError
from hostcheck.fio.documents import split_documents
from hostcheck.imports import yabs
from hostcheck.imports.literals import unquoted
from hostcheck.jsonparts import UndecodableError, decode_at

PACKAGE = Path(jsonparts.__file__).parent
LONG = [255, 256, 257, 8191, 8192, 8193, 300_000]
VALUES = {
    "object": lambda size: {"a": "x" * size},
    "nested": lambda size: {"a": [{"b": "x" * 100, "c": None, "d": -1.5e3}] * (size // 100)},
    "string": lambda size: 'é\\"' * size,
    "number": lambda size: int("1" * min(size, 4000)),
    "list": lambda size: [True, False, None, 1.25] * (size // 8),
}


@pytest.mark.parametrize("size", LONG)
@pytest.mark.parametrize("kind", VALUES)
def test_a_value_is_decoded_however_long_it_is(kind, size):
    value = VALUES[kind](size)
    said = json.dumps(value)
    text = f"before {said}, after"
    assert decode_at(json.JSONDecoder(), text, 7) == (value, 7 + len(said))


@pytest.mark.parametrize("number", ["1.5", "-12e+3", "0.25E-2"])
def test_a_number_is_whole_where_a_part_ends_in_it(number):
    text = f"[{number}]"
    for before in range(240, 260):
        assert decode_at(json.JSONDecoder(), " " * before + text, before)[0] == [float(number)]
        assert decode_at(json.JSONDecoder(), number + " " * before, 0)[0] == float(number)


@pytest.mark.parametrize("size", LONG)
def test_an_error_is_where_it_stands(size):
    text = "\n{" + '"a": "' + "x" * size + '", b}' + " " * 20
    with pytest.raises(UndecodableError) as caught:
        decode_at(json.JSONDecoder(), text, 1)
    assert text[caught.value.at] == "b"


HOSTILE = {
    "openings": (split_documents, lambda count: "{\n" * count),
    "keys": (split_documents, lambda count: '{"a\n' * count),
    "beginnings": (split_documents, lambda count: '{"fio version"\n' * count),
    "nested": (split_documents, lambda count: '{"a":[\n' * 900 + "1,\n" * count),
    "of yabs": (yabs.parse, lambda count: '{"version":"v", "fio":[{"bs":"4k"\n' * count),
    "strings": (unquoted, lambda count: '"log":"read: IOPS=1"\n"\n' * count),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_places_that_are_tried_cost_what_was_read(kind, monkeypatch):
    read, make = HOSTILE[kind]

    def counted(count):
        spent = 0

        class Error(json.JSONDecodeError):
            def __init__(self, message, text, at):
                nonlocal spent
                # It counts the lines before the error.
                spent += at
                super().__init__(message, text, at)

        monkeypatch.setattr(json.decoder, "JSONDecodeError", Error)
        monkeypatch.setattr(json, "JSONDecodeError", Error)
        with suppress(UsageError):
            read(make(count))
        return spent

    small, large = counted(300), counted(3000)
    assert large <= 15 * small + 300_000


def test_only_one_place_decodes_at_an_offset():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if "raw_decode" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "raw_decode" and len(node.args) > 1
    }
    assert found == set()
