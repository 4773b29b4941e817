"""A guest with Debian's cloud kernel, which only its sshd reaches: its audit from here is that of hostcheck inside."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hostcheck.audit import audit_host
from hostcheck.remote import piped
from hostcheck.remote.opening import open_remote
from tests.moving import moves
from tests.remote.sshd import client, free_port, make_keys
from tests.remote.test_shell_audit import NOT_HAD

from .cpio import Archive
from .image import shared_libraries
from .machine import CGROUP_V2, DATA_DISK

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

SSHD = "/usr/sbin/sshd"
SETTINGS = """HostKey /etc/ssh/host
AuthorizedKeysFile /etc/ssh/keys
StrictModes no
UsePAM no
PidFile none
"""
SERVE = f"""
/bin/busybox --install -s /bin
hostname guest
modprobe virtio_net
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
echo 'sshd:x:100:100::/run/sshd:/bin/false' >>/etc/passwd
mkdir -p /run/sshd /root
{SSHD} -f /etc/ssh/sshd_config"""
WAIT = "until test -e /done; do sleep 1; done"


@pytest.fixture
def address(guests, tmp_path, monkeypatch):
    """An address of the guest, for a client of this machine that knows its key."""
    make_keys(tmp_path)
    port = free_port()
    monkeypatch.setenv("PATH", client(tmp_path, port)["PATH"])
    # The guest's processor is emulated.
    monkeypatch.setattr(piped, "EXCHANGE_SECONDS", 180.0)
    archive = Archive()
    archive.copy(SSHD)
    for library in shared_libraries(SSHD):
        archive.copy(library)
    archive.write("/etc/ssh/sshd_config", SETTINGS)
    for name in ("host", "keys"):
        archive.write(f"/etc/ssh/{name}", (tmp_path / name).read_text(), 0o600)
    network = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22"
    options = ("-netdev", network, "-device", "virtio-net-pci,netdev=net,romfile=")
    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(
            guests.ask,
            {"wait": WAIT},
            settle=[DATA_DISK, CGROUP_V2, SERVE],
            options=options,
            files=archive.bytes(),
            seconds=800,
        )
        address = f"ssh://root@127.0.0.1:{port}"
        try:
            while there(address, "true").returncode:
                assert not serving.done(), serving.result()
                time.sleep(1)
            yield address
        finally:
            there(address, "touch /done")
            serving.result()


def there(address, command):
    argv = ["ssh", "-o", "ConnectTimeout=20", "-o", "RemoteCommand=none", address, command]
    return subprocess.run(argv, capture_output=True, text=True, timeout=300)


def test_the_audit_from_here_has_the_facts_of_the_one_inside(address):
    inside = there(address, "hostcheck audit --no-store -o json:-")
    assert inside.returncode == 0, inside.stderr
    live = {name: fact["value"] for name, fact in json.loads(inside.stdout)["facts"].items() if not moves(name)}
    host = open_remote(address, None, experiments=True)
    run = audit_host(host)
    assert host.problem == ""
    found = {name: json.loads(json.dumps(run.facts[name].value)) for name in live}
    other = {name: (value, found[name]) for name, value in live.items() if value != found[name]}
    assert other.keys() == NOT_HAD.keys(), other
    assert found["virt.vm"] == "qemu"
