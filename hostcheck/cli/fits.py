"""``hostcheck fits``: would these workloads run here, and where?"""

from typing import Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import (
    Choice,
    Color,
    ColorOption,
    ExperimentsOption,
    VerboseOption,
    detail_of,
    output_option,
    style_for_stdout,
)


class Format(Choice):
    """Formats of workload files."""

    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    MARATHON = "marathon"
    FLEET = "fleet"
    SYSTEMD = "systemd"
    QUADLET = "quadlet"
    SCRIPT = "script"
    ANSIBLE = "ansible"
    NOMAD = "nomad"


def fits(
    workloads: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Compose files, Kubernetes manifests, Marathon apps, units.", show_default=False
        ),
    ],
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on",
            metavar="HOST",
            autocompletion=completion.runs,
            help="Host for the workloads: ssh://[user@]host[:port], a run file, a capture or fleet:NAME; repeatable.",
            show_default="this machine",
        ),
    ] = None,
    shell: Annotated[
        list[str] | None,
        typer.Option(
            "--shell",
            metavar="COMMAND",
            help="Host for the workloads, whose shell this command runs: 'podman exec -i NAME sh'; repeatable.",
            show_default=False,
        ),
    ] = None,
    lint: Annotated[bool, typer.Option("--lint", help="Judge the files alone, without any host.")] = False,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help=f"The format of the files: {', '.join(Format)}.",
            show_default="by their content",
        ),
    ] = None,
    compose_profile: Annotated[
        list[str] | None,
        typer.Option(
            "--compose-profile",
            metavar="NAME",
            help="Profile of the Compose files to activate; repeatable.",
            show_default=False,
        ),
    ] = None,
    scale: Annotated[
        list[str] | None,
        typer.Option(
            "--scale",
            metavar="NAME=N",
            help="Number of instances of a workload, instead of the number in the file; repeatable.",
            show_default=False,
        ),
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            "--attribute",
            metavar="HOST:NAME=VALUE",
            help="Label, metadata or attribute of a host that only its scheduler knows; repeatable.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        output_option("FIT", "text, html, json, markdown, junit, tap, sarif, github, csv"),
    ] = None,
    suggest: Annotated[
        bool,
        typer.Option("--suggest", help="Print a patch that replaces each port in use by the next free one."),
    ] = False,
    experiments: ExperimentsOption = True,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Report whether workloads would run here, and where: exit 0 when they fit, 1 when not, 3 when that is unknown."""
    from hostcheck.cli.fitting import attributes_of, host_views, scale_of
    from hostcheck.cli.messages import write_message
    from hostcheck.cli.output import parse_destinations, print_text, write_all
    from hostcheck.errors import UsageError
    from hostcheck.formats import FIT
    from hostcheck.placement.placing import fit
    from hostcheck.placement.suggestion import left_out, patch, suggestions
    from hostcheck.plaintext import plain
    from hostcheck.workloadfiles.reading import read_files

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=False))
    destinations = parse_destinations(output or (), FIT, inputs=workloads)
    if suggest and output:
        raise UsageError("--suggest prints a patch, so it cannot be combined with -o", remedy="give one of them")
    if suggest and lint:
        raise UsageError(
            "--suggest needs the ports in use on a host, and --lint judges no host", remedy="give one of them"
        )
    if lint and (on or shell):
        raise UsageError(
            f"--lint judges no host, and {'--on' if on else '--shell'} names one", remedy="leave one of them out"
        )
    contents = read_files(
        workloads,
        format=format_.value if format_ else None,
        profiles=compose_profile or (),
        scale=scale_of(scale or ()),
        lint=lint,
    )
    hosts = (
        ()
        if lint
        else host_views(
            on or (), contents, attributes_of(attribute or ()), experiments=experiments, shells=tuple(shell or ())
        )
    )
    result = fit(contents, hosts)
    if suggest:
        asked = suggestions(result)
        changes = patch(asked)
        if changes:
            print_text(changes)
        for each in left_out(asked):
            why = "the same line sets it for others" if each.shared else "it is not certain where it is set"
            write_message(
                f"{plain(str(each.need.place))}: port {each.need.label} of {plain(each.workload)} is not changed, "
                f"because {why}; the next free port is {each.port}"
            )
        if not asked:
            write_message("no port of the files has to be changed")
        raise typer.Exit(result.exit_code)
    write_all(destinations, FIT, result, style)
    raise typer.Exit(result.exit_code)
