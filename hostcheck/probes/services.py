"""The systemd services that run: each has a control group in system.slice (systemd.slice(5))."""

from hostcheck.host.base import Host
from hostcheck.probes.caching import cached_per_audit

SLICES = tuple(f"/sys/fs/cgroup/{hierarchy}system.slice" for hierarchy in ("", "systemd/", "unified/"))
"""The folder of the slice in cgroup v2, in v1, and in the hybrid mode."""


@cached_per_audit
def running_services(host: Host) -> frozenset[str] | None:
    """Return the names in system.slice, such as "k3s.service".

    None if there is no slice to list: without systemd, a service that runs has no group there.
    """
    listings = [listing for folder in SLICES if (listing := host.listdir(folder)) is not None]
    return frozenset(name for listing in listings for name in listing) if listings else None
