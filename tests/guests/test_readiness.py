"""Debian's modular kernel and control groups v2 alone: the audit finds what such a host is ready for."""

import base64
import json
import subprocess
import sys

import pytest

from . import conftest
from .conftest import Audit
from .machine import CGROUP_V2, DATA_DISK

pytestmark = pytest.mark.real

ASKED = ("--explain", "kernel.modules")
AUDIT = conftest.AUDIT.replace("audit ", f"audit {' '.join(ASKED)} ", 1)
PROVE = AUDIT.replace(" --no-experiments", "")
ENABLE = "echo +cpu +io +memory +pids > /sys/fs/cgroup/cgroup.subtree_control"
V2_CONTROLLERS = {"cpu", "cpuset", "io", "memory", "pids"}
CAPTURE = "hostcheck capture --no-experiments -o /capture 2>/dev/null && /bin/busybox base64 /capture"
TEXTS = {"loaded", "loaded after", "capture"}
LOADED = "cat /proc/modules"
RULES = "/etc/modprobe.d/cis.conf"
BLOCK = f"mkdir -p /etc/modprobe.d && echo 'install overlay /bin/false' > {RULES} && echo 'blacklist bridge' >> {RULES}"
LOCK = "modprobe overlay && echo 1 > /proc/sys/kernel/modules_disabled"
RELEASE = "/lib/modules/$(/bin/busybox uname -r)"
OTHER = "/lib/modules/6.1.0-1-other"


@pytest.fixture(scope="module")
def states(guests):
    """One guest, audited while it changes: what it has, then what is taken from it."""
    answers = guests.ask(
        {
            "loaded": LOADED,
            "whole": AUDIT,
            "capture": CAPTURE,
            "loaded after": LOADED,
            "not root": f"su user -c '{AUDIT.replace('/audit', '/tmp/audit')}'",
            "unmounted": f"umount /sys/fs/cgroup && {AUDIT}; code=$?; {CGROUP_V2}; exit $code",
            "other release": f"mv {RELEASE} {OTHER} && {AUDIT}; code=$?; mv {OTHER} {RELEASE}; exit $code",
            "no modules": f"mv /lib/modules /gone && {AUDIT}",
            "no config": f"mv /boot /was && {AUDIT}; code=$?; mv /was /boot; mv /gone /lib/modules; exit $code",
            "blocked": f"{BLOCK} && {AUDIT}; code=$?; rm {RULES}; exit $code",
            # Last: an overlay mounted for proof has the kernel load its module.
            "proved": PROVE,
            "enabled": f"{ENABLE} && {PROVE}",
            "locked": f"{LOCK} && {AUDIT}",
        },
        settle=[DATA_DISK, CGROUP_V2, "/bin/busybox chmod 1777 /tmp", "/bin/busybox hostname guest"],
    )
    return {name: answer.output if name in TEXTS else Audit(answer) for name, answer in answers.items()}


def test_modules_that_are_there_count_although_they_are_not_loaded(states):
    assert "overlay" not in states["loaded"]
    assert "bridge" not in states["loaded"]
    whole = states["whole"]
    needed = ("storage.overlay", "net.bridge", "net.veth", "net.nat", "net.xt_match", "net.bridge_netfilter")
    assert {fact: whole[fact] for fact in needed} == dict.fromkeys(needed, True)


def test_a_module_is_loadable_blocked_or_loaded(states):
    assert states["whole"]["kernel.modules"]["overlay"] == "loadable"
    assert states["blocked"]["kernel.modules"]["overlay"] == "blocked"
    assert states["locked"]["kernel.modules"]["overlay"] == "loaded"


def test_a_module_that_a_rule_blocks_is_not_there_and_one_on_a_blacklist_is_not_known_to_be(states):
    assert states["blocked"]["storage.overlay"] is False
    assert states["blocked"].failed("docker") - {"security.apparmor"} == {"storage.driver"}
    bridge = states["blocked"].facts["net.bridge"]
    assert (bridge["known"], "modprobe bridge" in bridge["reason"]) == (False, True)


