"""``hostcheck gate``: decide by one exit code whether a host meets a policy."""

from collections.abc import Sequence
from dataclasses import replace
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import (
    AddressArgument,
    CaptureOption,
    Choice,
    Color,
    ColorOption,
    ExperimentsOption,
    FixesOption,
    NoStoreOption,
    RoleOption,
    RootOption,
    ShellOption,
    VerboseOption,
    detail_of,
    output_option,
    style_for_stdout,
)

if TYPE_CHECKING:
    from hostcheck.cli.output import Destination
    from hostcheck.formats.terminal import Style
    from hostcheck.gate.decision import Decision
    from hostcheck.gate.origin import Source
    from hostcheck.gate.policy import Policy

POLICY_FILE = "hostcheck.toml"
"""Usual name of a policy file."""


class FailOn(Choice):
    """The missed checks that make the gate fail."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


class UnknownIs(Choice):
    """The outcome if a requirement is unknown."""

    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


def gate(
    address: AddressArgument = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            "-p",
            autocompletion=completion.profiles,
            help="Engine to judge the host for, or a profile of your own (a .toml file); repeatable.",
            metavar="NAME|FILE",
            show_default="docker; with --run, those that it was audited for",
        ),
    ] = None,
    role: RoleOption = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="Policy: [gate] of hostcheck.toml, or [tool.hostcheck.gate] of pyproject.toml.",
            show_default=False,
        ),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            autocompletion=completion.runs,
            help="Judge this run file instead of auditing now.",
            show_default=False,
        ),
    ] = None,
    shell: ShellOption = None,
    root: RootOption = None,
    capture: CaptureOption = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age",
            metavar="DURATION",
            help="Maximum age of the run that --run names: 30min, 12h, 7d, 2w.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="NAME",
            help="Name of the host that the run named by --run must be from.",
            show_default=False,
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="RUN",
            autocompletion=completion.baselines,
            help="Baseline, than which no metric may be worse by more than the margin: a run file, reference:NAME, "
            "history:ID, last, or usual:10 (the host's last ten runs).",
            show_default=False,
        ),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            "--margin",
            metavar="PERCENT",
            help="How much worse than the baseline a metric may be, such as 20%; the baseline is then usual:10 if "
            "none is given.",
            show_default="10%",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            help="Which missed checks make the gate fail: only required ones, or recommended ones too.",
            show_default="required",
        ),
    ] = None,
    unknown: Annotated[
        UnknownIs | None,
        typer.Option(
            "--unknown", help="The outcome if something that can fail the gate is unknown.", show_default="inconclusive"
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            autocompletion=completion.checks,
            help="Waive a check or metric: ID[=reason][@YYYY-MM-DD], the last day it holds. ID may be a glob. An "
            "unknown result needs its exact ID, a reason and a date. Repeatable.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        output_option("GATE", "text, json, markdown, junit, tap, sarif, github, nagios, openmetrics, csv"),
    ] = None,
    workload: Annotated[
        list[str] | None,
        typer.Option(
            "--workload",
            metavar="FILE",
            help="Workload file that must fit on the host, as hostcheck fits judges it; repeatable.",
            show_default=False,
        ),
    ] = None,
    sarif_location: Annotated[
        Path | None,
        typer.Option(
            "--sarif-location",
            metavar="FILE",
            help="File in the repository to which SARIF attaches findings that come from no policy or profile in the "
            "repository.",
            show_default=False,
        ),
    ] = None,
    experiments: ExperimentsOption = True,
    no_store: NoStoreOption = False,
    verbose: VerboseOption = False,
    fixes: FixesOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Judge the host: exit 0 when it meets every requirement, 1 when it does not, 3 when that is unknown."""
    from hostcheck.cli.hosts import open_asked, say_what_is_missing
    from hostcheck.cli.judging import of_file, of_host
    from hostcheck.cli.messages import write_message
    from hostcheck.cli.output import parse_destinations
    from hostcheck.errors import NoReaderError, UnwrittenError, UsageError
    from hostcheck.formats import GATE

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=fixes))
    destinations = parse_destinations(
        output or (), GATE, inputs=(run, policy, baseline, capture, *(profile or ()), *(workload or ()))
    )
    if policy is None:
        _name_the_policy_here()

    other = {"--root": root, "--capture": capture, "--shell": shell, address: address}
    given = next((name for name, value in other.items() if value is not None), None)
    if run is not None and given is not None:
        raise UsageError(f"--run and {given} both name what to judge", remedy="give one of them")
    for option, value in (("--max-age", max_age), ("--host", host)):
        if value is not None and run is None:
            raise UsageError(f"{option} needs --run", remedy="leave it out")
    asked = policy_of(policy, (profile, role), (max_age, host), (baseline, margin), fail_on, unknown, ignore)
    if asked.prove and not experiments:
        raise UsageError(
            "a proof runs a container, which --no-experiments forbids",
            remedy="leave out --no-experiments, or the key prove of the policy",
        )
    if sarif_location is not None:
        asked = replace(asked, location=_existing(sarif_location))
    if run is not None:
        decision = of_file(run, asked, workload or ())
    else:
        source: Source = "live" if root is None and capture is None else "captured"
        opened = open_asked(address, shell, root, capture, experiments=experiments)
        decision = of_host(opened, asked, source, workload or (), place=address or shell or "", store=not no_store)
        say_what_is_missing(opened)
    try:
        _write(decision, destinations, style)
    except NoReaderError:
        # The exit code is the decision, even if the text has no reader.
        pass
    except UnwrittenError as error:
        # The exit code is the decision; a text that no -o asked for does not change it.
        if output:
            raise
        write_message(str(error))
    if any(destination.is_stdout and destination.format == "nagios" for destination in destinations):
        from hostcheck.formats.decision_nagios import exit_code

        raise typer.Exit(exit_code(decision))
    raise typer.Exit(decision.exit_code)


