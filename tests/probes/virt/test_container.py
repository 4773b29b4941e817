"""Detection of containers. Each case names the source of the rule, or the bug report."""

import pytest

ID = "baa660ed81bc81d262ac6e19486142aeec5fce2043e2a173eb2505c6fbed89bc"
LAYERS = "rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/var/lib/docker/overlay2/b/diff"


def container_of(tree):
    fact = tree.facts()["virt.container"]
    assert fact.known, fact.reason
    return fact.value


def test_a_stale_marker_on_a_machine_without_a_container_is_named_as_such(tree):
    # project-oak/oak#4155
    tree.kvm().on_the_host().root_mount("ext4", "/dev/vda").write("/.dockerenv")
    fact = tree.facts()["virt.container"]
    assert fact.value == "none"
    assert any("/.dockerenv" in conflict and "stale" in conflict for conflict in fact.conflicts)
    assert any(item.source == "/.dockerenv" for item in fact.evidence)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/.dockerenv", ""),
        ("/run/.containerenv", ""),
        ("/dev/lxd/sock", ""),
        ("/.singularity.d/runscript", ""),
        ("/run/systemd/container", "lxc\n"),
        ("/proc/1/environ", "container=oci\0"),
    ],
)
def test_a_marker_alone_names_no_container_where_what_outranks_it_was_not_read(tree, path, content):
    fact = tree.kvm().write(path, content).facts()["virt.container"]
    assert not fact.known
    assert path.removesuffix("/runscript") in fact.reason


def test_docker_in_the_hosts_pid_namespace_is_still_docker(tree, own_namespaces, first_namespaces):
    tree.kvm().namespaces(own_namespaces | {"pid": first_namespaces["pid"]}).write("/.dockerenv")
    tree.root_mount("overlay", "overlay", LAYERS)
    assert container_of(tree) == "docker"


def test_docker_in_all_of_the_hosts_namespaces_is_detected_by_its_layers(tree):
    tree.kvm().on_the_host().write("/.dockerenv").root_mount("overlay", "overlay", LAYERS)
    assert container_of(tree) == "docker"


def test_any_name_wins_over_oci(tree):
    tree.metal().contained().environ(container="oci").write("/run/systemd/container", "rkt\n")
    assert container_of(tree) == "rkt"


def test_a_volume_group_called_docker_makes_no_container(tree):
    assert container_of(tree.metal().on_the_host().root_mount("ext4", "/dev/docker/root")) == "none"


def test_an_engine_that_started_gvisor_contradicts_nothing(tree):
    tree.kvm().docker().write("/proc/gvisor/kernel_is_gvisor")
    fact = tree.facts()["virt.container"]
    assert (fact.value, fact.conflicts) == ("gvisor", ())


@pytest.mark.parametrize("group", ["0::/", "0::/init.scope"])
def test_a_marker_on_layers_of_unknown_origin_is_believed(tree, group):
    tree.kvm().on_the_host().cgroup(group).write("/.dockerenv").root_mount("overlay", "overlay")
    assert container_of(tree) == "docker"


@pytest.mark.parametrize(
    ("root", "name"), [("/var/lib/lxc/web/rootfs", "lxc"), ("/var/lib/machines/web", "systemd-nspawn")]
)
def test_a_root_in_a_folder_of_a_manager_names_the_manager(tree, root, name):
    tree.kvm().contained().root_mount("ext4", "/dev/sda1", root=root)
    assert container_of(tree) == name


