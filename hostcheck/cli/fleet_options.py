"""The options that commands of ``hostcheck fleet`` share."""

from typing import Annotated

import typer

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
ExecutableOption = Annotated[
    str | None,
    typer.Option(
        "--executable",
        metavar="FILE",
        help="The executable of bin/release that hosts get.",
        show_default="this one, or that in dist/",
    ),
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
