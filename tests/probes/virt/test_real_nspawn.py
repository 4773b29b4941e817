"""A real container of systemd-nspawn: what its filter and its mounts keep from an engine, and how it permits both."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("systemd-nspawn"), reason="systemd-nspawn, as root"),
]
TOP = Path(__file__).parents[3]
FACTS = ("kernel.session_keyring", "net.sysctls_writable", "virt.container")
INSIDE = f"""
import json
from hostcheck.audit import collect
from hostcheck.host.live import LiveHost
facts = collect(LiveHost())
print(json.dumps([facts[name].value for name in {FACTS}]))
"""


@pytest.fixture
def inside(tmp_path):
    """Audit a container whose programs are this host's."""
    root = tmp_path / "root"
    for name in ("usr", "etc", "proc", "sys", "dev", "run", "tmp", "var"):
        (root / name).mkdir(parents=True)
    (root / "etc/os-release").touch()
    for name in ("bin", "lib", "lib64", "sbin"):
        (root / name).symlink_to(f"usr/{name}")
    shown = {"/usr", sys.prefix, sys.base_prefix, str(TOP)}
    binds = [f"--bind-ro={path}" for path in sorted(shown) if path == "/usr" or not path.startswith("/usr/")]

    def run(*options):
        argv = ["systemd-nspawn", "-q", "--register=no", "--keep-unit", "-D", root, *binds, *options]
        program = [f"--setenv=PYTHONPATH={TOP}", sys.executable, "-c", INSIDE]
        done = subprocess.run([*argv, *program], capture_output=True, text=True)
        return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("[")))

    yield run
    left = Path("/run/systemd/nspawn/propagate", root.name)
    if left.is_dir():
        left.rmdir()


def test_it_denies_keyrings_and_settings_of_the_network_unless_it_is_started_for_an_engine(inside):
    assert inside() == [False, False, "systemd-nspawn"]
    assert inside("--private-network", "--system-call-filter=add_key keyctl") == [True, True, "systemd-nspawn"]
