"""``hostcheck fleet``: the hosts of an Ansible inventory, audited and judged together."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli.command import Command, Group
from hostcheck.cli.fleet_between import answer_peers, answer_shared_fate, peers, shared_fate
from hostcheck.cli.fleet_options import (
    AnsibleArgument,
    DeadlineOption,
    ExecutableOption,
    ForksOption,
    InventoryOption,
    LimitOption,
    MaxAgeOption,
    NameOption,
    ResumeOption,
    RetryOption,
)
from hostcheck.cli.options import (
    Color,
    ColorOption,
    ExperimentsOption,
    ProfileOption,
    RoleOption,
    VerboseOption,
    detail_of,
    output_option,
    style_for_stdout,
)

if TYPE_CHECKING:
    from hostcheck.fleet.ask import Wanted
    from hostcheck.fleet.standing import Standing

fleet = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Audit the hosts of an Ansible inventory, and judge them together.",
    short_help="Audit the hosts of an Ansible inventory, and judge them together.",
)


@fleet.command("audit", cls=Command)
def audit(
    options: AnsibleArgument = None,
    inventory: InventoryOption = None,
    limit: LimitOption = None,
    forks: ForksOption = None,
    name: NameOption = None,
    profile: ProfileOption = None,
    role: RoleOption = None,
    resume: ResumeOption = False,
    max_age: MaxAgeOption = None,
    retry: RetryOption = None,
    deadline: DeadlineOption = 60,
    output: Annotated[list[str] | None, output_option("FLEET", "text, json, inventory, retry")] = None,
    experiments: ExperimentsOption = True,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Audit the hosts of an inventory through Ansible; they need only a shell."""
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.formats import FLEET

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    destinations = parse_destinations(output or (), FLEET, inputs=(*(inventory or ()), *(profile or ())))
    from hostcheck.cli.fleeting import wanted_of

    wanted = wanted_of(inventory, limit, name, resume=resume, max_age=max_age, retry=retry)
    write_all(
        destinations,
        FLEET,
        _audited(wanted, options, forks, profile, role, deadline, experiments=experiments),
        style,
    )


def _audited(
    wanted: "Wanted",
    options: list[str] | None,
    forks: int | None,
    profile: list[str] | None,
    role: list[str] | None,
    deadline: int,
    *,
    experiments: bool,
    facts: Sequence[str] = (),
) -> "Standing":
    from hostcheck.cli.fleeting import reporting
    from hostcheck.fleet.ask import ask
    from hostcheck.fleet.auditing import Asked
    from hostcheck.profiles import DEFAULT_PROFILES

    asked = Asked(
        tuple(profile or DEFAULT_PROFILES), tuple(role or ()), tuple(facts), experiments=experiments, deadline=deadline
    )
    with reporting() as report:
        return ask(wanted, asked, options or (), forks, report)