def test_an_overlay_root_alone_is_a_live_system_not_a_container(tree):
    tree.metal().on_the_host().root_mount("overlay", "overlay", "rw,lowerdir=/run/live/rootfs,upperdir=/run/up")
    assert container_of(tree) == "none"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/docker/{ID}", "docker"),
        (f"/system.slice/docker-{ID}.scope", "docker"),
        (f"/../../system.slice/docker-{ID}.scope", "docker"),
        (f"/machine.slice/libpod-{ID}.scope", "podman"),
        ("/lxc/web", "lxc"),
        ("/lxc.payload.web", "lxc"),
        ("/.lxc", "lxc"),
        ("/machine.slice/machine-web.scope", "systemd-nspawn"),
        (f"/kubepods/burstable/pod1/{ID}", "kubernetes"),
        (f"/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope", "kubernetes"),
        (f"/kubepods.slice/kubepods-pod1.slice/crio-{ID}.scope", "kubernetes"),
        (f"/lxc/web/docker/{ID}", "docker"),
    ],
)
def test_a_control_groups_path_names_the_innermost_manager(tree, path, name):
    tree.metal().contained().write("/proc/self/cgroup", f"8:memory:{path}\n0::{path}\n")
    assert container_of(tree) == name


@pytest.mark.parametrize(
    "path",
    [
        "/sensor.falcon",
        "/actions_job/0123",
        "/launcher/0e5aae509de456583bb9b827cf296f01",
        "/system.slice/docker.service",
        "/system.slice/containerd.service",
        "/user.slice/user-1000.slice/session-1.scope",
        "/lxc.monitor.web",
        "/machine.slice/machine-qemu\\x2d1\\x2dguest.scope",
    ],
)
def test_a_path_other_than_the_root_is_not_a_container(tree, path):
    # eclipse-omr#8332
    tree.metal().on_the_host().write("/proc/self/cgroup", f"0::{path}\n")
    assert container_of(tree) == "none"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("lxc", "lxc"),
        ("lxc-libvirt", "lxc-libvirt"),
        ("systemd-nspawn", "systemd-nspawn"),
        ("podman", "podman"),
        ("docker", "docker"),  # facter#2781
        ("crio", "crio"),
        ("rkt", "rkt"),
        ("something-new", "other"),
    ],
)
def test_the_environment_of_the_first_process_names_its_manager(tree, value, name):
    # https://systemd.io/CONTAINER_INTERFACE
    tree.metal().contained().write("/proc/1/environ", f"HOME=/root\0container={value}\0")
    assert container_of(tree) == name


@pytest.mark.parametrize("path", ["/run/host/container-manager", "/run/systemd/container"])
def test_a_file_may_hold_the_managers_name(tree, path):
    tree.metal().contained().write(path, "systemd-nspawn\n")
    assert container_of(tree) == "systemd-nspawn"


def test_an_image_that_calls_itself_oci_is_named_by_its_marker(tree):
    tree.metal().contained().write("/proc/1/environ", "container=oci\0").write("/run/.containerenv")
    assert container_of(tree) == "podman"


def test_a_stale_docker_marker_in_lxc_is_lxc(tree):
    tree.metal().contained().write("/proc/1/environ", "container=lxc\0").write("/.dockerenv")
    tree.root_mount("ext4", "/dev/mapper/pve-vm--101--disk--0")
    assert container_of(tree) == "lxc"


def test_lxc_with_the_socket_of_lxd_is_lxd(tree):
    tree.metal().contained().write("/proc/1/environ", "container=lxc\0").write("/dev/lxd/sock")
    assert container_of(tree) == "lxd"


def test_a_virtual_machine_of_lxd_has_its_socket_and_is_no_container(tree):
    tree.kvm().on_the_host().write("/dev/lxd/sock")
    assert container_of(tree) == "none"


def test_a_pod_without_markers_is_detected_by_its_environment_or_its_mounts(tree):
    # canonical/ubuntu-pro-client#3483
    tree.kvm().contained().write("/proc/1/environ", "KUBERNETES_SERVICE_HOST=10.0.0.1\0")
    assert container_of(tree) == "kubernetes"


def test_a_pod_is_detected_by_the_file_that_the_kubelet_mounts(tree):
    line = "9 1 8:1 /var/lib/kubelet/pods/1/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n"
    tree.kvm().contained().root_mount("overlay", "overlay")
    path = tree.root / "proc/self/mountinfo"
    path.write_text(path.read_text() + line)
    assert container_of(tree) == "kubernetes"


