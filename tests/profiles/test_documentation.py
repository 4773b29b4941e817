"""What docs/profiles.md says, against the code."""

import re
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.profiles.loader import parse
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.profiles.rows import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text()
EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_example_is_a_profile(tmp_path):
    (tmp_path / "security.toml").write_text('title = "S"\nsummary = "S."\nextends = "docker"\n')
    text = EXAMPLE.replace('extends = "docker"   ', 'extends = ["docker", "./security.toml"]')
    made = {check.id: check for check in parse(text, tmp_path / "web.toml").checks}
    assert made["kernel.version"].test.argument == "6.1"
    assert made["storage.room"].when[0].otherwise == "the pool is watched elsewhere"
    assert "cgroup.mode.v2" not in made


def test_the_documented_mistake_is_reported_in_those_words():
    with pytest.raises(UsageError) as refused:
        parse(EXAMPLE.replace("at_least", "at_leest", 1), Path("web.toml"))
    assert f"hostcheck: {refused.value}" in PAGE


def test_every_predicate_and_key_is_explained():
    table = PAGE.partition("| predicate |")[2]
    assert sorted(re.findall(r"^\| `(\w+) = ", table, re.MULTILINE)) == sorted(PREDICATES)
    for key in set(KEYS) - set(PREDICATES):
        assert f"`{key}`" in PAGE, key
