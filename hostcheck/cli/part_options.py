"""The options of ``hostcheck bench`` for its parts: the disk, the build, the storm and the network."""

from pathlib import Path
from typing import Annotated

import typer

from hostcheck.cli.options import Choice


class Like(Choice):
    """The program whose fio jobs are used to measure the disk."""

    YABS = "yabs"
    PTS = "pts"


JobOption = Annotated[
    list[Path] | None,
    typer.Option("--job", metavar="FILE", help="Measure this fio job file beside hostcheck's own; repeatable."),
]
LikeOption = Annotated[
    Like | None,
    typer.Option(
        "--like",
        help="Measure the disk by the fio jobs of another script, in place of hostcheck's own, to compare with its "
        "results.",
        show_default=False,
    ),
]
SizeOption = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        help="Size of the disk's test file, such as 16GiB, where a cache below may hold a small one.",
        show_default="1 to 4 GiB, at most a tenth of what is free",
    ),
]
SustainedOption = Annotated[
    str | None,
    typer.Option(
        "--sustained",
        metavar="TIME[,SIZE]",
        help="Then write for so long (10min): what is left when a burst is spent. With a limit (200GB), small blocks, "
        "then large ones, of half of it each. "
        "With --only cpu, keep the CPUs busy.",
        show_default=False,
    ),
]
ContextOption = Annotated[
    Path | None,
    typer.Option(
        "--context", metavar="DIR", help="Build this folder's Dockerfile.", show_default="hostcheck's own build"
    ),
]
DockerfileOption = Annotated[
    Path | None,
    typer.Option(
        "--dockerfile", "-f", metavar="FILE", help="The Dockerfile of --context.", show_default="DIR/Dockerfile"
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option("--target", metavar="STAGE", help="Build this stage of --context.", show_default="the last one"),
]
BuildArgOption = Annotated[
    list[str] | None,
    typer.Option(
        "--build-arg",
        metavar="NAME[=VALUE]",
        help="A build argument of --context, its value from the environment without one; repeatable.",
    ),
]
ImageOption = Annotated[
    str | None,
    typer.Option(
        "--image",
        metavar="NAME",
        help="Let the storm's containers run this image, which the engine has, or pulls by NAME@sha256:….",
        show_default="this host's busybox",
    ),
]
ReadyOption = Annotated[
    str | None,
    typer.Option(
        "--ready",
        metavar="port:N|line:REGEX|health",
        help="Let --image run its own entry point: a container is ready when it listens at this port, prints "
        "such a line, or is healthy.",
        show_default=False,
    ),
]
StormOption = Annotated[
    str | None,
    typer.Option(
        "--storm",
        metavar="N,N…",
        help="Containers to launch at once, such as 5,10,20,40 for a curve.",
        show_default="20",
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="none|bridge|host|own|NAME",
        help="What the storm's containers are connected to; own makes a network for the run.",
        show_default="none; bridge with --ports",
    ),
]
PortsOption = Annotated[
    int | None,
    typer.Option("--ports", metavar="N", min=0, max=1000, help="Ports that each container of the storm publishes."),
]
VolumesOption = Annotated[
    int | None,
    typer.Option("--volumes", metavar="N", min=0, max=100, help="Volumes that each container of the storm has."),
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", metavar="SIZE", help="Memory limit of each container of the storm.", show_default="64MiB"),
]
ExplainLaunchOption = Annotated[
    bool,
    typer.Option(
        "--explain-launch", help="Launch storms with other networks, ports and volumes in turns: what each adds."
    ),
]
DensityOption = Annotated[
    str | None,
    typer.Option(
        "--density",
        metavar="memory|makespan|N",
        help="Launch 20 containers more at a time until memory is short, 20 take twice as long, or N run (500 at "
        "most).",
        show_default=False,
    ),
]
BesideOption = Annotated[
    int | None,
    typer.Option(
        "--beside", metavar="N", min=0, max=500, help="Containers that run beside the storm, and are removed."
    ),
]
PeerOption = Annotated[
    str | None,
    typer.Option(
        "--peer",
        metavar="HOST[:PORT]",
        help="The host that runs iperf3 -s, for the network part.",
        show_default=False,
    ),
]
