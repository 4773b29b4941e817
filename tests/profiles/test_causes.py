"""A check that fails because a module is stopped names what stops it, and the one remedy for that."""

import json
import re

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge
from tests.profiles.reported import ALL_NS, DEBIAN12, IN_LXC, mounts
from tests.profiles.stock import Stock, write

MODPROBE = 'sysctl -w kernel.modprobe="$(command -v modprobe)"'
RELEASE = "6.1.0-18-amd64"


def facts_of(folder, files):
    write(folder, Stock(RELEASE, DEBIAN12).changed(mounts() | {"/proc/modules": ""} | files))
    return collect(CapturedHost(folder), strict=True)


def verdicts_of(facts, profile="docker"):
    return {verdict.check: verdict for verdict in judge(load(profile), facts)}


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"/proc/sys/kernel/modprobe": "\n"}, ("kernel.modprobe names no program", MODPROBE, MODPROBE)),
        ({"/proc/sys/kernel/modprobe": "/bin/true\n"}, ("kernel.modprobe names no program", MODPROBE, MODPROBE)),
        (
            {"/proc/sys/kernel/modprobe": "\n", **IN_LXC, **ALL_NS},
            ("kernel.modprobe names no program", "in a container: on its host", ""),
        ),
        ({"/proc/sys/kernel/modules_disabled": "1\n"}, ("modules_disabled is 1", "/etc/modules-load.d", "")),
        ({"/proc/cmdline": "quiet nomodule\n"}, ("started with nomodule", "Remove nomodule from", "")),
    ],
    ids=["empty", "true", "in a container", "switched off", "nomodule"],
)
def test_every_check_that_fails_for_it_names_the_cause_and_its_remedy(tmp_path, files, named):
    words, fix, command = named
    usual, stopped = facts_of(tmp_path / "usual", {}), facts_of(tmp_path / "stopped", files)
    for profile in ("docker", "podman", "kubernetes", "k3s"):
        before, found = verdicts_of(usual, profile), verdicts_of(stopped, profile)
        missed = [name for name in found if found[name].status in {"fail", "warn"} and before[name].status == "pass"]
        missed = [name for name in missed if not name.startswith("virt.")]
        assert {"storage.overlay", "net.bridge"} & set(missed)
        for name in missed:
            assert words in found[name].sentence, name
            assert fix in found[name].fix, name
            assert found[name].command == command, name


def test_a_line_of_modprobe_d_is_named_with_its_file(tmp_path):
    facts = facts_of(tmp_path, {"/etc/modprobe.d/cis.conf": "install overlay /bin/false\n"})
    verdict = verdicts_of(facts)["storage.overlay"]
    assert verdict.status == "warn"
    assert "'install overlay /bin/false' in /etc/modprobe.d/cis.conf" in verdict.sentence
    assert "then modprobe overlay" in verdict.fix


def test_what_the_kernel_lacks_keeps_its_own_remedy(tmp_path):
    write(tmp_path, Stock(RELEASE, DEBIAN12, without=("BRIDGE",)).changed(mounts() | {"/proc/modules": ""}))
    verdict = verdicts_of(collect(CapturedHost(tmp_path), strict=True))["net.bridge"]
    assert verdict.status == "fail"
    assert "kernel.modprobe" not in verdict.fix


class Full(CapturedHost):
    """A captured host whose file systems are full."""

    def statvfs(self, path):
        room = dict.fromkeys(("free_bytes", "root_free_bytes", "free_inodes"), 4096)
        return room | {"total_bytes": 1 << 30, "block_bytes": 4096, "total_inodes": 1 << 16}


@pytest.mark.parametrize(
    ("kind", "options", "words", "fix"),
    [
        (Full, "rw", "its file system is full, with 4096 bytes left to the engine", "or enlarge it"),
        (CapturedHost, "ro", "it is mounted read-only", "See dmesg for an error of the disk"),
    ],
    ids=["full", "read-only"],
)
def test_a_data_root_that_cannot_be_written_says_why(tmp_path, kind, options, words, fix):
    mounted = {"/proc/self/mountinfo": f"27 1 8:1 / / rw - xfs /dev/sda1 {options}\n"}
    write(tmp_path, Stock(RELEASE, DEBIAN12).changed(mounted))
    facts = collect(kind(tmp_path), strict=True)
    for profile in ("docker", "podman", "k3s"):
        verdict = verdicts_of(facts, profile)["storage.writable"]
        assert verdict.status == "fail"
        assert verdict.sentence == f"it cannot be written: {words}"
        assert fix in verdict.fix


EXPERIMENTS, STATUS = "/.evidence/experiments.json", "/proc/self/status"
GRSECURITY = "/proc/sys/kernel/grsecurity"
_ALL_DENIED = {f"{GRSECURITY}/chroot_{name}": "1\n" for name in ("deny_chmod", "deny_mknod", "caps")}


