"""An audit by nobody, of every profile: what it could not see is unknown with a remedy, and never a pass or a fail."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.profiles.loader import load, names
from tests.moving import moves

pytestmark = pytest.mark.real

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
# Root's alone: the configuration of the kernel, of the engine and of modules. In a mount namespace that ends with it.
CLOSED = """
mount -t tmpfs -o mode=0755 none /mnt
for file in /proc/config.gz /etc/machine-id /proc/cmdline; do
    if test -e $file; then cp $file /mnt/copy; chmod 0400 /mnt/copy; mount --bind /mnt/copy $file; rm /mnt/copy; fi
done
for folder in /boot /lib/modules /etc/docker /etc/modprobe.d /etc/audit /etc/containers /sys/kernel/security; do
    if test -d $folder; then mount -t tmpfs -o mode=0700 none $folder; fi
done
exec "$@"
"""
HOSTS = {"as it is": [], "with all that may be closed to others": ["unshare", "-m", "sh", "-ec", CLOSED, "-"]}

ASKS = {
    *("priv.root", "priv.capabilities"),
    *("user.xdg_runtime_dir", "user.dbus", "user.rootful_socket_writable", "user.subids"),
}
"""What is of the user who asks, beside the store of a rootless engine, which lies in the user's home."""
REMEDY = re.compile(r"\broot\b|\bsee \w|\baudit\b|\bmeasure it\b|\binstall it\b|\brestart\b|start the engine")


def asks(name):
    return name in ASKS or re.match(r"store\.\w+_rootless\.", name) is not None


def audited(argv, *options):
    profiles = [word for name in names() for word in ("--profile", name)]
    roles = [
        word for role in sorted({role for name in names() for role in load(name).roles}) for word in ("--role", role)
    ]
    command = [
        *argv,
        sys.executable,
        "-m",
        "hostcheck",
        "audit",
        *profiles,
        *roles,
        *options,
        "--no-store",
        "-o",
        "json:-",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=HOSTS)
def pair(request):
    """The same host, as root sees it and as nobody does."""
    return audited(HOSTS[request.param]), audited([*HOSTS[request.param], *NOBODY]), request.param


def test_no_probe_breaks(pair):
    for run in pair[:2]:
        assert [fact for fact in run["facts"] if fact.startswith("probe.")] == []


def parts(value):
    return value if isinstance(value, dict) else {"": value}


def test_what_nobody_knows_root_knows_too(pair):
    root, nobody, _ = pair
    for name, fact in nobody["facts"].items():
        if fact["known"] and not asks(name) and not moves(name):
            seen = {part: value for part, value in parts(fact["value"]).items() if value is not None}
            assert root["facts"][name]["known"], name
            assert seen.items() <= parts(root["facts"][name]["value"]).items(), name


def test_what_nobody_could_not_see_has_a_reason_and_a_remedy(pair):
    for name, fact in pair[1]["facts"].items():
        if not fact["known"] or None in parts(fact["value"]).values():
            assert REMEDY.search(fact["reason"]), (name, fact["reason"])


def test_no_verdict_of_nobodys_is_another_than_roots_but_unknown(pair):
    root, nobody, _ = pair
    asked = {
        (name, check.id): {check.test.subject, *(condition.test.subject for condition in check.when)}
        for name in names()
        for check in load(name).checks
    }
    of_root = {(verdict["profile"], verdict["check"]): verdict for verdict in root["verdicts"]}
    for verdict in nobody["verdicts"]:
        key = (verdict["profile"], verdict["check"])
        if verdict["status"] == "unknown":
            assert verdict["found"], key
        elif not any(asks(fact) or moves(fact) for fact in asked[key]):
            assert verdict["status"] == of_root[key]["status"], (key, verdict["found"], of_root[key]["found"])


def test_the_audit_of_a_closed_host_is_blinder_than_roots(pair):
    root, nobody, host = pair
    unknown = {name for name, fact in nobody["facts"].items() if not fact["known"] and root["facts"][name]["known"]}
    assert "cgroup.limits" in unknown or not root["facts"]["cgroup.limits"]["known"]
    if host != "as it is" and Path("/proc/config.gz").exists():
        assert {"kernel.config.available", "net.nat.nft"} <= unknown


def test_the_account_nobody_without_experiments_knows_no_more(pair):
    _, nobody, host = pair
    for name, fact in audited([*HOSTS[host], *NOBODY], "--no-experiments")["facts"].items():
        if fact["known"] and not moves(name):
            assert nobody["facts"][name]["known"], name
