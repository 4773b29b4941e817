"""``engine``: judge the host by the profiles of engines."""

from dataclasses import dataclass

from hostcheck.counts import number_of
from hostcheck.promise.model import STATUSES, Answer, Judged, worst
from hostcheck.run.model import Run
from hostcheck.verdicts import readiness

_HOW = "the required checks of the profile (hostcheck checks -p {}), judged by the facts of this host"
_MOST = 4
_ANSWERS: dict[bool | None, Answer] = {True: "kept", False: "broken", None: "cannot tell"}


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
        answer = worst([_ANSWERS[each.ready] for each in ready])
        found = "; ".join(each.sentence for each in ready if _ANSWERS[each.ready] == answer)
        how = _HOW.format(", ".join(self.profiles))
        required = [each for each in run.verdicts if each.profile in self.profiles and each.severity == "required"]
        decisive = [each for each in required if each.status == STATUSES[answer]]
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
        command = f"hostcheck audit {' '.join(f'-p {profile}' for profile in self.profiles)}"
        return Judged(answer, found, "", evidence, how, "An audit as root that knows them.", command)
