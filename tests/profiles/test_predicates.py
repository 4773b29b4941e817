import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("none", "3.8", False),
    ],
)
def test_at_least_compares_versions_by_number_and_not_by_letter(value, bound, holds):
    assert ask("at_least", value, bound).holds is holds


@pytest.mark.parametrize(
    ("value", "bound", "holds"), [(5, 5, True), (5.1, 5, False), ("1.8.3", "1.8.3", True), ("1.10", "1.9", False)]
)
def test_at_most_is_the_opposite_of_at_least(value, bound, holds):
    assert ask("at_most", value, bound).holds is holds


@pytest.mark.parametrize(
    ("predicate", "value", "argument", "holds"),
    [
        ("excludes", ("tcp/22",), ["tcp/6443"], True),
        ("excludes", ("tcp/22", "tcp/6443"), ["tcp/6443"], False),
        ("provides", {"ip": True, "tc": True}, ["ip", "tc"], True),
        ("provides", {"ip": False, "tc": None}, ["ip", "tc"], False),
        ("provides", {"ip": True, "tc": None}, ["ip", "tc"], None),
        ("provides", {"ip": True}, ["ip", "tc"], None),
        ("apart_from", (32768, 60999), [30000, 32767], True),
        ("apart_from", (1024, 29999), [30000, 32767], True),
        ("apart_from", (32767, 60999), [30000, 32767], False),
        ("apart_from", (1024, 65535), [30000, 32767], False),
        ("apart_from", "many", [30000, 32767], None),
        ("one_of", "v1", ["v1", "hybrid"], True),
        ("one_of", "v2", ["v1", "hybrid"], False),
        ("one_of", "17.0.15", ["11", "17"], True),
        ("one_of", "17.0.15", ["1"], False),
        ("not_one_of", "17.0.15", ["17"], False),
        ("not_one_of", "20.10.5+dfsg1", ["20.10.5"], False),
        ("not_one_of", "1.8", ["1.8.0"], False),
        ("not_one_of", "1.8", ["1.8.1"], True),
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


@pytest.mark.parametrize(
    ("predicate", "value", "argument", "holds"),
    [
        ("at_least", 25_276_059_648, "400 GB", None),
        ("at_least", "25276059648", "400 GB", None),
        ("at_most", 25_276_059_648, "400", None),
        ("at_most", "6.1", 7, None),
        ("at_least", 5, True, None),
        ("equals", 1, True, None),
        ("equals", True, 1, None),
        ("equals", "true", True, None),
        ("equals", None, "qemu", None),
        ("one_of", "8080", [8080], None),
        ("one_of", 8080, ["8080", 8080], True),
        ("not_one_of", "8080", [8080], None),
        ("not_one_of", None, ["qemu"], None),
        ("not_one_of", ("docker",), ["docker"], None),
        ("not_one_of", "none", [8080], True),
        ("not_one_of", 8080, ["none"], True),
        ("not_one_of", {"memory": True}, ["none"], True),
        ("excludes", ("tcp/22", "tcp/18080"), [18080], None),
        ("excludes", ("tcp/22",), ["tcp/22", 18080], False),
        ("excludes", "tcp/22", ["tcp/80"], None),
        ("excludes", None, ["tcp/80"], None),
        ("excludes", "none", ["a warning"], True),
        ("includes", "cpu", ["cpu"], None),
        ("includes", ("cpu",), [1], None),
        ("includes", "none", ["cpu"], False),
        ("provides", "ip", ["ip"], None),
        ("provides", {"ip_vs": "absent"}, ["ip_vs"], False),
        ("provides", {"ip_vs": "loadable"}, ["ip_vs"], True),
        ("provides", {"ip_vs": "perhaps"}, ["ip_vs"], None),
        ("provides_one_of", {"ip_vs": "blocked", "vxlan": "builtin"}, ["ip_vs", "vxlan"], True),
        ("provides_one_of", {"ip_vs": "blocked"}, ["ip_vs"], False),
        ("provides_none_of", {"k3s": False, "rke2": True}, ["k3s"], True),
        ("provides_none_of", {"k3s": False, "rke2": None}, ["k3s", "rke2"], None),
        ("provides_none_of", {"k3s": True, "rke2": None}, ["k3s", "rke2"], False),
        ("provides_none_of", "k3s", ["k3s"], None),
        ("apart_from", (1, 2), "30000", None),
    ],
)
def test_a_value_of_another_type_cannot_be_compared(predicate, value, argument, holds):
    assert ask(predicate, value, argument).holds is holds


NUMBERS = st.integers() | st.floats(allow_nan=False)
TEXTS = st.text().filter(lambda text: text != "none")


@given(NUMBERS, st.lists(TEXTS, min_size=1), st.sampled_from(["one_of", "not_one_of", "excludes", "includes"]))
def test_a_number_is_never_compared_with_texts(number, texts, predicate):
    assert ask(predicate, number, texts).holds is None


@given(TEXTS, st.lists(NUMBERS | st.booleans(), min_size=1), st.sampled_from(["one_of", "not_one_of"]))
def test_a_text_is_never_compared_with_numbers(text, numbers, predicate):
    assert ask(predicate, text, numbers).holds is None
    assert ask("excludes", (text,), numbers).holds is None
    assert ask("includes", (text,), numbers).holds is None


@given(TEXTS, NUMBERS | st.booleans(), st.sampled_from(["at_least", "at_most", "equals"]))
def test_texts_and_numbers_are_not_compared(text, number, predicate):
    assert ask(predicate, text, number).holds is None
    assert ask(predicate, number, text).holds is None


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


def test_obstacles_and_missing_parts_are_named():
    assert ask("excludes", ("tcp/22", "tcp/80"), ["tcp/80", "tcp/81"]).found == "tcp/80"
    assert ask("provides", {"ip": True, "tc": False}, ["ip", "tc"]).found == "missing: tc"
    assert "tc" in ask("provides", {"ip": True, "tc": None}, ["ip", "tc"]).found


def test_the_driver_the_engine_would_take_is_named_first():
    answer = ask("provides_one_of", {"btrfs": True, "aufs": True, "vfs": True}, ["aufs", "btrfs"])
    assert answer.found == "aufs (of btrfs, aufs, vfs)"
    assert ask("provides_one_of", {"aufs": False, "vfs": True}, ["aufs"]).found == "only vfs"


@pytest.mark.parametrize(
    ("predicate", "argument", "words"),
    [
        ("at_least", "3.8", "3.8 or later"),
        ("at_least", 10 << 30, "at least 10,737,418,240"),
        ("at_least", 10001, "at least 10,001"),
        ("equals", True, "yes"),
        ("one_of", ["v1", "hybrid", "v2"], "v1, hybrid or v2"),
        ("not_one_of", ["openvz"], "not openvz"),
        ("not_one_of", ["none"], "present"),
        ("includes", ["cpu", "io"], "cpu, io"),
        ("provides_one_of", ["aufs", "btrfs"], "aufs or btrfs"),
        ("provides", ["ip", "tc"], "ip, tc"),
        ("excludes", ["tcp/80", "tcp/81"], "without tcp/80 or tcp/81"),
        ("apart_from", [30000, 32767], "no overlap with 30000 to 32767"),
        ("at_most", 80, "at most 80"),
        ("at_most", "1.8.3", "1.8.3 or earlier"),
    ],
)
def test_expectations_are_worded(predicate, argument, words):
    assert PREDICATES[predicate].expects(argument) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "unknown"),
        ((), "none"),
        (("a", "b"), "a, b"),
        ({"a": None}, "a: unknown"),
    ],
)
def test_values_are_said_in_words(value, words):
    assert in_words(value) == words