def test_a_node_that_has_containers_mounted_is_not_in_one(tree):
    lines = (
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"2 1 0:50 / /var/lib/docker/overlay2/b/merged rw - overlay overlay {LAYERS}\n"
        "3 1 0:51 / /var/lib/kubelet/pods/1/volumes/x rw - tmpfs tmpfs rw\n"
    )
    tree.kvm().on_the_host().write("/proc/self/mountinfo", lines)
    assert container_of(tree) == "none"


def test_a_pid_namespace_of_its_own_without_a_name_is_other(tree):
    # systemd#35249
    tree.metal().contained()
    assert container_of(tree) == "other"


def test_old_kernels_are_judged_by_kernel_threads(tree):
    tree.metal().write("/proc/2/comm", "kthreadd\n").write("/.dockerenv").root_mount("ext4", "/dev/sda1")
    assert container_of(tree) == "none"


@pytest.mark.parametrize(
    ("files", "container", "role"),
    [
        ({"/proc/self/status": "envID:\t101\n", "/proc/vz/veinfo": ""}, "openvz", "guest"),
        ({"/proc/self/status": "envID:\t0\n", "/proc/vz/version": "", "/proc/bc/0/x": ""}, "none", "host"),
        ({"/proc/vz/veinfo": ""}, "openvz", "guest"),
        ({"/proc/vz/veinfo": "", "/proc/bc/0/x": ""}, "none", "host"),
        ({"/proc/user_beancounters": "Version: 2.5\n  101:  kmemsize 1\n"}, "openvz", "guest"),
        ({"/proc/user_beancounters": "Version: 2.5\n  0:  kmemsize 1\n  101: kmemsize 1\n"}, "none", "host"),
        ({"/proc/sys/kernel/osrelease": "3.13.0-042stab104.1\n"}, "openvz", "guest"),  # moby#10826
        # ansible#26424: CloudLinux is neither guest nor node.
        ({"/proc/vz/.keep": "", "/proc/lve/list": "6:LVE\n", "/proc/self/status": "Name:\tcat\n"}, "none", "none"),
    ],
)
def test_openvz_guests_nodes_and_cloudlinux_are_distinguished(tree, files, container, role):
    tree.x86(hypervisor=False).cpuid()
    for path, text in files.items():
        tree.write(path, text)
    facts = tree.facts()
    assert (facts["virt.container"].value, facts["virt.role"].value) == (container, role)


def test_wsl1_is_a_container_on_no_virtual_machine(tree):
    tree.x86(hypervisor=False).write("/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft\n").root_mount(
        "lxfs", "rootfs"
    )
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.container"].value) == ("none", "wsl1")


def test_docker_in_wsl_is_docker(tree):
    tree.x86(hypervisor=True).cpuid(base="Microsoft Hv").contained().write("/.dockerenv")
    tree.write("/proc/sys/kernel/osrelease", "5.15.133.1-microsoft-standard-WSL2\n")
    tree.root_mount("overlay", "overlay", LAYERS)
    assert container_of(tree) == "docker"


def test_a_distribution_imported_into_wsl_from_an_image_is_wsl(tree):
    tree.contained().write("/.dockerenv").root_mount("ext4", "/dev/sdc")
    tree.write("/proc/sys/kernel/osrelease", "5.15.133.1-microsoft-standard-WSL2\n")
    assert container_of(tree) == "wsl2"


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("/proc/gvisor/kernel_is_gvisor", "", "gvisor"),
        ("/proc/version", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n", "gvisor"),
        ("/.evidence/dmesg", "[    0.000000] Starting gVisor...\n", "gvisor"),
        ("/proc/version", "Linux version 4.10.0 BrandZ virtual linux\n", "illumos-lx"),
        ("/proc/self/status", "Name:\tcat\nVxID:\t42\n", "linux-vserver"),
        ("/proc/self/status", "Name:\tcat\nVxID:\t0\n", "none"),
    ],
)
def test_kernels_that_contain_or_imitate_are_named(tree, path, text, name):
    tree.metal().write("/.dockerenv" if name == "gvisor" else "/etc/issue").write(path, text)
    assert container_of(tree) == name


