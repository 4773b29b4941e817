"""The answer on one page of paper."""

import re
from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from hostcheck.comparison.compare import compare
from hostcheck.report.brief import render
from hostcheck.report.environment import environment
from hostcheck.report.set_up import set_up
from hostcheck.run.files import read_run
from hostcheck.run.model import Fact
from tests.report.conftest import misplaced

SAMPLE = ["reports/sample/sata.json", "reports/sample/host.json", "tests/runs/run-1.json"]


def pages(document):
    return len(re.findall(rb"/Type /Page\b", document))


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_it_is_one_page_of_a4(count):
    document = render(compare([read_run((SAMPLE * 3)[number]) for number in range(count)]))
    assert document.startswith(b"%PDF-")
    assert pages(document) == 1
    (box,) = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", document)
    assert [round(float(side)) for side in box] == [595, 842]


def test_nothing_leaves_the_page_however_much_there_is_to_say(saved):
    render(compare([read_run(name) for name in SAMPLE]))
    (figure,) = saved
    assert len(figure.texts) > 40
    assert min(text.get_position()[1] for text in figure.texts) > 0.02


def test_names_of_any_length_leave_the_answer_on_the_page_and_everything_inside_it(saved):
    runs = [read_run(name) for name in SAMPLE]
    named = [
        replace(run, host=replace(run.host, name=f"node-{place}-" + "a-long-name-" * 4 + "in-a-rack"))
        for place, run in enumerate(runs)
    ]
    comparison = compare(named)
    render(comparison)
    (figure,) = saved
    text = " ".join(written.get_text() for written in figure.texts)
    joined = text.replace("- ", "-")
    assert f"In short: {comparison.answer[0]}".replace("- ", "-") in joined
    assert f"{comparison.names[0]} has no real disk: hostcheck emulated one in memory" in joined
    assert misplaced(figure) == []
    renderer = FigureCanvasAgg(figure).get_renderer()
    (axes,) = figure.axes
    assert axes.get_legend().get_window_extent(renderer).x1 < figure.bbox.x1
    assert axes.xaxis.label.get_window_extent(renderer).x1 < figure.bbox.x1


def test_without_figures_there_is_no_table_of_them(saved, run_of, audited):
    render(compare([run_of("a", **audited)]))
    (figure,) = saved
    assert [text.get_text() for text in figure.texts][:3] == [
        "Summary on one page, to show to others",
        "a",
        "In short: Nothing was measured on a.",
    ]
    assert "a" not in [text.get_text() for text in figure.texts][2:]


def test_it_holds_the_answer_the_table_and_the_conditions(monkeypatch):
    written = []
    monkeypatch.setattr("matplotlib.figure.Figure.text", lambda *place, **_: written.append(place[3]))
    runs = [read_run(name) for name in SAMPLE[:2]]
    comparison = compare(runs, files={run.id: name for run, name in zip(runs, ("old.json", "new.json"), strict=True)})
    render(comparison)
    text = " ".join(written)
    assert all(said in text for said in (*comparison.answer, *comparison.fitness))
    first = f"In short: {comparison.answer[0]}"
    emulated = "vm (sata, emulated) has no real disk: hostcheck emulated one in memory, and slowed it."
    assert f"{first} {emulated} {comparison.answer[1]}" in text
    shown = [said for said in comparison.findings if said in text]
    assert shown == list(comparison.findings[: len(shown)])
    left = len(comparison.findings) - len(shown)
    assert (f"and {left} more sentence{'s' * (left > 1)}, on the page" in written) == bool(left)
    assert left < len(shown)
    host = "vm (sata, emulated) in old.json: Debian GNU/Linux 12 (bookworm), kernel 6.18.44-fc-v769"
    assert f"{host}, measured 2026-11-24 03:11 UTC." in text
    for row in comparison.rows[:4]:
        assert row.heading in written
    assert "Ranges are 95 % intervals" in text
    assert (
        "vm (sata, emulated) and vm (own disk) differ only in the disk: emulated, limited to 120 MB/s and "
        "349 IOPS on vm (sata, emulated); /dev/vda on vm (own disk)."
    ) in text
    assert "The run files hold the raw data; report -o page.html shows each sample." in text
    # How the hosts differ is said before the figures, and not in small print alone.
    assert text.index("differ only in the disk") < text.index(comparison.rows[0].heading)


def test_what_is_unknown_of_one_host_is_no_difference_of_two(run_of):
    known, unknown = Fact("engine.driver", "overlay2"), Fact.unknown("engine.driver", "no engine answers")
    runs = [run_of(name, facts={"engine.driver": fact}) for name, fact in (("a", known), ("b", unknown))]
    rows = {row.title: row for row in environment(compare(runs))}
    assert (rows["Storage driver"].values, rows["Storage driver"].differs) == (("overlay2", None), False)
    assert "Storage driver" not in {row.title for row in environment(compare([runs[1]] * 2))}


def test_hosts_that_are_alike_are_said_to_be(monkeypatch, run_of, metric):
    written = []
    monkeypatch.setattr("matplotlib.figure.Figure.text", lambda *place, **_: written.append(place[3]))
    same = {"facts": {"engine.driver": Fact("engine.driver", "overlay2")}}
    render(compare([run_of(name, metric("disk.randwrite.iops", 100, 101), **same) for name in "ab"]))
    assert "No difference was found in how a and b are set up." in " ".join(written)


