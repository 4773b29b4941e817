import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.quantities import amount, duration, span, times


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.01234, "12.3 ms"),
        (0.000_21, "210 µs"),
        (0.0009996, "1.00 ms"),
        (0.0999, "99.9 ms"),
        (0.09999, "0.100 s"),
        (0.9996, "1.00 s"),
        (1.618, "1.62 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (45, "45.0 s"),
        (99.9, "99.9 s"),
        (99.96, "1m 40s"),
        (252, "4m 12s"),
        (3599.6, "1h 00m 00s"),
        (3725, "1h 02m 05s"),
    ],
)
def test_times_are_written_as_people_write_them(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.500"), (3.456, "3.46"), (25.44, "25.4"), (120, "120"), (1200.4, "1,200")]
)
def test_values_have_three_digits_and_whole_numbers_in_full(value, text):
    assert amount(value, "MB/s") == text


def test_intervals_name_the_unit_of_times_once():
    assert span(1.5, 1.75, "s") == "1.50 – 1.75 s"
    assert span(90, 130, "s") == "90.0 s – 2m 10s"
    assert span(1190, 1210, "IOPS") == "1,190 – 1,210"


@given(value=st.floats(1, 1e6))
def test_a_ratio_reads_as_what_it_is(value):
    assert float(times(value).replace(",", "")) == pytest.approx(value, rel=0.06)
