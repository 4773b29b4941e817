from types import SimpleNamespace

import pytest

from hostcheck.bench.bottleneck import explain, find_bottleneck, peak, shares, words
from hostcheck.bench.quota import CpuQuota


def found(busy, iowait, full, steal=0.0):
    return {
        "busy_percent": busy,
        "iowait_percent": iowait,
        "psi_io_full_percent": full,
        "steal_percent": steal,
    }


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        # Storms of 20 on disks without a limit, and with one of 2,000, 350 and 150 writes a second.
        (found(94, 2, 2), "cpu"),
        (found(55, 35, 41), "disk"),
        (found(13, 76, 83), "disk"),
        (found(5, 82, 91), "disk"),
        (found(69, 24, 24), "both"),
        (found(60, 0, 0, steal=30), "steal"),
        (found(20, 3, 2), "unknown"),
        ({**found(20, 3, 2), "stopped_percent": 88.0}, "quota"),
        ({**found(94, 2, 2), "stopped_percent": 20.0}, "cpu"),
        (found(13, 76, None), "disk"),
        (found(None, None, None), "unknown"),
    ],
)
def test_the_bottleneck_is_found_from_cpu_and_pressure(measured, verdict):
    assert find_bottleneck(measured) == verdict


def test_a_share_is_of_the_measured_time_alone_each_point_weighing_its_time():
    series = [
        {"t": -0.1, "busy_percent": 77.0},
        {"t": 0.1, "busy_percent": 100.0},
        {"t": 0.4, "busy_percent": 20.0},
        {"t": 9.0, "busy_percent": 0.0},
    ]
    assert shares(series, 0.0, 0.4)["busy_percent"] == pytest.approx((0.1 * 100 + 0.3 * 20) / 0.4)
    assert shares(series, 0.0, 0.4)["iowait_percent"] is None
    assert set(shares([], 0.0, 1.0).values()) == {None}


def test_the_worst_second_is_found_wherever_it_begins_and_no_shorter_spike_is():
    looks = [(tenth + 1) / 10 for tenth in range(60)]
    series = [{"t": at, "iowait_percent": 90.0 if 2.25 < at < 3.35 else 10.0} for at in looks]
    assert peak(series, "iowait_percent", 0.0, 6.0) == pytest.approx(90.0)
    spike = [{"t": at, "iowait_percent": 100.0 if at == 3.0 else 0.0} for at in looks]
    assert peak(spike, "iowait_percent", 0.0, 6.0) == pytest.approx(10.0)
    assert peak(series, "iowait_percent", 0.0, 2.0) == pytest.approx(10.0)
    assert peak(series, "iowait_percent", 0.0, 0.9) is None
    assert peak(series, "steal_percent", 0.0, 6.0) is None


def test_the_words_give_the_shares_that_they_rest_on():
    assert words("disk", found(13, 76, 83), 91.4) == (
        "Disk-bound: the CPUs had spare time, and work waited for the disk "
        "(CPUs busy 13 %, iowait 76 %, 91 % in the worst second, all stalled on I/O 83 %, steal 0 %)."
    )
    assert words("cpu", found(94, 2, 2), 7.0).endswith(
        "(CPUs busy 94 %, iowait 2 %, all stalled on I/O 2 %, steal 0 %)."
    )
    assert words("unknown", {}, None) == "No bottleneck is visible."


def test_an_explanation_splits_the_time_divides_the_work_and_names_what_is_unobserved():
    watch = SimpleNamespace(device=SimpleNamespace(devices=("vda",), unseen=""), quota=CpuQuota())
    point = {"t": 2.0, **found(10.0, 20.0, None)}
    explained = explain(watch, [point], (0.0, 2.0), {"flushes": 560, "writes": 3100, "queue": 9.0}, containers=20)
    assert explained["seconds"] == {"busy": 0.2, "disk": 0.4, "stolen": 0.0, "idle": 1.4}
    assert explained["work_per_container"] == {"flushes": 28, "writes": 155}
    assert (explained["verdict"], explained["devices"]) == ("both", ["vda"])
    assert [line.split(":")[0] for line in explained["unseen"]] == [
        "this kernel has pressure stall information (PSI) off",
        "the engine's process was not found",
        "time spent waiting for syncfs or for a provider's disk limit counts as idle",
    ]


def test_a_time_too_short_for_the_kernels_clock_is_not_judged():
    watch = SimpleNamespace(device=SimpleNamespace(devices=("vda",), unseen=""), quota=CpuQuota())
    explained = explain(watch, [{"t": 0.16, **found(13.0, 76.0, 83.0)}], (0.0, 0.16), {})
    assert (explained["verdict"], explained["unseen"]) == ("unknown", ["0.16 s is too short to find the bottleneck"])
    assert explained["shares"]["iowait_percent"] == 76
