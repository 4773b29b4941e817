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
    typer.Option("--job", metavar="FILE", help="Measure this fio job file in addition to hostcheck's own; repeatable."),
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
        help="Size of the disk's test file, such as 16GiB if a cache below the disk could hold a smaller one.",
        show_default="1 to 4 GiB, at most a tenth of the free space",
    ),
]
SustainedOption = Annotated[
    str | None,
    typer.Option(
        "--sustained",
        metavar="TIME[,SIZE]",
        help="Then write for this time (10min), to see the rate after a burst allowance is spent. With a limit "
        "(200GB), write half of it in small blocks, then half in large ones. "
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
        help="Build argument of --context; without =VALUE, the value is from the environment; repeatable.",
    ),
]
ImageOption = Annotated[
    str | None,
    typer.Option(
        "--image",
        metavar="NAME",
        help="Image of the storm's containers. The engine must have it; only NAME@sha256:… is pulled.",
        show_default="this host's busybox",
    ),
]
ReadyOption = Annotated[
    str | None,
    typer.Option(
        "--ready",
        metavar="port:N|line:REGEX|health",
        help="Run the entry point of --image. A container is ready when it listens on the port, prints a matching "
        "line, or is healthy.",
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
        help="Network of the storm's containers; own makes one for the run.",
        show_default="none; bridge with --ports",
    ),
]
PortsOption = Annotated[
    int | None,
    typer.Option(
        "--ports", metavar="N", min=0, max=1000, help="Number of ports that each container of the storm publishes."
    ),
]
VolumesOption = Annotated[
    int | None,
    typer.Option(
        "--volumes", metavar="N", min=0, max=100, help="Number of volumes that each container of the storm has."
    ),
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", metavar="SIZE", help="Memory limit of each container of the storm.", show_default="64MiB"),
]
ExplainLaunchOption = Annotated[
    bool,
    typer.Option(
        "--explain-launch",
        help="Launch storms with other networks, ports and volumes in turns, to see how much time each adds.",
    ),
]
DensityOption = Annotated[
    str | None,
    typer.Option(
        "--density",
        metavar="memory|makespan|N",
        help="Launch containers in batches of 20 until memory is short (memory), a batch takes twice as long as the "
        "first (makespan), or N run. At most 500 are launched.",
        show_default=False,
    ),
]
BesideOption = Annotated[
    int | None,
    typer.Option("--beside", metavar="N", min=0, max=500, help="Number of other containers that run during the storm."),
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
