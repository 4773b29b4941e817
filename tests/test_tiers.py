"""Each entry of the tables of tiers is of a test that there is."""

from pathlib import Path

import pytest

from tests.tiers import ALL, GUESTS, KILLS, LONG, OF_THE_MACHINE, PARALLEL, TIERS, group_of, is_real_alone, tier_of

TOP = Path(__file__).parents[1]


@pytest.mark.parametrize("entry", [*ALL, *GUESTS, *KILLS, *LONG, *PARALLEL, *OF_THE_MACHINE])
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


def test_tests_of_the_machine_are_one_group_and_those_of_another_file_are_one_each():
    of_the_machine = {group_of(f"{place}test_x.py::test_y[z]") for place in OF_THE_MACHINE}
    assert of_the_machine == {"machine"}
    assert group_of("tests/test_install.py::test_y[a::b]") == "tests/test_install.py"


@pytest.mark.parametrize(
    ("marks", "is_so"),
    [
        ("", False),
        ("quick", False),
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
