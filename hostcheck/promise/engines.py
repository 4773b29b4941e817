"""``engine``: what the profiles of engines say of this host."""

from dataclasses import dataclass

from hostcheck.counts import number_of
from hostcheck.promise.model import Judged
from hostcheck.run.model import Run
from hostcheck.verdicts import readiness

_HOW = "the required checks of the profile (hostcheck checks -p {}), judged by the facts of this host"
_MOST = 4


@dataclass(frozen=True, slots=True)
class Engines:
    """Engines that have to be able to run.

    Attributes:
        profiles: their names.
    """

    profiles: tuple[str, ...]

    @property
    def translation(self) -> tuple[str, ...]:
        """The profiles that are required."""
        return tuple(f'profiles = ["{profile}"], fail_on = "required"' for profile in self.profiles)

    @property
    def expected(self) -> str:
        """The engines in words."""
        return f"ready for {', '.join(self.profiles)}"

    def judge(self, run: Run) -> Judged:
        """Judge by the profiles' required checks; one that is unknown is never kept."""
        answers = {profile: readiness(profile, run.verdicts) for profile in self.profiles}
        how = _HOW.format(", ".join(self.profiles))
        decisive = {False: "broken", None: "cannot tell", True: "kept"}
        wanted = False if any(each.ready is False for each in answers.values()) else None
        if all(each.ready for each in answers.values()):
            wanted = True
        missed = [
            v
            for v in run.verdicts
            if v.profile in self.profiles and v.severity == "required" and v.status in _BAD[wanted]
        ]
        evidence = tuple(
            f"{each.profile} {each.title or each.check}: {each.sentence or each.found}" for each in missed[:_MOST]
        )
        named = ", ".join(dict.fromkeys(each.title or each.check for each in missed[:_MOST]))
        found = "; ".join(each.sentence for each in answers.values() if each.ready is wanted)
        found += f" ({named})" if named else ""
        changes = " ".join(dict.fromkeys(each.fix for each in missed[:_MOST] if each.fix)) or "Another host."
        if wanted is True:
            passed = [
                v
                for v in run.verdicts
                if v.profile in self.profiles and v.severity == "required" and v.status == "pass"
            ]
            counts = (f"{number_of(len(passed), 'required check')} pass, and none fails or is unknown",)
            return Judged("kept", found, "certain", counts, how, "A requirement that is no longer met.")
        command = f"hostcheck audit {' '.join(f'-p {profile}' for profile in self.profiles)}" if wanted is None else ""
        return Judged(decisive[wanted], found, "certain" if wanted is False else "", evidence, how, changes, command)  # type: ignore[arg-type]


_BAD = {False: {"fail"}, None: {"unknown"}, True: set[str]()}
