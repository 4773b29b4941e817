"""Real isolation: namespaces, a chroot, and containers of a real engine, captured from inside."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine
from hostcheck.host.captured import CapturedHost
from hostcheck.probes.virt import probe

pytestmark = pytest.mark.real

ASK = """
import json, os, sys
from hostcheck.host.live import LiveHost
from hostcheck.probes.virt import probe
list(probe(LiveHost()))  # loads what it loads late
if len(sys.argv) > 1:
    os.chroot(sys.argv[1])
    os.chdir("/")
print(json.dumps({fact.id: fact.value for fact in probe(LiveHost())}))
"""

# What a container shows of itself: its own files, and where its own links point.
KEEP = """
for file in /proc/cpuinfo /proc/version /proc/1/environ /proc/1/cgroup /proc/1/sched /proc/2/comm /proc/self/cgroup \
    /proc/self/status /proc/self/mountinfo /proc/self/uid_map /proc/sys/kernel/osrelease /proc/sys/kernel/cap_last_cap \
    /sys/devices/system/clocksource/clocksource0/available_clocksource
do
    mkdir -p "/kept${file%/*}"
    cat "$file" > "/kept$file" 2> /dev/null || rm -f "/kept$file"
done
mkdir -p /kept/proc/self/ns
for kind in pid cgroup user uts ipc; do readlink "/proc/self/ns/$kind" > "/kept/proc/self/ns/$kind"; done
if [ -e /.dockerenv ]; then : > /kept/.dockerenv; fi
"""


def asked(*prefix, arguments=()):
    done = subprocess.run([*prefix, sys.executable, "-c", ASK, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_a_container(folder, **settings):
    """Copy the files that a container sees, and run the probe on them."""
    root = folder / "kept"
    with PrivateEngine(folder) as private, find_engine(private.url).connect() as client:
        client.import_image_from_data(find_busybox().rootfs(), repository="seen", tag="1")
        container = client.create_container(
            "seen:1",
            ["/bin/busybox", "sh", "-c", KEEP],
            host_config=client.create_host_config(network_mode="none", mem_limit="64m", **settings),
        )
        client.start(container)
        assert client.wait(container)["StatusCode"] == 0, client.logs(container)
        stream, _ = client.get_archive(container, "/kept")
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            archive.extractall(folder, filter="data")
    return {fact.id: fact for fact in probe(CapturedHost(root))}


def test_a_container_of_a_real_engine_is_docker_in_this_machine(tmp_path):
    here = asked()
    facts = in_a_container(tmp_path)
    assert facts["virt.container"].value == "docker"
    assert facts["virt.layers"].value[0] == "docker"
    assert "sys_admin" in facts["virt.capabilities_dropped"].value
    assert facts["virt.user_namespace"].value is False
    # The machine below is the same one, seen through what the container shows of it.
    assert facts["virt.vm"].value in {here["virt.vm"], "other"}


def test_a_container_in_the_hosts_pid_namespace_is_still_docker(tmp_path):
    facts = in_a_container(tmp_path, pid_mode="host")
    assert facts["virt.container"].value == "docker"
    assert not any("stale" in conflict for conflict in facts["virt.container"].conflicts)


def test_a_user_namespace_alone_is_no_container_but_limits_an_engine():
    facts = asked("unshare", "--user", "--map-root-user")
    assert facts["virt.container"] == asked()["virt.container"]
    assert facts["virt.user_namespace"] is True


def test_a_pid_namespace_in_a_user_namespace_is_a_container_without_a_name():
    facts = asked("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
    assert facts["virt.container"] != "none"
    assert facts["virt.user_namespace"] is True


def test_other_namespaces_without_a_pid_namespace_are_no_container():
    facts = asked("unshare", "--mount", "--uts", "--ipc")
    assert facts["virt.container"] == asked()["virt.container"]


def test_a_chroot_is_no_container_whatever_marker_it_holds(tmp_path):
    (tmp_path / "proc").mkdir()
    (tmp_path / ".dockerenv").touch()
    mounted = ("unshare", "--mount", "sh", "-c", 'mount --bind /proc "$0/proc" && exec "$@"', str(tmp_path))
    link = str(Path("/proc/self/ns/pid").readlink())
    facts = asked(*mounted, arguments=[str(tmp_path)])
    assert facts["virt.vm"] == asked()["virt.vm"]
    if link == "pid:[4026531836]":
        assert facts["virt.container"] == "none"
