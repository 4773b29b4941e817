"""Parse resolv.conf(5)."""

RESOLV = "/etc/resolv.conf"


def name_servers(text: str) -> tuple[str, ...]:
    """Parse the name servers, in order."""
    rows = (line.split() for line in text.splitlines())
    return tuple(row[1] for row in rows if len(row) > 1 and row[0] == "nameserver")


def search_domains(text: str) -> tuple[str, ...]:
    """Parse the search domains, in order. If there are several lines "search" or "domain", the last one is used."""
    rows = [line.split() for line in text.splitlines()]
    named = [row[1:] if row[0] == "search" else row[1:2] for row in rows if row and row[0] in {"search", "domain"}]
    return tuple(name.rstrip(".") for name in (named[-1] if named else ()) if name.strip("."))
