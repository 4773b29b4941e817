"""Real hosts without Python: a chroot with only busybox, one like CentOS 6 on OpenVZ, and a container of Podman."""

import contextlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from hostcheck.audit import audit_host
from hostcheck.busybox import look_for_busybox
from hostcheck.errors import CannotMeasureError
from hostcheck.remote.gathering import MOST_EXCHANGES
from hostcheck.remote.opening import open_capture, open_remote
from hostcheck.remote.program import script
from hostcheck.verdicts import readiness
from tests.remote.shells import known

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a chroot")]

OPENVZ = Path(__file__).parents[1] / "hosts" / "openvz-guest-in-xen-free-host" / "root"
"""Files of an OpenVZ guest on CentOS 6: kernel 2.6.32-042stab145.3."""

CENTOS6 = ("cat", "head", "id", "ls", "readlink", "sed", "stat", "uname", "dd", "mkdir", "rmdir", "true")
"""Programs of coreutils 8.4 and sed that the program uses; neither od nor base64."""

LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
"""Podman asks for more by default than a machine with limits of its own lets it have."""


def audited(shell):
    """An audit over a shell, within its exchanges."""
    host = open_remote(None, shell, experiments=True)
    connection = host.connection
    run = audit_host(host)
    assert not host.problem
    assert connection.exchanges <= MOST_EXCHANGES
    return run


def put_program(root, program):
    """Copy a program, and the libraries that it is linked with."""
    path = Path(shutil.which(program)).resolve()
    listed = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
    for file in (path, *map(Path, re.findall(r"(/\S+) \(0x", listed))):
        target = root / str(file).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    (root / "bin").mkdir(exist_ok=True)
    shutil.copy(path, root / "bin" / program)


def put_null(root):
    """Make /dev/null, without which no shell of a real host runs."""
    (root / "dev").mkdir(exist_ok=True)
    os.mknod(root / "dev" / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))


@contextlib.contextmanager
def kernels_own(root):
    """Mount this kernel's /proc and /sys in a chroot."""
    mounts = [("proc", root / "proc"), ("sysfs", root / "sys")]
    for kind, place in mounts:
        place.mkdir()
        subprocess.run(["mount", "-t", kind, "-o", "ro", kind, place], check=True)
    try:
        yield
    finally:
        for _, place in mounts:
            subprocess.run(["umount", place], check=True)


@pytest.fixture
def only_busybox(tmp_path):
    """A chroot with nothing but busybox."""
    root = tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    shutil.copy(look_for_busybox().path, root / "bin" / "busybox")
    (root / "bin" / "sh").symlink_to("busybox")
    put_null(root)
    with kernels_own(root):
        yield root


def test_a_chroot_with_only_busybox_is_judged_by_its_kernel(only_busybox):
    here = audit_host(None).facts
    found = audited(f"chroot {only_busybox} /bin/sh").facts
    of_the_kernel = (
        "virt.vm",
        "virt.vmm",
        "kernel.version",
        "os.arch",
        "hw.x86_64_level",
        "net.ip_forward",
    )
    names = [name for name in of_the_kernel if name in here]
    assert len(names) > 4
    assert {name: found[name].value for name in names} == {name: here[name].value for name in names}
    assert not any(found["host.programs"].value.values())


@pytest.mark.parametrize("encoder", ["hexdump", "od", "base64", "cat"])
def test_what_is_binary_is_read_by_what_a_small_busybox_has(only_busybox, encoder):
    for name in ("head", "sed", "ls", encoder):
        (only_busybox / "bin" / name).symlink_to("busybox")
    (only_busybox / "bytes").write_bytes(bytes(range(256)) * 3 + b"end")
    # A shell without built-in applets: it finds those alone.
    put_program(only_busybox, "posh")
    found = known("binaries /bytes", f"chroot {only_busybox} /bin/posh").answers.read["/bytes"]
    if encoder == "cat":
        assert found.error == "the host has neither base64 nor od nor hexdump"
    else:
        assert found.data == (only_busybox / "bytes").read_bytes()


@pytest.fixture
def centos6(tmp_path):
    """A chroot with the files of an OpenVZ guest, a POSIX shell, and programs of CentOS 6."""
    root = tmp_path / "root"
    shutil.copytree(OPENVZ, root, ignore=shutil.ignore_patterns(".evidence"))
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc" / "redhat-release").write_text("CentOS release 6.10 (Final)\n")
    for program in ("posh", *CENTOS6):
        put_program(root, program)
    (root / "bin" / "sh").symlink_to("posh")
    put_null(root)
    return root


def says_openvz(run):
    assert run.facts["virt.container"].value == "openvz"
    assert "/proc/self/status" in {each.source for each in run.facts["virt.container"].evidence}
    assert run.host.kernel == "2.6.32-042stab145.3"
    assert readiness("docker", run.verdicts).ready is False


def test_centos_6_on_openvz_is_not_ready_with_its_evidence(centos6):
    run = audited(f"chroot {centos6} /bin/sh")
    says_openvz(run)


def test_nothing_is_written_where_there_is_no_null_device(centos6):
    (centos6 / "dev" / "null").unlink()
    with pytest.raises(CannotMeasureError, match="this host has no /dev/null"):
        audited(f"chroot {centos6} /bin/sh")
    assert list((centos6 / "dev").iterdir()) == []


def test_a_program_that_the_host_lacks_is_named(centos6):
    for folder in ("bin", "usr/bin"):
        (centos6 / folder / "sed").unlink(missing_ok=True)
    with pytest.raises(CannotMeasureError, match="this host has no sed"):
        audited(f"chroot {centos6} /bin/sh")


def test_so_says_what_the_script_wrote_there(centos6, tmp_path):
    done = subprocess.run(["chroot", centos6, "/bin/sh"], input=script().encode(), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    (tmp_path / "host.txt").write_bytes(done.stdout)
    says_openvz(audit_host(open_capture(tmp_path / "host.txt")))


@pytest.fixture
def podman():
    """Podman with a store of its own; it refuses a long path for it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="hc-") as name:
        command = ["podman", "--root", f"{name}/store", "--runroot", f"{name}/run", "--storage-driver", "vfs"]
        try:
            yield command
        finally:
            subprocess.run([*command, "rmi", "-af"], capture_output=True)
            subprocess.run([*command, "system", "reset", "--force"], capture_output=True)


def test_a_container_of_podman_is_seen_as_one(only_busybox, podman):
    packed = subprocess.run(["tar", "-c", "-C", only_busybox, "bin"], capture_output=True, check=True).stdout
    subprocess.run([*podman, "import", "-", "hostcheck-reach"], input=packed, capture_output=True, check=True)
    options = ["--rm", "--network", "none", *LIMITS, "-i", "hostcheck-reach", "/bin/sh"]
    run = audited(" ".join([*podman, "run", *options]))
    assert run.facts["virt.container"].value == "podman"
    assert run.facts["virt.vm"].value == audit_host(None).facts["virt.vm"].value
    assert subprocess.run([*podman, "ps", "-aq"], capture_output=True, check=True).stdout == b""