def _existing(file: Path) -> str:
    """Return the file's name if the file is in the repository. Code scanning shows findings only at such files.

    Raises:
        UsageError: if the file does not exist, or is outside the repository.
    """
    from hostcheck.errors import UsageError
    from hostcheck.formats.repository import within
    from hostcheck.userfile import is_file

    if not is_file(file) or within(file) is None:
        problem = "is outside of the repository" if is_file(file) else "no such file"
        raise UsageError(f"--sarif-location {file}: {problem}", remedy="name a file of the repository")
    return str(file)


def policy_of(
    file: Path | None,
    wanted: tuple[list[str] | None, list[str] | None],
    of_the_run: tuple[str | None, str | None],
    compared: tuple[str | None, str | None],
    fail_on: FailOn | None,
    unknown: UnknownIs | None,
    ignore: list[str] | None,
) -> "Policy":
    """Combine the policy file and the command line, which overrides the file.

    Args:
        file: the policy file; None if there is none.
        wanted: profiles and roles. This and all following values are from the command line; None if not given.
        of_the_run: the maximum age of the run, and its host.
        compared: the baseline, and the margin by which a metric may be worse.
        fail_on: whether missed recommendations fail the gate.
        unknown: the outcome if a requirement is unknown.
        ignore: waivers.
    """
    from hostcheck.gate.origin import parse_age
    from hostcheck.gate.policy import DEFAULT_BASELINE, Policy, parse_margin
    from hostcheck.gate.waivers import parse_waiver

    asked = Policy()
    if file is not None:
        from hostcheck.gate.policy_file import read_policy

        asked = read_policy(file)
    return replace(
        asked,
        profiles=tuple(dict.fromkeys(wanted[0] or asked.profiles)),
        roles=tuple(dict.fromkeys(wanted[1] or asked.roles)),
        fail_on=fail_on.value if fail_on else asked.fail_on,
        unknown=unknown.value if unknown else asked.unknown,
        baseline=compared[0] or asked.baseline or (DEFAULT_BASELINE if compared[1] is not None else None),
        margin=parse_margin(compared[1]) if compared[1] is not None else asked.margin,
        max_age=parse_age(of_the_run[0]) if of_the_run[0] is not None else asked.max_age,
        host=of_the_run[1],
        waivers=(*map(parse_waiver, ignore or ()), *asked.waivers),
    )


def _name_the_policy_here() -> None:
    """Warn that a policy in the current folder is not read: anyone who can write there could weaken the gate."""
    if isfile(POLICY_FILE):  # noqa: PTH113 - Path.is_file fails in a folder that cannot be searched
        from hostcheck.cli.messages import write_message

        write_message(f"{POLICY_FILE} in this folder is not used; to use it: --policy {POLICY_FILE}")


def _write(decision: "Decision", destinations: "Sequence[Destination]", style: "Style") -> None:
    """Write every document. If none goes to standard output, write the outcome to standard error."""
    from hostcheck.cli.output import write_all
    from hostcheck.formats import GATE

    if any(destination.format == "github" for destination in destinations):
        from hostcheck.formats.decision_github import append_summary

        append_summary(decision)
    if not any(destination.is_stdout for destination in destinations):
        from hostcheck.cli.messages import write_message
        from hostcheck.formats.decision_words import headline

        write_message(headline(decision))
    write_all(destinations, GATE, decision, style)
