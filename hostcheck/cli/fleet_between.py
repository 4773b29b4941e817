"""The commands of ``hostcheck fleet`` that measure between hosts, and the commands that these run on the hosts."""

from pathlib import Path
from typing import Annotated

import typer

from hostcheck.cli.fleet_options import (
    AnsibleArgument,
    ExecutableOption,
    ForksOption,
    InventoryOption,
    LimitOption,
    NameOption,
)
from hostcheck.cli.options import Color, ColorOption, detail_of, output_option, style_for_stdout


def peers(
    options: AnsibleArgument = None,
    inventory: InventoryOption = None,
    limit: LimitOption = None,
    forks: ForksOption = None,
    name: NameOption = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME",
            help="Check the ports of etcd, kubernetes, swarm, zookeeper, mesos or nomad; repeatable.",
            show_default="etcd",
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="All hosts are control-plane or worker (kubernetes): check what those need of each other; repeatable.",
            show_default=False,
        ),
    ] = None,
    executable: ExecutableOption = None,
    output: Annotated[list[str] | None, output_option("PAIRS", "text, json")] = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Let hosts measure each other: required ports, round trip, loss and MTU between each pair."""
    from hostcheck.cli.fleeting import reporting, wanted_of
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.errors import UsageError
    from hostcheck.fleet.meeting import Meeting, meet
    from hostcheck.formats import PAIRS
    from hostcheck.peers.ports import ports_of

    style = style_for_stdout(color, detail_of(verbose=False, fixes=False))
    destinations = parse_destinations(output or (), PAIRS, inputs=tuple(inventory or ()))
    asked = Meeting(ports_of(profile or ["etcd"], role or ()), executable or "")
    if not inventory:
        raise UsageError("no inventory is named", remedy="give -i INVENTORY")
    wanted = wanted_of(inventory, limit, name, resume=False, max_age=None, retry=None)
    with reporting() as report:
        pairs = meet(wanted, asked, options or (), forks, report)
    write_all(destinations, PAIRS, pairs, style)


def answer_peers(
    question: Annotated[Path, typer.Argument(metavar="FILE", help="The question that fleet peers asks this host.")],
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of this host in the question.")],
) -> None:
    """Listen for the peers of this host, measure them, and write what was found: what fleet peers runs on hosts."""
    from hostcheck.jsontext import dumps
    from hostcheck.peers.member import measure_peers
    from hostcheck.userfile import read_text

    typer.echo(dumps(measure_peers(read_text("the question", question, 1 << 20), identity)))


def shared_fate(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="HOST...",
            help="2 to 8 hosts of the inventory, then options of ansible-playbook: -- --become -u admin.",
        ),
    ],
    inventory: InventoryOption = None,
    name: NameOption = None,
    directory: Annotated[
        str | None,
        typer.Option(
            "--dir",
            metavar="FOLDER",
            help="Load the disk that holds this folder on each host.",
            show_default="/var/lib",
        ),
    ] = None,
    cpu: Annotated[bool, typer.Option("--cpu", help="Load the hosts' CPUs instead of their disks.")] = False,
    executable: ExecutableOption = None,
    output: Annotated[list[str] | None, output_option("FATES", "text, json")] = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Load the disk or CPUs of one host after another; report hosts that depend on each other. Needs root there."""
    from hostcheck.cli.fleeting import reporting, wanted_of
    from hostcheck.cli.output import parse_destinations, write_all
    from hostcheck.errors import UsageError
    from hostcheck.fleet.sharing import Sharing, share
    from hostcheck.formats import FATES

    style = style_for_stdout(color, detail_of(verbose=False, fixes=False))
    destinations = parse_destinations(output or (), FATES, inputs=tuple(inventory or ()))
    if not inventory:
        raise UsageError("no inventory is named", remedy="give -i INVENTORY")
    if cpu and directory is not None:
        raise UsageError("--cpu and --dir cannot be combined", remedy="leave one of them out")
    wanted = wanted_of(inventory, None, name, resume=False, max_age=None, retry=None)
    # No host is called like an option, so that the first one is Ansible's.
    count = next((number for number, word in enumerate(words) if word.startswith("-")), len(words))
    asked = Sharing(tuple(words[:count]), None if cpu else directory or "/var/lib", executable or "")
    with reporting() as report:
        fates = share(wanted, asked, words[count:], report)
    write_all(destinations, FATES, fates, style)


def answer_shared_fate(
    question: Annotated[
        Path, typer.Argument(metavar="FILE", help="The question that fleet shared-fate asks this host.")
    ],
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of this host in the question.")],
) -> None:
    """Load and watch this host, and write what was found: what fleet shared-fate runs on hosts."""
    from hostcheck.fate.member import share_fate
    from hostcheck.jsontext import dumps
    from hostcheck.userfile import read_text

    text = read_text("the question", question, 1 << 20)
    typer.echo(dumps(share_fate(text, identity, question.parent)))