def test_docker_in_an_openvz_guest_is_docker_only_with_proof(tree):
    tree.metal().write("/proc/self/status", "envID:\t101\n").write("/.dockerenv")
    assert container_of(tree) == "openvz"
    tree.write("/proc/self/cgroup", f"2:memory:/docker/{ID}\n")
    assert container_of(tree) == "docker"


def test_kata_is_detected_by_its_shared_root(tree):
    tree.kvm().contained().root_mount("virtiofs", "kataShared")
    facts = tree.facts()
    assert (facts["virt.vm"].value, facts["virt.container"].value) == ("kvm", "kata")


def test_the_pod_that_kata_isolates_contradicts_nothing(tree):
    tree.kvm().contained().root_mount("virtiofs", "kataShared").environ(KUBERNETES_SERVICE_HOST="10.0.0.1")
    fact = tree.facts()["virt.container"]
    assert (fact.value, fact.conflicts) == ("kata", ())


def test_a_tracer_called_proot_is_proot(tree):
    tree.metal().on_the_host().write("/proc/self/status", "Name:\tcat\nTracerPid:\t77\n").write(
        "/proc/77/comm", "proot\n"
    )
    assert container_of(tree) == "proot"


@pytest.mark.parametrize(
    "root",
    [
        ("overlay", "overlay", "rw,lowerdir=/run/live/rootfs/filesystem.squashfs/,upperdir=/run/live/overlay/rw"),
        ("overlay", "composefs", "ro,lowerdir=/run/ostree/.private/cfsroot-lower::/sysroot/ostree/repo/objects"),
    ],
)
def test_a_marker_on_the_layers_of_a_live_or_image_based_system_is_stale(tree, root):
    # live-boot, ostree: an image of a container's files, booted. Its control groups are systemd's.
    tree.metal().on_the_host().cgroup("0::/init.scope").write("/.dockerenv").root_mount(*root)
    fact = tree.facts()["virt.container"]
    assert fact.value == "none"
    assert any("stale" in conflict for conflict in fact.conflicts)


def test_a_marker_in_wsl1_is_left_over_from_the_imported_image(tree):
    # learn.microsoft.com/windows/wsl/use-custom-distro: docker export, wsl --import
    tree.x86(hypervisor=False).linux("4.4.0-18362-Microsoft").write("/.dockerenv")
    fact = tree.write("/proc/self/mounts", "rootfs / lxfs rw,noatime 0 0\n").facts()["virt.container"]
    assert fact.value == "wsl1"
    assert any("/.dockerenv" in conflict and "lxfs" in conflict for conflict in fact.conflicts)


@pytest.mark.parametrize(("text", "known"), [("Name:\tcat\nUmask:\t0022\n", True), ("Name:\tcat\nenv", False)])
def test_a_truncated_status_does_not_prove_a_missing_id(tree, text, known):
    tree.x86(hypervisor=False).write("/proc/self/status", text)
    assert tree.facts()["virt.container"].known is known


@pytest.mark.parametrize("last", ["", "31 22 0:40 / / rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d\n"])
def test_a_table_that_is_cut_does_not_show_that_a_marker_is_stale(tree, last):
    many = "".join(f"{100 + at} 22 0:50 / /m/{at:06} rw - tmpfs tmpfs rw\n" for at in range(30_000))
    tree.kvm().on_the_host().write("/.dockerenv")
    tree.write("/proc/self/mountinfo", f"22 1 254:1 / / rw - ext4 /dev/vda1 rw\n{many}{last}")
    fact = tree.facts()["virt.container"]
    assert not fact.conflicts
    assert (fact.known, fact.value) == (False, None)
