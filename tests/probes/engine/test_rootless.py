import gzip

import pytest

from hostcheck.probes.engine.rootless import probe
from hostcheck.probes.storage import stores
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge

MOST = "/proc/sys/user/max_user_namespaces"
RELEASE = "/proc/sys/kernel/osrelease"
OVERLAY = gzip.compress(b"CONFIG_OVERLAY_FS=m\nCONFIG_USER_NS=y\n")


def facts(host):
    return {fact.id: fact for fact in probe(host)}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (MOST, "0\n"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0\n"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"),
        ("/proc/config.gz", gzip.compress(b"CONFIG_X=y\n", mtime=0)),
    ],
)
def test_any_one_setting_can_keep_users_from_a_namespace(fake_host, path, text):
    assert facts(fake_host({MOST: "1000\n"}))["ns.user_unprivileged"].value is True
    assert facts(fake_host({MOST: "1000\n", path: text}))["ns.user_unprivileged"].value is False


def test_delegated_controllers_are_read_from_a_users_session(fake_host):
    path = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers"
    assert facts(fake_host({path: "memory pids\n"}))["cgroup.delegated"].value == ("memory", "pids")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "cgroup v2 is not mounted at /sys/fs/cgroup, and v1 delegates no controllers: see findmnt"),
        ({"/sys/fs/cgroup/cgroup.controllers": "cpu\n"}, "there is no /sys/fs/cgroup/user.slice, which systemd makes"),
        ({"/sys/fs/cgroup/user.slice/cgroup.procs": ""}, "no user is logged in: log in"),
        (
            {"/sys/fs/cgroup/user.slice/user-1000.slice/cgroup.procs": ""},
            "user 1000 is logged in without a systemd manager (user@1000.service): log in",
        ),
        (
            {"/sys/fs/cgroup/user.slice/user-7.slice/user@7.service/cgroup.controllers": PermissionError()},
            "user-7.slice/user@7.service/cgroup.controllers could not be read (Permission denied): run as root",
        ),
    ],
)
def test_why_no_delegated_controllers_are_known_is_one_reason(fake_host, files, reason):
    fact = facts(fake_host(files))["cgroup.delegated"]
    assert not fact.known
    assert reason in fact.reason


def test_a_capture_without_the_slices_says_that_they_could_not_be_checked(fake_host):
    fact = facts(fake_host({}, live=False))["cgroup.delegated"]
    assert fact.reason == "could not check for /sys/fs/cgroup/user.slice: audit the host itself, as root"


@pytest.mark.parametrize(
    ("release", "fuse", "overlay", "fuse_overlayfs"),
    [
        ("5.11.0", "", True, True),
        ("5.10.0", "", False, True),
        ("4.18.0", None, False, False),
        ("4.9.0", "", False, False),
    ],
)
def test_drivers_without_root_follow_the_kernels_version(fake_host, release, fuse, overlay, fuse_overlayfs):
    files = {RELEASE: release, "/proc/config.gz": OVERLAY, f"/lib/modules/{release}/modules.dep": ""}
    if fuse is not None:
        files |= {"/usr/bin/fuse-overlayfs": fuse, "/dev/fuse": ""}
    value = facts(fake_host(files))["storage.rootless_drivers"].value
    assert (value["overlay"], value["fuse-overlayfs"], value["vfs"]) == (overlay, fuse_overlayfs, True)


@pytest.mark.parametrize(
    ("fs_type", "usable"),
    [
        ("ext4", {"overlay", "fuse-overlayfs", "vfs"}),
        ("btrfs", {"overlay", "fuse-overlayfs", "btrfs", "vfs"}),
        # fuse-overlayfs needs no overlay of the kernel.
        ("overlay", {"fuse-overlayfs", "vfs"}),
        ("nfs4", {"vfs"}),
        ("cifs", {"vfs"}),
    ],
)
def test_drivers_without_root_are_those_that_the_users_file_system_takes(fake_host, fs_type, usable):
    files = {
        RELEASE: "6.8.0",
        "/proc/config.gz": OVERLAY,
        "/lib/modules/6.8.0/modules.dep": "",
        "/usr/bin/fuse-overlayfs": "",
        "/dev/fuse": "",
        "/proc/self/mountinfo": f"27 1 254:0 / / rw - {fs_type} /dev/vda rw\n",
    }
    value = facts(fake_host(files))["storage.rootless_drivers"].value
    assert {name for name, answer in value.items() if answer} == usable


