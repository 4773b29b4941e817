"""Settings in Docker's systemd units because of which Docker or its containers do not start.

SocketGroup= of docker.socket names a group that must exist. If nsswitch.conf(5) reads groups only from files, the group
must be in one of them (systemd.socket(5); ublue-os/bazzite-dx#222). If a setting gives dockerd a mount namespace of its
own, containerd does not see dockerd's mounts: since 18.09 it is a separate service (systemd.exec(5), MountFlags;
docker/for-linux#485).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.engine.dockerd import UNIT
from hostcheck.probes.engine.unitfiles import settings_of, unit_texts
from hostcheck.probes.engine.users import group_id
from hostcheck.run.model import Evidence

GROUPS, _SOCKET = ("/etc/group", "/usr/lib/group"), "docker.socket"
_NSSWITCH = "/etc/nsswitch.conf"
_SOURCES = re.compile(r"^[ \t]*group[ \t]*:([^#\n]*)", re.MULTILINE)
_OF_FILES = frozenset({"files", "altfiles", "compat", "systemd"})
_PRIVATE = {"MountFlags": {"slave", "private"}, "PrivateMounts": {"yes", "true", "1", "on"}}
"""Settings that give dockerd a mount namespace of its own."""
_OTHER_SERVICE = re.compile(r"--containerd[= ]|\bcontainerd\.service\b")


def of_units(host: Host) -> Iterator[Evidence]:
    """Yield evidence that Docker, or its containers, do not start because of a setting in its units."""
    yield from _group(host)
    texts = unit_texts(host, UNIT)
    settings = dict(settings_of(texts))
    private = [f"{key}={settings[key]}" for key, values in _PRIVATE.items() if settings.get(key) in values]
    if private and _OTHER_SERVICE.search("\n".join(texts)):
        yield Evidence(UNIT, private[-1], "against: containerd does not see what dockerd mounts")


def _group(host: Host) -> Iterator[Evidence]:
    """Yield evidence if the group of Docker's socket is in no file of groups, and no other source may have it."""
    group = dict(settings_of(unit_texts(host, _SOCKET))).get("SocketGroup", "")
    readings = [host.read(path) for path in GROUPS] if group else []
    if not group or group.isdecimal() or readings[0].text is None:
        return
    if any(group_id(reading.text or "", group) is not None for reading in readings):
        return
    if not _sources(host) <= _OF_FILES:
        return
    yield readings[0].evidence("against: the group of docker.socket does not exist", group)


def _sources(host: Host) -> frozenset[str]:
    """Return where groups come from (nsswitch.conf(5)); without the file it is not known."""
    found = _SOURCES.search(host.read(_NSSWITCH).text or "")
    words = re.sub(r"\[[^][]*\]", "", found[1]).split() if found else ["unknown"]
    return frozenset(words)
