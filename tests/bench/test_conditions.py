"""What the machine did meanwhile."""

import time
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest

from hostcheck.bench import conditions
from hostcheck.bench.conditions import Recorder, now_utc, parse_pressure, read_pressure

PRESSURE = "some avg10=1.53 avg60=0.87 avg300=0.20 total=12345\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=77\n"


def snapshot(at: float, pressure: dict[str, int] | None = None, **cpu: float) -> Any:
    made = object.__new__(conditions._Snapshot)
    made.at = at
    made.cpu = _Times(**cpu)
    made.pressure = pressure or {}
    return made


class _Times(SimpleNamespace):
    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(vars(self))


def cpu(**spent: float) -> dict[str, float]:
    return {"user": 0, "system": 0, "idle": 0, "iowait": 0, "steal": 0, "guest": 0, **spent}


def test_reads_a_file_of_pressure() -> None:
    assert parse_pressure("io", PRESSURE) == {"io.some": 12345, "io.full": 77}
    assert parse_pressure("cpu", "some avg10=0.00\nnonsense\n\nfull total=-1\n") == {}


def test_shares_are_of_all_time_and_guests_are_not_counted_twice() -> None:
    before = snapshot(0.0, **cpu())
    after = snapshot(2.0, **cpu(user=3, system=1, idle=4, iowait=1, steal=1, guest=2))
    rates = after.since(before)
    assert (rates["busy_percent"], rates["iowait_percent"], rates["steal_percent"]) == (40, 10, 10)


def test_pressure_is_of_wall_time() -> None:
    before = snapshot(0.0, {"io.some": 0, "io.full": 1_000_000}, **cpu())
    after = snapshot(2.0, {"io.some": 500_000, "io.full": 3_000_000}, **cpu())
    rates = after.since(before)
    assert rates["psi_io_some_percent"] == 25
    assert rates["psi_io_full_percent"] == 100
    assert rates["psi_cpu_some_percent"] is None  # unknown, so not zero


def test_no_time_passed_is_not_known() -> None:
    same = snapshot(1.0, {"io.some": 1}, **cpu(idle=5))
    assert set(same.since(same).values()) == {None}


def test_iowait_may_go_backwards() -> None:
    # proc(5): "This value decreases in certain conditions".
    rates = snapshot(1.0, **cpu(idle=10, iowait=4)).since(snapshot(0.0, **cpu(idle=9, iowait=4.5)))
    assert rates["iowait_percent"] == 0
    assert rates["busy_percent"] == 0


def test_a_kernel_without_pressure_is_not_a_quiet_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(conditions, "_PRESSURE", tmp_path)
    assert read_pressure() == {}


def test_watches_from_entering_to_leaving() -> None:
    with Recorder() as recorder:
        time.sleep(0.35)
    assert recorder.seconds >= 0.35
    assert recorder.started <= now_utc()
    assert recorder.started.endswith("Z")
    assert recorder.conditions.load1 is not None
    times = [point["t"] for point in recorder.series if point["t"] is not None]
    assert times == sorted(times)
    assert times
    assert times[-1] <= recorder.seconds + 0.001
    for point in recorder.series:
        assert {"t", "busy_percent", "iowait_percent", "steal_percent", "psi_io_full_percent"} < set(point)


def test_what_a_gauge_counts_is_given_per_second_and_in_total() -> None:
    class Clock:
        def read(self) -> dict[str, float]:
            return {"ticks": time.monotonic() * 50}

    with Recorder([Clock()]) as recorder:
        time.sleep(0.35)
    # On a busy machine there is some time between the readings of one moment.
    assert recorder.counted["ticks"] == pytest.approx(50 * recorder.seconds, rel=0.2)
    assert recorder.series
    assert median(point["ticks"] or 0.0 for point in recorder.series) == pytest.approx(50, rel=0.5)


def test_an_error_meanwhile_ends_the_watch() -> None:
    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt), recorder:
        raise KeyboardInterrupt
    assert not recorder._thread.is_alive()
    assert recorder.seconds > 0


def test_a_gauge_that_breaks_ends_the_watch() -> None:
    class Breaks:
        readings = 0

        def read(self) -> dict[str, float]:
            self.readings += 1
            if self.readings > 1:
                raise OSError
            return {}

    recorder = Recorder([Breaks()])
    with pytest.raises(OSError), recorder:
        pass
    assert not recorder._thread.is_alive()
