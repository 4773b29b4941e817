"""Measure, collect claims and judge them for ``hostcheck locate``."""

from collections.abc import Sequence
from pathlib import Path

from hostcheck.errors import UnfitError, UsageError
from hostcheck.host.base import Host
from hostcheck.host.identity import identify
from hostcheck.host.opening import open_host
from hostcheck.place.claims import Claim, of_host, of_metadata, of_seller
from hostcheck.place.databases import of_databases
from hostcheck.place.facts import facts_of, unknown
from hostcheck.place.handshakes import MOST, WANTED, measure
from hostcheck.place.judging import Asked
from hostcheck.place.landmarks import Landmark
from hostcheck.place.locating import Located, located
from hostcheck.place.places import Place, parse_place
from hostcheck.plaintext import plain
from hostcheck.probes.place import REASON
from hostcheck.run.model import Fact
from hostcheck.run.times import utc_now

_DMI = "/sys/class/dmi/id"


def asked_of(
    within: Sequence[str], not_within: Sequence[str], landmarks: Sequence[Landmark]
) -> tuple[tuple[Asked, tuple[Place, ...]], ...]:
    """Return the questions: one for all places of ``within``, and one for each place of ``not_within``.

    The host must be within at least one of the places of ``within``.

    Raises:
        UsageError: if a text does not name a known place.
    """
    questions: list[tuple[Asked, tuple[Place, ...]]] = []
    if within:
        questions.append(("within", tuple(_place("--within", text, landmarks) for text in within)))
    questions += [("not within", (_place("--not-within", text, landmarks),)) for text in not_within]
    return tuple(questions)


def _place(option: str, text: str, landmarks: Sequence[Landmark]) -> Place:
    try:
        return parse_place(text, landmarks)
    except UnfitError as error:
        raise UsageError(f"{option}: {plain(error.problem)}", remedy=error.remedy) from error


def plan(landmarks: Sequence[Landmark], *, metadata: bool) -> str:
    """Return what would be contacted, as a text with one line for each address."""
    lines = [
        f"{plain(each.name)}: {'TLS' if each.pin else 'TCP'} {plain(each.endpoint)}"
        + ("" if each.literal else ", DNS is asked for its name")
        for each in landmarks
    ]
    lines.append(f"{WANTED} to {MOST} handshakes each; nothing was contacted")
    if metadata:
        from hostcheck.place.metadata import PROVIDERS

        addresses = ", ".join(dict.fromkeys(each.address for each in PROVIDERS.values() if not each.only))
        lines.insert(-1, f"metadata: HTTP {addresses}, until one answers")
    return "\n".join(lines)


def locate_here(
    landmarks: Sequence[Landmark],
    asked: Sequence[tuple[Asked, Sequence[Place]]],
    sellers: Sequence[str],
    *,
    metadata: bool = False,
    databases: Sequence[Path] = (),
) -> Located:
    """Measure round trips to the landmarks from this host, collect claims about its place, and judge both.

    Raises:
        UsageError: if a database cannot be read.
    """
    if databases:
        # A file that cannot be read is found before anything is contacted.
        of_databases(databases, ())
    started = utc_now()
    host = open_host(experiments=False)
    measured = measure(landmarks)
    claims = [(of_seller(text), True) for text in sellers]
    others = (
        *of_host(host),
        *(_of_metadata(host) if metadata else ()),
        *(of_databases(databases, measured) if databases else ()),
    )
    return located(identify(host).name, started, measured, asked, (*claims, *((each, False) for each in others)))


def place_facts(host: Host, landmarks: Sequence[Landmark]) -> dict[str, Fact]:
    """Return the facts place.excluded and place.claims of an audited host; both unknown if it is not this machine."""
    if not landmarks:
        found = unknown(REASON)
    elif not host.live:
        found = unknown("round trips are those of the machine that measures: run the gate on the host itself")
    else:
        claims = [(claim, False) for claim in of_host(host)]
        found = facts_of(located(identify(host).name, utc_now(), measure(landmarks), (), claims))
    return {fact.id: fact for fact in found}


def _of_metadata(host: Host) -> tuple[Claim, ...]:
    from hostcheck.place.metadata import ask

    words = (host.read(f"{_DMI}/{name}").text or "" for name in ("sys_vendor", "chassis_asset_tag", "product_name"))
    return of_metadata(ask(" ".join(words).lower()))
