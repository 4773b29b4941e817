import pytest

from hostcheck.errors import UsageError
from hostcheck.formats.checks_list import is_area, list_all, list_profiles
from hostcheck.formats.terminal import Style
from hostcheck.profiles.loader import load, names

WIDE = Style(width=200)


def test_every_profile_and_every_check_is_listed():
    lines = list_all(WIDE).splitlines()
    for name in names():
        assert any(line.startswith(f"  {name} ") for line in lines)
        for check in load(name).checks:
            assert sum(line.split()[0] == check.id for line in lines if line.startswith("  ")) >= 1, check.id


def test_a_check_of_many_profiles_has_one_line_with_their_number():
    (line,) = [line for line in list_all(WIDE).splitlines() if line.strip().startswith("kernel.version ")]
    count = sum(any(check.id == "kernel.version" for check in load(name).checks) for name in names())
    assert line.endswith(f"{count} profiles" if count > 2 else "docker, docker-2014")


def test_a_list_may_be_of_one_severity():
    text = list_all(WIDE, severity="required")
    assert "kernel.version" in text
    assert "storage.free " not in text
    assert "storage.free " in list_all(WIDE, severity="recommended")


def test_an_area_is_what_several_ids_begin_with():
    assert is_area("net")
    assert is_area("cgroup.v1")
    assert not is_area("kernel.version")
    assert not is_area("ne")
    assert not is_area("nothing")
    ids = [line.split()[0] for line in list_all(WIDE, area="net").splitlines() if line.startswith("  ")]
    assert ids
    assert all(each.startswith("net.") for each in ids)


def test_the_checks_of_some_profiles_are_listed_with_their_severity():
    text = list_profiles(["docker", "docker-2014", "docker"], WIDE)
    assert text.count("\ndocker-2014\n") == 1
    assert text.startswith("docker\n")
    for name in ("docker", "docker-2014"):
        for check in load(name).checks:
            assert f"  {check.id} " in text
    only = list_profiles(["docker"], WIDE, severity="required", area="storage")
    assert [line.split()[1] for line in only.splitlines()[2:]] == ["required"] * len(only.splitlines()[2:])


def test_an_own_profile_is_listed_too(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nsummary = "Ours."\nextends = "docker"\n')
    assert list_profiles([str(path)], Style()).startswith("mine\nOurs.\n")


def test_nothing_left_is_a_usage_error():
    with pytest.raises(UsageError, match="there is no such check about security"):
        list_profiles(["docker-2014"], Style(), area="security")
