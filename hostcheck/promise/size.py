"""``disk_size``: compare the size of the disks, as the kernel states it, with the promised size."""

from dataclasses import dataclass

from hostcheck.promise.facts import Disk, disks_of, fact_of, is_alone, word_of
from hostcheck.promise.model import Judged
from hostcheck.promise.rules import Rule, fact
from hostcheck.promise.words import join, size
from hostcheck.run.model import NONE, Run

_ROUNDED = 0.999
"""Share of the promised size that is enough: volumes are multiples of 4 MiB, partitions end at multiples of 1 MiB."""
_HOW = "the sizes of whole disks in /sys/block: what partitions, file systems and reserved blocks leave is not counted"
_POSSIBLE = ("The disk may be thinly provisioned: less storage than its stated size may be reserved.",)


@dataclass(frozen=True, slots=True)
class DiskSize:
    """A promised amount of disk space.

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
        """The rules of the line, as a profile writes them.

        That each of several disks is large enough is a comment, because a profile cannot ask it.
        """
        each = (f'# fact = "hw.disks": {self.count} of at least "{self.written}" each',) if self.count > 1 else ()
        return (str(self._together), *each)

    @property
    def _together(self) -> Rule:
        written = f"{self.count} x {self.written}" if self.count > 1 else self.written
        least = int(self.count * self.size * _ROUNDED)
        return fact(f'fact = "hw.disks.bytes", at_least = {least}', f"{written} less {1 - _ROUNDED:.1%}")

    @property
    def expected(self) -> str:
        """The amount in words."""
        return f"{self.count} disks of at least {size(self.size)}" if self.count > 1 else f"at least {size(self.size)}"

    def judge(self, run: Run) -> Judged:
        """Judge the sizes of the disks: each of several, and all together."""
        disks, alone, together = disks_of(run), is_alone(run), self._together.status(run)
        if disks is None or together == "unknown":
            reason = fact_of(run, "hw.disks.bytes").reason
            return Judged("cannot tell", f"the disks are unknown: {reason}", "", (), _HOW, "An audit of the host.")
        evidence = tuple(_shown(disk, word_of(run, "hw.disks.root")) for disk in disks)
        if alone is not True:
            where = "in a container" if alone is False else "perhaps in a container"
            found = f"hostcheck ran {where}, where the disks of the surrounding machine are visible"
            return Judged("cannot tell", found, "", evidence, _HOW, "An audit outside of the container, or as root.")
        distant, disks = [disk for disk in disks if not disk.is_local], tuple(disk for disk in disks if disk.is_local)
        kept, found = together == "pass", _in_words(disks)
        enough = [disk for disk in disks if disk.size >= self.size * _ROUNDED]
        if self.count > 1:
            kept, found = kept and len(enough) >= self.count, f"{len(enough)} such: {found}"
        if kept and (apart := self._apart(run, disks)):
            changes = "The offer naming several disks (2 x 80 GB), or the bill, which shows what was bought apart."
            return Judged("cannot tell", f"{found}; {apart}", "", evidence, _HOW, changes)
        if kept:
            return Judged("kept", found, "certain", evidence, _HOW, "A smaller disk.", possible=_POSSIBLE)
        if distant and sum(disk.size for disk in (*disks, *distant)) >= self.count * self.size * _ROUNDED:
            names = join([disk.name for disk in distant])
            found += f"; and {_in_words(tuple(distant))} over the network ({names}), whose server may be yours"
            changes = "The seller's statement that its disks are reached over the network."
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        if self._may_be_array(run, disks, enough=bool(enough) or together == "pass"):
            found += "; an array made by a controller or a hypervisor would hide its disks"
            changes = "What the controller lists (storcli, ssacli, mdadm), or the seller's statement about the array."
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        changes = "A disk that is not attached yet, or that the kernel does not detect."
        return Judged("broken", found, "certain", evidence, _HOW, changes)

    def _apart(self, run: Run, disks: tuple[Disk, ...]) -> str:
        """Return in words why disks beside that of the root file system may be bought apart; empty if it is enough.

        Volumes are bought apart for guests. The disks of a machine are its own.
        """
        root = next((disk for disk in disks if disk.name == word_of(run, "hw.disks.root")), None)
        perhaps = [root] if root else disks
        if (
            self.count > 1
            or word_of(run, "virt.vm") == NONE
            or all(disk.size >= self.size * _ROUNDED for disk in perhaps)
        ):
            return ""
        if root is None:
            return "which of them has the root file system is unknown, and the others may have been bought apart"
        return f"{root.name}, which has the root file system, is smaller, and the others may have been bought apart"

    def _may_be_array(self, run: Run, disks: tuple[Disk, ...], *, enough: bool) -> bool:
        """Return whether the kernel's disks may be arrays that consist of the promised number of disks.

        An array is at least as large as one of its disks. A promised total may count disks which a controller
        of the machine mirrors; a guest has no such controller.
        """
        if self.count > 1:
            return enough
        return word_of(run, "virt.vm") in {NONE, None} and 2 * sum(disk.size for disk in disks) >= self.size * _ROUNDED


def _shown(disk: Disk, root: str | None) -> str:
    line = f"{disk.name} ({disk.transport}): {size(disk.size)}"
    if not disk.is_local:
        return f"{line}; not counted: it is reached over the network"
    return f"{line}; it has the root file system" if disk.name == root else line


def _in_words(disks: tuple[Disk, ...]) -> str:
    if not disks:
        return "no disk"
    total = sum(disk.size for disk in disks)
    each = join([size(disk.size) for disk in disks])
    return f"{each}, together {size(total)}" if len(disks) > 1 else each
