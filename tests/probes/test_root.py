"""Whether runtimes can exchange the root, by the file system that is at / now."""

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.root import probe

INITRAMFS = "1 1 0:2 / / rw - rootfs rootfs rw,size=1000k\n"
MOUNTED = "20 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
SWITCHED = "21 1 0:20 / / rw - tmpfs tmpfs rw\n"


def seen(tmp_path, text):
    (tmp_path / "proc/self").mkdir(parents=True)
    if text is not None:
        (tmp_path / "proc/self/mountinfo").write_text(text)
    return next(fact for fact in probe(CapturedHost(tmp_path)) if fact.id == "host.root_pivots")


@pytest.mark.parametrize(
    ("text", "pivots"),
    [(INITRAMFS, False), (MOUNTED, True), (INITRAMFS + MOUNTED, True), (INITRAMFS + SWITCHED, True)],
    ids=["initramfs", "disk", "disk over initramfs", "tmpfs over initramfs"],
)
def test_the_kernel_s_first_root_cannot_be_exchanged(tmp_path, text, pivots):
    assert seen(tmp_path, text).value is pivots


@pytest.mark.parametrize("text", [None, "", "22 21 0:5 / /proc rw - proc proc rw\n"])
def test_where_no_root_is_shown_it_is_unknown(tmp_path, text):
    assert seen(tmp_path, text).known is False


@pytest.mark.parametrize(("release", "known"), [("6.19.2", True), ("7.0.0-1-amd64", False), ("7.1.3", False)])
def test_whether_a_kernel_with_nullfs_can_exchange_it_is_unknown(fake_host, facts_of, release, known):
    files = {"/proc/self/mountinfo": INITRAMFS, "/proc/sys/kernel/osrelease": f"{release}\n"}
    fact = facts_of(probe, fake_host(files))["host.root_pivots"]
    assert (fact.known, fact.value is False) == (known, known)


DAEMON = "/etc/docker/daemon.json"
SHIM = '"runtimes": {"a": {"runtimeType": "io.containerd.runc.v2", "options": {"NoPivotRoot": true}}}'
K3S = "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"
RAMDISK = "export DOCKER_RAMDISK=true\n"


@pytest.mark.parametrize(
    ("files", "engines"),
    [
        ({}, ()),
        ({"/etc/rc.d/rc.docker": f"start(){{\n  {RAMDISK}}}\n"}, ("docker",)),
        ({"/etc/default/docker": "DOCKER_RAMDISK=\n"}, ()),
        ({"/etc/systemd/system/docker.service.d/x.conf": "[Service]\nEnvironment=DOCKER_RAMDISK=1\n"}, ("docker",)),
        ({"/run/docker.pid": "812\n", "/proc/812/environ": "PATH=/bin\0DOCKER_RAMDISK=yes\0"}, ("docker",)),
        ({DAEMON: f'{{"default-runtime": "a", {SHIM}}}'}, ("docker",)),
        ({DAEMON: f"{{{SHIM}}}"}, ()),
        ({DAEMON: f'{{"default-runtime": "a", {SHIM.replace("true", "false")}}}', "/etc/default/docker": RAMDISK}, ()),
        (
            {DAEMON: '{"default-runtime": "a", "runtimes": {"a": {"path": "/b"}}}', "/etc/default/docker": RAMDISK},
            ("docker",),
        ),
        ({DAEMON: '{"default-runtime": ["a"], "runtimes": "a"}'}, ()),
        ({"/etc/containers/containers.conf": "[engine]\nno_pivot_root = true\n"}, ("podman",)),
        ({"/etc/containers/containers.conf.d/ramdisk.conf": "[engine]\nno_pivot_root = true\n"}, ("podman",)),
        ({"/etc/default/docker": RAMDISK, "/run/cri-dockerd.sock": ""}, ("docker", "cri-dockerd")),
        ({"/etc/containerd/conf.d/ramdisk.toml": "[options]\nNoPivotRoot = true\n"}, ("containerd",)),
        ({"/etc/k0s/containerd.d/ramdisk.toml": "[options]\nNoPivotRoot = true\n"}, ("containerd",)),
        ({"/var/snap/microk8s/current/args/containerd-template.toml": "no_pivot = true\n"}, ("containerd",)),
        ({"/etc/containerd/config.toml": "  [a.options]\n    NoPivotRoot = true\n"}, ("containerd",)),
        ({"/etc/containerd/config.toml": "NoPivotRoot = false\n# no_pivot = true\n"}, ()),
        ({K3S: "[containerd]\nno_pivot = true\n"}, ("containerd",)),
        ({"/etc/crio/crio.conf.d/10-ramdisk.conf": "[crio.runtime]\nno_pivot = true\n"}, ("crio",)),
    ],
)
@pytest.mark.parametrize("root", [INITRAMFS, MOUNTED], ids=["initramfs", "disk"])
def test_engines_that_are_set_to_do_without_are_named_where_it_matters(fake_host, facts_of, files, engines, root):
    fact = facts_of(probe, fake_host({"/proc/self/mountinfo": root, **files}))["engine.without_pivot"]
    assert fact.value == (engines if root == INITRAMFS else ())
