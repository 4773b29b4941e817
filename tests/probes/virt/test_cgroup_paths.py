"""Paths of control groups, as engines make them."""

import pytest

from hostcheck.probes.virt.cgroup_paths import parse_cgroup, parse_chain

A, B = "a" * 64, "b" * 64
PATHS = {
    f"/docker/{A}": ("docker",),
    f"/system.slice/docker-{A}.scope": ("docker",),
    f"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-{A}.scope": ("docker",),
    f"/system.slice:docker:{A}": ("docker",),
    f"/docker/buildkit/{A}": ("docker",),
    f"/ecs/0a1b2c/{A}": ("docker",),
    f"/machine.slice/libpod-{A}.scope/container": ("podman",),
    f"/libpod_parent/libpod-{A}": ("podman",),
    f"/kubepods/burstable/pod1234/{A}": ("kubernetes",),
    f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-{A}.scope": ("kubernetes",),
    f"/kubepods.slice/kubepods-pod1.slice/crio-{A}.scope": ("kubernetes",),
    f"/kubepods.slice/kubepods-pod1.slice/docker-{A}.scope": ("kubernetes",),
    f"/system.slice/containerd.service/kubepods-besteffort-pod1.slice:cri-containerd:{A}": ("kubernetes",),
    f"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1.slice/docker-{A}.scope": ("kubernetes",),
    f"/k8s.io/{A}": ("kubernetes",),
    f"/docker/{A}/kubelet/kubepods/besteffort/pod1/{B}": ("kubernetes", "docker"),
    f"/kubepods/besteffort/pod1/{A}/docker/{B}": ("docker", "kubernetes"),
    f"/lxc/101/ns/docker/{A}": ("docker", "lxc"),
    f"/lxc.payload.web/system.slice/docker-{A}.scope": ("docker", "lxc"),
    f"/docker/{A}/lxc/web": ("lxc", "docker"),
    "/lxc/101/ns/init.scope": ("lxc",),
    "/.lxc": ("lxc",),
    "/machine.slice/machine-lxc\\x2d12\\x2dweb.scope": ("lxc-libvirt",),
    "/machine.slice/machine-web.scope/payload": ("systemd-nspawn",),
    "/machine.slice/systemd-nspawn@web.service/payload": ("systemd-nspawn",),
    f"/system.slice/nerdctl-{A}.scope": ("containerd",),
    f"/default/{A}": ("containerd",),
    "/machine.slice/machine-rkt\\x2d0f3a.scope": ("rkt",),
    "/libvirt/lxc/web": ("lxc-libvirt",),
    "/machine/web.libvirt-lxc": ("lxc-libvirt",),
    f"/system.slice/ecs/x/docker-{A}.scope": ("docker",),
    "/kubelet/cri-containerd:0f3a": ("kubernetes",),
    "/pod/crio-0f3a": ("crio",),
    "/garden/0f3a": ("garden",),
    "/mesos/0f3a1b2c-1": ("mesos",),
    "/": (),
    "/init.scope": (),
    "/system.slice/docker.service": (),
    "/system.slice/docker.socket": (),
    "/system.slice/containerd.service": (),
    "/system.slice/kubelet.service": (),
    "/system.slice/lxc.service": (),
    "/system.slice/snap.lxd.daemon.service": (),
    "/lxc.monitor.web": (),
    f"/machine.slice/libpod-conmon-{A}.scope": (),
    "/machine.slice/machine-qemu\\x2d1\\x2dguest.scope": (),
    "/sensor.falcon": (),
    "/actions_job/0123": (),
    "/default/session": (),
    "/user.slice/user-1000.slice/session-1.scope": (),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_names_its_managers_innermost_first(path):
    assert parse_chain(path) == PATHS[path]


def test_each_line_names_its_innermost_manager_once():
    text = f"8:memory:/docker/{A}\n4:cpu:/docker/{A}\n1:name=systemd:/init.scope\n0::/\n"
    assert parse_cgroup(text) == (("docker", f"/docker/{A}"),)
