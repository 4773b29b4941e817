"""``disk_size``: the size of the disks, as the kernel states it, against the seller's GB."""

from dataclasses import dataclass

from hostcheck.promise.facts import Disk, disks_of, fact_of, is_alone
from hostcheck.promise.model import Judged
from hostcheck.promise.words import join, size
from hostcheck.run.model import Run

_ROUNDED = 0.999
"""A disk may end below a round number: volumes are whole extents of 4 MiB, partitions end at 1 MiB."""
_HOW = "the sizes of whole disks in /sys/block: what partitions, file systems and reserved blocks leave is not counted"
_POSSIBLE = ("The disk may be thin: the size is what it states, and not what is stored for it.",)


@dataclass(frozen=True, slots=True)
class DiskSize:
    """An amount of disk.

    Attributes:
        size: the size of each disk in bytes.
        written: the size as profiles write it.
        count: the number of disks of this size.
    """

    size: float
    written: str
    count: int = 1
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The fact that is used, as a comment: no predicate adds the sizes of a set."""
        if self.count > 1:
            return (f'# fact = "hw.disks": {self.count} disks of at least "{self.written}" each',)
        return (f'# fact = "hw.disks": together at least "{self.written}"',)

    @property
    def expected(self) -> str:
        """The amount in words."""
        return f"{self.count} disks of at least {size(self.size)}" if self.count > 1 else f"at least {size(self.size)}"

    def judge(self, run: Run) -> Judged:
        """Judge the sizes of the disks."""
        disks, alone = disks_of(run), is_alone(run)
        if disks is None:
            reason = fact_of(run, "hw.disks").reason
            return Judged("cannot tell", f"the disks are unknown: {reason}", "", (), _HOW, "An audit of the host.")
        evidence = tuple(f"{disk.name} ({disk.transport}): {size(disk.size)}" for disk in disks)
        if alone is not True:
            where = "in a container" if alone is False else "perhaps in a container"
            found = f"hostcheck ran {where}, where the disks of the machine around it are seen"
            return Judged("cannot tell", found, "", evidence, _HOW, "An audit outside of the container, or as root.")
        total = sum(disk.size for disk in disks)
        if self.count > 1:
            enough = [disk for disk in disks if disk.size >= self.size * _ROUNDED]
            kept, found = len(enough) >= self.count, f"{len(enough)} such: {_in_words(disks)}"
        else:
            kept, found = total >= self.size * _ROUNDED, _in_words(disks)
        changes = "A disk that is not attached yet, or that the kernel does not see."
        if kept:
            return Judged("kept", found, "certain", evidence, _HOW, "A smaller disk.", possible=_POSSIBLE)
        return Judged("broken", found, "certain", evidence, _HOW, changes)


def _in_words(disks: tuple[Disk, ...]) -> str:
    if not disks:
        return "no disk"
    total = sum(disk.size for disk in disks)
    each = join([size(disk.size) for disk in disks])
    return f"{each}, together {size(total)}" if len(disks) > 1 else each
