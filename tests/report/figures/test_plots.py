"""What the plots show of a run, and how little room they take."""

import json
import re
from dataclasses import replace

import pytest
from matplotlib.lines import Line2D

from hostcheck.comparison.compare import compare
from hostcheck.report import frames
from hostcheck.report.figures.build import build_figure
from hostcheck.report.figures.latency import latency_figure
from hostcheck.report.figures.ratio import ratio_figure
from hostcheck.report.figures.ratio_plot import ratio_plot
from hostcheck.report.page import render
from hostcheck.report.svg import LONGEST_TEXT, SIDE, drawing, harmless, wrapped
from hostcheck.report.svg_compact import compact, share_looks
from hostcheck.run.codec import from_json, to_json
from hostcheck.run.files import read_run
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import headlines

IOPS = "disk.randwrite.iops"
BUILD = "build.cold.seconds"
RUN = "tests/runs/run-1.json"


@pytest.fixture
def real():
    return read_run(RUN)


@pytest.fixture
def slower(real):
    """The real run again, its requests ten times and its longest step five times as long."""
    document = json.loads(json.dumps(to_json(real)))
    document["id"], document["host"]["name"] = "slower", "slower"
    for metric in document["metrics"]:
        for sample in metric["samples"]:
            detail = sample["detail"]
            detail["latency_ms"] = {key: 10 * value for key, value in detail.get("latency_ms", {}).items()}
            for step in detail.get("steps", ()):
                step["seconds"] *= 5 if step["step"] == "RUN cp -a /application /copy" else 1
    return from_json(document)


def test_latencies_are_the_least_the_median_and_the_greatest_of_the_samples(real):
    frame = frames.latencies(compare([real]))
    assert len(frame) == 4 * 3
    row = frame[(frame["metric"] == IOPS) & (frame["percent"] == 99)].iloc[0]
    values = sorted(sample.detail["latency_ms"]["p99"] for sample in real.metric(IOPS).samples)
    assert [row["low"], row["middle"], row["high"]] == values
    assert (row["host"], row["label"]) == ("vm", "Random write")


def test_the_tail_of_random_writes_is_described_and_listed(slower, real):
    (plot,) = latency_figure(compare([slower, real]))
    assert plot.finding.startswith("Random write: 99 % of the requests took at most 5.22 ms on slower, 0.522 ms on vm.")
    assert ("Random write", "vm", "p99", "0.522", "0.444", "0.930") in plot.rows
    assert len(plot.rows) == 2 * 2 * 3  # of small requests only


def test_excluded_samples_are_in_no_latency(real):
    metric = real.metric(IOPS)
    samples = (
        *metric.samples,
        replace(metric.samples[0], valid=False, reason="noise", detail={"latency_ms": {"p99": 9}}),
    )
    changed = real.with_metrics((replace(metric, samples=samples),))
    assert frames.latencies(compare([changed])).equals(frames.latencies(compare([real.with_metrics((metric,))])))


def test_the_steps_are_those_of_the_build_that_took_the_middle_time(real):
    frame = frames.steps(compare([real]))
    steps = real.metric(BUILD).samples[1].detail["steps"]
    assert list(frame["seconds"]) == [step["seconds"] for step in steps if step["seconds"]]
    assert "ADD rootfs.tar / (2)" in set(frame["step"])
    assert not frame["step"].str.contains(real.id).any()


def test_the_step_that_differs_most_is_reported(slower, real):
    (plot,) = build_figure(compare([real, slower]))
    assert (
        "vm: “COPY --from=dependencies /application /application” took 20 % of the 6.49 s of all steps" in plot.finding
    )
    assert (
        "Between slower and vm, “RUN cp -a /application /copy” differs most: 6.28 s instead of 1.26 s." in plot.finding
    )
    assert ("RUN cp -a /application /copy", "1.256", "6.280") in plot.rows
    assert plot.header == ("Step", "vm", "slower")


def test_no_step_is_said_to_differ_where_all_took_the_same_time(real):
    same = replace(real, id="other", host=replace(real.host, name="other"))
    (plot,) = build_figure(compare([real, same]))
    assert plot.header == ("Step", "vm", "other")
    assert "Between" not in plot.finding


