"""Each entry of the tables of tiers is of a test that there is."""

import re
from pathlib import Path

import pytest

from tests.tiers import (
    ALL,
    FIRST_CASE,
    GUESTS,
    KILLS,
    LONG,
    MOST_CASES,
    MOST_REAL_CASES,
    OF_THE_MACHINE,
    PARALLEL,
    QUICK,
    TIERS,
    WIDE,
    group_of,
    is_real_alone,
    tier_of,
    tiers_of,
)

TOP = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "entry", [*ALL, *FIRST_CASE, *GUESTS, *KILLS, *LONG, *PARALLEL, *OF_THE_MACHINE, *QUICK, *WIDE]
)
def test_an_entry_names_a_test_or_a_folder_of_tests(entry):
    file, _, name = entry.partition("::")
    assert (TOP / file).exists() or list((TOP / file).parent.glob(f"{Path(file).name}*"))
    if name:
        assert f"def {name.partition('[')[0]}(" in (TOP / file).read_text()


def test_a_further_case_is_of_the_tier_for_what_lasts_and_its_first_case_is_not():
    first, further = (f"{LONG[0].partition('[')[0]}[{case}]" for case in ("classic", "buildkit"))
    assert (tier_of(first, real=True), tier_of(further, real=True)) == ("engine", "long")
    assert {tier_of(test, real=real) for test in (*LONG, "tests/test_x.py::test_y") for real in (True, False)} <= {
        *TIERS
    }


def test_every_tier_is_run_before_a_change_lands():
    ci, script = ((TOP / name).read_text() for name in (".ci/run", "bin/test"))
    assert re.search(r"^bin/test$", ci, re.MULTILINE)
    usual = [
        *re.findall(r'^cheap="(\w+)"$', script, re.MULTILINE),
        *re.findall(r'^tiers="(\w+) or (\w+)"$', script, re.MULTILINE)[0],
    ]
    assert {*usual, *re.findall(r"^(?:\w+=\w+ )?bin/test --tier (\w+)", ci, re.MULTILINE)} == {*TIERS}


def test_tests_of_the_machine_are_one_group_and_those_of_another_file_are_one_each():
    of_the_machine = {group_of(f"{place}test_x.py::test_y[z]") for place in OF_THE_MACHINE}
    assert of_the_machine == {"machine"}
    assert group_of("tests/test_install.py::test_y[a::b]") == "tests/test_install.py"


def wide_of(tests, more_inputs=frozenset()):
    tiers = tiers_of(dict.fromkeys(tests, False), more_inputs=more_inputs)
    return {test for test, tier in tiers.items() if tier == "wide"}


@pytest.mark.parametrize(
    ("count", "in_quick"),
    [(1, 1), (MOST_CASES, MOST_CASES), (MOST_CASES + 1, (MOST_CASES + 2) // 2), (189, MOST_CASES)],
)
def test_of_a_long_table_quick_has_cases_that_lie_evenly_in_it(count, in_quick):
    cases = [f"tests/test_x.py::test_y[{number}]" for number in range(count)]
    wide = wide_of(cases)
    assert cases[0] not in wide
    assert len(cases) - len(wide) == in_quick <= MOST_CASES


@pytest.mark.parametrize(("place", "tier"), [("tests/test_x.py", "engine"), (f"{GUESTS[0]}test_x.py", "guests")])
def test_of_a_table_of_real_tests_further_cases_are_of_the_tier_for_what_lasts(place, tier):
    tiers = list(tiers_of({f"{place}::test_y[{number}]": True for number in range(2 * MOST_REAL_CASES)}).values())
    assert (tiers[0], tiers.count(tier), tiers.count("long")) == (tier, MOST_REAL_CASES, MOST_REAL_CASES)


def test_what_costs_most_is_wide_and_a_first_case_that_is_cheap_is_not():
    whole, first = WIDE[0], FIRST_CASE[0]
    assert wide_of([whole, f"{first}[a]", f"{first}[b]"]) == {whole, f"{first}[b]"}


def test_rules_for_the_code_are_quick_however_long_their_table():
    assert wide_of(f"{QUICK[0]}::test_y[{number}]" for number in range(99)) == set()


def test_what_has_more_inputs_than_usual_is_wide_unless_it_is_real():
    tests = {"tests/test_x.py::test_y[a]": False, "tests/test_x.py::test_y[b]": False, "tests/test_x.py::test_z": True}
    other = "tests/test_z.py::test_z"
    tiers = tiers_of(tests | {other: False}, more_inputs={*tests})
    assert list(tiers.values()) == ["wide", "wide", "engine", "quick"]


@pytest.mark.parametrize(
    ("marks", "is_so"),
    [
        ("", False),
        ("quick", False),
        ("wide", False),
        ("wide or kills", False),
        ("not kills", False),
        ("not real", False),
        ("parallel", False),
        ("kills", True),
        ("real", True),
        ("(engine or guests) and parallel", True),
        ("(engine or guests) and not parallel", True),
    ],
)
def test_an_expression_of_marks_for_real_tests_alone_is_recognised(marks, is_so):
    assert is_real_alone(marks) is is_so
