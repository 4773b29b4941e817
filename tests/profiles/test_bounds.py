"""Profiles that extend one another in numbers that grow, and numbers that are none of TOML's."""

from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.place.landmarks import read_landmarks
from hostcheck.profiles.loader import load
from hostcheck.promise.file import read_promise

HEAD = 'title = "T"\nsummary = "S."\n'


def test_files_that_several_extend_are_read_once(tmp_path):
    # Each way through them would be 2^30 files.
    for level in range(30):
        below = f'["a{level + 1}.toml", "b{level + 1}.toml"]' if level < 29 else '"docker"'
        for name in "ab":
            (tmp_path / f"{name}{level}.toml").write_text(f"{HEAD}extends = {below}\n")
    assert load(str(tmp_path / "a0.toml")).checks == load("docker").checks


def test_a_chain_without_end_is_refused(tmp_path):
    for level in range(100):
        (tmp_path / f"p{level}.toml").write_text(f'{HEAD}extends = "p{level + 1}.toml"\n')
    with pytest.raises(UsageError, match="more than 40 files extend one another"):
        load(str(tmp_path / "p0.toml"))


@pytest.mark.parametrize("read", [load, lambda path: read_promise(Path(path)), lambda path: read_landmarks(Path(path))])
def test_a_file_is_read_up_to_a_limit(tmp_path, read):
    (tmp_path / "x.toml").write_text("# a\n" * (1 << 18) + "a = 1\n")
    with pytest.raises(UsageError, match="larger than"):
        read(str(tmp_path / "x.toml"))


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 30, "0x" + "F" * 17])
def test_a_number_of_more_than_64_bits_is_refused(tmp_path, number):
    (tmp_path / "p.toml").write_text(f'{HEAD}extends = "docker"\n[[check]]\nid = "x"\nat_least = [{number}]\n')
    with pytest.raises(UsageError, match=r"p.toml: a number in it has more than 64 bits"):
        load(str(tmp_path / "p.toml"))


@pytest.mark.parametrize("number", ["1e308", "-1e308", "inf", "nan", '"' + "9" * 400 + '"'])
def test_a_number_that_no_fact_can_have_is_refused(tmp_path, number):
    more = "".join(f'{key} = "x"\n' for key in ("title", "why", "fix", "source"))
    row = f'[[check]]\nid = "x"\nfact = "hw.cpus"\nat_least = {number}\nseverity = "required"\n{more}'
    (tmp_path / "p.toml").write_text(f'{HEAD}extends = "docker"\n{row}')
    with pytest.raises(UsageError, match="does not fit hw.cpus"):
        load(str(tmp_path / "p.toml"))


def test_the_largest_number_of_toml_is_none_of_those(tmp_path):
    text = f'extends = "docker"\n[[check]]\nid = "hw.cpus"\nat_least = {2**63 - 1}\nfact = "hw.cpus"\n'
    more = "".join(f'{key} = "x"\n' for key in ("title", "why", "fix", "source"))
    (tmp_path / "p.toml").write_text(f'{HEAD}{text}severity = "required"\n{more}')
    (own,) = [check for check in load(str(tmp_path / "p.toml")).checks if check.id == "hw.cpus"]
    assert own.test.argument == 2**63 - 1
