"""``hostcheck bench``: measure this host, and compare it with other runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import Color, ColorOption, ProfileOption, RoleOption, output_option, style_for_stdout
from hostcheck.cli.part_options import (
    BesideOption,
    BuildArgOption,
    ContextOption,
    DensityOption,
    DockerfileOption,
    ExplainLaunchOption,
    ImageOption,
    JobOption,
    LikeOption,
    MemoryOption,
    NetworkOption,
    PeerOption,
    PortsOption,
    ReadyOption,
    SizeOption,
    StormOption,
    SustainedOption,
    TargetOption,
    VolumesOption,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostcheck.cli.bench_remote import There
    from hostcheck.run.model import Run
    from hostcheck.store.store import Store


def bench(
    context: typer.Context,
    address: Annotated[
        str | None,
        typer.Argument(
            metavar="[ssh://USER@HOST]",
            help="Measure the host at this address: the executable is copied there, and removed.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PART",
            autocompletion=completion.parts,
            help="Measure only this part: disk, build, storm, cpu, memory or network, or a plugin's; repeatable.",
            show_default="disk, build and storm",
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Shorter and fewer samples: about two minutes.")] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Longer and more samples, for narrow intervals.")
    ] = False,
    runs: Annotated[
        int,
        typer.Option(
            "--runs",
            metavar="N",
            min=1,
            max=100,
            help="Measure N times, and pool the runs into one.",
            show_default="1",
        ),
    ] = 1,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            help="Measure the disk of this folder's file system.",
            show_default="where the engine keeps its data",
        ),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="RUN",
            autocompletion=completion.baselines,
            help="Compare with a run file, reference:NAME, history:ID, last (this host's previous run) or usual:10 "
            "(its last ten); repeatable.",
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        output_option("BENCH", "text, markdown, csv, json, html, pdf, png"),
    ] = None,
    profile: ProfileOption = None,
    role: RoleOption = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of this host in the run.", show_default="its hostname")
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="URL",
            help="The engine's socket, such as unix:///run/docker.sock.",
            show_default="the first that answers",
        ),
    ] = None,
    private_engine: Annotated[
        bool,
        typer.Option(
            "--private-engine", help="Start a Docker engine for this run alone, and remove it afterwards. Needs root."
        ),
    ] = False,
    tier: Annotated[
        str | None,
        typer.Option(
            "--tier",
            metavar="NAME|IOPS,MB/s",
            help="Then measure again on an emulated disk of this speed (sata or IOPS,MB/s), and compare. Needs root.",
        ),
    ] = None,
    job: JobOption = None,
    like: LikeOption = None,
    size: SizeOption = None,
    sustained: SustainedOption = None,
    build_context: ContextOption = None,
    dockerfile: DockerfileOption = None,
    target: TargetOption = None,
    build_arg: BuildArgOption = None,
    image: ImageOption = None,
    ready: ReadyOption = None,
    storm: StormOption = None,
    network: NetworkOption = None,
    ports: PortsOption = None,
    volumes: VolumesOption = None,
    memory: MemoryOption = None,
    explain_launch: ExplainLaunchOption = False,
    density: DensityOption = None,
    running_beside: BesideOption = None,
    peer: PeerOption = None,
    endurance: Annotated[
        str | None,
        typer.Option(
            "--endurance",
            metavar="TIME[,SIZE]",
            help="Measure briefly, again and again, for TIME (24h), and write at most SIZE (100GB). After a kill or "
            "a reboot, run the same command again to continue.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            metavar="TIME",
            help="Time from one measurement of --endurance to the next.",
            show_default="30min",
        ),
    ] = None,
    timer: Annotated[
        bool,
        typer.Option("--timer", help="Let a systemd timer continue --endurance, also after a reboot. Needs root."),
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="Show the progress of the endurance run.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End the endurance run, and write what it measured.")] = False,
    allow_busy: Annotated[
        bool, typer.Option("--allow-busy", help="Measure at once, even if this host is busy.")
    ] = False,
    allow_running: Annotated[
        bool, typer.Option("--allow-running", help="Measure even if other containers or another run use the engine.")
    ] = False,
    allow_low_space: Annotated[
        bool,
        typer.Option(
            "--allow-low-space", help="Measure even if disk space or memory is short. A storm never fills the disk."
        ),
    ] = False,
    allow_remote_disk: Annotated[
        bool, typer.Option("--allow-remote-disk", help="Measure even if the disk is on another machine, such as NFS.")
    ] = False,
    executable: Annotated[
        Path | None,
        typer.Option(
            "--executable",
            metavar="FILE",
            help="The executable of bin/release that ssh:// copies to the host.",
            show_default="this one, or the one in dist/",
        ),
    ] = None,
    attach: Annotated[
        str | None,
        typer.Option(
            "--attach",
            metavar="FOLDER",
            help="Fetch the run that an earlier bench ssh:// started in this folder of the host.",
            show_default=False,
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every figure with its interval, and every note.")
    ] = False,
    no_store: Annotated[bool, typer.Option("--no-store", help="Do not keep the run in the history.")] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Measure this host: disk, a docker build, a storm of 20 containers; and compare it with other runs."""
    from hostcheck.bench.base import USUAL_WORKLOADS
    from hostcheck.bench.disk.jobs import own_jobs
    from hostcheck.bench.disk.size import parse_size
    from hostcheck.bench.emulated.tier import parse_tier
    from hostcheck.bench.network.options import parse_peer
    from hostcheck.bench.request import BenchRequest, as_if
    from hostcheck.bench.storm.counts import parse_counts, parse_memory
    from hostcheck.bench.storm.density import parse_density
    from hostcheck.bench.storm.ready import WORD, parse_ready
    from hostcheck.bench.sustained import parse_sustained
    from hostcheck.cli.bench_documents import compared, history, is_run_file, runs_to_compare, write_documents
    from hostcheck.cli.bench_options import allowed_of, arguments_of, options_of
    from hostcheck.cli.messages import write_message
    from hostcheck.cli.named import require_used
    from hostcheck.cli.output import parse_destinations
    from hostcheck.cli.session import Finished, beside, measure, report_extra_gap
    from hostcheck.comparison.pool import pool
    from hostcheck.errors import UsageError
    from hostcheck.formats import BENCH, REPORTS
    from hostcheck.profiles import DEFAULT_PROFILES
    from hostcheck.store.names import is_relative

    if quick and thorough:
        raise UsageError("--quick and --thorough contradict each other", remedy="give one of them, or none")
    if engine is not None and private_engine:
        raise UsageError("--engine and --private-engine contradict each other", remedy="give one of them")
    if address is None:
        own_jobs(job or ())
    emulated = parse_tier(tier) if tier else None
    destinations = parse_destinations(output or (), BENCH, inputs=(*(compare or ()), *(job or ())))
    if not any(destination.is_stdout for destination in destinations):
        destinations = (*destinations, *parse_destinations((), BENCH))
    store = history(needed=any(map(is_relative, compare or ())) or not any(is_run_file(each) for each in destinations))
    # By the name that the run will have.
    others = runs_to_compare(store, compare or (), name)
    gap = report_extra_gap() if any(destination.format in REPORTS for destination in destinations) else None
    if gap:
        # Said before minutes of measuring as well as after them; the run file and the text are still made.
        write_message(str(gap))
        destinations = tuple(destination for destination in destinations if destination.format not in REPORTS)
    saved_to = next((Path(each.path) for each in destinations if is_run_file(each)), None)
    kept = None if no_store else store
    style = style_for_stdout(color, "full" if verbose else "brief")
    if address is not None or executable or attach:
        there = _there(context, address, executable=executable, attach=attach, saved_to=saved_to, store=kept)
        write_documents(destinations, there.run, compared([*others, there.run]), style)
        raise typer.Exit(there.code)
    if status:
        from hostcheck.cli.endurance import status as say_status

        say_status()
        return
    if endurance is not None or stop:
        from hostcheck.cli.endurance import forget, require_options, words_of

        require_options(context)
        words = words_of(context) if timer else None
        run = _endurance(
            endurance, every=every, only=only or (), directory=directory, color=color, store=kept, by_timer=words
        )
        if run is None:
            return
        write_documents(destinations, run, compared([*others, run]), style)
        forget()
        return
    if every is not None or timer:
        option = "--every" if every is not None else "--timer"
        raise UsageError(f"{option} is for --endurance", remedy=f"add --endurance 24h, or leave {option} out")
    request = BenchRequest(
        workloads=tuple(only or (("disk",) if like else USUAL_WORKLOADS)),
        options=options_of(
            "quick" if quick else "thorough" if thorough else "standard",
            like=like.value if like else None,
            own_jobs=tuple(job or ()),
            asked_bytes=parse_size(size) if size is not None else None,
            sustained=parse_sustained(sustained) if sustained is not None else None,
            build={
                "context": build_context,
                "dockerfile": dockerfile,
                "target": target or "",
                "arguments": arguments_of(build_arg or ()),
            },
            counts=parse_counts(storm) if storm is not None else (),
            image=image,
            storm={
                "ready": parse_ready(ready) if ready is not None else WORD,
                "network": network,
                "ports": ports or 0,
                "volumes": volumes or 0,
                "memory_bytes": parse_memory(memory) if memory is not None else None,
                "beside": running_beside or 0,
                "explain": explain_launch,
                "density": parse_density(density) if density is not None else None,
            },
            peer=parse_peer(peer) if peer is not None else None,
        ),
        profiles=tuple(profile or DEFAULT_PROFILES),
        roles=tuple(role or ()),
        directory=directory,
        name=name,
        engine=engine,
        private_engine=private_engine,
        allowed=allowed_of(
            {
                "busy": allow_busy,
                "running": allow_running,
                "low-space": allow_low_space,
                "remote-disk": allow_remote_disk,
            }
        ),
    )
    require_used(request)
    sessions: list[Finished] = []
    emulations: list[Finished] = []
    for number in range(1, runs + 1):
        file = saved_to if runs == 1 else beside(saved_to, str(number))
        sessions.append(measure(request, color, sys.stderr, saved_to=file, store=kept))
        if emulated:
            # In turns with the host, so that both have what moves meanwhile.
            beside_it = beside(file, emulated.name)
            emulations.append(measure(as_if(request, emulated), color, sys.stderr, saved_to=beside_it, store=kept))
    run = pool([session.run for session in sessions])
    if emulations:
        others.append(pool([session.run for session in emulations]))
    elsewhere = next((session.elsewhere for session in (*sessions, *emulations) if session.elsewhere), None)
    write_documents(destinations, run, compared([*others, run]), style, elsewhere)
    for failure in (*(session.failure for session in (*sessions, *emulations)), gap):
        if failure:
            raise failure