def test_only_is_said_where_everything_is_known_and_of_known_hosts():
    three = compare([read_run(name) for name in (*SAMPLE[:2], "reference:nvme-vps-2014")])
    only = "As far as was read, vm (sata, emulated) and vm (own disk) differ only in the disk: "
    assert set_up(three, [0, 1, 2]).startswith(only)
    assert "NVMe" not in set_up(three, [0, 1, 2])
    older = set_up(compare([read_run(name) for name in SAMPLE]), [0, 1, 2])
    assert "only" not in older
    assert older.endswith(
        "; /dev/vda on vm (own disk) and vm (own disk) (2) (results of checks differ; settings of figures differ or "
        "are unknown). "
    )


def test_differing_values_are_named_and_what_is_unknown_of_a_host_is_not_equal(run_of):
    driver, mode = (lambda value: Fact("engine.driver", value)), Fact("cgroup.mode", "v2")
    runs = [run_of("a", facts={"engine.driver": driver("btrfs"), "cgroup.mode": mode})]
    runs += [run_of(name, facts={"engine.driver": driver("overlay2")}) for name in "bc"]
    assert set_up(compare(runs), [0, 1, 2]) == (
        "As far as was read, a, b and c differ in the storage driver: btrfs on a; overlay2 on b and c (not known of "
        "all: control groups). "
    )
    assert set_up(compare(runs[:1]), [0]) == ""


def test_a_lower_bound_is_an_arrow(saved):
    render(compare([read_run(name) for name in (*SAMPLE[:2], "reference:nvme-vps-2014")]))
    (axes,) = saved[0].axes
    (arrow,) = (text for text in axes.texts if text.arrow_patch)
    assert arrow.xy[0] == pytest.approx(71, abs=1)
    assert arrow.xyann[0] > 0


def test_it_says_what_to_do_first_why_and_why_hosts_are_not_compared(monkeypatch):
    written = []
    monkeypatch.setattr("matplotlib.figure.Figure.text", lambda *place, **_: written.append(place[3]))
    render(compare([read_run(name) for name in SAMPLE]))
    text = " ".join(written)
    assert "Do first on all three hosts: Control groups, version 2. Docker 29 calls cgroup v1 deprecated" in text
    assert (
        "vm (own disk) (2), docker build (cold), storm of 20 containers: not comparable, file system: unknown" in text
    )


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_no_text_lies_on_another_one(compared, saved, count):
    render(compared(count))
    assert misplaced(saved[0]) == []


def test_what_has_no_room_is_counted(compared, saved):
    comparison = compared(4)
    render(comparison)
    text = " ".join(text.get_text() for text in saved[0].texts)
    left = sum(said not in text for said in comparison.findings)
    assert left > 0
    counted = (
        f"and {left} more sentence{'s' * (left > 1)}, on the page"
        if left < len(comparison.findings)
        else f"{left} more sentences are on the page"
    )
    assert counted in text
    assert "NVMe VPS 2014 (published): system unknown, published 2014-06-23." in text


def test_of_many_hosts_it_says_which_it_shows_and_keeps_the_title_and_the_conditions(compared, saved):
    comparison = compared(9)
    render(comparison)
    text = " ".join(text.get_text() for text in saved[0].texts)
    assert text.startswith(
        "Summary on one page, to show to others vm (own disk), NVMe VPS 2014 (published), SATA VPS 2014 "
    )
    assert "Of 9 hosts, the table and the chart have the first and the last. vm (sata, emulated) in run " in text
    assert "Ranges are 95 % intervals" in text


def test_the_chart_has_only_the_directions_with_values_and_shows_an_interval_narrower_than_its_marker(saved):
    render(compare([read_run(name) for name in SAMPLE[:2]]))
    (axes,) = saved[0].axes
    assert axes.get_xlabel() == "times faster than vm (sata, emulated) →"
    ends = [line for line in axes.lines if line.get_marker() == "|"]
    markers = [line for line in axes.lines if line.get_marker() == "s"]
    assert len(ends) == len(markers) == 4
    assert min(line.get_markersize() for line in ends) > max(line.get_markersize() for line in markers)


def test_a_summary_that_goes_left_and_right_names_both_directions(saved, run_of, metric):
    runs = [run_of("a", metric("disk.randwrite.iops", 100, 101), metric("disk.seqread.bandwidth", 100, 101))]
    runs += [run_of("b", metric("disk.randwrite.iops", 300, 301), metric("disk.seqread.bandwidth", 30, 31))]
    render(compare(runs))
    (axes,) = saved[0].axes
    assert axes.get_xlabel() == "← times slower or faster → than a"


@pytest.mark.parametrize("count", [2, 4])
def test_the_axis_names_the_baseline(compared, saved, count):
    render(compared(count))
    (axes,) = saved[0].axes
    assert 1.0 in axes.get_xticks()


def test_equal_comparisons_give_equal_bytes():
    comparison = compare([read_run(name) for name in SAMPLE[:2]])
    assert render(comparison) == render(comparison)


def test_a_run_without_figures_is_a_page_too(run_of):
    assert pages(render(compare([run_of("empty")]))) == 1
