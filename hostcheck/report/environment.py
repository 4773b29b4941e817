"""Describe each host: its system, its hardware, and the setup of its engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hostcheck.comparison.model import Comparison
from hostcheck.comparison.throttled import held_rates
from hostcheck.run.details import DiskDetail
from hostcheck.run.model import FactValue, Run
from hostcheck.run.origins import is_emulated

VIRTUALIZATION = (
    ("virt.vm", "Virtual machine"),
    ("virt.container", "Container"),
    ("virt.vmm", "Monitor"),
    ("virt.cloud", "Cloud"),
)
"""Facts that describe a host, and their labels on the page."""

_ENGINE = (
    ("storage.data_root", "Engine's data folder"),
    ("storage.backing_fs", "File system under it"),
    ("cgroup.mode", "Control groups"),
    ("engine.version", "Engine"),
    ("engine.driver", "Storage driver"),
)


DISK = "Disk"
"""Title of the property with the device on which the disk was measured, and the limit that sets its rates."""

MEASURED = "Measured"
"""Title of the property with the time of the run. It is the only property that is not about the host."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of all hosts.

    Attributes:
        title: name of the property.
        values: the value for each host; None if unknown.
    """

    title: str
    values: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        """Whether two hosts have different known values."""
        return len({value for value in self.values if value is not None}) > 1


def environment(comparison: Comparison) -> Iterator[Property]:
    """Yield each property of the hosts (system, kernel, CPUs…) that is known for at least one host."""
    hosts = [run.host for run in comparison.runs]
    rows: list[tuple[str, list[str | None]]] = [
        ("Operating system", [host.os for host in hosts]),
        ("Kernel", [host.kernel for host in hosts]),
        ("Architecture", [host.arch for host in hosts]),
        ("CPUs", [None if host.cpus is None else str(host.cpus) for host in hosts]),
        ("Memory", [None if host.memory_bytes is None else f"{host.memory_bytes / 2**30:.1f} GiB" for host in hosts]),
    ]
    for fact_id, title in (*VIRTUALIZATION, *_ENGINE):
        rows.append((title, [_fact_text(run, fact_id) for run in comparison.runs]))
    rows.append((DISK, [_disk(run) for run in comparison.runs]))
    rows.append((MEASURED, [None if run.is_published else run.started for run in comparison.runs]))
    yield from (Property(title, tuple(values)) for title, values in rows if any(value is not None for value in values))


def device_of(run: Run) -> str:
    """Return the device on which the disk was measured; empty if unknown."""
    samples = (sample for metric in run.metrics if metric.value is not None for sample in metric.samples)
    return next((found for sample in samples if (found := DiskDetail(sample.detail).device)), "")


def _disk(run: Run) -> str | None:
    held = held_rates(run)
    kind = "emulated" if is_emulated(run) else device_of(run)
    return ", ".join(filter(None, (kind, f"limited to {held}" if held else ""))) or None


def _fact_text(run: Run, fact_id: str) -> str | None:
    fact = run.facts.get(fact_id)
    return in_words(fact.value) if fact is not None and fact.known else None


def in_words(value: FactValue) -> str:
    """Write the value of a fact for a reader: "yes", "none", "a, b"."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(in_words, value)) or "none"
    return str(value)
