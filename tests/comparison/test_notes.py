from dataclasses import replace

from hostcheck.comparison.compare import compare
from hostcheck.comparison.notes import notes
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric


def test_what_is_said_of_several_figures_is_said_once_for_all_of_them(run_of):
    def skipped(metric_id, reason):
        return Metric(metric_id, "s", "lower", "skipped", reason)

    run = run_of(
        "vm",
        skipped("storm.makespan.seconds", "no engine answers"),
        skipped("storm.ready.p50.seconds", "no engine answers"),
        skipped("build.cold.seconds", "stopped"),
        notes=("interrupted",),
    )
    assert list(notes(compare([run]))) == [
        "vm, docker build (cold): skipped, stopped",
        "vm, storm (all ready), storm (half ready): skipped, no engine answers",
        "vm: interrupted",
    ]


def test_a_figure_is_called_published_once():
    said = list(notes(compare([read_run("reference:sata-vps-2014"), read_run("reference:nvme-vps-2014")])))
    assert "NVMe VPS 2014 (published), random write: published, 25,000+ is a lower bound" in said
    assert not any("published, published" in note for note in said)


def test_what_may_not_be_the_disk_is_reported_with_the_figure(run_of, metric):
    figure = metric("disk.randwrite.iops", 100, 101)
    careful = tuple(replace(one, detail={"caution": "the disk is compressed memory (zram)"}) for one in figure.samples)
    run = run_of("vm", replace(figure, samples=careful))
    assert list(notes(compare([run]))) == ["vm, random write: the disk is compressed memory (zram)"]


def test_the_range_of_samples_is_in_the_unit_of_the_row(run_of, metric):
    """Runs have it in the unit of the run file, or in that of the smallest sample."""
    for reason in (
        "±15% after 4 samples between 0.000136 and 0.000167 s; measure again when the host is idle, or for longer",
        "±15% after 2 samples of 136 – 167 µs; measure again when the host is idle, or for longer",
    ):
        quick = replace(metric("disk.wal.p99.seconds", 0.000136, 0.000167), state="unstable", reason=reason)
        slow = metric("disk.wal.p99.seconds", 0.0991, 0.0992)
        said = next(note for note in notes(compare([run_of("a", quick), run_of("b", slow)])) if "unstable" in note)
        assert " samples of 0.136 – 0.167 ms; measure again when the host is idle" in said