def test_each_engine_of_a_user_has_the_drivers_of_its_own_folder(fake_host):
    files = {
        RELEASE: "6.8.0",
        "/proc/config.gz": OVERLAY,
        "/lib/modules/6.8.0/modules.dep": "",
        "/proc/self/status": "Name:\tx\nUid:\t0\t0\t0\t0\n",
        "/usr/bin/dockerd": "",
        "/usr/bin/podman": "",
        "/etc/passwd": "anna:x:1000:1000::/home/anna:/x\n",
        "/etc/subuid": "anna:100000:65536\n",
        "/mnt/pods/x": "",
        "/home/anna/.config/containers/storage.conf": '[storage]\ngraphroot = "/mnt/pods"\n',
        "/proc/self/mountinfo": "27 1 254:0 / / rw - ext4 /dev/vda rw\n28 27 0:50 / /mnt rw - nfs4 s:/x rw\n",
    }
    host = fake_host(files)
    docker = {fact.id: fact.value for fact in stores.docker_rootless(host)}["store.docker_rootless.rootless_drivers"]
    podman = {fact.id: fact.value for fact in stores.podman_rootless(host)}["store.podman_rootless.rootless_drivers"]
    assert (docker["overlay"], podman["overlay"]) == (True, False)


def test_an_empty_captured_host_has_unknown_facts(fake_host):
    found = facts(fake_host({}, live=False))
    assert not found["ns.user_unprivileged"].known
    assert found["storage.rootless_drivers"].value == {
        "overlay": None,
        "fuse-overlayfs": None,
        "btrfs": None,
        "vfs": True,
    }


