"""A distribution's host as it is installed: fit, or unfit for the reason that its users report."""

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge, readiness
from tests.profiles.stock import STOCK, write

FRESH = {"net.ip_forward"}
"""What every fresh host misses for a node of Kubernetes, which kubeadm's documents have the user set."""
UNREAD = {"priv.root", "net.port.kubelet", "bin.required", "k8s.cri", "k8s.kubelet_skew"}
"""What a captured root cannot show: who runs the audit, sockets, and folders that were not copied."""

EXPECTED = {
    "ubuntu-24.04": {"docker": set(), "podman": set(), "kubernetes": FRESH},
    "debian-13": {"docker": set(), "podman": set(), "kubernetes": FRESH},
    "rhel-10": {"docker": {"net.xt_match"}, "podman": set(), "kubernetes": {"net.xt_match"} | FRESH},
    "fedora-43": {"docker": set(), "podman": set(), "kubernetes": FRESH},
    "alpine-3.22": {"docker": set(), "podman": set(), "kubernetes": FRESH},
    "nixos-25.05": {"docker": set(), "podman": set(), "kubernetes": FRESH},
    "guix": {"docker": set(), "podman": set(), "kubernetes": FRESH},
}
"""The requirements that each host misses."""


@pytest.fixture(params=STOCK)
def name(request):
    return request.param


@pytest.fixture
def judged_stock(tmp_path):
    """Judge a stock host for a profile, with some of its files changed (None: left out)."""

    def make(name, profile, files=None):
        tree = STOCK[name].tree() | {
            path: None if text is None else text.encode() for path, text in (files or {}).items()
        }
        write(tmp_path, {path: content for path, content in tree.items() if content is not None})
        verdicts = judge(load(profile), collect(CapturedHost(tmp_path), strict=True))
        return readiness(profile, verdicts), {verdict.check: verdict for verdict in verdicts}

    return make


@pytest.mark.parametrize("profile", ["docker", "podman", "kubernetes"])
def test_a_stock_host_misses_what_its_distribution_leaves_out_and_no_more(judged_stock, name, profile):
    summary, checks = judged_stock(name, profile)
    assert {check for check, verdict in checks.items() if verdict.status == "fail"} == EXPECTED[name][profile]
    unknown = {
        check for check, verdict in checks.items() if verdict.status == "unknown" and verdict.severity == "required"
    }
    assert unknown <= (UNREAD if profile == "kubernetes" else set())
    assert summary.ready is (not EXPECTED[name][profile])
    assert checks["kernel.modules_match"].status == "pass"
    assert not any("eboot" in verdict.fix for verdict in checks.values() if verdict.status == "fail")


def test_the_remedy_of_rhel_names_the_package_that_makes_it_ready(judged_stock):
    missing = judged_stock("rhel-10", "docker")[1]["net.xt_match"]
    assert "dnf install kernel-modules-extra-$(uname -r)" in missing.fix
    listing = "/lib/modules/6.12.0-55.el10.x86_64/modules.dep"
    text = STOCK["rhel-10"].tree()[listing].decode() + "extra/net/netfilter/xt_addrtype.ko.xz:\n"
    assert judged_stock("rhel-10", "docker", {listing: text})[0].ready is True


@pytest.mark.parametrize("name", ["alpine-3.22", "debian-13"])
def test_after_an_update_of_the_kernel_the_remedy_is_a_reboot(judged_stock, name):
    release = STOCK[name].release
    other = release.replace("6.12", "6.13")
    gone = {f"/lib/modules/{release}/modules.dep": None, f"/lib/modules/{other}/modules.dep": "kernel/a.ko:\n"}
    checks = judged_stock(name, "docker", gone)[1]
    outcome = checks["kernel.modules_match"]
    assert (outcome.status, outcome.fix) == ("warn", "Reboot into the kernel that is installed.")


def test_swap_in_memory_is_swap_to_the_kubelet(judged_stock):
    """Fedora's zram: the kubelet refuses any line of /proc/swaps."""
    assert judged_stock("fedora-43", "kubernetes")[1]["hw.swap"].status == "warn"
    assert judged_stock("debian-13", "kubernetes")[1]["hw.swap"].status == "pass"


SOCKETS = {f"/proc/net/{protocol}": "  sl  local_address rem_address   st\n" for protocol in ("tcp", "udp")}
NO_RUNTIME = {f"/run/{folder}/none": "" for folder in ("containerd", "crio")} | {"/run/none": ""}


@pytest.mark.parametrize("profile", ["k3s", "k0s"])
def test_a_stock_host_is_ready_for_a_distribution_that_brings_its_own_containerd(judged_stock, name, profile):
    missed = {"net.xt_match"} if name == "rhel-10" else set()
    summary, checks = judged_stock(name, profile, SOCKETS | NO_RUNTIME)
    assert {check for check, verdict in checks.items() if verdict.status == "fail"} == missed
    assert summary.ready is (not missed)


def test_the_same_host_needs_a_runtime_for_kubernetes(judged_stock, name):
    runtime = judged_stock(name, "kubernetes", SOCKETS | NO_RUNTIME | {"/run/cri-dockerd/none": ""})[1]["k8s.cri"]
    assert runtime.status == "fail"
    assert "-p k3s" in runtime.fix
