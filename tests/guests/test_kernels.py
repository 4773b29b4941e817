"""Kernels that came after this machine's: what the audit says of them is what they do.

Modules are packed, options have gone or come, control groups of version 1 lack controllers, and the configuration may
be among the modules.
"""

from pathlib import Path

import pytest

from .conftest import AUDIT, Audit
from .cpio import Archive
from .image import shared_libraries
from .kernel import kernel_of
from .machine import CGROUP_V2, DATA_DISK, Guests

pytestmark = pytest.mark.real

PROFILES = "".join(f" --profile {name}" for name in ("docker", "docker-2014", "swarm", "mesos", "k3s"))
AUDIT_ALL = AUDIT.replace(" --no-experiments", f" --no-experiments{PROFILES}")
PROVE = AUDIT_ALL.replace(" --no-experiments", "")
LOADED = "cat /proc/modules"
TOOLS = 'PATH=/bin:/usr/sbin; for name in cp grep find chmod; do alias $name="busybox $name"; done'
CONFIG = "$(ls /boot/config-* /lib/modules/*/config 2>/dev/null)"
INDEX = "$(echo /lib/modules/*/modules.dep)"
RULE = "-t nat -A POSTROUTING -s 192.0.2.0/24 -j MASQUERADE"
V1 = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids")
NEEDED = {"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer"}
MOUNT_V1 = f"""
umount /sys/fs/cgroup; mount -t tmpfs none /sys/fs/cgroup
for name in {" ".join(V1)}; do
    mkdir /sys/fs/cgroup/$name
    mount -t cgroup -o $name none /sys/fs/cgroup/$name 2>/dev/null && echo $name
done; true"""
STATES = {
    "loaded": LOADED,
    "whole": AUDIT_ALL,
    "loaded after": LOADED,
    "no overlay": f"config={CONFIG}; cp $config /config; grep -vE 'OVERLAY_FS|BTRFS_FS' /config > $config; {AUDIT_ALL}",
    "empty": f"echo -n > {CONFIG}; {AUDIT_ALL}",
    "denied": f"cp /config {CONFIG}; chmod 0 {CONFIG}; su user -c '{AUDIT_ALL.replace('/audit', '/tmp/audit')}'",
    "gone": f"echo {CONFIG} > /place; rm {CONFIG}; {AUDIT_ALL}",
    "no masquerade": f"""cp /config $(cat /place); cp {INDEX} /index; grep -v '^[^:]*/xt_MASQUERADE' /index > {INDEX}
        find /lib/modules -name 'xt_MASQUERADE*' > /module; mv $(cat /module) /taken; {AUDIT_ALL}""",
    "nft rule without": f"iptables-nft {RULE}",
    "legacy rule without": f"iptables-legacy {RULE}",
    "nft rule": f"mv /taken $(cat /module); cp /index {INDEX}; iptables-nft {RULE}",
    "legacy rule": f"iptables-legacy {RULE}",
    "encrypted": "modprobe -a esp4 xfrm_user xfrm_algo gcm seqiv xt_bpf vxlan",
    "drivers": "modprobe -a overlay bridge veth br_netfilter dummy macvlan ipvlan 8021q ip_vs_rr xt_ipvs",
    "proved": PROVE,
    "few": f"umount /sys/fs/cgroup; mkdir /v1; mount -t cgroup -o cpu,pids none /v1; {CGROUP_V2}; {AUDIT_ALL}",
    "mounted": f"umount /v1; {MOUNT_V1}",
    "v1": PROVE,
}
AUDITED = ("whole", "no overlay", "empty", "denied", "gone", "no masquerade", "proved", "few", "v1")


@pytest.fixture(scope="module")
def iptables():
    """The program with both of its backends, as this machine has it."""
    archive = Archive()
    for backend in ("nft", "legacy"):
        program = Path(f"/usr/sbin/xtables-{backend}-multi")
        archive.copy(program)
        archive.link(f"/usr/sbin/iptables-{backend}", program.name)
        for needed in shared_libraries(program):
            archive.copy(needed)
    archive.link("/usr/sbin/iptables", "iptables-nft")
    [plugin] = Path("/usr/lib").glob("*/xtables/libxt_MASQUERADE.so")
    archive.copy(plugin)
    return archive.bytes()


