"""Values of options of ``docker run`` and ``podman run`` that the engine refuses on every host.

Sources: moby's daemon/names, api/types/container (RestartPolicy) and volume/mounts (linux_parser.go); docker/go-units
(ulimit.go); podman's pkg/specgen and libpod/define; the kernel's kernel/sched/core.c (min_cfs_quota_period).
"""

import re

from hostcheck.workloadfiles.mounts import target_of_mount, target_of_volume

RESTART = re.compile(r"|no|always|unless-stopped|on-failure(:\d{1,9})?")
"""Restart policies of Docker and Podman."""
WINDOWS = re.compile(r"[A-Za-z]:[\\/]")
"""The beginning of an absolute path of Windows."""
LEAST_CPUS = 0.01
"""The smallest limit of CPUs: the kernel takes no quota below 1 ms in the period of 100 ms that engines set."""
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_ULIMIT = re.compile(r"\w+=(\d{1,20}):(\d{1,20})")


def refusal_of(option: str, value: str, program: str) -> str:
    """Return why the engine refuses the value of an option; "" if nothing here speaks against it.

    Args:
        option: the option in its long form, without dashes.
        value: the value, without variables.
        program: "docker", "podman" or "nerdctl".
    """
    if option == "name" and value and not _is_name(value.removeprefix("/"), program):
        least = "of two or more characters " if program == "docker" else ""
        return f"a name {least}begins with a letter or a digit, and has only letters, digits, _, . and -"
    if option == "restart" and not RESTART.fullmatch(value):
        return "there is no such restart policy"
    if option == "ulimit" and (found := _ULIMIT.fullmatch(value)) and int(found[1]) > int(found[2]):
        return "the soft limit is above the hard one"
    if option == "volume" and not WINDOWS.match(value):
        source, colon, _ = value.partition(":")
        if colon and source and source[0] not in "/.~" and not _is_name(source, program):
            return f"{source} is neither an absolute path nor the name of a volume"
        return _refused_target(target_of_volume(value) if colon else value)
    if option == "mount":
        return _refused_target(target_of_mount(value))
    if option == "tmpfs":
        return _refused_target(value.partition(":")[0])
    if option == "workdir" and program == "docker":
        return _refused_target(value)
    return ""


def _is_name(text: str, program: str) -> bool:
    """Return whether a text is a name of a container or a volume. Docker takes none of a single character."""
    return _NAME.fullmatch(text) is not None and (len(text) > 1 or program != "docker")


def _refused_target(path: str) -> str:
    is_wrong = bool(path) and not path.startswith("/") and not WINDOWS.match(path)
    return f"{path} is not an absolute path of the container" if is_wrong else ""
