from dataclasses import replace

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.comparison.single_requests import single_requests
from hostcheck.run.files import read_run

READ, WRITE = "disk.randread.qd1.iops", "disk.randwrite.qd1.iops"


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([{READ: 500, WRITE: 250}], ["One random read takes 2.00 ms on a, one random write 4.00 ms (means)."]),
        (
            [{READ: 500, WRITE: 250}, {READ: 20_000, WRITE: 10_000}],
            [
                (
                    "One random read takes 2.00 ms on a and 0.0500 ms on b, one random write 4.00 and 0.100 ms, "
                    "in this order (means)."
                )
            ],
        ),
        (
            [{READ: 500, WRITE: 250}, {READ: 1000}],
            [
                "One random read takes 2.00 ms on a and 1.00 ms on b (mean).",
                "One random write takes 4.00 ms on a (mean).",
            ],
        ),
        ([{WRITE: 250}], ["One random write takes 4.00 ms on a (mean)."]),
        ([{"disk.randread.iops": 500}], []),
        ([{READ: 500}] * 7, []),
    ],
    ids=["one host", "two", "different jobs", "writes alone", "never one at a time", "many hosts"],
)
def test_the_time_of_a_single_request_is_the_inverse_of_its_rate(run_of, metric, rates, said):
    names = "abcdefg"[: len(rates)]
    runs = [
        run_of(name, *(metric(metric_id, value, value) for metric_id, value in own.items()))
        for name, own in zip(names, rates, strict=True)
    ]
    assert list(single_requests(runs, names)) == said


@pytest.mark.parametrize("changes", [{"state": "invalid"}, {"value": None}, {"value": 0.0}])
def test_of_a_rate_that_does_not_count_no_time_is_said(run_of, metric, changes):
    found = replace(metric(READ, 500, 500), reason="other work", **changes)
    assert list(single_requests([run_of("a", found)], "a")) == []


def test_a_limit_that_lets_requests_through_in_bursts_does_not_make_them_fast():
    """Half of this disk's requests take 0.02 ms, and it does 350 a second: the others wait."""
    run = read_run("reports/sample/sata.json")
    (said,) = [said for said in compare([run]).findings if said.startswith("One random")]
    assert said == "One random read takes 2.86 ms on vm (sata, emulated), one random write 2.86 ms (means)."
