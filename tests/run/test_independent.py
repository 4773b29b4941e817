import math

import pytest

from hostcheck.run.independent import values_of
from hostcheck.run.measured import Sample


def test_a_sample_is_one_value_and_a_long_one_as_many_as_it_has_batches():
    assert values_of(Sample(5.0)) == [5.0]
    assert values_of(Sample(5.0, detail={"batches": [4.0, 6.0, 5]})) == [4.0, 6.0, 5.0]


def test_what_does_not_count_has_no_values():
    assert values_of(Sample(None, valid=False)) == []
    assert values_of(Sample(5.0, valid=False, detail={"batches": [4.0, 6.0]})) == []
    assert values_of(Sample(0.0)) == []


@pytest.mark.parametrize(
    "batches", [None, [], [4.0], "45", [4.0, "6"], [4.0, True], [4.0, 0.0], [4.0, math.inf], [4.0, 10**400], {"a": 1}]
)
def test_batches_that_are_none_are_not_believed(batches):
    assert values_of(Sample(5.0, detail={"batches": batches})) == [5.0]
