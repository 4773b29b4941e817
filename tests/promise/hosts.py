"""Pretended hosts: captured roots with what a plan is about added, and run files of figures."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from statistics import fmean

from hostcheck.audit import collect
from hostcheck.gate.promises import judge_promise
from hostcheck.host.captured import CapturedHost
from hostcheck.promise.file import read_promise
from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.metrics import spec_of
from hostcheck.run.model import Fact, HostIdentity, Run
from tests.probes.test_allotment import memory_range
from tests.profiles.stock import STOCK, write

HOSTS = Path(__file__).parents[1] / "hosts"
PROBES = {
    "virt": "hostcheck.probes.virt:probe",
    "machine": "hostcheck.probes.machine:probe",
    "allotment": "hostcheck.probes.allotment:probe",
}
GIB = 1 << 30
GB = 10**9
_BLOCK = 128 << 20
BEGAN = datetime(2026, 11, 29, tzinfo=timezone.utc)


def memory(given, visible=None, *, balloon=0, stated=None, zones=True, offline=0, adds=""):
    """Return files: bytes given to the kernel, shown by it, held by a balloon, stated by the firmware, and offline.

    ``adds`` is the device, below /sys/bus, through which a hypervisor adds memory.
    """
    visible = visible if visible is not None else int(given * 0.97)
    files = {
        "proc/cmdline": "quiet\n",
        "proc/meminfo": f"MemTotal: {visible // 1024} kB\nMemFree: 1 kB\n",
        "proc/vmstat": f"nr_free_pages 1\nballoon_inflate {balloon // 4096}\nballoon_deflate 0\n",
    }
    folder = "sys/devices/system/memory"
    blocks = -(-((given or visible) + offline) // _BLOCK)
    # All in one, so that a file of another size takes its place.
    files |= {f"{folder}/block_size_bytes": f"{blocks * _BLOCK:x}\n", f"{folder}/memory0/online": "1\n"}
    files["sys/bus/pci/drivers_autoprobe"] = "1\n"
    if adds:
        files |= {f"sys/bus/{adds}/uevent": "", f"sys/bus/{adds.partition('/')[0]}/drivers_autoprobe": "1\n"}
    if zones:
        files["proc/zoneinfo"] = f"Node 0, zone   Normal\n  pages free 1\n        present  {given // 4096}\n"
    if stated:
        files["sys/firmware/dmi/entries/19-0/raw"] = memory_range(stated)
    return files


def cpus(count, *, own=None, parameters="quiet", stat="cpu  50 0 30 10 0 0 0 1 0 0\n"):
    """Return files: processors, those that hostcheck's process may use, kernel parameters, and the times of all."""
    status = "Name:\tx\nNSpid:\t1\nSeccomp:\t0\nCpus_allowed_list:\t0-{}\n"
    return {
        "proc/stat": stat,
        "proc/cmdline": f"{parameters}\n",
        "sys/devices/system/cpu/online": f"0-{count - 1}\n",
        "sys/devices/system/cpu/present": f"0-{count - 1}\n",
        "proc/1/status": status.format(count - 1),
        "proc/self/status": status.format((own or count) - 1),
    }


class Link(str):
    """The target of a symbolic link, instead of the content of a file."""

    __slots__ = ()


def rooted(name):
    """Return files: the root file system is on the first partition of this disk."""
    return {
        "proc/self/mountinfo": "20 1 0:20 / /proc rw - proc proc rw\n21 1 8:1 / / rw - ext4 /dev/root rw\n",
        "sys/dev/block/8:1": Link(f"../../devices/pci0000:00/block/{name}/{name}1"),
    }


def disk(name, size, rotational="1"):
    """Return the files of a disk."""
    return {
        f"sys/block/{name}/size": f"{int(size) // 512}\n",
        f"sys/block/{name}/queue/rotational": f"{rotational}\n",
    }


def limits(*, of_all=False, **written):
    """Return files of a control group of version 2, by names with "_" for the first dot.

    Only hostcheck's process is in it, or the first process too.
    """
    files = {
        "proc/self/cgroup": "0::/a.slice\n",
        "proc/1/cgroup": "0::/a.slice\n" if of_all else "0::/init.scope\n",
        "sys/fs/cgroup/init.scope/memory.max": "max\n",
        "sys/fs/cgroup/init.scope/cpu.max": "max 100000\n",
        "proc/self/mountinfo": "20 1 0:20 / /proc rw - proc proc rw\n"
        "21 1 8:1 / / rw - ext4 /dev/vda1 rw\n29 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
    }
    return files | {f"sys/fs/cgroup/a.slice/{name.replace('_', '.', 1)}": f"{text}\n" for name, text in written.items()}


@cache
def _facts(folder):
    return collect(CapturedHost(Path(folder)), PROBES, strict=True)


