import pytest

from hostcheck.profiles.predicates import PREDICATES, in_words


def ask(predicate, value, argument):
    return PREDICATES[predicate].test(value, argument)


@pytest.mark.parametrize(
    ("value", "bound", "holds"),
    [
        ("3.10", "3.8", True),
        ("3.8", "3.8", True),
        ("3.7", "3.8", False),
        ("6.18", "3.8", True),
        ("10", "9.9.9", True),
        ("next", "3.8", None),
        (10, 5, True),
        (4.9, 5, False),
        (True, 5, None),
        ("a lot", 5, None),
    ],
)
def test_at_least_compares_versions_by_number_and_not_by_letter(value, bound, holds):
    assert ask("at_least", value, bound).holds is holds


@pytest.mark.parametrize(
    ("predicate", "value", "argument", "holds"),
    [
        ("one_of", "v1", ["v1", "hybrid"], True),
        ("one_of", "v2", ["v1", "hybrid"], False),
        ("not_one_of", "openvz", ["openvz"], False),
        ("not_one_of", "none", ["openvz"], True),
        ("equals", True, True, True),
        ("equals", False, True, False),
        ("includes", ("cpu", "memory"), ["cpu"], True),
        ("includes", ("cpu",), ["cpu", "memory"], False),
        ("includes", (), ["cpu"], False),
    ],
)
def test_predicates_answer(predicate, value, argument, holds):
    assert ask(predicate, value, argument).holds is holds


def test_includes_names_what_is_missing():
    assert ask("includes", ("cpu", "pids"), ["cpu", "io", "memory"]).found == "cpu, pids; missing: io, memory"


@pytest.mark.parametrize(
    ("drivers", "holds"),
    [
        ({"aufs": False, "btrfs": True, "vfs": True}, True),
        ({"aufs": None, "btrfs": True, "vfs": True}, True),
        ({"aufs": False, "btrfs": False, "vfs": True}, False),
        ({"aufs": None, "btrfs": False, "vfs": True}, None),
        ({"vfs": True}, None),
    ],
)
def test_one_usable_driver_is_enough_and_an_unknown_one_is_not_a_missing_one(drivers, holds):
    assert ask("provides_one_of", drivers, ["aufs", "btrfs"]).holds is holds


def test_the_driver_the_engine_would_take_is_named_first():
    answer = ask("provides_one_of", {"btrfs": True, "aufs": True, "vfs": True}, ["aufs", "btrfs"])
    assert answer.found == "aufs (of btrfs, aufs, vfs)"
    assert ask("provides_one_of", {"aufs": False, "vfs": True}, ["aufs"]).found == "only vfs"


@pytest.mark.parametrize(
    ("predicate", "argument", "words"),
    [
        ("at_least", "3.8", "3.8 or later"),
        ("at_least", 10 << 30, "at least 10.0 GiB"),
        ("at_least", 10001, "at least 10,001"),
        ("equals", True, "yes"),
        ("one_of", ["v1", "hybrid", "v2"], "v1, hybrid or v2"),
        ("not_one_of", ["openvz"], "not openvz"),
        ("includes", ["cpu", "io"], "cpu, io"),
        ("provides_one_of", ["aufs", "btrfs"], "aufs or btrfs"),
    ],
)
def test_what_is_expected_is_said_in_words(predicate, argument, words):
    assert PREDICATES[predicate].expects(argument) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "not known"),
        ((), "none"),
        (("a", "b"), "a, b"),
        ({"a": None}, "a: not known"),
    ],
)
def test_values_are_said_in_words(value, words):
    assert in_words(value) == words
