"""What an overlay mount that was tried says of the kernel and of the file system it was tried on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hostcheck.probes.witness import Witness
from hostcheck.run.model import Evidence

_NO_PRIVILEGE = frozenset({"EPERM", "EACCES"})


@dataclass(frozen=True, slots=True)
class OverlayTrial:
    """What came of trying.

    Attributes:
        mounts: whether an overlay with two lower layers works there.
        d_type: whether folders there tell the type of their entries, without which deleted files stay listed.
    """

    mounts: Witness
    d_type: Witness


def judge_overlay(folder: str, result: Mapping[str, Any] | None) -> OverlayTrial:
    """Judge the experiment "overlay" (``hostcheck.host.experiments``), made in this folder."""
    source = f"overlay mount in {folder}"
    if not result:
        silent = Witness(None, Evidence(source, None, "not tried"))
        return OverlayTrial(silent, silent)
    if result.get("ok"):
        return OverlayTrial(
            Witness(
                answer=True,
                evidence=Evidence(source, "ok", "for: mounted with two lower layers, read, written and deleted in"),
            ),
            Witness(answer=True, evidence=Evidence(source, "ok", "for: a deleted file is no longer listed")),
        )
    stage, error = str(result.get("stage", "")), str(result.get("error", ""))
    shown = f"{stage}: {error}"
    if stage in {"mount", "check"} and error not in _NO_PRIVILEGE:
        lacking = "d_type" in error
        says = f"against: {'the mount is refused' if stage == 'mount' else 'it does not work'}"
        d_type = Evidence(source, shown, "against" if lacking else "silent")
        return OverlayTrial(
            Witness(answer=False, evidence=Evidence(source, shown, says)), Witness(False if lacking else None, d_type)
        )
    if error in _NO_PRIVILEGE:
        reason = f"trying an overlay in {folder} was not permitted ({error}): run as root"
    else:
        reason = f"an overlay could not be tried in {folder} ({shown})"
    silent = Witness(
        None, Evidence(source, shown, "silent: not permitted" if error in _NO_PRIVILEGE else "silent"), reason
    )
    return OverlayTrial(silent, silent)
