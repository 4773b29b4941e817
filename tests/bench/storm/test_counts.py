import pytest

from hostcheck.bench.storm.counts import parse_counts
from hostcheck.errors import UsageError


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("20", (20,)),
        ("1,5,10,20,40", (20, 5, 10, 40)),
        ("40, 5,5", (40, 5)),
        ("1,2", (2,)),
    ],
)
def test_twenty_is_the_headline_where_it_is_asked_for_and_the_greatest_otherwise(text, counts):
    assert parse_counts(text) == counts


@pytest.mark.parametrize("text", ["", "1", "0,20", "-5", "5;10", "20,", "501", "٢٠", "twenty"])
def test_what_is_no_list_of_numbers_is_refused_in_one_line(text):
    with pytest.raises(
        UsageError, match=r"--storm .*: (expected numbers from 1 to 500|a launch storm needs at least 2 containers)"
    ):
        parse_counts(text)