def test_the_remedy_for_grsecurity_is_of_all_that_it_forbids(tmp_path):
    verdict = verdicts_of(facts_of(tmp_path / "denied", _ALL_DENIED))["engine.unobstructed"]
    assert verdict.status == "fail"
    settings = re.findall(r"([\w.]+)=0", verdict.command)
    assert [f"/proc/sys/{name.replace('.', '/')}" for name in settings] == [*_ALL_DENIED]
    assert all(name in verdict.sentence for name in settings)
    changed = dict.fromkeys(_ALL_DENIED, "0\n")
    # A bare tree does not show what else there is.
    assert verdicts_of(facts_of(tmp_path / "changed", changed))["engine.unobstructed"].status == "unknown"


def test_what_grsecurity_locked_is_changed_by_a_reboot(tmp_path):
    locked = _ALL_DENIED | {f"{GRSECURITY}/grsec_lock": "1\n"}
    verdict = verdicts_of(facts_of(tmp_path, locked))["engine.unobstructed"]
    assert (verdict.status, verdict.command) == ("fail", "")
    assert "reboot" in verdict.fix
    assert "grsec_lock=0" not in verdict.fix


@pytest.mark.parametrize(
    ("parent", "other"), [("/docker", "/containers"), ("/containers", "/engine"), ("/containers/a", "/engine")]
)
def test_the_group_that_is_proposed_is_not_below_the_threaded_one(tmp_path, parent, other):
    files = {
        f"/sys/fs/cgroup{parent}/cgroup.type": "domain threaded\n",
        "/etc/docker/daemon.json": json.dumps({"cgroup-parent": parent}),
    }
    verdict = verdicts_of(facts_of(tmp_path / "threaded", files))["engine.unobstructed"]
    assert (verdict.status, f'"cgroup-parent": "{other}"' in verdict.fix) == ("fail", True)
    files["/etc/docker/daemon.json"] = json.dumps({"cgroup-parent": other})
    assert verdicts_of(facts_of(tmp_path / "other", files))["engine.unobstructed"].status == "unknown"


def test_the_threaded_root_of_a_container_is_emptied_for_every_engine(tmp_path):
    facts = facts_of(tmp_path, {"/sys/fs/cgroup/cgroup.type": "domain threaded\n", **ALL_NS, **IN_LXC})
    for profile, check in (("docker", "engine.unobstructed"), ("podman", "cgroup.v2.controllers")):
        verdict = verdicts_of(facts, profile)[check]
        assert verdict.status == "fail"
        assert "/sys/fs/cgroup/init/cgroup.procs" in verdict.command
        assert "cgroup-parent" not in verdict.fix


def test_what_grsecurity_was_built_with_is_not_turned_off_by_a_setting(tmp_path):
    options = {"/boot/config-4.9.0-grsec": "CONFIG_GRKERNSEC=y\nCONFIG_GRKERNSEC_CHROOT_MKNOD=y\n"}
    facts = facts_of(tmp_path, {"/proc/sys/kernel/osrelease": "4.9.0-grsec\n", **options})
    verdict = verdicts_of(facts)["engine.unobstructed"]
    assert (verdict.status, verdict.command) == ("fail", "")
    assert "CONFIG_GRKERNSEC_CHROOT_MKNOD" in verdict.sentence
    assert "CONFIG_GRKERNSEC_SYSCTL" in verdict.fix


@pytest.mark.parametrize(
    ("files", "profile", "check", "words"),
    [
        ({"/proc/sys/user/max_net_namespaces": "0\n"}, "docker", "ns.net", "sysctl -w user.max_net_namespaces=28633"),
        ({EXPERIMENTS: '{"unshare": {"net": {"ok": false, "error": "ENOSPC"}}}'}, "docker", "ns.net", "lsns -t net"),
        (
            {
                EXPERIMENTS: '{"unshare": {"user": {"ok": false, "error": "ENOSPC"}}}',
                STATUS: "Uid:\t1000\t1000\t1000\n",
            },
            "podman-rootless",
            "ns.user",
            "sysctl -w user.max_user_namespaces=28633",
        ),
        (
            {EXPERIMENTS: '{"unshare": {"user": {"ok": false, "error": "EPERM"}}}', STATUS: "Uid:\t1000\t1000\t1000\n"},
            "podman-rootless",
            "ns.user",
            "--security-opt seccomp=unconfined",
        ),
    ],
    ids=["a limit of 0", "used up", "used up by a user", "refused"],
)
def test_namespaces_that_a_limit_or_a_filter_refuses_need_no_other_kernel(tmp_path, files, profile, check, words):
    write(tmp_path, Stock(RELEASE, DEBIAN12).changed(mounts() | files))
    verdict = verdicts_of(collect(CapturedHost(tmp_path), strict=True), profile)[check]
    assert verdict.status == "fail"
    assert words in verdict.fix
    assert "CONFIG_" not in verdict.fix
