"""What proves that a limit holds a disk, and what does not."""

from dataclasses import replace

import pytest

from hostcheck.comparison.throttled import held_metrics, throttled, whose
from hostcheck.run.files import read_run
from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.model import Fact, HostIdentity, Run

QUIET = Conditions(busy_percent=4.0, steal_percent=0.0)
READ, WRITE, SEQUENTIAL = "disk.randread.iops", "disk.randwrite.iops", "disk.seqread.bandwidth"


def sample(value, *, conditions=QUIET, valid=True, **detail):
    detail = {"flat": True, "steps": False, "fio_cpu_percent": 5.0} | detail
    return Sample(value, valid, "" if valid else "other work", 2.3, conditions=conditions, detail=detail)


def metric(name, *samples, unit="IOPS", block_bytes=4096, **settings):
    value = next((one.value for one in samples if one.value), None)
    settings |= {"block_bytes": block_bytes}
    return Metric(name, unit, "higher", "ok", value=value, samples=samples, settings=settings)


def run(*metrics, cpus=2):
    return Run("id", "0.1.0", "2026-11-29T10:00:00Z", HostIdentity("vm"), metrics=metrics,
               facts={"hw.cpus": Fact("hw.cpus", cpus)})  # fmt: skip


def held(*metrics, **changes):
    return [found.id for found in held_metrics(run(*metrics, **changes))]


EVEN = (sample(350.0), sample(351.0), sample(349.5))
WRITES = metric(WRITE, *EVEN)


def test_two_even_metrics_with_the_same_rate_are_held_by_a_limit():
    assert held(metric(READ, *EVEN), WRITES) == [READ, WRITE]
    (said,) = throttled("vm", run(metric(READ, *EVEN), WRITES))
    assert said == (
        "An I/O limit (of a control group, or of what is below), not the disk, sets the speed of vm: "
        "random read 350 IOPS, random write 350 IOPS."
    )


@pytest.mark.parametrize(
    ("facts", "notes", "words"),
    [
        ({"virt.vm": "kvm", "virt.container": "none"}, (), "of the provider, or of a control group"),
        ({"virt.vm": "none", "virt.container": "lxc"}, (), "of the provider, or of a control group"),
        ({"virt.vm": "none", "virt.container": "none"}, (), "of a control group, or of the disk"),
        ({"virt.vm": "kvm"}, (), "of a control group, or of what is below"),
        ({"virt.vm": "kvm", "virt.container": "none"}, ("Emulated: 350 IOPS",), "set by hostcheck"),
    ],
)
def test_a_limit_names_who_may_have_set_it(facts, notes, words):
    limited = replace(run(WRITES), facts={name: Fact(name, value) for name, value in facts.items()}, notes=notes)
    assert whose(limited) == words


def test_a_rate_of_zero_is_no_limit():
    stalled = (sample(0.0), sample(0.0), sample(350.0))
    assert held(metric(READ, *stalled), WRITES) == []


def test_the_same_bytes_a_second_are_the_same_limit_too():
    megabytes = [sample(value) for value in (120.0, 120.4, 119.8)]
    large = metric(SEQUENTIAL, *megabytes, unit="MB/s", block_bytes=1 << 20)
    written = metric("disk.seqwrite.bandwidth", *megabytes, unit="MB/s", block_bytes=512 << 10)
    assert held(large, written) == [SEQUENTIAL, "disk.seqwrite.bandwidth"]
    assert held(large, WRITES) == []


def test_steps_of_the_kernels_throttle_need_no_second_metric():
    waits = [replace(one, detail={**one.detail, "steps": True}) for one in EVEN]
    assert held(metric(WRITE, *waits)) == [WRITE]
    (said,) = throttled("vm", run(metric(WRITE, *waits)))
    assert said.endswith("I/Os wait in steps of 100 ms, as under the kernel's I/O limits (io.max, blkio).")


