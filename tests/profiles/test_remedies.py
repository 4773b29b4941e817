"""A remedy names the package of the distribution and release that it is printed for."""

import re
import subprocess

import pytest

from hostcheck.catalogue.loader import entry_of
from hostcheck.profiles.loader import load, names
from hostcheck.profiles.remedies import ANY, BOOT, BY_HAND, CONTAINER, KERNEL, commands, remedy
from hostcheck.run.model import Fact
from hostcheck.verdicts import judge

FAMILIES = ("debian", "ubuntu", "rhel", "fedora", "suse", "arch", "alpine", "nixos")
MANAGERS = {"debian": "apt-get", "ubuntu": "apt-get", "rhel": "dnf", "rhel7": "yum", "rhel8": "dnf", "fedora": "dnf"}
MANAGERS |= {"suse": "zypper", "arch": "pacman", "alpine": "apk", "nixos": "nixos-rebuild"}
KERNELS = {"kernel-debian-cloud": "apt-get", "kernel-ubuntu-raspi": "apt-get", "kernel-oracle-uek": "dnf"}
KERNELS |= dict.fromkeys(("kernel-wsl2", "kernel-proxmox", "kernel-raspberry-pi"))


RULES = Fact("engine.firewall", "iptables")


def on(family, release="none"):
    return {"os.family": Fact("os.family", family), "os.release": Fact("os.release", release)}


@pytest.mark.parametrize(
    ("family", "release", "command"),
    [
        ("rhel", "10.1", "dnf install kernel-modules-extra-$(uname -r)"),
        ("rhel", "7.9", "yum reinstall kernel-$(uname -r)"),
        ("ubuntu", "24.04", "apt-get install linux-modules-extra-$(uname -r)"),
        ("debian", "13", "apt-get install --reinstall linux-image-$(uname -r)"),
        ("alpine", "3.22.1", "apk add linux-lts"),
        ("nixos", "25.05", "boot.kernelPackages"),
    ],
)
def test_a_module_that_is_missing_has_the_package_that_brings_it(family, release, command):
    facts = on(family, release) | {fact.id: fact for fact in (Fact("net.xt_match", value=False), RULES)}
    verdict = next(each for each in judge(load("docker"), facts) if each.check == "net.xt_match")
    assert verdict.status == "fail"
    assert command in verdict.fix
    assert "NETFILTER_XT_MATCH_ADDRTYPE" in verdict.fix


def test_a_release_outranks_its_family_and_an_unknown_distribution_has_general_words():
    assert remedy("{iptables}", on("rhel", "8.10")) == "dnf install iptables"
    assert remedy("{iptables}", on("rhel", "9.6")) == "dnf install iptables-nft"
    for facts in (None, {}, on("other"), {"os.family": Fact.unknown("os.family", "not captured")}):
        assert remedy("{iptables}", facts) == commands()["iptables"][ANY]


@pytest.mark.parametrize("container", ["lxc", "lxc-libvirt", "systemd-nspawn", "docker"])
def test_a_container_installs_programs_and_leaves_kernel_modules_to_its_host(container):
    facts = on("ubuntu", "24.04") | {"virt.container": Fact("virt.container", container)}
    assert remedy("{modules}", facts) == commands()["modules"][CONTAINER]
    assert remedy("{iptables}", facts) == "apt-get install iptables"
    for own in ("none", "wsl2"):
        facts["virt.container"] = Fact("virt.container", own)
        assert "linux-modules-extra" in remedy("{modules}", facts)


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        ("debian-cloud", "linux-image-$(dpkg --print-architecture)"),
        ("ubuntu-raspi", "linux-modules-extra-raspi"),
        ("oracle-uek", "kernel-uek-modules-extra"),
        ("wsl2", "kernelModules="),
        ("raspberry-pi", "the package of your kernel"),
    ],
)
def test_a_kernel_that_is_not_the_distributions_own_has_its_own_package(kernel, words):
    facts = on("ubuntu", "24.04") | {"virt.kernel_flavour": Fact("virt.kernel_flavour", kernel)}
    assert words in remedy("{modules}", facts)
    assert remedy("{iptables}", facts) == "apt-get install iptables"


def test_a_distributions_own_kernel_leaves_the_release_to_decide():
    facts = on("rhel", "7.9") | {"virt.kernel_flavour": Fact("virt.kernel_flavour", "rhel")}
    assert "yum reinstall" in remedy("{modules}", facts)