def facts_of(tmp_path, root, files):
    """Audit a captured root with further files."""
    folder = tmp_path / "root"
    if root in STOCK:
        folder.mkdir()
        write(folder, STOCK[root].tree())
        return collect(CapturedHost(folder), strict=True)
    if not files:
        return _facts(str(HOSTS / root / "root"))
    shutil.copytree(HOSTS / root / "root", folder, symlinks=True)
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if isinstance(content, Link):
            place.symlink_to(content)
            continue
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return collect(CapturedHost(folder), PROBES, strict=True)


PLAIN = {
    "file_system": "ext4",
    "mount_options": "rw,relatime,errors=remount-ro",
    "device_stack": [{"name": "vda1", "bus": "virtio"}, {"name": "vda", "bus": "virtio", "scheduler": "none"}],
    "interface_bus": "virtio",
    "qdiscs": ["fq_codel", "mq"],
    "packet_limits": [],
}
"""What is between hostcheck and the seller's disk and network, where it is known to slow nothing."""
OUTSIDE = {"virt.container": Fact("virt.container", "none")}
"""The fact that hostcheck ran outside of a container."""
UNLIMITED = {"io_limits": {}, "io_limits_of_first": {}, **PLAIN}


def figure(metric_id, low, high, **changes):
    """Return a measured figure by its interval, of a process without I/O limits."""
    spec = spec_of(metric_id)
    unit, better = (spec.unit, spec.better) if spec else ("MB/s", "higher")
    middle = (low * high) ** 0.5
    samples = tuple(Sample(value, seconds=10.0, detail=UNLIMITED) for value in (low, middle, high))
    return replace(Metric(metric_id, unit, better, "ok", "", middle, (low, high), samples), **changes)


def under(found, own, first=None):
    """Return a figure of a process with these I/O limits; ``first`` are those of the first process."""
    detail = {**PLAIN, "io_limits": own, "io_limits_of_first": first or {}}
    return replace(found, samples=tuple(replace(each, detail=each.detail | detail) for each in found.samples))


def on(found, **detail):
    """Return a figure whose samples have this in their detail."""
    return replace(found, samples=tuple(replace(each, detail=each.detail | detail) for each in found.samples))


def layers(*names, **about):
    """Return the devices below a file system, of which the last is a disk of virtio, if it is called so."""
    virtio = {"bus": "virtio", "scheduler": "none"}
    return [{"name": name} | (virtio if name.startswith("vd") else about) for name in names]


def of_unknown_limits(found):
    """Return a figure of a process whose I/O limits are unknown."""
    return replace(found, samples=tuple(replace(each, detail={}) for each in found.samples))


def loaded(given, *, threads, steal=0.0, minutes=1, stops=None):
    """Return the figure of a program that kept all CPUs busy, its samples spread over some minutes."""
    given = given if isinstance(given, tuple) else (given, given, given)
    steal = steal if isinstance(steal, tuple) else (steal,) * len(given)
    step = timedelta(minutes=minutes / (len(given) - 1))
    samples = []
    for number, (each, taken) in enumerate(zip(given, steal, strict=True)):
        started = (BEGAN + number * step).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        detail = {"threads": threads, "cpus_delivered": each} | (
            {} if stops is None else {"quota_stops_percent": stops}
        )
        conditions = Conditions(busy_percent=99.0, steal_percent=taken)
        samples.append(Sample(1000 * each, seconds=10.0, started=started, conditions=conditions, detail=detail))
    value = 1000 * fmean(given)
    return Metric(
        "cpu.threads.rate", "events/s", "higher", "ok", "", value, (value * 0.99, value * 1.01), tuple(samples)
    )


def throttled(metric_id, rate):
    """Return a figure that the kernel's throttle sets."""
    detail = {"steps": True, "fio_cpu_percent": 3.0, "iops": rate, **UNLIMITED}
    samples = tuple(
        Sample(rate, seconds=5.0, detail=detail, conditions=Conditions(busy_percent=5.0, steal_percent=0.0))
        for _ in range(4)
    )
    return replace(figure(metric_id, rate * 0.999, rate * 1.001), samples=samples)


def run_of(facts, metrics):
    """Return a run file of these."""
    identity = HostIdentity("pretended", "6.1.0", "x86_64", 4, 8 * GIB, "Debian")
    return Run("0" * 32, "0.1.0", "2026-11-29T00:00:00Z", identity, facts=facts, metrics=tuple(metrics))


def by_fio(metric_id, low, high):
    """Return a figure of which fio itself was the limit."""
    found = figure(metric_id, low, high)
    return replace(found, samples=tuple(replace(each, detail={"fio_cpu_percent": 99.0}) for each in found.samples))


def answer(tmp_path, row, run, sold_as=""):
    """Judge one line of TOML, of a plan that promises this virtualization."""
    path = tmp_path / "plan.toml"
    others = f'virtualization = "{sold_as}"\n' * bool(sold_as)
    path.write_text(f"[promise]\n{row}\n{others}")
    finding, *_ = judge_promise(read_promise(path), run, typed=False).findings
    return finding
