"""No line is broken by an interval that touches what was promised, and none is kept by one that goes below it."""

from hypothesis import given
from hypothesis import strategies as st

from hostcheck.promise.keys import KEYS, requirement_of
from hostcheck.promise.measured import Measured
from tests.promise.hosts import OUTSIDE, figure, loaded, run_of

EXAMPLES = {
    "random_read": "25000 IOPS",
    "random_write": "25000 IOPS",
    "sequential_read": "500 MB/s",
    "sequential_write": "500 MB/s",
    "fsync_p99": "10 ms",
    "network": "1 Gbit/s",
    "network_send": "1 Gbit/s",
    "network_receive": "1 Gbit/s",
    "disk.randread.qd1.iops": "9000 IOPS",
}
NEAR = st.floats(0.25, 4.0) | st.sampled_from((1.0, 0.999999, 1.000001, 0.995, 1.005, 0.99, 1 / 0.99))


def test_each_key_on_figures_is_tried():
    keys = {key for key, read in KEYS.items() if type(read).__name__ == "_Figure"}
    assert keys == {key for key in EXAMPLES if "." not in key}


@given(st.sampled_from(sorted(EXAMPLES)), st.tuples(NEAR, NEAR).map(sorted), st.tuples(NEAR, NEAR).map(sorted))
def test_a_figure_breaks_a_line_only_where_all_of_its_interval_does(key, one, other):
    asks = requirement_of(key, EXAMPLES[key])
    assert isinstance(asks, Measured)
    spans = [
        (threshold, ends[0] * threshold.limit, ends[1] * threshold.limit)
        for threshold, ends in zip(asks.thresholds, (one, other), strict=False)
    ]
    run = run_of(OUTSIDE, [figure(threshold.metric, low, high) for threshold, low, high in spans])
    answer = asks.judge(run).answer
    above = [threshold.operator == ">=" for threshold, _, _ in spans]
    # Within one in a hundred of what was promised, the promise itself may be the limit.
    missed = [
        high < each.limit * 0.99 if up else low * 0.99 > each.limit
        for up, (each, low, high) in zip(above, spans, strict=True)
    ]
    met = [low >= each.limit if up else high <= each.limit for up, (each, low, high) in zip(above, spans, strict=True)]
    if key.startswith("network"):
        # What is short may be the peer's.
        assert answer != "broken" or any(missed)
        assert answer != "kept" or not any(missed)
    else:
        assert (answer == "broken") == any(missed)
    assert (answer == "kept") == all(met)


@given(
    st.integers(1, 64),
    st.lists(st.floats(0.2, 1.0) | st.just(0.95), min_size=2, max_size=9),
    st.floats(0, 90),
    st.none() | st.floats(0, 100),
)
def test_cpus_are_broken_only_where_each_sample_had_less_and_it_was_taken(count, shares, steal, stops):
    asks = requirement_of("cpus", count)
    # As the benchmark rounds it.
    given_time = tuple(round(share * count, 4) for share in shares)
    least, most = min(given_time), max(given_time)
    judged = asks.judge(run_of({}, [loaded(given_time, threads=count, steal=steal, stops=stops)]))
    if judged.answer == "broken":
        assert most < round(0.95 * count, 4)
        explained = sum(steal / 100 * count >= (count - each) / 2 for each in given_time)
        assert 2 * explained > len(shares) or (stops or 0) >= 50
    if judged.answer == "kept":
        assert least >= round(0.95 * count, 4)
    if steal == 0 and (stops or 0) < 50:
        assert judged.answer != "broken"


@given(st.lists(st.floats(0, 6) | st.sampled_from((0.0, 1.0, 2.0)), min_size=2, max_size=14), st.integers(1, 180))
def test_dedicated_cpus_are_broken_only_by_an_hour_of_steal_in_most_samples(steals, minutes):
    asks = requirement_of("dedicated_cpu", True)
    metric = loaded((3.9,) * len(steals), threads=4, steal=tuple(steals), minutes=minutes)
    answer = asks.judge(run_of({}, [metric])).answer
    if answer == "broken":
        assert minutes >= 59
        assert len(steals) >= 6
        assert sum(steals) / len(steals) > 2
        assert sorted(steals)[len(steals) // 2] > 2
    if answer == "kept":
        assert max(steals) < 1


@given(st.sampled_from(("nvme", "ssd")), st.tuples(st.floats(50, 20_000), st.floats(50, 20_000)).map(sorted))
def test_a_class_of_disk_is_broken_only_where_no_read_may_be_of_flash(name, span):
    asks = requirement_of("disk", name)
    answer = asks.judge(run_of(OUTSIDE, [figure("disk.randread.qd1.iops", *span)])).answer
    assert (answer == "broken") == (span[1] < 400)
    assert answer != "kept"
