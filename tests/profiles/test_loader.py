import pytest

from hostcheck.errors import UsageError
from hostcheck.profiles.loader import load, names, parse

ROW = {
    "id": "a",
    "title": "A",
    "fact": "kernel.version",
    "at_least": "3.8",
    "severity": "required",
    "why": "because",
    "fix": "do it",
    "source": "moby#1",
}


def document(*rows):
    return {"title": "T", "summary": "S", "check": list(rows)}


def test_the_profiles_that_ship_load_whole():
    assert {"docker", "docker-2014"} <= set(names())
    for name in names():
        profile = load(name)
        assert profile.name == name
        assert profile.title
        assert profile.summary.endswith(".")
        assert profile.checks


@pytest.mark.parametrize("name", names())
def test_every_text_of_a_profile_is_a_sentence_or_a_source(name):
    for check in load(name).checks:
        assert check.why.endswith("."), check.id
        assert check.fix.endswith("."), check.id
        assert not check.title.endswith("."), check.id
        assert any(mark in check.source for mark in ("moby", "(", "https://", "runc", "k3s")), check.id


def test_an_unknown_profile_is_a_usage_error_with_the_nearest_name():
    with pytest.raises(UsageError, match="did you mean docker-2014"):
        load("docker2014")
    with pytest.raises(UsageError, match="there is docker"):
        load("zzz")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"why": ""}, "check a has no why"),
        ({"source": None}, "check a has no source"),
        ({"severity": "nice"}, "severity is one of required, recommended"),
        ({"equals": True}, "exactly one of"),
        ({"at_leest": "3.8"}, "unknown key at_leest"),
        ({"at_least": "new"}, "at_least cannot use 'new'"),
        ({"when": {"fact": "cgroup.mode", "one_of": ["v1"]}}, "condition needs a fact and an otherwise"),
        ({"when": {"fact": "cgroup.mode", "one_of": [], "otherwise": "no"}}, r"one_of cannot use \[\]"),
    ],
)
def test_a_check_that_is_not_complete_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        parse("p", document(ROW | change))


def test_a_check_without_a_test_is_refused():
    row = {key: value for key, value in ROW.items() if key != "at_least"}
    with pytest.raises(ValueError, match="exactly one of"):
        parse("p", document(row))


def test_two_checks_of_one_id_are_refused():
    with pytest.raises(ValueError, match="two checks are called a"):
        parse("p", document(ROW, ROW))


def test_a_condition_is_read():
    when = {"fact": "cgroup.mode", "one_of": ["v2"], "otherwise": "the host uses cgroup v1"}
    (check,) = parse("p", document(ROW | {"when": when})).checks
    assert check.when is not None
    assert check.when.test.fact == "cgroup.mode"
    assert check.when.otherwise == "the host uses cgroup v1"
