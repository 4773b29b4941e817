import pandas as pd
import pytest

from hostcheck.report import frames
from hostcheck.report.figures.storm_plot import storm_plot
from hostcheck.report.svg import NARROW
from hostcheck.run.measured import Sample

POINT = {"t": 0.1, "busy_percent": 20.0, "iowait_percent": 70.0, "steal_percent": 0.0, "psi_io_full_percent": None}
LIFE = {"index": 0, "create": [0.0, 0.4], "start": [0.4, 0.6], "ready": 0.7, "removed": 0.9, "error": ""}


def labels(figure):
    return [text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()]


def columns(points):
    return {name: [point.get(name) for point in points] for name in dict.fromkeys(n for p in points for n in p)}


@pytest.fixture
def draw():
    def figure_of(*points):
        storm = Sample(0.7, detail={"containers": [LIFE], "series": columns(points)})
        return storm_plot(frames.containers(storm), frames.series(storm), NARROW)

    return figure_of


def test_the_disk_is_drawn_below_on_the_same_axis_where_it_was_watched(draw):
    figure = draw(POINT | {"queue": 12.5, "writes": 340.0, "flushes": 44.0}, POINT | {"t": 0.2, "queue": 10.0})
    assert labels(figure)[-3:] == ["writes", "flushes", "queue (right)"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_a_storm_whose_disk_was_not_watched_has_no_empty_panel(draw):
    figure = draw(POINT)
    assert len(figure.axes) == 2
    assert "queue (right)" not in labels(figure)
    assert "all stalled on I/O" not in labels(figure)


def test_a_missing_value_is_not_zero():
    series = frames.series(Sample(1.0, detail={"series": columns([POINT])}))
    assert pd.isna(series["queue"][0])
    assert pd.isna(series["psi_io_full_percent"][0])


def test_no_more_is_drawn_than_can_be_distinguished():
    steps = range(1, 601)
    series = {"t": [step / 10 for step in steps], "busy_percent": [100 * (step % 2) for step in steps]}
    drawn = frames.series(Sample(60.0, detail={"series": series}))
    assert len(drawn) == frames.MOST_LOOKS
    assert set(drawn["busy_percent"]) == {50.0}
    assert drawn["t"].is_monotonic_increasing


@pytest.mark.parametrize(
    "given",
    [
        None,
        7,
        "busy",
        {"t": "now", "queue": [1]},
        {"t": [0.1, 0.2], "queue": [1.0, {"x": []}, 5]},
        [3, {"t": "x"}],
        {"t": 3},
    ],
)
def test_a_series_that_is_none_draws_nothing_made_up(given):
    drawn = frames.series(Sample(1.0, detail={"series": given}))
    assert set(drawn["queue"].dropna()) <= {1.0}
