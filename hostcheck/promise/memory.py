"""``memory``: the memory that firmware and kernel state, less what a balloon holds, within the limit of a cgroup."""

from dataclasses import dataclass
from typing import NamedTuple

from hostcheck.promise.facts import (
    WITHHELD,
    Place,
    fact_of,
    in_place,
    number_of_fact,
    place_of,
    withheld,
    word_of,
)
from hostcheck.promise.model import Judged, Sure
from hostcheck.promise.rules import Rule, fact, one_of
from hostcheck.promise.words import size
from hostcheck.run.model import NONE, Run

_OF_GUEST = (64 << 20, 1 / 64)
_OF_MACHINE = (256 << 20, 1 / 16)
"""Memory that firmware usually keeps, in bytes and as a share; the larger one is used.

In a guest these are tables of ACPI; on a machine also memory of the management engine, and of a graphics processor
without dedicated memory.
"""
_MOST = 4
"""Firmware and kernel keep at most this multiple of the usual amount. If more is missing, the line is broken."""
_OF_KERNEL = (128 << 20, 1 / 32)
"""Memory that is usually not in MemTotal, in bytes and as a share; the larger one is used.

It holds the kernel's image, crashkernel, and 64 bytes for each page of 4,096 bytes (struct page).
"""
_PAGE = 64 << 10
"""Bytes of the largest page of memory. The kernel rounds limits down to whole pages."""
_HOW = "the zones of /proc/zoneinfo, MemTotal, the balloon's counters, control groups and, where root read it, SMBIOS"
_MAY_BE_OWN = "the limit of {} may come from whoever runs it"
_BLOCKS = "hw.memory.blocks_bytes"
_NOT_WITHHELD = fact('fact = "hw.memory.withheld_by", equals = "none"', "or it is unknown")


