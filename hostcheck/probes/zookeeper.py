"""ZooKeeper as it is configured here: which port its AdminServer would take."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.run.model import Evidence, Fact

_CONFIGURATIONS = (
    "/etc/zookeeper/conf/zoo.cfg",
    "/etc/zookeeper/zoo.cfg",
    "/opt/zookeeper/conf/zoo.cfg",
    "/usr/share/zookeeper/conf/zoo.cfg",
)
_DEFAULT = 8080


def probe(host: Host) -> Iterator[Fact]:
    """Give zookeeper.admin_port."""
    fact_id = "zookeeper.admin_port"
    readings = [host.read(path) for path in _CONFIGURATIONS]
    found = next((reading for reading in readings if reading.text is not None), None)
    if found is not None and found.text is not None:
        port = parse_admin_port(found.text)
        yield Fact(fact_id, port or "none", evidence=(found.evidence("the AdminServer's port", str(port)),))
    elif host.tells_absence and all(reading.failure == "absent" for reading in readings):
        shown = Evidence(", ".join(_CONFIGURATIONS), None, "ZooKeeper is not configured here")
        yield Fact(fact_id, "none", evidence=(shown,))
    else:
        yield Fact.unknown(fact_id, "zoo.cfg could not be read in any of the usual places")


def parse_admin_port(text: str) -> int | None:
    """Parse zoo.cfg: the AdminServer's port, 8080 unless it is set; None where the AdminServer is off."""
    settings = dict(_setting(line) for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))
    if settings.get("admin.enableServer", "true").lower() == "false":
        return None
    port = settings.get("admin.serverPort", "")
    return int(port) if port.isdecimal() else _DEFAULT


def _setting(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