def test_each_kernel_with_a_package_of_its_own_is_one_that_a_probe_names():
    kind = entry_of("virt.kernel_flavour").kind
    assert all(kind.has(name.removeprefix(KERNEL)) for name in KERNELS)


def test_braces_around_anything_else_stay():
    for text in ('{"bridge": {"mtu": "1400"}}', "{unknown}", "${HOME}", "{}"):
        assert remedy(text, on("debian")) == text


def test_every_command_is_of_the_distributions_own_package_manager():
    for name, row in commands().items():
        assert ANY in row, name
        for key, text in row.items():
            assert key in {
                ANY,
                CONTAINER,
                *MANAGERS,
                *KERNELS,
                *(f"{BOOT}{each}" for each in entry_of("os.boot").kind.values),
            }, (name, key)
            others = set(MANAGERS.values()) - {(MANAGERS | KERNELS).get(key)}
            assert not any(re.search(rf"\b{other} ", text) for other in others), (name, key)


def test_every_command_is_named_by_a_check_and_every_name_has_a_command():
    fixes = " ".join(f"{check.fix} {check.command}" for name in names() for check in load(name).checks)
    assert set(re.findall(r"\{([a-z-]+)(?: [^{}]+)?\}", fixes)) - {"bound", "found"} == set(commands())


@pytest.mark.parametrize("family", FAMILIES)
def test_no_remedy_of_a_host_has_a_name_in_braces(family):
    for name in names():
        for verdict in judge(load(name), on(family)):
            assert not re.search(r"\{[a-z-]+(?: [^{}]+)?\}", verdict.fix + verdict.command), (name, verdict.check)


def of(check, facts):
    return next(each for each in judge(load("docker"), facts) if each.check == check)


def test_a_command_is_the_one_of_the_distribution_and_there_is_none_where_none_is_known():
    v1 = {"cgroup.mode": Fact("cgroup.mode", "v1")}
    wanted = "systemd.unified_cgroup_hierarchy=1"
    assert of("cgroup.mode.v2", v1 | on("rhel", "9")).command == (
        f"grubby --update-kernel=ALL --args='{wanted}' && echo 'now reboot'"
    )
    assert f"&{wanted} /' /etc/default/grub && update-grub" in of("cgroup.mode.v2", v1 | on("debian", "12")).command
    assert of("cgroup.mode.v2", v1 | on("alpine")).command == ""
    assert of("cgroup.mode.v2", v1).command == ""


def test_a_command_holds_what_is_asked_for_and_what_was_found_quoted_for_a_shell():
    low = {"sysctl.max_map_count": Fact("sysctl.max_map_count", 65_530)}
    assert of("sysctl.max_map_count", low).command.startswith("sysctl -w vm.max_map_count=262144 ")
    facts = on("debian", "12") | {
        "security.audit_unwatched": Fact("security.audit_unwatched", ("/usr/bin/runc", "/etc/docker", "/not asked")),
        "host.programs": Fact("host.programs", {"dockerd": True}),
    }
    assert " in /usr/bin/runc /etc/docker; do " in of("security.audit_rules", facts).command


@pytest.mark.parametrize(
    ("boot", "fix", "said"),
    [
        ("other", "Boot with psi=1 a.b=2, or not.", f"Boot with psi=1 a.b=2 ({BY_HAND}), or not."),
        ("other", "Boot with the controllers on.", "Boot with the controllers on."),
        ("grub", "Boot with psi=1.", "Boot with psi=1."),
    ],
)
def test_without_a_known_boot_loader_it_is_said_where_a_command_is_missing(boot, fix, said):
    assert remedy(fix, {"os.boot": Fact("os.boot", boot)}) == said


