"""What ``test_threaded`` runs in a guest: a threaded group, the check, its remedy, and a container with a limit.

``threaded.py own`` is the group of the containers, into which OpenRC put the engine; ``threaded.py root`` the root of a
container's groups, in separate namespaces.
"""

import json
import subprocess
import sys
from pathlib import Path

GROUPS, BUNDLE, SETTINGS = Path("/sys/fs/cgroup"), Path("/bundle"), Path("/etc/docker/daemon.json")
CHECKS = {"own": "engine.unobstructed", "root": "cgroup.v2.controllers"}


def sh(command):
    done = subprocess.run(["/bin/busybox", "sh", "-c", command], capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def make_threaded(which):
    """Make the group of the containers threaded: with the engine in it, or below a root that holds processes."""
    group = GROUPS / "docker"
    group.mkdir()
    if which == "own":
        engine = subprocess.Popen(["/bin/busybox", "sleep", "600"])
        (group / "cgroup.procs").write_text(str(engine.pid))
        (group / "cgroup.subtree_control").write_text("+pids")
    else:
        (GROUPS / "cgroup.subtree_control").write_text("+cpu +pids")
        (group / "cgroup.type").write_text("threaded")


def bundle():
    (BUNDLE / "rootfs/bin").mkdir(parents=True)
    code, printed = sh(f"cp /bin/busybox {BUNDLE}/rootfs/bin/busybox && cd {BUNDLE} && runc spec")
    assert code == 0, printed
    path = BUNDLE / "config.json"
    config = json.loads(path.read_text())
    config["process"] |= {"terminal": False, "args": ["/bin/busybox", "echo", "started"]}
    config["linux"]["resources"]["memory"] = {"limit": 64 << 20}
    return path, config


def seen(which, path, config):
    """Return the check and its remedy, and what a container with a limit of memory printed."""
    parent = json.loads(SETTINGS.read_text())["cgroup-parent"] if SETTINGS.exists() else "/docker"
    config["linux"]["cgroupsPath"] = f"{parent}/limited"
    path.write_text(json.dumps(config))
    sh("hostcheck audit --no-experiments -p docker -o json:/audit")
    rows = json.loads(Path("/audit").read_text())["verdicts"]
    row = next(row for row in rows if row["check"] == CHECKS[which])
    _, printed = sh(f"cd {BUNDLE} && runc run --no-pivot limited")
    sh("runc delete --force limited")
    return {"status": row["status"], "fix": row["fix"], "command": row.get("command", ""), "printed": printed}


def main(which):
    make_threaded(which)
    path, config = bundle()
    before = seen(which, path, config)
    if which == "own":
        SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        SETTINGS.write_text(f"{{{before['fix'].partition(': ')[2].partition(' in ')[0]}}}")
    else:
        sh(before["command"])
    json.dump([before, seen(which, path, config)], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
