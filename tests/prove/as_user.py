"""Engines of an ordinary user, proved by that user: Docker by dockerd-rootless.sh, and Podman.

``run(NAME)`` runs the function NAME of this module in new namespaces, as a user of subordinate ids that only its
processes know, with rootlesskit, slirp4netns and crun of Debian, and returns what it gives.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hostcheck.host.unix_http import get_json
from tests.packages import unpacked
from tests.prove.inside import PODMAN, audited, holdings

UID = 47110
TAKEN = range(32768, 33068)
"""More ports than Docker tries one after the other, from the first of its own network namespace on."""
DOCKERD = "/usr/share/docker.io/contrib/dockerd-rootless.sh"
ON_OVERLAY = "mkdir /mnt/upper /mnt/work && chown $UID:$UID /mnt/upper && mount -t overlay -o \
lowerdir=$FOLDER/home,upperdir=/mnt/upper,workdir=/mnt/work none $FOLDER/home"
"""A home that the driver overlay refuses: the kernel takes no upper layer that is an overlay itself."""
# The device is for all where udev is. What is mounted ends with the namespace.
BECOME = """
set -eu
ip link set lo up
mount -t tmpfs -o dev,mode=0755 none /mnt
mknod -m 666 /mnt/tun c 10 200
mount --bind /mnt/tun /dev/net/tun
if ! setpriv --reuid $UID --regid $UID --clear-groups test -x "$PYTHON"; then
    # A Python in root's home is shown without the rest of that home.
    mkdir /mnt/python && mount --bind "$PYTHON" /mnt/python && mount -t tmpfs -o mode=0755 none "$ROOTS_HOME"
    mkdir -p "$PYTHON" && mount --bind /mnt/python "$PYTHON"
fi
# Where Podman and Docker look for programs, whatever PATH a process has.
mount --bind "$FOLDER/bin" /usr/local/sbin
for name in passwd group subuid subgid; do mount --bind "$FOLDER/etc/$name" "/etc/$name"; done
eval "$MORE"
exec setpriv --reuid $UID --regid $UID --clear-groups env HOME="$FOLDER/home" XDG_RUNTIME_DIR="$FOLDER/run" "$@"
"""


def run(name: str, *words: str, more: str = "") -> dict:
    """Run a function of this module there, and return its result; root runs more shell commands first."""
    folder = Path(tempfile.mkdtemp(prefix="hostcheck-user-"))
    try:
        _make(folder)
        namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
        module = [sys.executable, "-m", "tests.prove.as_user", name, *words]
        environment = {
            "FOLDER": str(folder),
            "MORE": more,
            "PATH": f"/usr/local/sbin:{os.environ['PATH']}:/usr/sbin:/sbin",
            "PYTHON": sys.base_prefix,
            "ROOTS_HOME": str(Path.home()),
            "UID": str(UID),
        }
        argv = ["unshare", *namespaces, "sh", "-c", BECOME, "become", *module]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=240, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(folder)


def _make(folder: Path) -> None:
    folder.chmod(0o755)
    for name in ("home", "run", "etc"):
        (folder / name).mkdir()
    for name in ("passwd", "group"):
        shutil.copy(f"/etc/{name}", folder / "etc")
    with (folder / "etc/passwd").open("a") as file:
        file.write(f"rootless:x:{UID}:{UID}::{folder}/home:/bin/sh\n")
    for name in ("subuid", "subgid"):
        (folder / "etc" / name).write_text("rootless:3000000:65536\n")
    files = unpacked("bookworm", "rootlesskit", "slirp4netns", "crun", "libyajl2")
    shutil.copytree(files / "usr/bin", folder / "bin")
    shutil.copytree(files / "usr/lib/x86_64-linux-gnu", folder / "lib", symlinks=True)
    # Its library is not where the dynamic loader looks.
    (folder / "bin/crun").rename(folder / "lib/crun")
    (folder / "bin/crun").write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={folder}/lib exec {folder}/lib/crun "$@"\n')
    (folder / "bin/crun").chmod(0o755)
    for one in (folder, *folder.rglob("*")):
        os.chown(one, UID, UID)


def docker(*options: str) -> dict:
    """Prove Docker as it is, and where all ports are taken."""
    home, runtime = Path(os.environ["HOME"]), os.environ["XDG_RUNTIME_DIR"]
    with (home / "log").open("wb") as log:
        started = subprocess.Popen(["sh", DOCKERD, *options], stdout=log, stderr=log, start_new_session=True)
    path = f"{runtime}/docker.sock"
    deadline = time.monotonic() + 60
    while not get_json(path, "/info", 60):
        assert started.poll() is None, (home / "log").read_text()
        assert time.monotonic() < deadline, (home / "log").read_text()
        time.sleep(0.05)
    os.environ["DOCKER_HOST"] = f"unix://{path}"
    before = holdings(path)
    whole = audited("docker-rootless", "prove.docker_rootless")
    held = [socket.create_server(("127.0.0.1", port)) for port in TAKEN]
    without_port = audited("docker-rootless", "prove.docker_rootless")
    for each in held:
        each.close()
    left = before == holdings(path)
    os.killpg(started.pid, signal.SIGTERM)
    started.wait(60)
    return {"whole": whole, "without port": without_port, "left": left}


def podman(runtime: str) -> dict:
    """Prove Podman with runc or with crun; where it copies images, again after the remedy that is printed for that."""
    folder = Path(os.environ["HOME"], ".config/containers")
    folder.mkdir(parents=True)
    path = shutil.which(runtime)
    text = PODMAN.replace('runtime = "runc"', f'runtime = "{runtime}"').partition("[engine.runtimes]")[0]
    (folder / "containers.conf").write_text(f'{text}[engine.runtimes]\n{runtime} = ["{path}"]\n')
    (folder / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    first = audited("podman-rootless", "prove.podman_rootless")
    command = first["commands"].get("engine.podman_shares_layers")
    if not command:
        return {"first": first}
    for each in (command, "podman system reset --force"):
        subprocess.run(["sh", "-c", each], check=True, capture_output=True, cwd="/")
    return {"first": first, "then": audited("podman-rootless", "prove.podman_rootless")}


if __name__ == "__main__":
    result = globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(result) + "\n")
