import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.catalogue.kinds import UNITS
from hostcheck.run.metrics import METRICS
from hostcheck.units import QuantityError, example_in, parse_quantity, unit_in


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("400 GB", "bytes", 400 * 10**9),
        ("2 GiB", "bytes", 2 << 30),
        ("1.5 kB", "bytes", 1500),
        ("64 KiB", "bytes", 65536),
        ("7 bytes", "bytes", 7),
        ("10k IOPS", "IOPS", 10_000),
        ("10k", "IOPS", 10_000),
        ("1.2M IOPS", "IOPS", 1_200_000),
        ("800 IOPS", "IOPS", 800),
        ("10k", "", 10_000),
        ("12", "", 12),
        ("5 ms", "s", 0.005),
        ("5 ms", "ms", 5),
        ("250 µs", "ms", 0.25),
        ("250 \u03bcs", "ms", 0.25),
        ("250us", "ms", 0.25),
        ("2 min", "s", 120),
        ("120 MB/s", "MB/s", 120),
        ("1.5 GB/s", "MB/s", 1500),
        ("100 MiB/s", "MB/s", 104.8576),
        ("50 %", "%", 50),
        ("50%", "%", 50),
        ("-50 B", "bytes", -50),
    ],
)
def test_quantities_are_read_as_people_write_them(text, unit, value):
    assert parse_quantity(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("400 gb", "bytes", "'gb' in '400 gb' is not a unit; did you mean GB?"),
        ("400 Gb", "bytes", "Mb and Gb can mean bits"),
        ("400 KB", "bytes", "write kB (1,000 bytes) or KiB (1,024)"),
        ("400 G", "bytes", "kB, MB, GB and TB are powers of 1,000, KiB, MiB, GiB and TiB of 1,024"),
        ("400k", "bytes", "is not a unit"),
        ("400", "bytes", "'400' has no unit; write it like 400 GB"),
        ("400 GB/s", "bytes", "is a rate of data, not an amount of data in bytes"),
        ("5 ms", "bytes", "'5 ms' is a time, not an amount of data in bytes"),
        ("5 GB", "", "'5 GB' is an amount of data, not a count without a unit"),
        ("5 m", "s", "write ms or min"),
        ("5 S", "s", "did you mean s?"),
        ("50", "%", "'50' has no unit; write it like 50 %"),
        ("10K IOPS", "IOPS", "is not a unit"),
        ("10 iops", "IOPS", "did you mean IOPS?"),
        ("10k k", "IOPS", "is not a unit"),
        ("10,000", "IOPS", "write the number without commas"),
        ("1e999 B", "bytes", "is not a unit"),
        ("GB", "bytes", "is not a quantity"),
        ("nan", "s", "is not a quantity"),
        ("inf", "", "is not a quantity"),
        ("", "", "is not a quantity"),
    ],
)
def test_what_could_be_meant_otherwise_is_refused_with_what_is_right(text, unit, message):
    with pytest.raises(QuantityError, match=re.escape(message)):
        parse_quantity(text, unit)


@pytest.mark.parametrize("unit", sorted({*UNITS, *(kind.unit for kind in METRICS.values())}))
def test_every_unit_of_a_fact_or_metric_has_an_example_that_is_read(unit):
    assert parse_quantity(example_in(unit), unit) > 0


@pytest.mark.parametrize(
    ("text", "unit"), [("5 ms", "s"), ("1 GB/s", "MB/s"), ("10k", "IOPS"), ("3 IOPS", "IOPS"), ("5", "")]
)
def test_a_limit_says_the_unit_of_its_metric(text, unit):
    assert unit_in(text) == unit


@given(st.text(max_size=20), st.sampled_from(UNITS))
def test_no_text_is_anything_but_a_number_or_refused(text, unit):
    try:
        assert parse_quantity(text, unit) == parse_quantity(f"  {text} ", unit)
    except QuantityError as error:
        assert error.remedy  # noqa: PT017 - either is right
