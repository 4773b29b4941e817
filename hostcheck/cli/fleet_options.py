"""The options that commands of ``hostcheck fleet`` share."""

from typing import Annotated

import typer

InventoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--inventory",
        "-i",
        metavar="INVENTORY",
        help="Inventory, as for ansible-playbook: a file, a folder, a script or a plugin's file; repeatable.",
        show_default=False,
    ),
]
LimitOption = Annotated[
    str | None,
    typer.Option(
        "--limit",
        "-l",
        metavar="PATTERN",
        help="Pattern of hosts in the inventory, as for ansible.",
        show_default=False,
    ),
]
ForksOption = Annotated[
    int | None,
    typer.Option(
        "--forks", "-f", min=1, help="Number of hosts that Ansible works on at the same time.", show_default="Ansible's"
    ),
]
NameOption = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="Name of the fleet, which is kept in the folder fleet-NAME.",
        show_default="the inventory's name",
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option("--resume", help="Continue an interrupted command: only the hosts that it had not finished."),
]
MaxAgeOption = Annotated[
    str | None,
    typer.Option(
        "--max-age",
        metavar="AGE",
        help="Leave out hosts whose result is newer than this, such as 12h or 7d.",
        show_default=False,
    ),
]
ExecutableOption = Annotated[
    str | None,
    typer.Option(
        "--executable",
        metavar="FILE",
        help="The executable of bin/release that is copied to the hosts.",
        show_default="this one, or the one in dist/",
    ),
]
RetryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--retry",
        metavar="STATE",
        help="Only hosts whose state is refused, unreachable, stuck or failed; repeatable.",
        show_default=False,
    ),
]
DeadlineOption = Annotated[
    int, typer.Option("--deadline", min=1, metavar="SECONDS", help="Time limit for the audit of a host.")
]
AnsibleArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[-- ANSIBLE_OPTION...]", help="Options of ansible-playbook: -- --become -u admin.", show_default=False
    ),
]
