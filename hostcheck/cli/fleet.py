"""``hostcheck fleet``: the hosts of an Ansible inventory, audited and judged together."""

from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli.command import Command, Group
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

fleet = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Audit the hosts of an Ansible inventory, and judge them together.",
    short_help="Audit the hosts of an Ansible inventory, and judge them together.",
)

InventoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--inventory",
        "-i",
        metavar="INVENTORY",
        help="As of ansible-playbook: a file, a folder, a script, a plugin's; repeatable.",
        show_default="with --resume or --retry, the fleet's",
    ),
]
LimitOption = Annotated[
    str | None,
    typer.Option("--limit", "-l", metavar="PATTERN", help="Hosts of the inventory, as of ansible.", show_default=False),
]
ForksOption = Annotated[
    int | None,
    typer.Option("--forks", "-f", min=1, help="Hosts that are asked at the same time.", show_default="Ansible's"),
]
NameOption = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="The fleet is kept in the folder fleet-NAME.",
        show_default="the inventory's name",
    ),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with what an earlier command has left; ask no host twice.")
]
MaxAgeOption = Annotated[
    str | None,
    typer.Option("--max-age", metavar="AGE", help="Keep results that are no older: 12h, 7d.", show_default=False),
]
RetryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--retry",
        metavar="STATE",
        help="Ask only hosts that were refused, unreachable, stuck or failed; repeatable.",
        show_default=False,
    ),
]
DeadlineOption = Annotated[
    int, typer.Option("--deadline", min=1, metavar="SECONDS", help="How long an audit may take on a host.")
]
AnsibleArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[-- ANSIBLE_OPTION...]", help="Options of ansible-playbook: -- --become -u admin.", show_default=False
    ),
]


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
) -> object:
    from hostcheck.cli.fleeting import reporting
    from hostcheck.fleet.ask import ask
    from hostcheck.fleet.auditing import Asked
    from hostcheck.profiles import DEFAULT_PROFILES

    asked = Asked(tuple(profile or DEFAULT_PROFILES), tuple(role or ()), experiments=experiments, deadline=deadline)
    with reporting() as report:
        return ask(wanted, asked, options or (), forks, report)