@dataclass(frozen=True, slots=True)
class Memory:
    """A promised amount of memory.

    Attributes:
        size: the amount in bytes.
        written: the amount as profiles write it.
    """

    size: float
    written: str
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a profile or a policy writes them."""
        enough = f'at_least = "{self.written}"'
        given = (
            fact(f'fact = "hw.memory.present_bytes", {enough}', "or the next"),
            fact(f'fact = "hw.memory.installed_bytes", {enough}', "if firmware has it"),
        )
        return tuple(map(str, (*given, _NOT_WITHHELD, *self._limit)))

    @property
    def _limit(self) -> tuple[Rule, ...]:
        least = int(self.size) // _PAGE * _PAGE
        return (
            fact('fact = "hw.init.memory_limit_bytes", equals = "none"', "or the next"),
            fact(f'fact = "hw.init.memory_limit_bytes", at_least = {least}', "in a container"),
        )

    @property
    def expected(self) -> str:
        """The amount in words."""
        return f"at least {size(self.size)}"

    def judge(self, run: Run) -> Judged:
        """Judge by a lower and an upper bound, because it is not known exactly how much memory firmware reserves."""
        evidence = tuple(_evidence(run))
        place = place_of(run)
        if place == "sold" and one_of(self._limit, run) == "fail":
            limit = number_of_fact(run, "hw.init.memory_limit_bytes") or 0
            found = f"a control group limits this container to {size(limit)}"
            return Judged("broken", found, "certain", evidence, _HOW, "A larger limit, by the seller.")
        if place != "machine" and word_of(run, "virt.container") != "openvz":
            return self._in_container(run, place, evidence)
        bounds = _bounds(run)
        if bounds is None:
            reason = fact_of(run, "hw.memory_bytes").reason
            return Judged(
                "cannot tell", f"the memory is unknown: {reason}", "", evidence, _HOW, "An audit of the host."
            )
        if self.size > bounds.most:
            return self._broken(run, bounds, place, evidence)
        if self.size > bounds.usual:
            found = (
                f"at least {size(bounds.least)}; firmware may keep the rest, up to {size(bounds.most)}, but rarely does"
            )
            changes = "An audit as root, which reads what the firmware states (SMBIOS)."
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        visible = number_of_fact(run, "hw.memory_bytes")
        if visible is not None and self.size > visible + _kernel_keeps(bounds.least):
            found = f"the kernel was given {size(bounds.least)} and shows {size(visible)}; a balloon may hold the rest"
            changes = "An audit after the hypervisor gave all memory back, or by what its balloon counts."
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        less = f", of which the kernel shows {size(visible)}" if visible is not None and visible < self.size else ""
        explained = "" if self.size <= bounds.least else "; firmware and kernel usually keep what is missing"
        sure: Sure = "likely" if explained else "certain"
        changes = "A balloon that takes memory after the audit."
        return Judged("kept", f"at least {size(bounds.least)}{less}{explained}", sure, evidence, _HOW, changes)

    def _broken(self, run: Run, bounds: "_Bounds", place: Place, evidence: tuple[str, ...]) -> Judged:
        held = number_of_fact(run, "hw.memory.balloon_bytes") or 0
        if bounds.most + held >= self.size:
            found = f"at most {size(bounds.most + held)}, of which a balloon held {size(held)} during the audit"
            return Judged("broken", found, "certain", evidence, _HOW, "Another audit that finds the balloon empty.")
        if place == "machine" and (rest := withheld(run, "hw.memory.withheld_by")):
            found = f"the kernel knows of {size(bounds.least)}, and {rest}"
            return Judged("cannot tell", found, "", evidence, _HOW, WITHHELD)
        if place == "machine" and (offline := self._offline(run, bounds)):
            changes = "An audit after all blocks of memory are online (lsmem, chmem --enable)."
            return Judged("cannot tell", offline, "", evidence, _HOW, changes)
        if place == "machine" and (adding := self._adding(run)):
            found = f"the kernel knows of {size(bounds.least)}, and {adding}"
            changes = "An audit while the memory is in use, or the seller's statement of its minimum and maximum."
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        unread = number_of_fact(run, "hw.memory.installed_bytes") is None
        if place == "machine" and word_of(run, "virt.vm") in {NONE, None} and unread:
            found = f"the kernel knows of {size(bounds.least)}; a graphics processor may have the rest"
            changes = "An audit as root, which reads what the firmware states (SMBIOS)."
            return Judged("cannot tell", found, "", evidence, _HOW, changes)
        found = f"at most {size(bounds.most)}, with all that firmware and kernel may keep"
        return Judged("broken", found, "certain", evidence, _HOW, "An audit that finds more, as root.")

    def _adding(self, run: Run) -> str:
        """Return how the hypervisor may add memory when it is needed, in words; empty if it cannot."""
        if word_of(run, "virt.vm") == NONE:
            return ""
        by = word_of(run, "hw.memory.added_by")
        if by == NONE:
            return ""
        if by is None:
            return "whether its hypervisor adds memory while it runs is unknown"
        return f"its hypervisor may add memory while it runs ({by})"

    def _offline(self, run: Run, bounds: "_Bounds") -> str:
        """Return how memory that is not online may be what is missing, in words; empty if it cannot be."""
        if word_of(run, _BLOCKS) == NONE:
            return ""
        known = number_of_fact(run, _BLOCKS)
        if known is None:
            return f"the kernel uses {size(bounds.least)}, and whether more was added that is not online is unknown"
        held = number_of_fact(run, "hw.memory.balloon_bytes") or 0
        if known - held + bounds.most - bounds.least < self.size:
            return ""
        return f"the kernel uses {size(bounds.least)} of blocks of {size(known)}: the others may not be online"

    def _in_container(self, run: Run, place: Place, evidence: tuple[str, ...]) -> Judged:
        limit, of_all = (number_of_fact(run, f"hw.{each}_bytes") for each in ("memory.limit", "init.memory_limit"))
        if place == "sold" and of_all is not None:
            changes = "A lower limit around this container, or less memory in the machine, which may be invisible here."
            return Judged("kept", f"the limit of this container is {size(of_all)}", "likely", evidence, _HOW, changes)
        found = (
            f"hostcheck ran {in_place(place) or 'in a container'}, where the memory of the machine around it is visible"
        )
        if limit is not None:
            found += f"; {_MAY_BE_OWN.format(size(limit))}"
        return Judged("cannot tell", found, "", evidence, _HOW, "An audit outside of the container, or as root.")


class _Bounds(NamedTuple):
    """Bounds of the host's memory in bytes.

    Attributes:
        least: the amount that the host certainly has.
        usual: the amount if firmware and kernel keep the usual amount.
        most: the amount if firmware and kernel keep as much as possible.
    """

    least: float
    usual: float
    most: float


def _kernel_keeps(given: float) -> float:
    """Return the most bytes that the kernel keeps of what it was given. Balloons of Xen and Hyper-V count nothing."""
    return _MOST * max(_OF_KERNEL[0], given * _OF_KERNEL[1])


def _bounds(run: Run) -> _Bounds | None:
    """Return the bounds, less the memory in a balloon; None if the memory is unknown."""
    present, visible = number_of_fact(run, "hw.memory.present_bytes"), number_of_fact(run, "hw.memory_bytes")
    stated, held = number_of_fact(run, "hw.memory.installed_bytes"), number_of_fact(run, "hw.memory.balloon_bytes") or 0
    least = present if present is not None else visible
    if least is None:
        return None
    keeps = _OF_MACHINE if word_of(run, "virt.vm") in {NONE, None} else _OF_GUEST
    shares = (keeps,) if present is not None else (_OF_KERNEL, keeps)
    usual = most = least
    for number, share in shares:
        usual, most = usual + max(number, least * share), most + _MOST * max(number, least * share)
    if stated is not None and stated >= least:
        # Firmware keeps the difference. If SMBIOS states far more than the kernel was given, it proves nothing.
        least, usual, most = (stated, stated, stated) if stated <= most else (least, usual, stated)
    return _Bounds(least - held, usual - held, most - held)


def _evidence(run: Run) -> list[str]:
    names = {
        "hw.memory.installed_bytes": "the firmware states",
        "hw.memory.present_bytes": "the kernel was given",
        "hw.memory.blocks_bytes": "the blocks of memory that the kernel knows, online or not, have",
        "hw.memory_bytes": "the kernel shows (MemTotal)",
        "hw.memory.balloon_bytes": "a balloon holds",
        "hw.memory.limit_bytes": "a control group limits this process to",
        "hw.init.memory_limit_bytes": "a control group limits the first process to",
    }
    found = [(said, number_of_fact(run, fact_id)) for fact_id, said in names.items()]
    return [f"{said} {size(number)}" for said, number in found if number is not None]
