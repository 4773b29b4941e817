"""Programs and modules on distributions that keep them in folders of their own."""

import pytest

from hostcheck.probes.engine.programs import probe as probe_programs
from hostcheck.probes.kernel.features import probe as probe_features
from hostcheck.probes.kernel.installed import modules_are_gone, modules_folder
from hostcheck.probes.network.network import installed_iptables
from hostcheck.probes.paths import other_folders

RELEASE = "6.12.30"
OSRELEASE = {"/proc/sys/kernel/osrelease": f"{RELEASE}\n"}
MODULAR = {**OSRELEASE, "/proc/modules": "overlay 200 1 - Live 0x0\n", f"/boot/config-{RELEASE}": "CONFIG_MODULES=y\n"}
NIXOS = {
    **MODULAR,
    "/usr/bin/env": "",
    "/run/wrappers/bin/newuidmap": "",
    "/run/wrappers/bin/newgidmap": "",
    "/run/current-system/sw/bin/dockerd": "",
    "/run/current-system/sw/bin/modprobe": "",
    f"/run/booted-system/kernel-modules/lib/modules/{RELEASE}/modules.dep": "kernel/fs/overlayfs/overlay.ko.xz:\n",
}
GUIX = {
    **MODULAR,
    "/run/privileged/bin/newuidmap": "",
    "/run/privileged/bin/newgidmap": "",
    "/run/current-system/profile/bin/dockerd": "",
    f"/run/booted-system/kernel/lib/modules/{RELEASE}/modules.dep": "kernel/fs/overlayfs/overlay.ko.gz:\n",
}
FLATCAR = {
    **MODULAR,
    "/opt/bin/conntrack": "",
    "/usr/bin/dockerd": "",
    f"/usr/lib/modules/{RELEASE}/modules.dep": "a.ko:\n",
}
ELSEWHERE = {**OSRELEASE, "/data/app/bin/podman": "", "/proc/1/environ": "PATH=/data/app/bin:/usr/bin:relative\0X=1\0"}
DEBIAN = {**MODULAR, "/usr/sbin/dockerd": "", f"/lib/modules/{RELEASE}/modules.dep": "a.ko:\n"}


def programs_of(host, facts_of):
    found = facts_of(probe_programs, host)
    return {name for name, there in found["host.programs"].value.items() if there}, found["user.uidmap"].value


@pytest.mark.parametrize(
    ("files", "found", "uidmap"),
    [
        (NIXOS, {"dockerd", "modprobe", "newuidmap", "newgidmap"}, True),
        (GUIX, {"dockerd", "newuidmap", "newgidmap"}, True),
        (FLATCAR, {"dockerd", "conntrack"}, False),
        (ELSEWHERE, {"podman"}, False),
        ({"/snap/bin/docker": ""}, {"docker"}, False),
        (DEBIAN, {"dockerd"}, False),
    ],
    ids=["nixos", "guix", "flatcar", "path-of-init", "snap", "debian"],
)
def test_programs_are_found_where_the_distribution_keeps_them(fake_host, facts_of, files, found, uidmap):
    assert programs_of(fake_host(files), facts_of) == (found, uidmap)


def test_a_folder_that_was_not_captured_leaves_known_answers_alone(fake_host, facts_of):
    host = fake_host({**DEBIAN, "/proc/1/environ": "PATH=/opt/x/bin\0"}, live=False)
    assert other_folders(host) == ()
    assert "dockerd" in programs_of(host, facts_of)[0]


def test_a_path_of_many_folders_is_read_in_part(fake_host):
    folders = [f"/x{number}" for number in range(100)]
    host = fake_host({f"{folder}/a": "" for folder in folders} | {"/proc/1/environ": f"PATH={':'.join(folders)}\0"})
    assert len(other_folders(host)) == 20


def test_iptables_of_nixos_shows_its_backend(fake_host):
    store = "/nix/store/abc-iptables-1.8.11/bin/xtables-nft-multi"
    links = {"/run/current-system/sw/bin/iptables": store}
    assert installed_iptables(fake_host({store: "", "/run/current-system/sw/bin/ip": ""}, links)).value == "nft"


@pytest.mark.parametrize("files", [NIXOS, GUIX, FLATCAR, DEBIAN], ids=["nixos", "guix", "flatcar", "debian"])
def test_the_kernels_modules_are_found_and_nothing_asks_for_a_reboot(fake_host, facts_of, files):
    host = fake_host(files)
    assert host.exists(modules_folder(host, RELEASE))
    assert not modules_are_gone(host, RELEASE)
    assert facts_of(probe_features, host)["kernel.modules_match"].value is True


def test_only_another_kernels_modules_show_that_these_were_removed(fake_host, facts_of):
    updated = fake_host({**MODULAR, "/lib/modules/6.12.31/modules.dep": "a.ko:\n"})
    assert modules_are_gone(updated, RELEASE)
    assert facts_of(probe_features, updated)["kernel.modules_match"].value is False
    none = fake_host(MODULAR)
    assert not modules_are_gone(none, RELEASE)
    assert not facts_of(probe_features, none)["kernel.modules_match"].known
