"""``hostcheck audit``: what this host is, and whether that is enough for each engine."""

from typing import Annotated

import typer

from hostcheck.cli import completion
from hostcheck.cli.options import (
    AddressArgument,
    CaptureOption,
    Color,
    ColorOption,
    ExperimentsOption,
    FixesOption,
    NoStoreOption,
    ProfileOption,
    RoleOption,
    RootOption,
    ShellOption,
    VerboseOption,
    detail_of,
    output_option,
    style_for_stdout,
)


def audit(
    address: AddressArgument = None,
    profile: ProfileOption = None,
    role: RoleOption = None,
    shell: ShellOption = None,
    root: RootOption = None,
    capture: CaptureOption = None,
    output: Annotated[
        list[str] | None,
        output_option("AUDIT", "text, json"),
    ] = None,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            "--explain",
            metavar="CHECK|FACT",
            autocompletion=completion.checks,
            help="Print the evidence of a check (its id or title), a fact, or a group such as virt.",
        ),
    ] = None,
    experiments: ExperimentsOption = True,
    prove: Annotated[
        bool,
        typer.Option(
            "--prove", help="Run a container through each engine that answers, see what it can do, and remove it."
        ),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="last|DATE|AGE",
            autocompletion=completion.of_times,
            help="Print what changed since an earlier audit: the last, the one of a date, or of 7d ago.",
        ),
    ] = None,
    no_store: NoStoreOption = False,
    verbose: VerboseOption = False,
    fixes: FixesOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Report what this host is, and whether that is enough for each engine, with the evidence."""
    from hostcheck.audit import audit_host
    from hostcheck.cli.debug import debugging
    from hostcheck.cli.hosts import open_asked, say_what_is_missing
    from hostcheck.cli.keeping import begun, followed, keep
    from hostcheck.cli.output import parse_destinations, print_text, write_all
    from hostcheck.errors import UsageError
    from hostcheck.formats import AUDIT
    from hostcheck.formats.audit_text import inside
    from hostcheck.profiles import DEFAULT_PROFILES

    style = style_for_stdout(color, detail_of(verbose=verbose, fixes=fixes))
    destinations = parse_destinations(output or (), AUDIT, inputs=(capture, *(profile or ())))
    if explain and any(destination.is_stdout for destination in destinations) and output:
        raise UsageError("--explain and -o both write to standard output", remedy="give -o a file")
    if prove and not experiments:
        raise UsageError("a proof runs a container, which --no-experiments forbids", remedy="leave one of them out")
    captured = root is not None or capture is not None
    if since is not None:
        begun(since)
        if captured:
            raise UsageError("a captured host has no earlier audits", remedy="leave out --since")
    host = open_asked(address, shell, root, capture, experiments=experiments)
    run = audit_host(
        host,
        profiles=profile or DEFAULT_PROFILES,
        roles=role or (),
        asked=explain or (),
        prove=prove,
        strict=debugging(),
    )
    say_what_is_missing(host)
    if explain:
        from hostcheck.formats.explain_text import explain as explain_fact
        from hostcheck.profiles.loader import load

        wanted = [load(name) for name in dict.fromkeys(profile or DEFAULT_PROFILES)]
        parts = [explain_fact(run, each, style, wanted) for each in explain]
        explained = "\n".join((*inside(run, style), *parts))
        destinations = tuple(destination for destination in destinations if not destination.is_stdout)
    place = address or shell or ""
    if since is not None:
        run = followed(run, profile or DEFAULT_PROFILES, place=place, since=since, asked=True)
    if not no_store and not captured:
        keep(run, place)
    write_all(destinations, AUDIT, run, style)
    if explain:
        print_text(explained)
