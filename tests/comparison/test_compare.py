import pytest

from hostcheck.comparison.compare import compare
from hostcheck.errors import UsageError
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric

IOPS = "disk.randwrite.iops"
BUILD = "build.cold.seconds"
SKIPPED = Metric(BUILD, "s", "lower", "skipped", "no container engine responds; start docker")


def test_the_first_run_is_the_baseline(run_of, metric):
    comparison = compare([run_of("a", metric(IOPS, 1, 1.01)), run_of("b", metric(IOPS, 2, 2.01))])
    (row,) = comparison.rows
    assert row.cells[0].ratio is None
    assert row.cells[1].ratio.words == "2.0× faster"


def test_a_metric_that_only_one_run_has_is_listed(run_of, metric):
    comparison = compare([run_of("a", metric(IOPS, 1, 1)), run_of("b", metric(BUILD, 2, 2))])
    assert [row.id for row in comparison.rows] == [IOPS, BUILD]
    assert comparison.rows[0].cells[1].metric is None
    assert all(cell.ratio is None for row in comparison.rows for cell in row.cells)


def test_what_was_not_measured_is_shown_with_its_reason_and_without_a_ratio(run_of, metric):
    comparison = compare([run_of("a", metric(BUILD, 2, 2)), run_of("b", SKIPPED)])
    cell = comparison.rows[0].cells[1]
    assert (cell.metric.state, cell.metric.value, cell.ratio) == ("skipped", None, None)
    assert any("no container engine responds" in said for said in comparison.verdicts)


def test_hosts_of_one_name_are_distinguished(run_of):
    assert compare([run_of("db"), run_of("db"), run_of("web")]).names == ("db", "db (2)", "web")


def test_nothing_to_compare_is_refused():
    with pytest.raises(UsageError):
        compare([])


def test_the_two_published_hosts_compare_as_the_article_says():
    comparison = compare([read_run("reference:sata-vps-2014"), read_run("reference:nvme-vps-2014")])
    assert [row.label for row in comparison.rows] == ["Sequential read", "Random write", "Docker build, cold"]
    assert [row.cells[1].ratio.words for row in comparison.rows] == [
        "10× faster",
        "at least 71× faster",
        "5.6× faster",
    ]
    assert all(row.cells[1].ratio.interval is None for row in comparison.rows)


def test_the_verdict_names_intervals_noise_and_readiness(run_of, metric, audited):
    slow = run_of("slow", metric(IOPS, 350, 351, 349), metric(BUILD, 250, 252, 254))
    fast = run_of(
        "fast",
        metric(IOPS, 3500, 3510, 3400, state="unstable", reason="samples spread by 12%"),
        metric(BUILD, 45, 45.2, 44.8),
        **audited,
    )
    against, noise, ready, missing = compare([slow, fast]).verdicts
    assert (
        noise
        == "Both differences are larger than noise, within a run and between runs (15 %, as recorded hosts differ)."
    )
    # What the interval leaves no doubt of is not hedged.
    assert against == "fast is faster than slow: 9.5–10× at random writes, 5.5–5.7× at a cold docker build."
    assert ready.startswith("fast is not ready for docker (1 requirement missed); ")
    assert missing == "Not measured in any run: sequential reads and a storm of containers."


def test_how_hosts_compare_is_said_before_what_each_is(run_of, metric, audited):
    runs = [run_of(name, metric(IOPS, number, number * 1.01), **audited) for number, name in enumerate("abc", 1)]
    starts = [said.split(":")[0].partition(";")[0] for said in compare(runs).verdicts]
    assert starts == [
        "b and c are faster than a",
        "Fastest",
        "Larger than noise, within a run and between runs (15 %, as recorded hosts differ)",
        "All three hosts are not ready for docker (1 requirement missed)",
        "Not measured in any run",
    ]


def test_a_difference_that_noise_hides_is_not_claimed(run_of, metric):
    comparison = compare([run_of("a", metric(IOPS, 100, 140, 80)), run_of("b", metric(IOPS, 120, 90, 150))])
    assert (
        comparison.verdicts[0] == "b cannot be distinguished from a at random writes, because their intervals overlap."
    )


def test_audits_alone_begin_with_that_nothing_was_measured(run_of, audited):
    first, second = compare([run_of(name, **audited) for name in "ab"]).verdicts
    assert first == "Nothing was measured on a and b."
    assert second.startswith("Both hosts are not ready for docker (1 requirement missed); ")


def test_a_wide_interval_is_shown_by_its_ends(run_of, metric):
    said = compare([run_of("a", metric(IOPS, 351, 200, 500))]).verdicts[0]
    assert said == "a: random writes 327 IOPS (104 – 1,032)."


def test_a_run_alone_begins_with_its_figures(run_of, metric):
    run = run_of("a", metric(IOPS, 351, 352, state="unstable"), metric(BUILD, 45, 45.2))
    assert compare([run]).verdicts == (
        "a: random writes 351 IOPS (±2 %); a cold docker build 45.1 s (±3 %).",
        "Not measured in this run: sequential reads and a storm of containers.",
    )


@pytest.mark.parametrize(
    ("other", "not_measured"),
    [
        ("fio.read.128k.q4.bandwidth", "sequential reads (1 MiB, 8 in flight), random writes"),
        ("disk.randwrite.qd1.iops", "sequential reads, random writes (4 KiB, 32 in flight)"),
        ("fio.randrw-50.4k.q4.write.iops", "sequential reads, random writes"),
    ],
)
def test_what_was_not_measured_is_not_said_of_what_a_row_calls_the_same(run_of, metric, other, not_measured):
    said = compare([run_of("a", metric(other, 100, 101))]).verdicts[-1]
    assert said.startswith(f"Not measured in this run: {not_measured}, ")
