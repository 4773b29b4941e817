"""Find out whether a figure shows the seller's hardware, and not a setup of the buyer between it and the program.

The lists in this file have the file systems, mount options, devices and interfaces that are known not to lower a
figure. Anything else, and anything unknown, may be why a figure is below the promise. So a line is never judged as
broken because of something that is unknown here.
"""

import re
from collections.abc import Iterator

from hostcheck.promise.facts import Place, in_place, number_of_fact, place_of
from hostcheck.promise.words import cpus
from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import WAL
from hostcheck.run.model import Run
from hostcheck.run.route_detail import NetworkDetail

PLAIN = "A measurement of the seller's own device: outside of a container, on ext4 or xfs of a local disk, while idle."
_FILE_SYSTEMS = frozenset({"ext4", "xfs"})
_OPTIONS = re.compile(
    r"rw|relatime|noatime|nodiratime|lazytime|seclabel|nosuid|nodev|noexec|errors=[a-z-]+|barrier=1|data=ordered|"
    r"stripe=\d+|res[ug]id=\d+|commit=(?:[5-9]|\d{2,})|discard|attr2|inode64|noquota|logbufs=\d+|logbsize=\d+k|"
    r"s(?:unit|width)=\d+|delalloc|user_xattr|acl|block_validity|nobarrier"
)
"""Options that slow no I/O on allocated blocks. ``discard`` slows commits, because they free blocks."""
_SLOW_COMMITS = frozenset({"discard"})
_SCHEDULERS = frozenset({"none", "noop", "mq-deadline", "deadline"})
_VOLUME = re.compile(r"LVM-\w{64}")
"""An ordinary logical volume. Those with a further use, such as a cache or a mirror, have devices with other ids."""
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_MEMORY = re.compile(r"(?:zram|ram)\d+")
_QDISCS = frozenset({"pfifo_fast", "pfifo", "fq_codel", "fq", "mq", "noqueue"})


def between(run: Run, metric: Metric) -> str:
    """Return in words what the buyer set up that may be why a metric misses a promise; empty if nothing is.

    Metrics other than those of disk and network depend on programs and settings of the buyer.
    """
    if where := in_place(place_of(run)):
        return f"hostcheck ran {where}, and what is around it may be the cause"
    kind = metric.id.partition(".")[0]
    if kind not in {"disk", "network"}:
        return "programs and settings of this system may be the cause"
    if (limit := number_of_fact(run, "hw.cpu.limit")) is not None:
        return f"this process is limited to the time of {cpus(limit)}"
    reasons = _of_disk if kind == "disk" else _of_network
    return next((reason for sample in metric.samples or (Sample(None),) for reason in reasons(run, metric, sample)), "")


def in_memory(metric: Metric) -> str:
    """Return why a figure of a disk may be that of memory or of another machine, in words; empty if it is not."""
    for sample in metric.samples:
        detail = DiskDetail(sample.detail)
        if detail.file_system in _IN_MEMORY:
            return f"the file was in memory ({detail.file_system})"
        for device in detail.devices:
            if _MEMORY.fullmatch(device.name):
                return f"the file was in memory ({device.name})"
            if device.name.startswith("loop") and not (device.direct and device.holder in _FILE_SYSTEMS):
                return f"the file was on {device.name}, whose own file may be in memory or be cached there"
        if detail.file_system and not detail.devices:
            return f"the file was on {_known(detail.file_system)}, and no disk of this machine is known to hold it"
    return ""


def _of_disk(_run: Run, metric: Metric, sample: Sample) -> Iterator[str]:
    detail = DiskDetail(sample.detail)
    if not detail.file_system:
        yield "the file system is unknown"
    elif detail.file_system not in _FILE_SYSTEMS:
        yield f"the file was on {_known(detail.file_system)}"
    unknown = [option for option in detail.mount_options if not _OPTIONS.fullmatch(option)]
    if metric.id.startswith(WAL.rpartition(".p99")[0]):
        unknown += [option for option in detail.mount_options if option in _SLOW_COMMITS]
    if unknown:
        yield f"a mount option may be the cause ({_known(unknown[0])})"
    if not any(device.bus for device in detail.devices):
        yield "no local disk is known to hold the file"
    for device in detail.devices:
        if not device.bus and not _VOLUME.fullmatch(device.uuid):
            yield f"the file was on {_known(device.name)}, which is not known to be a local disk"
        if device.scheduler and device.scheduler not in _SCHEDULERS:
            yield f"the I/O scheduler {_known(device.scheduler)} may be the cause"
    yield from _of_load(sample)


def _of_network(run: Run, _metric: Metric, sample: Sample) -> Iterator[str]:
    detail = NetworkDetail(sample.detail)
    if not detail.interface_bus and place_of(run) == "machine":
        yield "the interface to the peer is not known to be a network card"
    if not detail.qdiscs:
        yield "whether the interface to the peer is limited by tc is unknown"
    if limits := [name for name in detail.qdiscs if name not in _QDISCS]:
        yield f"tc on the interface to the peer may be the cause ({_known(limits[0])})"
    yield from _of_packets(detail.packet_limits, place_of(run))
    yield from _of_load(sample)


def _of_packets(limits: tuple[str, ...] | None, place: Place) -> Iterator[str]:
    """Yield why rules of netfilter may slow a transfer. Rules around a container that is sold are the seller's."""
    if limits is None:
        yield "whether rules of netfilter limit packets is unknown"
        return
    own = [each for each in limits if not (place == "sold" and each.endswith(" elsewhere"))]
    if own:
        yield f"a rule of netfilter may be the cause ({_known(own[0].partition(' ')[0])})"


def _of_load(sample: Sample) -> Iterator[str]:
    if sample.valid and DiskDetail(sample.detail).crowded:
        yield "other work kept the CPUs busy"
    if sample.valid and sample.detail.get("forced"):
        yield "it was measured although this host was busy"


def _known(text: str) -> str:
    """Return a name from a run file, if it is a plain word; it may be anything."""
    return text if re.fullmatch(r"[\w.=:+-]{1,40}", text) else "one with an unusual name"
