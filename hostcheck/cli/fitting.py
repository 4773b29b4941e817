"""Audit the hosts of ``hostcheck fits``, or read their runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from hostcheck import __version__
from hostcheck.audit import audit_host
from hostcheck.cli.debug import debugging
from hostcheck.errors import UsageError
from hostcheck.fleet.host import State
from hostcheck.fleet.state import PREFIX, Fleet
from hostcheck.host.base import Host
from hostcheck.placement.placing import candidates_of, ports_of, profiles_of
from hostcheck.placement.views import HostView, view_of
from hostcheck.plaintext import plain
from hostcheck.remote.address import SCHEME
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.times import utc_now
from hostcheck.store.named import read_named
from hostcheck.userfile import is_folder
from hostcheck.workloadfiles.model import Content
from hostcheck.workloadfiles.needs import Amount, Gpu, KernelFact

_ASKED = ("net.ports", "engine.running", "net.port_owners", "hw.memory_available_bytes")


def scale_of(values: Iterable[str]) -> dict[str, int]:
    """Parse "web=3" into the number of instances by workload.

    Raises:
        UsageError: if a value has another form.
    """
    found: dict[str, int] = {}
    for value in values:
        name, equals, number = value.rpartition("=")
        if not equals or not name or not (number.isascii() and number.isdigit()) or len(number) > 6:
            raise UsageError(f"--scale {plain(value)}: not NAME=N", remedy="write it as web=3")
        found[name] = int(number)
    return found


def attributes_of(values: Iterable[str]) -> dict[str, dict[str, str]]:
    """Parse "web-1:zone=north" into the attributes by host.

    Raises:
        UsageError: if a value has another form.
    """
    found: dict[str, dict[str, str]] = {}
    for value in values:
        host, colon, rest = value.partition(":")
        name, equals, text = rest.partition("=")
        if not (host and colon and name and equals):
            raise UsageError(f"--attribute {plain(value)}: not HOST:NAME=VALUE", remedy="write it as web-1:zone=north")
        found.setdefault(host, {})[name] = text
    return found


def host_views(
    names: Sequence[str],
    contents: Sequence[Content],
    attributes: Mapping[str, Mapping[str, str]],
    *,
    experiments: bool,
    shells: Sequence[str] = (),
) -> tuple[HostView, ...]:
    """Return the hosts. Each is audited for the engines of the files, or read from its run.

    Args:
        names: addresses, run files and captures. Without names and shells, the host is this machine.
        contents: the content of the workload files.
        attributes: attributes of hosts, by the host's name.
        experiments: whether experiments on the hosts are allowed.
        shells: commands that run a shell of a host.

    Raises:
        HostcheckError: if a host cannot be read, or an attribute names none of the hosts.
    """
    asked = names or (() if shells else ("",))
    views = [view for name in asked for view in _views(name, contents, attributes, experiments=experiments)]
    if shells:
        from hostcheck.remote.opening import open_remote

        for shell in shells:
            run, host = _audit(open_remote(None, shell, experiments=experiments), contents)
            views.append(host_view(run, host, contents, attributes.get(run.host.name, {})))
    views = list(_numbered(views))
    known = [view.name for view in views]
    for name in attributes:
        if name not in known:
            raise UsageError(
                f"--attribute: no host is called {plain(name)}", remedy=f"name one of {plain(', '.join(known))}"
            )
    return tuple(views)


def _numbered(views: Iterable[HostView]) -> Iterator[HostView]:
    """Yield the hosts. A number follows a name that an earlier host has too, because many hosts are named localhost."""
    seen: list[str] = []
    for view in views:
        seen.append(view.name)
        count = seen.count(view.name)
        yield replace(view, name=f"{view.name} ({count})") if count > 1 else view


def _views(
    name: str, contents: Sequence[Content], attributes: Mapping[str, Mapping[str, str]], *, experiments: bool
) -> Iterator[HostView]:
    if name.startswith(PREFIX):
        yield from _of_fleet(name, contents, attributes)
        return
    run, host = _audited(name, contents, experiments=experiments)
    yield host_view(run, host, contents, attributes.get(run.host.name, {}))


def _of_fleet(
    name: str, contents: Sequence[Content], attributes: Mapping[str, Mapping[str, str]]
) -> Iterator[HostView]:
    """Yield the hosts of a fleet, with their names in the inventory. A host without a result has no known facts."""
    fleet = Fleet.opened(name)
    for each in fleet.hosts():
        run = fleet.run(each) if each.state is State.DONE else None
        if run is None:
            nothing = each.time or utc_now()
            run = Run(uuid4().hex, __version__, nothing, HostIdentity(each.name), ended=nothing)
        named = replace(run, host=replace(run.host, name=each.name))
        yield host_view(named, None, contents, attributes.get(each.name, {}))


def host_view(
    run: Run, host: Host | None, contents: Sequence[Content], attributes: Mapping[str, str] | None = None
) -> HostView:
    """Return the view of a host for a placement. A host behind a shell is asked once for all that the files need.

    Args:
        run: the host's audit, which includes the facts of ``facts_of``.
        host: the audited host; None if there is only a run file.
        contents: the content of the workload files.
        attributes: the host's attributes in the scheduler, such as labels.
    """
    from hostcheck.remote.host import RemoteHost

    wanted = ports_of(contents)
    if isinstance(host, RemoteHost):
        from hostcheck.remote.gathering import gather

        def ask(known: Host) -> None:
            asked = view_of(run, known, attributes, wanted)
            for content in contents:
                for workload in content.workloads:
                    list(candidates_of(content, workload, (asked,)))

        gather(host, ask)
    return view_of(run, host, attributes, wanted)


def facts_of(contents: Sequence[Content]) -> tuple[str, ...]:
    """Return the ids of the facts that the files need in addition to those of the profiles."""
    needs = list(_needs(contents))
    named = {need.fact for need in needs if isinstance(need, KernelFact)}
    if any(isinstance(need, Gpu) for need in needs):
        named.add("gpu.devices")
    if any(isinstance(need, Amount) and need.resource == "mhz" for need in needs):
        named.add("hw.cpu_mhz")
    if any(isinstance(need, Amount) and need.reserved and need.resource in {"cpu", "mhz"} for need in needs):
        named.add("engine.cpu_set_aside")
    return (*_ASKED, *sorted(named))


def _audited(name: str, contents: Sequence[Content], *, experiments: bool) -> tuple[Run, Host | None]:
    if name and not name.startswith(SCHEME) and not is_folder(Path(name)) and not _is_capture(Path(name)):
        return read_named(name), None
    from hostcheck.host.opening import open_host
    from hostcheck.remote.opening import open_named

    return _audit(open_named(name, experiments=experiments) if name else open_host(experiments=experiments), contents)


def _audit(host: Host, contents: Sequence[Content]) -> tuple[Run, Host]:
    return audit_host(host, profiles=profiles_of(contents), asked=facts_of(contents), strict=debugging()), host


def _is_capture(path: Path) -> bool:
    from hostcheck.filekinds import kind_of

    kind = kind_of(path)
    return kind is not None and kind.name.startswith("capture")


def _needs(contents: Sequence[Content]) -> Iterator[object]:
    for content in contents:
        for workload in content.workloads:
            yield from workload.needs