def test_steps_of_another_builder_are_shown_and_not_compared(slower, real):
    build = slower.metric(BUILD)
    other = slower.with_metrics((replace(build, settings={**build.settings, "builder": "buildkit"}),))
    (plot,) = build_figure(compare([real, other]))
    assert plot.header == ("Step", "vm", "slower")
    assert "slower: " in plot.finding
    assert "Between" not in plot.finding


def test_without_latencies_or_steps_there_is_no_plot(run_of, metric):
    comparison = compare([run_of("a", metric(IOPS, 1, 2), metric(BUILD, 1, 2))])
    assert [*latency_figure(comparison), *build_figure(comparison)] == []


@pytest.mark.parametrize(
    "detail",
    [
        {"latency_ms": 5, "steps": "x"},
        {"latency_ms": {"p99": "0.1", "p50": -1, "q": 1, "p100": 1, "p95": True}, "steps": [5, {}, {"seconds": "1"}]},
        {"latency_ms": [1], "steps": [{"step": None, "seconds": 0}]},
    ],
)
def test_details_of_another_shape_are_passed_over(run_of, metric, detail):
    metrics = [replace(metric(name, 1, 2), samples=(Sample(1.0, detail=detail),)) for name in (IOPS, BUILD)]
    assert [*latency_figure(compare([run_of("a", *metrics)])), *build_figure(compare([run_of("a", *metrics)]))] == []


def test_hostile_names_and_steps_do_nothing(run_of, metric):
    hostile = "<script>alert(1)</script> $x^2$ ]]> \x1b[2J \u2028 &amp; \"'"
    detail = {"latency_ms": {"p50": 1, "p99.9": 2}, "steps": [{"step": hostile, "seconds": 1}]}
    metrics = [replace(metric(name, 1, 2), samples=(Sample(1.0, detail=detail),)) for name in (IOPS, BUILD)]
    text = render(compare([run_of(hostile, *metrics), run_of(hostile + "2", *metrics)]))
    assert "<script" not in text
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(1)") > 10
    assert "p99.9" in text


def test_a_host_has_one_colour_in_every_plot(real, slower):
    comparison = compare([slower, real])
    ratios = ratio_figure(comparison, headlines())
    assert ratios
    for plot in (ratios, *latency_figure(comparison)):
        assert "var(--series-2)" in plot.drawings.narrow
    assert "var(--series-1)" not in ratios.drawings.narrow


def test_a_narrow_interval_is_seen_behind_its_marker_and_a_key_has_no_interval(real, slower):
    other = replace(real, id="third", host=replace(real.host, name="third"))
    frame = frames.ratios(compare([slower, real, other]))
    with drawing(SIDE):
        figure = ratio_plot(frame, "slower", SIDE)
    (axes,) = figure.axes
    markers = {line.get_marker(): line.get_markersize() for line in axes.lines}
    assert markers["|"] > max(markers["s"], markers["D"])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["vm", "third"]
    assert {type(handle) for handle in legend.legend_handles} == {Line2D}


def test_two_real_hosts_take_less_than_500_kib(real, slower):
    assert len(render(compare([slower, real])).encode()) < 500 * 1024


def test_a_compact_drawing_keeps_its_texts_and_its_points():
    drawn = """<svg>
 <g id="figure_1">
  <g>
   <g/>
   <path d="M 39.588521 188.594761
L -0.0000001 171.652199
z
" style="fill: none; stroke: red"/>
   <text style="font-size: 10px; font-family: 'DejaVu Sans', sans-serif; fill: red" x="1.23456" \
transform="rotate(-0 1.23456 5)">host 10.123456 &lt;g&gt; a: b</text>
  </g>
 </g>
</svg>"""
    assert compact(drawn) == (
        '<svg><g id="figure_1"><path d="M39.6 188.6l-39.6-16.9z" style="fill:none;stroke:red"/>'
        '<text style="font-size:10px;fill:red" x="1.2">host 10.123456 &lt;g&gt; a: b</text></g></svg>'
    )


