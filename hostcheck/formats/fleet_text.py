"""The state of a fleet as text: the numbers of hosts that are ready, and the hosts without a result, by reason."""

from collections.abc import Iterator, Mapping

from hostcheck.counts import number_of
from hostcheck.fleet.host import FleetHost, State
from hostcheck.fleet.standing import Standing
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain

_SHOWN = 5
"""Maximum number of hosts that a line names. ``--verbose`` shows all."""

_SIGNS = {
    State.REFUSED: "fail",
    State.UNREACHABLE: "fail",
    State.STUCK: "fail",
    State.FAILED: "fail",
    State.SKIPPED: "skip",
    State.PENDING: "unknown",
}


def render(standing: Standing, style: Style) -> str:
    """Return the text."""
    lines = [style.paint(style.wrap(f"{plain(standing.fleet.name)}: {_counts(standing)}", 0), "bold")]
    lines += [style.wrap(_ready(profile, found), 0) for profile, found in standing.ready.items()]
    not_ready = [host for host in standing.hosts if host.state is State.DONE and not all(host.ready.values())]
    if not_ready:
        lines += ["", style.paint("Not ready, or not known to be:", "bold"), *_named(_by_profiles(not_ready), style)]
    if standing.left:
        lines += ["", style.paint("Without a result:", "bold"), *_named(_by_reason(standing), style)]
    return "\n".join(lines) + "\n"


def _counts(standing: Standing) -> str:
    parts = [f"{number} {state.value}" for state, number in standing.counts.items()]
    return f"{number_of(len(standing.hosts), 'host')}" + (f": {', '.join(parts)}" if parts else "")


def _ready(profile: str, found: Mapping[bool | None, int]) -> str:
    words = {True: "ready", False: "not ready", None: "unknown"}
    parts = [f"{found[ready]} {word}" for ready, word in words.items() if found.get(ready)]
    return f"for {plain(profile)}: {', '.join(parts)}"


def _by_profiles(hosts: list[FleetHost]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for host in hosts:
        words = [f"not ready for {profile}" for profile, ready in host.ready.items() if ready is False]
        words += [f"unknown for {profile}" for profile, ready in host.ready.items() if ready is None]
        found.setdefault(", ".join(words), []).append(host.name)
    return found


def _by_reason(standing: Standing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for state in _SIGNS:
        for host in standing.left:
            if host.state is state:
                reason = f"{state.value}: {host.reason}" if host.reason else state.value
                found.setdefault(reason, []).append(host.name)
    return found


def _named(by_reason: Mapping[str, list[str]], style: Style) -> Iterator[str]:
    for reason, names in by_reason.items():
        shown = names if style.detail == "full" else names[:_SHOWN]
        more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
        yield style.wrap(f"{', '.join(map(plain, shown))}{more}: {plain(reason)}", 2)
