"""``memory``: what the firmware states and the kernel was given, less what a balloon or a limit takes."""

from dataclasses import dataclass

from hostcheck.promise.facts import fact_of, is_alone, number_of_fact, word_of
from hostcheck.promise.model import Judged
from hostcheck.promise.words import size
from hostcheck.run.model import NONE, Run

_OF_GUEST = (64 << 20, 1 / 64)
_OF_MACHINE = (256 << 20, 1 / 16)
"""What firmware keeps of the memory, in bytes and as a share: tables of ACPI in a guest; on a machine also the
management engine and a graphics processor without memory of its own."""
_OF_KERNEL = (128 << 20, 1 / 32)
"""What the kernel keeps beside MemTotal: its image and, of each page of 4,096 bytes, a struct page of 64."""
_HOW = "the zones of /proc/zoneinfo, MemTotal, the balloon's counters, control groups and, where root read it, SMBIOS"
_LIMITED = "A run outside of the control group that limits this process, if the limit is not the seller's."


@dataclass(frozen=True, slots=True)
class Memory:
    """An amount of memory.

    Attributes:
        size: in bytes.
        written: as profiles write it.
    """

    size: float
    written: str
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The facts that are asked."""
        return (
            f'fact = "hw.memory.present_bytes", at_least = "{self.written}", less hw.memory.balloon_bytes; or',
            f'fact = "hw.memory.installed_bytes", at_least = "{self.written}", where firmware keeps the difference',
            f'fact = "hw.memory.limit_bytes", none or at_least = "{self.written}"',
        )

    @property
    def expected(self) -> str:
        """The amount in words."""
        return f"at least {size(self.size)}"

    def judge(self, run: Run) -> Judged:
        """Judge what was given, from below and from above: what firmware keeps is not known exactly."""
        evidence = tuple(_evidence(run))
        limit = number_of_fact(run, "hw.memory.limit_bytes")
        if limit is not None and limit < self.size:
            found = f"a control group limits this process to {size(limit)}"
            return Judged("broken", found, "certain", evidence, _HOW, _LIMITED)
        alone = is_alone(run)
        if not alone and word_of(run, "virt.container") != "openvz":
            return self._in_container(limit, evidence, alone=alone)
        bounds = _bounds(run)
        if bounds is None:
            reason = fact_of(run, "hw.memory_bytes").reason
            return Judged(
                "cannot tell", f"the memory is unknown: {reason}", "", evidence, _HOW, "An audit of the host."
            )
        low, high = bounds
        if low >= self.size or high < self.size:
            return self._decided(run, low, high, evidence)
        found = f"at least {size(low)}; firmware and kernel may keep the rest of up to {size(high)}"
        changes = "An audit as root, which reads what the firmware states (SMBIOS)."
        return Judged("cannot tell", found, "", evidence, _HOW, changes)

    def _decided(self, run: Run, low: float, high: float, evidence: tuple[str, ...]) -> Judged:
        held = number_of_fact(run, "hw.memory.balloon_bytes") or 0
        visible = number_of_fact(run, "hw.memory_bytes")
        if high < self.size:
            took = f", of which a balloon held {size(held)} when it was looked at" if high + held >= self.size else ""
            found = f"at most {size(high + (held if took else 0))}{took}"
            changes = "Another audit that finds the balloon empty." if took else "An audit that finds more, as root."
            return Judged("broken", found, "measured" if took else "certain", evidence, _HOW, changes)
        less = f", of which the kernel shows {size(visible)}" if visible is not None and visible < self.size else ""
        found = f"at least {size(low)}{less}"
        changes = "A balloon that takes memory later: this is of the time of the audit."
        return Judged("kept", found, "certain", evidence, _HOW, changes)

    def _in_container(self, limit: float | None, evidence: tuple[str, ...], *, alone: bool | None) -> Judged:
        if alone is False and limit is not None:
            changes = "A lower limit around this container, which cannot be seen from inside."
            return Judged("kept", f"the limit of this container is {size(limit)}", "likely", evidence, _HOW, changes)
        what = "in a container without a visible limit" if alone is False else "perhaps in a container"
        found = f"hostcheck ran {what}, where the memory of the machine around it is seen"
        return Judged("cannot tell", found, "", evidence, _HOW, "An audit outside of the container, or as root.")


def _bounds(run: Run) -> tuple[float, float] | None:
    """Return the bytes that were given at least and at most; None where nothing is known."""
    present, visible = number_of_fact(run, "hw.memory.present_bytes"), number_of_fact(run, "hw.memory_bytes")
    stated, held = number_of_fact(run, "hw.memory.installed_bytes"), number_of_fact(run, "hw.memory.balloon_bytes") or 0
    keeps = _OF_MACHINE if word_of(run, "virt.vm") in {NONE, None} else _OF_GUEST
    if present is not None:
        low, high = present, _more(present, keeps)
    elif visible is not None:
        low, high = visible, _more(_more(visible, _OF_KERNEL), keeps)
    else:
        return None
    if stated is not None and low <= stated <= _more(high, _OF_MACHINE):
        # Firmware keeps the difference; a table that states far more than the kernel was given proves nothing.
        low = high = stated
    return low - held, high - held


def _more(number: float, keeps: tuple[int, float]) -> float:
    return number + max(keeps[0], number * keeps[1])


def _evidence(run: Run) -> list[str]:
    names = {
        "hw.memory.installed_bytes": "the firmware states",
        "hw.memory.present_bytes": "the kernel was given",
        "hw.memory_bytes": "the kernel shows (MemTotal)",
        "hw.memory.balloon_bytes": "a balloon holds",
        "hw.memory.limit_bytes": "a control group limits this process to",
    }
    found = [(said, number_of_fact(run, fact_id)) for fact_id, said in names.items()]
    return [f"{said} {size(number)}" for said, number in found if number is not None]