def followed(command, folder):
    """Follow a command twice, with /etc in a folder of the test; yield the text of each file after each time."""
    stubs = ("apt-get", "augenrules", "update-grub", "update-extlinux", "grub2-mkconfig")
    programs = "\n".join(f"{name}() {{ :; }}" for name in stubs)
    script = f'{programs}\nsysctl() {{ shift; for each; do echo "$each"; done; }}\n'
    script += command.replace("/etc/", f"{folder}/").replace("/boot/", f"{folder}/boot/")
    for _ in range(2):
        subprocess.run(["bash", "-c", script], check=True)
        yield {path: path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("options", ["", "quiet", "psi=10 quiet"])
def test_a_boot_parameter_is_added_once(options, tmp_path):
    grub = tmp_path / "default" / "grub"
    grub.parent.mkdir()
    grub.write_text(f'GRUB_CMDLINE_LINUX="{options}"\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\n')
    once, twice = followed(commands()["boot"]["debian"].replace("$1", "psi=1"), tmp_path)
    assert once == twice
    assert once[grub].splitlines() == [f'GRUB_CMDLINE_LINUX="psi=1 {options}"', 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"']


_LOADERS = {
    "grub": ("debian", "default/grub", 'GRUB_CMDLINE_LINUX="{}"\n'),
    "suse": ("suse", "default/grub", 'GRUB_CMDLINE_LINUX="{}"\n'),
    "extlinux": ("boot-extlinux", "update-extlinux.conf", 'timeout=3\ndefault_kernel_opts="{}"\n'),
    "raspberry-pi": ("boot-raspberry-pi", "boot/firmware/cmdline.txt", "{}\n"),
    "raspberry-pi-11": ("boot-raspberry-pi", "boot/cmdline.txt", "{}\n"),
}


@pytest.mark.parametrize("loader", _LOADERS)
@pytest.mark.parametrize("options", ["quiet", "psi=10 quiet"])
def test_a_boot_parameter_is_added_once_to_what_the_loader_reads(loader, options, tmp_path):
    row, place, text = _LOADERS[loader]
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.format(options))
    once, twice = followed(commands()["boot"][row].replace("$1", "psi=1"), tmp_path)
    assert once == twice
    words = once[file].replace('"', " ").split()
    assert words.count("psi=1") == 1
    assert set(options.split()) <= set(words)
    assert len(once[file].splitlines()) == len(text.splitlines())


@pytest.mark.parametrize(
    ("row", "place", "before", "after"),
    [
        (
            "debian",
            "default/grub",
            'GRUB_CMDLINE_LINUX="quiet cgroup_disable=memory"\n',
            'GRUB_CMDLINE_LINUX="quiet"\n',
        ),
        ("suse", "default/grub", 'GRUB_CMDLINE_LINUX="cgroup_disable=memory"\n', 'GRUB_CMDLINE_LINUX=""\n'),
        (
            "boot-extlinux",
            "update-extlinux.conf",
            'default_kernel_opts="a cgroup_disable=memory"\n',
            'default_kernel_opts="a"\n',
        ),
        ("kernel-raspberry-pi", "boot/firmware/cmdline.txt", "rootwait\n", "rootwait cgroup_enable=memory\n"),
        ("kernel-ubuntu-raspi", "boot/firmware/cmdline.txt", "rootwait\n", "rootwait cgroup_enable=memory\n"),
    ],
)
def test_the_memory_controller_is_turned_on_where_the_loader_reads_it(tmp_path, row, place, before, after):
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(before)
    once, twice = followed(commands()["memory-controller"][row], tmp_path)
    assert once == twice == {file: after}


@pytest.mark.parametrize(
    ("loader", "kernel", "words"),
    [
        ("grub", "generic", "/etc/default/grub"),
        ("ostree", "generic", "rpm-ostree kargs"),
        ("transactional-update", "generic", "/etc/default/grub && transactional-update grub.cfg"),
        ("raspberry-pi", "raspberry-pi", "cmdline.txt"),
        # Debian's own kernel knows no cgroup_enable, and the firmware's word is in no file.
        ("raspberry-pi", "debian", ""),
        ("systemd-boot", "debian", ""),
        ("other", "debian", ""),
    ],
)
def test_the_command_is_of_the_loader_and_there_is_none_where_none_is_known(loader, kernel, words):
    facts = on("debian", "13") | {
        "os.boot": Fact("os.boot", loader),
        "virt.kernel_flavour": Fact("virt.kernel_flavour", kernel),
        "cgroup.memory.disabled_by": Fact("cgroup.memory.disabled_by", "cgroup_disable=memory"),
    }
    command = of("cgroup.memory", facts).command
    assert words in command
    assert bool(words) == bool(command)


def test_every_command_that_writes_settings_writes_them_once(tmp_path):
    for place in ("sysctl.d", "audit/rules.d"):
        (tmp_path / place).mkdir(parents=True)
    facts = on("debian", "12") | {
        "security.audit_unwatched": Fact("security.audit_unwatched", ("/usr/bin/runc", "/var/lib/docker")),
        "host.programs": Fact("host.programs", {"dockerd": True}),
    }
    (tmp_path / "audit/rules.d/docker.rules").write_text("-w /own -k docker\n")
    written = {check.command for name in names() for check in load(name).checks if "/etc/sysctl.d" in check.command}
    for command in (of("security.audit_rules", facts).command, *sorted(written)):
        once, twice = followed(command.replace("{bound}", "9").replace("modprobe", ":"), tmp_path)
        assert once == twice, command
    assert len((tmp_path / "audit/rules.d/docker.rules").read_text().splitlines()) == 3


def test_overlay_is_loaded_before_another_kernel_is_looked_for():
    # With kernel.modprobe empty the module is there, and only nothing loads it.
    facts = {"storage.overlay": Fact("storage.overlay", value=False)}
    words = of("storage.overlay", facts | on("ubuntu", "24.04")).fix
    places = [words.find(each) for each in ("modprobe overlay", "/etc/modules-load.d", "linux-modules-extra")]
    assert -1 < places[0] < places[1] < places[2]


def test_where_overlay_is_loaded_its_remedy_begins_with_the_file_system():
    """On NFS, or on ZFS before 2.2, the module is loaded, and to load it again changes nothing."""
    facts = {"storage.overlay": Fact("storage.overlay", value=False)}
    for family in ("debian", "none"):
        first = of("storage.overlay", facts | on(family)).fix.partition(";")[0]
        assert first.startswith("Put the data-root on ext4 or xfs")
        assert "where it is not in /proc/filesystems: modprobe overlay" in first


def test_in_a_container_no_remedy_is_a_boot_parameter():
    facts = {"virt.container": Fact("virt.container", "openvz")}
    for name in names():
        for check in load(name).checks:
            if re.search(r"\b[Bb]oot with ", check.fix):
                words = remedy(check.fix, facts)
                assert not re.search(r"\b[Bb]oot with ", words), check.fix
                assert "virtual machine with a kernel of its own" in words, words


def test_what_passes_or_is_unknown_has_no_command():
    for value in (262_144, None):
        fact = Fact("sysctl.max_map_count", value) if value else Fact.unknown("sysctl.max_map_count", "not read")
        assert of("sysctl.max_map_count", {fact.id: fact}).command == ""


def test_in_a_container_there_is_no_command_for_the_kernel_that_it_shares():
    facts = on("debian", "12") | {"virt.container": Fact("virt.container", "lxc")}
    assert of("net.bridge", facts | {"net.bridge": Fact("net.bridge", value=False)}).command == ""
    absent = facts | {fact.id: fact for fact in (Fact("net.iptables", "none"), RULES)}
    assert of("net.iptables", absent).command == "apt-get install iptables"


def test_root_of_a_container_is_not_asked_to_be_root():
    reason = "it could not be read: run as root"
    facts = {"net.bridge": Fact.unknown("net.bridge", reason), "priv.root": Fact("priv.root", value=True)}
    assert of("net.bridge", facts).found == reason
    inside = facts | {"virt.container": Fact("virt.container", "docker")}
    assert of("net.bridge", inside).found == "it could not be read: audit the host itself"
    inside["priv.root"] = Fact("priv.root", value=False)
    assert of("net.bridge", inside).found == reason


@pytest.mark.parametrize(
    ("loader", "family", "release", "name", "words"),
    [
        ("grub", "fedora", "43", "iptables", "dnf install iptables-nft"),
        ("ostree", "fedora", "43", "iptables", "rpm-ostree install iptables-nft"),
        ("ostree", "rhel", "10.0", "modules", "rpm-ostree install kernel-modules-extra-$(uname -r)"),
        ("ostree", "rhel", "7.9", "auditd", "rpm-ostree install audit"),
        ("ostree", "debian", "13", "iptables", "apt-get install iptables"),
        ("transactional-update", "suse", "20251101", "auditd", "transactional-update pkg install audit"),
    ],
)
def test_packages_are_layered_where_the_system_is_an_image(loader, family, release, name, words):
    facts = on(family, release) | {"os.boot": Fact("os.boot", loader)}
    assert remedy(f"See {{{name}}}.", facts).endswith(f"{words}.")
    assert not (loader == "ostree" and any(each in remedy(f"{{{name}}}", facts) for each in ("dnf ", "yum ")))