def test_once_the_kernel_loads_no_more_modules_only_those_that_are_loaded_are_there(states):
    locked = states["locked"]
    assert (locked["storage.overlay"], locked["kernel.modules"]["overlay"]) == (True, "loaded")
    assert (locked["net.bridge"], locked["kernel.modules"]["bridge"]) == (False, "blocked")


def test_an_audit_without_experiments_loads_no_module(states):
    assert states["loaded"] == states["loaded after"]


def test_a_capture_of_the_guest_is_audited_as_the_guest_itself_was(states, tmp_path):
    capture = tmp_path / "guest.tar.gz"
    capture.write_bytes(base64.b64decode(states["capture"]))
    file = tmp_path / "replayed.json"
    argv = [sys.executable, "-m", "hostcheck", "audit", *ASKED, "--capture", capture, "-o", f"json:{file}"]
    subprocess.run(argv, capture_output=True, check=True)
    replayed = json.loads(file.read_text())["facts"]
    assert replayed.keys() == states["whole"].facts.keys()
    for fact, known_fact in states["whole"].facts.items():
        # The capture took some of the disk.
        if not fact.startswith("storage.free"):
            assert (fact, replayed[fact]["value"], replayed[fact]["known"]) == (
                fact,
                known_fact["value"],
                known_fact["known"],
            )


def test_the_configuration_of_a_package_is_read_where_the_kernel_shows_none(states):
    assert states["whole"]["kernel.config.available"].startswith("/boot/config-6.")
    assert states["whole"]["security.seccomp"] is True
    assert states["whole"]["kernel.cgroup_bpf"] is True


def test_control_groups_v2_alone_are_v2_with_its_controllers(states):
    assert states["whole"]["cgroup.mode"] == "v2"
    assert set(states["whole"]["cgroup.controllers"]) >= V2_CONTROLLERS


def test_such_a_host_has_what_docker_needs_and_lacks_what_docker_of_2014_needs(states):
    # AppArmor's parser is a package of its own, which the guest has not.
    assert states["whole"].failed("docker") <= {"security.apparmor"}
    assert states["whole"].failed("docker-2014") == {"cgroup.mode"}


def test_what_is_mounted_for_proof_agrees_with_what_was_read(states):
    assert states["proved"]["storage.overlay"] is True
    for kind in ("mnt", "pid", "net", "ipc", "uts", "user", "cgroup"):
        assert states["proved"][f"ns.{kind}"] is True


def test_limits_that_no_engine_has_enabled_yet_are_not_refused_and_hold_once_they_are(states):
    limits = states["proved"].facts["cgroup.limits"]
    assert (limits["value"], limits["known"]) == (None, False)
    assert states["enabled"]["cgroup.limits"] == {"memory": True, "pids": True, "cpu": True}
    assert states["enabled"].failed("docker") <= {"security.apparmor"}


def test_an_ordinary_user_sees_no_failure_that_root_does_not_see(states):
    assert states["not root"].failed("docker") <= states["whole"].failed("docker")
    assert states["not root"]["virt.vm"] == "qemu"
    assert states["not root"]["cgroup.mode"] == "v2"


def test_without_control_groups_mounted_docker_is_not_ready(states):
    assert states["unmounted"]["cgroup.mode"] not in {"v1", "hybrid", "v2"}
    assert any(check.startswith("cgroup.") for check in states["unmounted"].failed("docker"))


def test_modules_of_another_release_are_no_modules(states):
    assert states["whole"]["kernel.modules_match"] is True
    assert states["other release"]["kernel.modules_match"] is False
    assert states["other release"]["storage.overlay"] is False
    assert "storage.driver" in states["other release"].failed("docker")


def test_modules_in_no_known_folder_are_unknown_and_no_driver_is_claimed(states):
    # A distribution may keep them elsewhere, as NixOS does.
    assert states["no modules"]["kernel.modules_match"] is None
    assert states["no modules"]["storage.overlay"] is None
    assert states["no modules"].statuses["docker", "storage.driver"] == "unknown"


def test_without_modules_and_configuration_nothing_is_claimed_that_was_not_seen(states):
    assert states["no config"]["kernel.config.available"] in {None, "none"}
    for fact in ("net.bridge", "net.veth", "net.nat"):
        assert states["no config"][fact] is not True
