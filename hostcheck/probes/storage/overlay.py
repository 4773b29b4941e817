"""Judge what the overlay experiment proves about the kernel and the file system on which it was made."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

_NO_PRIVILEGE = frozenset({"EPERM", "EACCES"})


class OverlayTrial(NamedTuple):
    """What the experiment proves about a folder.

    Attributes:
        mounts: whether an overlay with two lower layers works there.
        d_type: whether readdir(3) reports the types of entries there. If not, deleted files stay listed.
    """

    mounts: Witness
    d_type: Witness


def judge_overlay(folder: str, result: Mapping[str, Any] | None) -> OverlayTrial:
    """Judge the result of the experiment "overlay" (``hostcheck.host.experiments.perform``).

    Args:
        folder: the folder in which the experiment was made.
        result: the result; None if the experiment was not made.
    """
    source = f"overlay mount in {folder}"
    if not result:
        silent = Witness(None, Evidence(source, None, "not tried"))
        return OverlayTrial(silent, silent)
    if result.get("ok"):
        return OverlayTrial(
            Witness(
                answer=True,
                evidence=Evidence(source, "ok", "for: mounted with two lower layers; read, write and delete work"),
            ),
            Witness(answer=True, evidence=Evidence(source, "ok", "for: a deleted file is no longer listed")),
        )
    stage, error = str(result.get("stage", "")), str(result.get("error", ""))
    shown = f"{stage}: {error}"
    # At these stages the process has a mount namespace, and so CAP_SYS_ADMIN, as an engine of root has. So EPERM means
    # that the mount is refused.
    if stage in {"mount", "check"}:
        lacking = "d_type" in error
        says = f"against: {'the mount is refused' if stage == 'mount' else 'it does not work'}"
        d_type = Evidence(source, shown, "against" if lacking else "silent")
        return OverlayTrial(
            Witness(answer=False, evidence=Evidence(source, shown, says)), Witness(False if lacking else None, d_type)
        )
    if error in _NO_PRIVILEGE:
        reason = f"an overlay mount in {folder} was not permitted ({error}): run as root"
    else:
        reason = f"an overlay mount in {folder} could not be tried ({shown})"
    silent = Witness(
        None, Evidence(source, shown, "silent: not permitted" if error in _NO_PRIVILEGE else "silent"), reason
    )
    return OverlayTrial(silent, silent)