@fleet.command("bench", cls=Command)
def bench(
    options: AnsibleArgument = None,
    inventory: InventoryOption = None,
    limit: LimitOption = None,
    forks: ForksOption = None,
    name: NameOption = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PART",
            help="Measure only this part, as with hostcheck bench; repeatable.",
            show_default="disk",
        ),
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Longer and more samples than the quick ones that are the default here.")
    ] = False,
    directory: Annotated[
        str | None,
        typer.Option(
            "--dir",
            metavar="FOLDER",
            help="Measure the disk that holds this folder on each host.",
            show_default="where the engine keeps its data",
        ),
    ] = None,
    allow_busy: Annotated[
        bool, typer.Option("--allow-busy", help="Measure hosts at once, even if they are busy.")
    ] = False,
    profile: ProfileOption = None,
    role: RoleOption = None,
    at_once: Annotated[
        int, typer.Option("--at-once", metavar="N", min=1, help="Number of hosts that measure at the same time.")
    ] = 10,
    over: Annotated[
        str | None,
        typer.Option(
            "--over", metavar="TIME", help="Spread the measurements over this time, such as 6h.", show_default=False
        ),
    ] = None,
    executable: ExecutableOption = None,
    resume: ResumeOption = False,
    max_age: MaxAgeOption = None,
    retry: RetryOption = None,
    deadline: Annotated[
        int, typer.Option("--deadline", min=1, metavar="SECONDS", help="Time limit for the measurement of a host.")
    ] = 3600,
    output: Annotated[list[str] | None, output_option("FLEET", "text, json, inventory, retry")] = None,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Measure the hosts of an inventory through Ansible, no two of a failure domain at once."""
    from hostcheck.cli.fleeting import measuring_of, reporting, wanted_of
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.fleet.ask import ask
    from hostcheck.formats import FLEET

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    destinations = parse_destinations(output or (), FLEET, inputs=tuple(inventory or ()))
    wanted = wanted_of(inventory, limit, name, resume=resume, max_age=max_age, retry=retry)
    words = [word for part in only or ["disk"] for word in ("--only", part)]
    words += ["--thorough"] if thorough else ["--quick"]
    words += ["--dir", directory] if directory else []
    words += ["--allow-busy"] if allow_busy else []
    asked = measuring_of(words, profile, role, executable, at_once, over, deadline)
    with reporting() as report:
        standing = ask(wanted, asked, options or (), forks, report)
    write_all(destinations, FLEET, standing, style)


fleet.command("peers", cls=Command)(peers)
fleet.command("answer-peers", cls=Command, hidden=True)(answer_peers)
fleet.command("shared-fate", cls=Command)(shared_fate)
fleet.command("answer-shared-fate", cls=Command, hidden=True)(answer_shared_fate)


@fleet.command("gate", cls=Command)
def gate(
    options: AnsibleArgument = None,
    inventory: InventoryOption = None,
    limit: LimitOption = None,
    forks: ForksOption = None,
    name: NameOption = None,
    profile: ProfileOption = None,
    role: RoleOption = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", help="Policy that each host must meet: the table [gate] of hostcheck.toml.", show_default=False
        ),
    ] = None,
    max_age: MaxAgeOption = None,
    allow_unreachable: Annotated[
        str,
        typer.Option("--allow-unreachable", metavar="N|N%", help="How many hosts may be unreachable or stuck."),
    ] = "0",
    quorum: Annotated[
        str | None,
        typer.Option(
            "--quorum",
            metavar="N|N%",
            help="How many hosts have to pass, whatever the others do.",
            show_default="all that can be asked",
        ),
    ] = None,
    deadline: DeadlineOption = 60,
    output: Annotated[list[str] | None, output_option("FLEET_GATE", "text, json, junit, inventory, retry")] = None,
    experiments: ExperimentsOption = True,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Judge the hosts together: exit 0 when enough pass, 1 when not, 3 when that is unknown."""
    from hostcheck.cli.fleeting import placed_of, wanted_of
    from hostcheck.cli.gate import policy_of
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.fleet.gating import Terms, decide_on, number_of_hosts
    from hostcheck.formats import FLEET_GATE

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    inputs = (*(inventory or ()), *(profile or ()), policy)
    destinations = parse_destinations(output or (), FLEET_GATE, inputs=inputs)
    asked = policy_of(policy, (profile, role), (max_age, None), (None, None), None, None, None)
    terms = Terms(asked, allow_unreachable, quorum)
    number_of_hosts(terms.away, 1, up=False)
    if terms.quorum is not None:
        number_of_hosts(terms.quorum, 1, up=True)
    wanted = wanted_of(inventory, limit, name, resume=False, max_age=max_age, retry=None)
    if inventory:
        hosts = _audited(
            wanted, options, forks, [*asked.profiles], [*asked.roles], deadline, experiments=experiments
        ).hosts
    else:
        hosts = placed_of(wanted.fleet, limit)
    decision = decide_on(wanted.fleet, hosts, terms)
    write_all(destinations, FLEET_GATE, decision, style)
    raise typer.Exit(decision.exit_code)


@fleet.command("collect", cls=Command)
def collect(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="DIR|FILE...", help="Run files and captures of hosts, or folders of them."),
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Name of the fleet, which is kept in the folder fleet-NAME.")
    ],
    profile: ProfileOption = None,
    role: RoleOption = None,
    output: Annotated[list[str] | None, output_option("FLEET", "text, json, inventory, retry")] = None,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Add run files and captures to a fleet: files that hosts sent by themselves, or that came with tickets."""
    from hostcheck.cli.fleeting import reporting
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.fleet.collecting import collect as take
    from hostcheck.fleet.state import Fleet, folder_of
    from hostcheck.formats import FLEET
    from hostcheck.profiles import DEFAULT_PROFILES

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    destinations = parse_destinations(output or (), FLEET, inputs=(*files, *(profile or ())))
    with reporting() as report:
        standing = take(Fleet(folder_of(name)), files, profile or DEFAULT_PROFILES, role or (), report)
    write_all(destinations, FLEET, standing, style)


@fleet.command("fits", cls=Command)
def fits(
    workloads: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Workload files, in the formats of hostcheck fits.", show_default=False),
    ],
    inventory: InventoryOption = None,
    limit: LimitOption = None,
    forks: ForksOption = None,
    name: NameOption = None,
    max_age: MaxAgeOption = "7d",
    deadline: DeadlineOption = 60,
    output: Annotated[
        list[str] | None, output_option("FIT", "text, json, markdown, junit, tap, sarif, github, csv")
    ] = None,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Report on which hosts of a fleet workloads would run, like fits --on fleet:NAME. -i audits old hosts first."""
    from hostcheck.cli.fits import fits as fit
    from hostcheck.cli.fitting import facts_of
    from hostcheck.cli.fleeting import wanted_of
    from hostcheck.fleet.state import PREFIX
    from hostcheck.placement.placing import profiles_of
    from hostcheck.workloadfiles.reading import read_files

    wanted = wanted_of(inventory, limit, name, resume=False, max_age=max_age if inventory else None, retry=None)
    if inventory:
        contents = read_files(workloads)
        _audited(
            wanted, None, forks, [*profiles_of(contents)], None, deadline, experiments=True, facts=facts_of(contents)
        )
    fit(workloads, on=[f"{PREFIX}{wanted.fleet.folder}"], output=output, verbose=verbose, color=color)
