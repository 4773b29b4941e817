"""What differs from the baseline, the worst first."""

from dataclasses import replace

from hostcheck.comparison.compare import compare
from hostcheck.report.differences import differences
from hostcheck.report.page import render

READ, WRITE, BUILD = "disk.seqread.bandwidth", "disk.randwrite.iops", "build.cold.seconds"
STORM = "storm.makespan.seconds"


def _found(*runs):
    return [(found.look, found.things) for found in differences(compare(runs))]


def test_what_is_worse_comes_first_and_the_furthest_behind_before_the_rest(run_of, metric):
    old = run_of(
        "old", metric(READ, 100, 101), metric(WRITE, 100, 101), metric(BUILD, 40, 40.1), metric(STORM, 5, 5.01)
    )
    new = run_of(
        "new", metric(READ, 300, 301), metric(WRITE, 50, 50.1), metric(BUILD, 400, 401), metric(STORM, 5, 5.01)
    )
    assert _found(old, new) == [
        ("worse", ("Docker build, cold (10× slower)", "Random write (2.0× slower)")),
        ("better", ("Sequential read (3.0× faster)",)),
        ("same", ("Storm: all ready",)),
    ]


def test_what_one_side_lacks_is_listed(run_of, metric):
    runs = [run_of("a", metric(READ, 1, 1.01)), run_of("b", metric(BUILD, 1, 1.01))]
    said = [(found.words, found.things) for found in differences(compare(runs))]
    assert said == [
        ("only b has a value", ("Docker build, cold",)),
        ("only a has a value", ("Sequential read",)),
    ]


def test_checks_with_another_result_are_reported_with_their_profile(run_of, audited):
    passing = tuple(replace(verdict, status="pass") for verdict in audited["verdicts"])
    good, bad = run_of("good", verdicts=passing), run_of("bad", verdicts=audited["verdicts"])
    assert _found(good, bad) == [("fail", ("storage.overlay for docker",)), ("warn", ("cgroup.mode for docker",))]
    assert _found(bad, good) == [("pass", ("storage.overlay for docker", "cgroup.mode for docker"))]


def test_hosts_alike_in_their_checks_and_a_host_alone_differ_in_nothing(run_of, audited):
    assert _found(run_of("a", **audited), run_of("b", **audited)) == []
    assert "What differs" not in render(compare([run_of("a", **audited)]))


def test_names_are_text_on_the_page(run_of, metric):
    runs = [run_of(name, metric(READ, rate, rate * 1.01)) for name, rate in (("<i>a", 1), ("<i>b", 9), ("c", 5))]
    page = render(compare(runs))
    assert "<i>" not in page
    assert "<td>&lt;i&gt;b</td>" in page


def test_the_page_of_several_hosts_is_headed_by_those_that_are_compared_with_the_first(run_of, metric):
    page = render(compare([run_of(name, metric(READ, 1, 1.01)) for name in ("base", "left", "right")]))
    assert '<h1>left, right <span class="against">against base</span></h1>' in page
