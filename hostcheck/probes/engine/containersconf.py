"""Read settings of containers.conf(5), by which Podman and its tools run containers."""

from collections.abc import Iterable, Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.engine.users import home_of_user
from hostcheck.probes.readings import closed, toml_of, unread_reason
from hostcheck.run.model import Evidence, Fact

SYSTEM = ("/etc/containers", "/usr/share/containers")


def setting(host: Host, folders: Iterable[str], table: str, key: str) -> tuple[object, Reading | None]:
    """Return the effective value of a setting, and the reading of the file that sets it; (None, None) if none does.

    If several files in a folder set it, the one that is read last is effective. A file that exists and could not be
    read ends the search, since it may set the value: then the value is None, and the reading of this file has no text.

    Args:
        host: the host.
        folders: the folders to search; each outranks those after it.
        table: the TOML table that has the key.
        key: the name of the setting.
    """
    for folder in folders:
        parts = sorted(name for name in host.listdir(f"{folder}/containers.conf.d") or () if name.endswith(".conf"))
        names = (*(f"containers.conf.d/{name}" for name in reversed(parts)), "containers.conf")
        for reading in (host.read(f"{folder}/{name}") for name in names):
            found = toml_of(reading).get(table)
            if isinstance(found, dict) and key in found:
                return found[key], reading
            if closed((reading,)):
                return None, reading
    return None, None


def keyring(host: Host) -> Iterator[Fact]:
    """Yield engine.podman_keyring: whether Podman gives each container a keyring."""
    fact_id = "engine.podman_keyring"
    home = home_of_user(host)
    own = (f"{home}/.config/containers",) if home else ()
    value, reading = setting(host, (*own, *SYSTEM), "containers", "keyring")
    if isinstance(value, bool) and reading is not None:
        yield Fact(fact_id, value, evidence=(reading.evidence("keyring", str(value).lower()),))
        return
    if reading is not None and reading.text is None:
        yield Fact.unknown(fact_id, unread_reason(reading))
        return
    assumed = "assumed: the default, since containers.conf does not set keyring"
    yield Fact(fact_id, value=True, evidence=(Evidence("containers.conf(5)", "true", assumed),))