def _endurance(
    text: str | None,
    *,
    every: str | None,
    only: "Sequence[str]",
    directory: Path | None,
    color: Color,
    store: "Store | None",
    by_timer: "Sequence[str] | None" = None,
) -> "Run | None":
    """Continue an endurance run, or end it if ``text`` is None, and return its result. Keep the result in the history.

    The result is None if a timer continues the run. Then ``by_timer`` has the words of the timer's command.

    Raises:
        HostcheckError: if an error of cli/endurance occurs, or the history cannot be written.
    """
    from hostcheck.cli.endurance import endure
    from hostcheck.cli.endurance import stop as end

    run = (
        end()
        if text is None
        else endure(
            text, every=every, only=only, directory=directory, color=color, messages=sys.stderr, by_timer=by_timer
        )
    )
    if run is not None and store is not None:
        store.keep(run)
    return run


def _there(
    context: typer.Context,
    address: str | None,
    *,
    executable: Path | None,
    attach: str | None,
    saved_to: Path | None,
    store: "Store | None",
) -> "There":
    """Measure the host at an address.

    Raises:
        UsageError: if there is no address, or an option cannot be used with a remote host.
        CannotMeasureError: if the host cannot be measured.
    """
    from hostcheck.bench.sustained import parse_sustained
    from hostcheck.cli.bench_remote import measure_there, words_of
    from hostcheck.errors import UsageError

    if address is None:
        raise UsageError("--executable and --attach need a host at ssh://", remedy="name it: ssh://USER@HOST")
    words, load = words_of(context), context.params["sustained"]
    seconds = parse_sustained(load).seconds if load else 0.0
    return measure_there(
        address, words, executable=executable, attach=attach, saved_to=saved_to, store=store, sustained=seconds
    )
