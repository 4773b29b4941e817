"""A slower CPU is put beside a slower build where both are beyond doubt, and go the same way."""

import pytest

from hostcheck.comparison.model import Cell, Ratio, Row
from hostcheck.comparison.why import why
from hostcheck.run.metrics import BUILD, ONE_THREAD


def row(metric_id, judgement, words):
    ratio = Ratio(0.5, (0.4, 0.6), judgement, "", words)
    return Row(metric_id, "", "s", "lower", (Cell(None, None), Cell(None, ratio)))


@pytest.mark.parametrize(
    ("build", "cpu", "expected"),
    [
        (
            ("worse", "1.9× slower"),
            ("worse", "1.8× slower"),
            ["A cold docker build is 1.9× slower on b than on a, and one thread that only computes is 1.8× slower."],
        ),
        (("worse", "1.9× slower"), ("better", "1.2× faster"), []),
        (("worse", "1.9× slower"), ("inconclusive", ""), []),
        (("inconclusive", ""), ("worse", "1.8× slower"), []),
        (("same", ""), ("same", ""), []),
    ],
)
def test_both_are_named_where_both_differ_alike(build, cpu, expected):
    assert list(why(["a", "b"], [row(BUILD, *build), row(ONE_THREAD, *cpu)])) == expected


def test_without_a_cpu_figure_nothing_is_said():
    assert list(why(["a", "b"], [row(BUILD, "worse", "1.9× slower")])) == []
    assert list(why(["a"], [row(ONE_THREAD, "worse", "")])) == []
