import pandas as pd
import pytest

from hostcheck.report import frames
from hostcheck.report.storm_plot import storm_plot
from hostcheck.run.model import Sample

POINT = {"t": 0.1, "busy_percent": 20.0, "iowait_percent": 70.0, "steal_percent": 0.0, "psi_io_full_percent": None}
LIFE = {"index": 0, "create": [0.0, 0.4], "start": [0.4, 0.6], "ready": 0.7, "removed": 0.9, "error": ""}


def labels(figure):
    return [text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()]


@pytest.fixture
def draw():
    def figure_of(*points):
        storm = Sample(0.7, detail={"containers": [LIFE], "series": list(points)})
        return storm_plot(frames.containers(storm), frames.series(storm))

    return figure_of


def test_the_disk_is_drawn_below_on_the_same_axis_where_it_was_watched(draw):
    figure = draw(POINT | {"queue": 12.5, "writes": 340.0, "flushes": 44.0}, POINT | {"t": 0.2, "queue": 10.0})
    assert labels(figure)[-3:] == ["writes a second", "flushes a second", "queue (right)"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_a_storm_whose_disk_was_not_watched_has_no_empty_panel(draw):
    figure = draw(POINT)
    assert len(figure.axes) == 2
    assert "queue (right)" not in labels(figure)
    assert "all stalled on I/O (PSI)" not in labels(figure)


def test_what_was_not_told_is_no_zero():
    series = frames.series(Sample(1.0, detail={"series": [POINT]}))
    assert pd.isna(series["queue"][0])
    assert pd.isna(series["psi_io_full_percent"][0])
