import pytest

from hostcheck.errors import UsageError
from hostcheck.formats.checks_text import explain, list_all
from hostcheck.formats.terminal import Style
from hostcheck.profiles.loader import load, names


def test_every_check_of_every_profile_is_listed_within_80_columns():
    text = list_all(Style())
    assert max(map(len, text.splitlines())) <= 80
    for name in names():
        for check in load(name).checks:
            assert f"  {check.id} " in text


def test_a_check_is_explained_for_each_profile_that_has_it():
    text = explain("kernel.version", Style())
    assert "3.8 or later" in text
    assert "3.10 or later" in text
    for label in ("profile", "severity", "expected", "why", "fix", "source"):
        assert text.count(f"\n{label}") == 2


def test_a_conditional_check_says_where_it_applies():
    text = " ".join(explain("kernel.cgroup_bpf", Style()).split())
    assert "where cgroup.mode is v2; elsewhere the host uses cgroup v1" in text


def test_an_unknown_check_is_a_usage_error_with_the_nearest_id():
    with pytest.raises(UsageError, match=r"did you mean kernel\.version\?"):
        explain("kernel.versoin", Style())
