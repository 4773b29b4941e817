"""``engine``: judge the host by the profiles of engines."""

from collections.abc import Mapping
from dataclasses import dataclass

from hostcheck.counts import number_of
from hostcheck.promise.facts import place_of
from hostcheck.promise.model import STATUSES, Answer, Judged, worst
from hostcheck.run.model import Run
from hostcheck.verdicts import readiness

_HOW = "the required checks of the profile (hostcheck checks -p {}), judged by the facts of this host"
_MOST = 4
_OF_SELLER = (
    *("cgroup.cpu_limit", "cgroup.memory", "cgroup.mode.v2", "cgroup.v2.controllers", "virt."),
    *("kernel.aio", "kernel.cgroup_bpf", "kernel.keys", "kernel.mqueue", "kernel.session_keyring", "kernel.version"),
    *("net.bridge", "net.ipvs", "net.veth", "net.vxlan", "ns.ipc", "ns.mnt", "ns.net", "ns.pid", "ns.user", "ns.uts"),
    "security.seccomp",
)
"""The beginnings of the ids of checks whose remedy only the seller has, in a container that is sold as a server.

They concern the kernel. Outside of a container, the buyer controls the kernel with its modules, parameters and
settings. The buyer always controls programs, users, ports, mounts, firewalls and the files of an engine.
"""
_ANSWERS: Mapping[bool | None, Answer] = {True: "kept", False: "cannot tell", None: "cannot tell"}


@dataclass(frozen=True, slots=True)
class Engines:
    """Engines that the host must be able to run.

    Attributes:
        profiles: the names of their profiles.
    """

    profiles: tuple[str, ...]

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line: each profile must pass, as a policy writes it."""
        return tuple(f'profiles = ["{profile}"], fail_on = "required"' for profile in self.profiles)

    @property
    def expected(self) -> str:
        """The engines in words."""
        return f"ready for {', '.join(self.profiles)}"

    def judge(self, run: Run) -> Judged:
        """Judge by the profiles' required checks. If the result of one is unknown, the line is not kept."""
        ready = [readiness(profile, run.verdicts) for profile in self.profiles]
        how = _HOW.format(", ".join(self.profiles))
        required = [each for each in run.verdicts if each.profile in self.profiles and each.severity == "required"]
        of_seller = _OF_SELLER if place_of(run) == "sold" else ()
        broken = {each.profile for each in required if each.status == "fail" and each.check.startswith(of_seller)}
        answers: list[Answer] = ["broken" if each.profile in broken else _ANSWERS[each.ready] for each in ready]
        answer = worst(answers)
        found = "; ".join(each.sentence for each, own in zip(ready, answers, strict=True) if own == answer)
        missed = [each for each in required if each.status == "fail"]
        decisive = [each for each in required if each.status == STATUSES[answer]]
        if answer == "broken":
            decisive = [each for each in missed if each.check.startswith(of_seller)]
        elif missed:
            decisive = missed
        if answer == "kept":
            counted = (f"{number_of(len(decisive), 'required check')} pass, and none fails or is unknown",)
            return Judged(answer, found, "certain", counted, how, "A requirement that is no longer met.")
        shown = decisive[:_MOST]
        if shown:
            found += f" ({', '.join(dict.fromkeys(each.title or each.check for each in shown))})"
        evidence = tuple(f"{each.profile} {each.title or each.check}: {each.sentence or each.found}" for each in shown)
        if answer == "broken":
            changes = " ".join(dict.fromkeys(each.fix for each in shown if each.fix)) or "Another audit, as root."
            return Judged(answer, found, "certain", evidence, how, changes)
        if missed:
            found += ": the remedy may be up to you, and the result after it is unknown"
            changes = (
                " ".join(dict.fromkeys(each.fix for each in shown if each.fix))
                or "An audit after the remedy was applied."
            )
            return Judged(answer, found, "", evidence, how, changes)
        command = f"hostcheck audit {' '.join(f'-p {profile}' for profile in self.profiles)}"
        return Judged(answer, found, "", evidence, how, "An audit as root, which can find them.", command)