@pytest.mark.parametrize(
    ("drawn", "shortest"),
    [
        ("M 0 5 L 1 5 L 2 5 L 3 5", "M0 5h3"),
        ("M 0 5 L 2 5 L 1 5", "M0 5h2h-1"),
        ("M 0 5 L 0 2 L 0 1 L 1 1 z", "M0 5v-4h1z"),
        ("M 0 0 L 1 1 L 2 2", "M0 0l1 1l1 1"),
        ("M 0 0 L 1 0 L 1 1 M 5 5 L 6 5", "M0 0h1v1M5 5h1"),
        ("M 0 0 Q 1 1 2 2 L 3 2", "M0 0Q1 1 2 2L3 2"),
        ("M 1 1 L 1 1", "M1 1h0"),
        ("M 100.26 20.04 L 100.74 19.1 L 110.74 19.56", "M100.3 20l.4-.9l10 .5"),
    ],
)
def test_a_line_is_drawn_without_the_points_on_its_way_and_turns_where_it_did(drawn, shortest):
    assert compact(f'<path d="{drawn}"/>') == f'<path d="{shortest}"/>'


def test_neighbours_that_look_alike_are_one_path():
    bar = '<path d="M 0 0 L 1 0" style="fill:red"/>'
    assert compact(bar * 3 + '<path d="M 5 5 z" style="fill:blue"/>' + bar) == (
        '<path d="M0 0h1M0 0h1M0 0h1" style="fill:red"/><path d="M5 5z" style="fill:blue"/>'
        '<path d="M0 0h1" style="fill:red"/>'
    )


def test_markers_of_straight_lines_are_paths_at_their_places_and_round_ones_are_not():
    tick = '<defs><path id="t" d="M 0 3 L 0 -3" style="stroke: red"/></defs>'
    uses = '<use href="#t" x="10" y="5" style="fill: red; stroke: blue"/><use href="#t" x="20.5" y="-5"/>'
    assert compact(f"{tick}<g clip-path='url(#c)'>{uses}</g>") == (
        '<g clip-path=\'url(#c)\'><path d="M10 8v-6" style="fill:red;stroke:red"/>'
        '<path d="M20.5 -2v-6" style="stroke:red"/></g>'
    )
    both = '<use href="#t" x="1" y="0"/><use href="#t" x="2" y="0"/>'
    assert compact(tick + both) == '<path d="M1 3v-6M2 3v-6" style="stroke:red"/>'
    dot = '<defs><path id="o" d="M0 1C1 1 1 0 0 0z" style="fill:red"/></defs><use href="#o" x="1" y="2"/>'
    assert compact(dot) == dot


def test_what_looks_alike_shares_a_class_and_what_hosts_say_is_left_alone():
    line = '<path d="M0 0L1 1" clip-path="url(#p-c1)" style="fill:none;stroke:red"/>'
    once = '<path d="z" style="fill:blue"/>'
    text = '<text style="fill:red" x="1"> style="fill:red"</text>'
    shared, rules = share_looks(line * 3 + once + text * 3, "p")
    assert (
        shared == '<path d="M0 0L1 1" class="p-1"/>' * 3 + once + '<text class="p-2" x="1"> style="fill:red"</text>' * 3
    )
    assert rules == ".p-1{clip-path:url(#p-c1);fill:none;stroke:red}.p-2{fill:red}"


def test_a_compact_drawing_is_balanced(real, slower):
    for plot in (ratio_figure(compare([slower, real]), headlines()), *latency_figure(compare([slower, real]))):
        for svg in filter(None, (plot.drawings.wide, plot.drawings.narrow)):
            assert svg.count("<g") == svg.count("</g>")
            assert not re.search(r"<g>|<g/>|font-family|=\"[^\"]*\d\.\d{3,}", svg)


def test_a_text_that_no_drawing_is_wide_enough_for_keeps_its_end_which_says_where_it_is_from():
    shown = harmless("x" * 10**6 + " (emulated)")
    assert len(shown) == LONGEST_TEXT
    assert re.fullmatch(r"x+…x+ \(emulated\)", shown)
    assert harmless("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


def test_a_text_of_more_lines_than_there_is_room_for_keeps_its_end():
    assert wrapped("a $b c", 4) == ["a $b", "c"]
    assert wrapped("x" * 10**6 + " (emulated)", 20, most=3) == ["x" * 20, "…", "(emulated)"]


def test_what_matplotlib_would_parse_is_escaped():
    assert harmless("a $name") == r"a \$name"
