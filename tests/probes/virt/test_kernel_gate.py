"""A release number is not a kernel (moby#10826): no number that OpenVZ shows passes a check of the kernel."""

import json
import subprocess
import sys

import pytest

PROFILES = ("docker", "docker-2014")


def verdicts(root):
    profiles = [word for name in PROFILES for word in ("--profile", name)]
    done = subprocess.run(
        [sys.executable, "-m", "hostcheck", "audit", "--root", str(root), *profiles, "-o", "json:-"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["verdicts"]
    return {(verdict["profile"], verdict["check"]): verdict["status"] for verdict in found}


@pytest.mark.parametrize("release", ["3.13.0-042stab104.1", "5.14.0-362.1.vz9.40.1", "4.19.0"])
def test_no_faked_release_passes_a_check_of_the_kernel(tree, release):
    tree.linux(release).write("/proc/vz/veinfo", "  101 1 20 10.0.0.2\n")
    outcome = verdicts(tree.root)
    for profile in PROFILES:
        # Virtuozzo 7 and later are Linux 3.10 or later, whatever they show: that is enough for docker alone.
        known = profile == "docker" and ".vz9" in release
        assert outcome[profile, "kernel.version"] == ("skip" if known else "unknown")
        assert (
            ".vz9" in release or outcome[profile, "virt.kernel_flavour"] == outcome[profile, "virt.container"] == "fail"
        )
    assert not [
        check for (_, check), status in outcome.items() if check.startswith("kernel.version") and status == "pass"
    ]


def test_red_hats_version_is_judged_as_it_is(tree):
    outcome = verdicts(tree.linux("3.10.0-1160.90.1.el7.x86_64").root)
    assert outcome["docker", "kernel.version"] == "pass"
    assert outcome["docker-2014", "virt.kernel_flavour"] == "pass"
