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