@pytest.fixture(scope="module", params=["trixie", "sid"])
def states(request, tmp_path_factory, iptables):
    """One guest of each kernel, audited while it changes."""
    settle = [DATA_DISK, CGROUP_V2, "/bin/busybox chmod 1777 /tmp", "/bin/busybox hostname guest", TOOLS]
    guests = Guests(tmp_path_factory.mktemp("guests"), kernel_of(request.param))
    answers = guests.ask(STATES, settle=settle, files=iptables)
    return {name: Audit(answer) if name in AUDITED else answer for name, answer in answers.items()}


def test_such_a_host_is_ready_for_docker_and_looking_at_it_loads_nothing(states):
    # AppArmor's parser is a package of its own, which the guest has not.
    assert states["whole"].failed("docker") == {"security.apparmor"}
    assert states["loaded"].output == states["loaded after"].output


def test_packed_modules_are_loadable_and_they_load(states):
    assert set(states["whole"]["kernel.modules"].values()) == {"loadable"}
    assert states["drivers"].code == 0, states["drivers"].output
    for fact in ("storage.overlay", "net.bridge", "net.veth", "net.bridge_netfilter", "net.ipvs", "net.vxlan"):
        assert (fact, states["whole"][fact], states["proved"][fact]) == (fact, True, True)
    assert set(states["whole"]["net.devices"].values()) == {True}


def test_encrypted_networks_are_known_from_the_modules_that_load(states):
    assert states["encrypted"].code == 0, states["encrypted"].output
    assert states["whole"]["net.vxlan_encrypted"] is True


@pytest.mark.parametrize("backend", ["nft", "legacy"])
def test_address_translation_is_known_from_the_rule_that_iptables_writes(states, backend):
    assert (states["whole"][f"net.nat.{backend}"], states[f"{backend} rule"].code) == (True, 0)
    assert states["no masquerade"][f"net.nat.{backend}"] is False
    assert states[f"{backend} rule without"].code != 0
    assert "net.nat" in states["no masquerade"].failed("docker")


def test_a_configuration_without_overlay_and_btrfs_is_not_enough(states):
    assert states["no overlay"].failed("docker") == {"security.apparmor", "storage.driver"}


@pytest.mark.parametrize("state", ["empty", "denied", "gone"])
def test_a_configuration_that_cannot_be_read_makes_nothing_missing(states, state):
    seen = states[state]
    for check in ("storage.driver", "net.bridge", "net.veth", "net.nat", "net.xt_match"):
        assert (check, seen.statuses["docker", check]) == (check, "unknown")
    assert seen.failed("docker") == {"security.apparmor"}


@pytest.mark.parametrize("state", ["empty", "denied", "gone"])
def test_what_is_said_of_a_vendors_kernel_is_what_its_configuration_says(states, state):
    assert states["whole"]["kernel.cgroup_bpf"] is True
    assert states[state]["kernel.cgroup_bpf"] is True


def test_controllers_that_version_2_has_not_are_missed(states):
    few = states["few"]
    assert few["cgroup.mode"] == "v2"
    assert not {"cpu", "pids"} & set(few["cgroup.controllers"])
    assert (few["cgroup.cpu_cfs"], few["cgroup.io_throttle"]) == (False, True)
    assert "cgroup.v2.controllers" in few.failed("docker")


def test_controllers_of_version_1_are_those_that_the_kernel_still_lets_mount(states):
    mounted = set(states["mounted"].output.split())
    assert mounted
    assert set(states["v1"]["cgroup.controllers"]) == mounted
    assert ("cgroup.v1.controllers" in states["v1"].failed("docker")) is not (mounted >= NEEDED)
    assert ("cgroup.controllers" in states["v1"].failed("docker-2014")) is not (mounted >= NEEDED)
    assert states["v1"]["cgroup.swap_limit"] is ("memory" in mounted)
    assert states["v1"]["cgroup.limits"] == {name: name in mounted for name in ("memory", "pids", "cpu")}