UBUNTU = {MOST: "30000\n", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"}
PROFILE = "abi <abi/4.0>,\nprofile {0} /usr/bin/{0} flags=(unconfined) {{\n  userns,\n}}\n"


def programs(host, facts_of):
    return facts_of(probe, host)["ns.user_programs"]


@pytest.mark.parametrize(
    ("files", "podman", "rootlesskit"),
    [
        ({MOST: "30000\n"}, True, True),
        ({MOST: "0\n"}, False, False),
        (UBUNTU, False, False),
        (UBUNTU | {"/etc/apparmor.d/podman": PROFILE.format("podman")}, True, False),
        (UBUNTU | {f"/etc/apparmor.d/{name}": PROFILE.format(name) for name in ("podman", "rootlesskit")}, True, True),
        (UBUNTU | {MOST: "0\n", "/etc/apparmor.d/podman": PROFILE.format("podman")}, False, False),
        (
            UBUNTU | {"/usr/local/bin/podman": "", "/etc/apparmor.d/podman": PROFILE.format("podman")},
            False,
            False,
        ),
    ],
    ids=["debian", "rhel-hardened", "no-profile", "ubuntu-podman", "ubuntu-24.04", "no-namespaces", "another-path"],
)
def test_apparmors_switch_is_answered_for_each_program(fake_host, facts_of, files, podman, rootlesskit):
    fact = programs(fake_host(files), facts_of)
    assert fact.value == {"podman": podman, "rootlesskit": rootlesskit}


def test_profiles_that_were_not_captured_leave_the_answer_open(fake_host, facts_of):
    fact = programs(fake_host(UBUNTU, live=False), facts_of)
    assert fact.value == {"podman": None, "rootlesskit": None}
    assert "/etc/apparmor.d" in fact.reason


def test_profiles_are_read_only_where_the_switch_is_on(fake_host, facts_of):
    host = fake_host({MOST: "30000\n", "/etc/apparmor.d/podman": PROFILE.format("podman")})
    programs(host, facts_of)
    assert "/etc/apparmor.d/podman" not in host.asked


def test_the_program_of_the_users_own_folder_is_judged(fake_host, facts_of, monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    own = {"/home/anna/bin/rootlesskit": "", "/usr/bin/rootlesskit": ""}
    shipped = UBUNTU | own | {"/etc/apparmor.d/rootlesskit": PROFILE.format("rootlesskit")}
    assert programs(fake_host(shipped), facts_of).value["rootlesskit"] is False
    made = PROFILE.format("rootlesskit").replace("/usr/bin/", "/home/anna/bin/")
    named = shipped | {"/etc/apparmor.d/home.anna.bin.rootlesskit": made}
    assert programs(fake_host(named), facts_of).value["rootlesskit"] is True


@pytest.mark.parametrize(("profile", "program"), [("podman-rootless", "podman"), ("docker-rootless", "rootlesskit")])
def test_the_remedy_makes_the_check_pass(fake_host, profile, program):
    """What the printed command writes is a profile that grants it."""
    loaded = load(profile)
    check = next(check for check in loaded.checks if check.id == "ns.user")
    before = fake_host(UBUNTU)
    command = check.fix.partition("printf '")[2].partition("' > ")
    written = command[0].replace("\\n", "\n")
    after = fake_host(UBUNTU | {command[2].partition(";")[0]: written})
    statuses = [
        next(verdict.status for verdict in judge(loaded, facts(host)) if verdict.check == "ns.user")
        for host in (before, after)
    ]
    assert statuses == ["fail", "pass"]


USER, ROOT = (f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n" for uid in (1000, 0))


def refused(error, status=USER, files=None):
    experiments = {"unshare": {"user": {"ok": not error, "error": error}}}
    return {"files": {MOST: "30000\n", "/proc/self/status": status, **(files or {})}, "experiments": experiments}


@pytest.mark.parametrize(
    ("host", "podman"),
    [
        (refused(""), True),
        (refused("ENOSPC"), False),
        (refused("ENOSPC", ROOT), True),
        (refused("EPERM"), False),
        (refused("EPERM", ROOT), False),
        (refused("EINVAL", ROOT), False),
        (refused("EPERM", files=UBUNTU | {"/etc/apparmor.d/podman": PROFILE.format("podman")}), True),
        (refused("ENOSPC", files=UBUNTU | {"/etc/apparmor.d/podman": PROFILE.format("podman")}), False),
    ],
    ids=["created", "used up", "used up by root", "a filter", "a filter of root", "none", "AppArmor", "both"],
)
def test_what_was_refused_outranks_the_settings(fake_host, facts_of, host, podman):
    """The limit is counted for each user; AppArmor's restriction is answered for each program."""
    fact = programs(fake_host(**host), facts_of)
    assert fact.value["podman"] is podman
    unprivileged = facts_of(probe, fake_host(**host))["ns.user_unprivileged"].value
    assert unprivileged is (podman and "/etc/apparmor.d/podman" not in host["files"])


@pytest.mark.parametrize(("options", "overlay"), [("rw,nosuid,idmapped", None), ("rw,nosuid", True)])
def test_a_home_with_mapped_ids_may_lack_those_of_containers(fake_host, options, overlay):
    files = {
        RELEASE: "6.8.0",
        "/proc/config.gz": OVERLAY,
        "/lib/modules/6.8.0/modules.dep": "",
        "/proc/self/mountinfo": f"27 1 254:0 / / {options} - ext4 /dev/vda rw\n",
    }
    fact = facts(fake_host(files))["storage.rootless_drivers"]
    assert (fact.value["overlay"], fact.value["btrfs"]) == (overlay, False)
    assert ("systemd-homed" in fact.reason) is (overlay is None)
