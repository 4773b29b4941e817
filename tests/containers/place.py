"""A root file system for containers: empty but for the folders of a system, filled by binding those of this machine."""

import json
import subprocess
import sys
from pathlib import Path

from tests.moving import settled

CHECKOUT = Path(__file__).parents[2]
HOSTCHECK = (sys.executable, "-B", "-m", "hostcheck")

LOOK = f"""
cd {CHECKOUT} &&
{sys.executable} -B -m hostcheck audit --no-experiments -o json:/seen/live.json >/dev/null &&
{sys.executable} -B -m hostcheck capture --no-experiments -o /seen/host.tar.gz
"""
"""What a container runs: an audit of itself, and a capture to audit again from outside."""

TRY_PROC = f"""
cd {CHECKOUT} &&
{sys.executable} -B -m hostcheck audit -p docker -p podman-rootless -o json:/seen/tried.json >/dev/null
unshare --mount --pid --fork mount -t proc proc /proc; echo $? > /seen/own
unshare --user --map-root-user --mount --pid --fork mount -t proc proc /proc; echo $? > /seen/user
"""
"""What a container runs: an audit with experiments, and mounts of proc as runtimes make them, by other programs."""

FOLDERS = ("dev", "etc", "proc", "root", "run", "seen", "sys", "tmp", "usr", "var")
MERGED = ("bin", "lib", "lib64", "sbin")


class Place:
    """A container's root, and the folder where it leaves what it saw.

    Attributes:
        folder: the folder that holds all of it.
        name: a name that no other container has.
        root: the root file system.
        seen: what the container has at /seen, to be written.
        bound: folders of this machine that the container has at the same paths, not to be written.
    """

    def __init__(self, folder):
        # A machine's name is a host name: it has no underscore and does not end in a hyphen.
        self.folder, self.name = folder, f"{folder.name.replace('_', '-')}-0"
        self.root, self.seen = folder / "root", folder / "seen"
        self.seen.mkdir(parents=True)
        self.seen.chmod(0o777)
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True)
        for name in MERGED:
            (self.root / name).symlink_to(f"usr/{name}")
        (self.root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
        wanted = {Path("/usr"), CHECKOUT, Path(sys.prefix), Path(sys.base_prefix)}
        self.bound = sorted(path for path in wanted if not wanted.intersection(path.parents))
        for path in self.bound:
            (self.root / path.relative_to("/")).mkdir(parents=True, exist_ok=True)

    def run(self, *command, **settings):
        """Run the program that runs the container. That and the container must succeed."""
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, **settings
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    def ran(self, *command, **settings):
        """Run the container, and read what it saw."""
        self.run(*command, **settings)
        return self.facts()

    def mounted_proc(self):
        """Say whether another proc can be mounted, of root and of users: what the audit says, and what was seen."""
        facts = json.loads((self.seen / "tried.json").read_text())["facts"]
        said = [facts[name]["value"] for name in ("ns.proc_mount", "ns.user_proc_mount")]
        return said, [int((self.seen / name).read_text()) == 0 for name in ("own", "user")]

    def facts(self):
        """Give the facts that the audit inside came to, once its replay was seen to agree."""
        live = json.loads((self.seen / "live.json").read_text())["facts"]
        again = subprocess.run(
            [*HOSTCHECK, "audit", "--capture", self.seen / "host.tar.gz", "-o", "json:-"],
            capture_output=True,
            text=True,
        )
        assert again.returncode == 0, again.stderr
        assert _compared(json.loads(again.stdout)["facts"]) == _compared(live)
        return {fact_id: fact["value"] for fact_id, fact in live.items()}


def _compared(facts):
    """What an audit and a capture a moment later must agree on."""
    return {fact_id: (fact["value"], fact["known"], fact["conflicts"]) for fact_id, fact in settled(facts).items()}