def turns(*halves):
    """Short turns of two half seconds each, of which none says by itself whether it is flat."""
    return [
        sample(sum(pair) / 2, flat=None, series={"milliseconds": 500, "iops": list(pair)})
        for pair in zip(halves[::2], halves[1::2], strict=True)
    ]


def test_one_turn_in_five_may_be_further_off_but_not_far():
    def turns_with(*odd):
        return [sample(value) for value in (350.0, 351.0, 349.5, 350.0, 350.5, *odd)]

    for odd, limited in (((357.0,), True), ((357.0, 343.0), False), ((380.0,), False)):
        found = held(metric(READ, *turns_with(*odd)), metric(WRITE, *turns_with(*odd)))
        assert found == ([READ, WRITE] if limited else [])


def test_short_turns_are_even_where_all_their_half_seconds_together_are():
    even = turns(5000, 5010, 4990, 5005, 5000, 4995, 5003, 4999)
    assert held(metric(READ, *even), metric(WRITE, *even)) == [READ, WRITE]
    uneven = turns(4500, 5500, 5600, 4400, 4300, 5700, 5400, 4600)
    assert held(metric(READ, *uneven), metric(WRITE, *uneven)) == []
    assert held(metric(READ, *even[:1]), metric(WRITE, *even[:1])) == []


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param((sample(146_009.0), sample(151_000.0), sample(139_000.0)), id="even windows, uneven samples"),
        pytest.param((sample(350.0), sample(350.0, flat=False), sample(350.0, flat=False)), id="uneven windows"),
        pytest.param((sample(350.0), sample(350.0), sample(None, valid=False)), id="a sample that does not count"),
        pytest.param((sample(350.0),), id="one sample"),
        pytest.param(tuple(replace(one, detail={**one.detail, "fio_cpu_percent": 97.0}) for one in EVEN), id="fio"),
        pytest.param(
            tuple(replace(one, conditions=replace(QUIET, steal_percent=2.5)) for one in EVEN), id="the hypervisor"
        ),
        pytest.param(
            tuple(replace(one, conditions=replace(QUIET, steal_percent=None)) for one in EVEN), id="unknown steal"
        ),
    ],
)
def test_nothing_is_said_where_the_samples_allow_another_cause(samples):
    assert held(metric(READ, *samples), metric(WRITE, *samples)) == []


def test_an_even_metric_alone_proves_nothing():
    assert held(WRITES) == []
    assert held(WRITES, metric(READ, *(sample(value) for value in (700.0, 701.0, 699.0)))) == []


def test_a_rate_that_the_job_asks_for_is_no_limit_of_the_host():
    assert held(metric(READ, *EVEN, rate_iops=350), metric(WRITE, *EVEN, rate_iops=350)) == []


def test_many_processes_have_as_many_cpus_time():
    busy = [replace(one, detail={**one.detail, "fio_cpu_percent": 120.0}) for one in EVEN]
    assert held(metric(READ, *busy, processes=2), metric(WRITE, *busy, processes=2)) == [READ, WRITE]
    assert held(metric(READ, *busy), metric(WRITE, *busy)) == []


def test_where_fios_share_was_not_kept_that_of_all_processes_bounds_it():
    old = [replace(one, detail={"flat": True}) for one in EVEN]
    busy = [replace(one, conditions=replace(QUIET, busy_percent=49.0)) for one in old]
    assert held(metric(READ, *old), metric(WRITE, *old)) == [READ, WRITE]
    assert held(metric(READ, *busy), metric(WRITE, *busy)) == []
    assert held(metric(READ, *old), metric(WRITE, *old), cpus=None) == []


def test_of_the_sample_runs_only_the_emulated_disk_is_held():
    assert len(held_metrics(read_run("reports/sample/sata.json"))) == 6
    assert held_metrics(read_run("reports/sample/host.json")) == []
    assert held_metrics(read_run("tests/runs/run-1.json")) == []
