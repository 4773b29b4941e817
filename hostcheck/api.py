"""Functions of the public API that combine several modules. The package ``hostcheck`` exports all of them."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostcheck.comparison.model import Comparison
    from hostcheck.gate.decision import Decision
    from hostcheck.gate.policy import Policy
    from hostcheck.host.base import Host
    from hostcheck.run.model import Run


def write_run(run: "Run", path: Path | str) -> None:
    """Write a run file atomically. Missing parent folders are created.

    Raises:
        UsageError: if the file cannot be written.
    """
    from hostcheck.outfile import write_text  # noqa: PLC0415
    from hostcheck.run.files import dumps  # noqa: PLC0415

    write_text(Path(path), dumps(run))


def decide(run: "Run", policy: "Policy | Path | str | None" = None, *, baseline: "Run | None" = None) -> "Decision":
    """Decide as ``hostcheck gate --run`` does: the run is judged again, and its recorded verdicts are ignored.

    Args:
        run: a run that was measured or audited in this process, or read from a file.
        policy: the policy, or its file (``[gate]`` of hostcheck.toml, or of pyproject.toml); None requires the
            profiles that the run was audited for.
        baseline: the run with which metrics are compared; None for the policy's baseline, if any. A metric that is
            worse than the baseline by more than the policy's margin fails.

    Returns:
        The decision: ``outcome`` ("passed", "failed" or "inconclusive"), ``exit_code`` and ``findings``.

    Raises:
        UsageError: if the policy or its baseline cannot be used, a profile or a role does not exist, the run
            contradicts itself, or a waiver matches nothing.
    """
    from hostcheck.gate.baseline import read_baseline  # noqa: PLC0415
    from hostcheck.gate.decision import decide as decide_by  # noqa: PLC0415
    from hostcheck.gate.policy import Policy  # noqa: PLC0415
    from hostcheck.gate.policy_file import read_policy  # noqa: PLC0415

    asked = policy if isinstance(policy, Policy) else Policy() if policy is None else read_policy(Path(policy))
    return decide_by(run, asked, baseline=baseline or read_baseline(asked, run))


def render_report(comparison: "Comparison") -> str:
    """Return the HTML page of a comparison: one file that loads no other. Equal comparisons give equal text.

    Raises:
        CannotMeasureError: if the extra "report" is not installed.
    """
    from hostcheck.report.rendering import page  # noqa: PLC0415

    return page(comparison)


def assert_ready(
    *profiles: str, host: "Host | Run | Path | str | None" = None, roles: "Sequence[str]" = ()
) -> "Decision":
    """Assert in a test that a host is fit: audit it, and judge the audit as ``hostcheck gate`` does.

    An unknown requirement fails the assertion.

    Args:
        profiles: names of profiles, or paths of profile files; docker if there are none.
        host: as in ``audit_host``; or a run, which is judged again.
        roles: the intended roles of the host.

    Returns:
        The decision.

    Raises:
        AssertionError: if a requirement is missed or unknown. The message is the output of ``hostcheck gate``.
        UsageError: if a profile or a role does not exist.
    """
    from hostcheck.audit import audit_host  # noqa: PLC0415
    from hostcheck.formats.decision_text import render  # noqa: PLC0415
    from hostcheck.formats.terminal import Style  # noqa: PLC0415
    from hostcheck.gate.policy import Policy  # noqa: PLC0415
    from hostcheck.run.model import Run  # noqa: PLC0415

    # pytest shows the line of the test, not this one.
    __tracebackhide__ = True
    wanted = profiles or ("docker",)
    run = host if isinstance(host, Run) else audit_host(host, profiles=wanted, roles=roles)
    decision = decide(run, Policy(profiles=wanted, roles=tuple(roles)))
    if decision.outcome != "passed":
        raise AssertionError(render(decision, Style()))
    return decision
