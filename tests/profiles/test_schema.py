"""The schema for editors says what the loader does."""

import json
from pathlib import Path

import pytest
import tomli
from jsonschema import Draft202012Validator

from hostcheck.errors import UsageError
from hostcheck.profiles import loader
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.profiles.rows import CONDITION_KEYS, KEYS
from hostcheck.profiles.schema import PROFILE_SCHEMA

FOLDER = Path(loader.__file__).parent
SCHEMA = json.loads(PROFILE_SCHEMA.read_text())
HEAD = 'title = "T"\nsummary = "S."\n'
ROW = (
    '[[check]]\nid = "a"\ntitle = "A"\nfact = "hw.swap"\nequals = true\nseverity = "required"\n'
    'why = "w."\nfix = "f."\nsource = "s"\n'
)


def valid(text):
    return Draft202012Validator(SCHEMA).is_valid(tomli.loads(text))


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_that_ships_is_valid(path):
    assert valid(path.read_text())


def test_the_keys_are_those_of_the_loader():
    check, condition = (SCHEMA["$defs"][name]["properties"] for name in ("check", "condition"))
    assert set(check) == set(KEYS)
    assert set(condition) == set(CONDITION_KEYS)
    assert set(SCHEMA["$defs"]["predicates"]["properties"]) == set(PREDICATES)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ('title = "T"\n', ""),
        ("[[check]]", "[[chekc]]"),
        ("equals = true", "equal = true"),
        ('"required"', '"must"'),
        ("equals = true", "one_of = []"),
        ("equals = true", "apart_from = [1]"),
        ('fact = "hw.swap"', "fact = 1"),
        ('fact = "hw.swap"\nequals = true', "ports = []"),
        ('fact = "hw.swap"\nequals = true', "ports = [true]"),
        ('why = "w."', 'why = ""'),
        ("equals = true", 'equals = true\nwhen = { fact = "hw.swap", eq = 1, otherwise = "x" }'),
    ],
)
def test_the_schema_and_the_loader_refuse_the_same(before, after):
    text = (HEAD + ROW).replace(before, after, 1) if before else HEAD + ROW
    if not before:
        assert valid(text)
        assert loader.parse(text, Path("mine.toml"))
        return
    assert not valid(text)
    with pytest.raises(UsageError):
        loader.parse(text, Path("mine.toml"))
