from hostcheck.compare.compare import compare
from hostcheck.compare.notes import notes
from hostcheck.run.model import Metric


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
        "vm, docker build, cold: skipped, stopped",
        "vm, storm: all ready, storm: half ready: skipped, no engine answers",
        "vm: interrupted",
    ]
