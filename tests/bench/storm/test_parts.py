"""What the time of a launch goes to is what was seen in it, each second once."""

import threading
import time
from types import SimpleNamespace

import pytest

from hostcheck.bench.engine.processes import Processes
from hostcheck.bench.storm import parts as subject
from hostcheck.bench.storm.exits import Exit
from hostcheck.bench.storm.launch import Life
from hostcheck.bench.storm.parts import LaunchWatch, cause_of, programs, split

READY = 10.0


def test_the_first_cause_that_was_seen_counts_and_the_rest_is_the_engines():
    spans = {"disk": [(0.5, 1.5)], "firewall": [(2.0, 3.0), (2.5, 3.5)], "runtime": [(1.0, 2.2), (9.0, 12.0)]}
    assert split((1.0, 10.0), spans, "engine") == {
        "disk": 0.5,
        "runtime": 0.5 + 1.0,
        "firewall": 1.5,
        "engine": 5.5,
    }
    assert split((1.0, 1.0), spans, "engine") == {}


def ended(name, begin, end, pid=1, parent=9):
    return Exit(name, pid, parent, begin, end)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("iptables", "firewall"),
        ("ip6tables", "firewall"),
        ("xtables-nft-mul", "firewall"),
        ("nft", "firewall"),
        ("netavark", "firewall"),
        ("exe", "hook"),
        ("runc", "runtime"),
        ("runc:[1:CHILD]", "runtime"),
        ("crun", "runtime"),
    ],
)
def test_a_program_is_known_by_its_name(name, cause):
    found = programs([ended(name, 1.0, 2.0)], READY)
    assert {one: spans for one, spans in found.items() if spans} == {cause: [(1.0, 2.0)]}


def test_what_a_shim_runs_is_the_runtime_whatever_it_is_called():
    shim = ended("containerd-shim", 0.5, 12.0, pid=50)
    found = programs([ended("slow-runtime", 1.0, 2.0, pid=60, parent=50), ended("bash", 1.0, 2.0), shim], READY)
    assert found == {"firewall": [], "hook": [], "runtime": [(1.0, 2.0)]}


def test_what_runs_while_the_container_does_is_none_of_its_launch():
    shim = ended("containerd-shim", 0.5, 12.0, pid=50)
    assert not any(programs([shim, ended("sleep", 9.0, 11.0, parent=50)], READY).values())


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        ("jbd2_log_wait_commit", "disk"),
        ("folio_wait_bit_common", "disk"),
        ("submit_bio_wait", "disk"),
        ("__mutex_lock.constprop.0", "lock"),
        ("rwsem_down_write_slowpath", "lock"),
        ("__wait_rcu_gp", "lock"),
        ("futex_wait", ""),
        ("0", ""),
        ("", ""),
    ],
)
def test_a_function_of_the_kernel_says_whether_a_thread_waits_for_the_disk_or_a_lock(function, cause):
    assert cause_of(function) == cause


def test_each_phase_is_split_and_threads_that_wait_are_found(tmp_path, monkeypatch):
    task = tmp_path / "7" / "task" / "8"
    task.mkdir(parents=True)
    (task / "wchan").write_text("jbd2_log_wait_commit")
    (task / "stat").write_bytes(b"8 (a) b) S 1 2")
    monkeypatch.setattr(subject, "_PROC", tmp_path)
    looks = threading.Semaphore(0)
    real = subject._waiting
    monkeypatch.setattr(subject, "_waiting", lambda pid: looks.release() or real(pid))
    released = time.monotonic()
    with LaunchWatch(Processes(engine=SimpleNamespace(pid=7))) as watch:
        for state in (b"S", b"D", b"D"):
            (task / "stat").write_bytes(b"8 (a) b) " + state + b" 1 2")
            for _ in range(3):
                assert looks.acquire(timeout=10)
        now = time.monotonic() - released
    life = Life(0, create=(0.0, now), start=(now, now + 1), ready=now + 1.5, remove=(now + 2, now + 3))
    found = watch.parts(life, released)
    assert 0 < found["create"]["disk"] < now
    assert sum(found["start"].values()) == pytest.approx(1.0)
    assert list(found["ready"]) == ["container"]
    assert sum(found["remove"].values()) == pytest.approx(1.0)


def test_an_engine_whose_process_is_not_visible_has_no_parts():
    with LaunchWatch(Processes()) as watch:
        pass
    assert watch.unknown
