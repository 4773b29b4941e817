"""What bin/bench and bin/test would do on systems that are not here: their package managers are stand-ins."""

import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SETUP = TOP / "bin" / "setup.sh"
PACKAGES = TOP / "docs" / "packages.md"
COMMANDS = {
    "apt-get": "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "
    "--no-remove ",
    "dnf": "dnf install -y --setopt=install_weak_deps=False ",
    "zypper": "zypper --non-interactive install --no-recommends ",
    "pacman": "pacman -S --needed --noconfirm ",
    "apk": "apk add ",
}
# What os-release has on each system (ID, VERSION_ID, ID_LIKE), its manager, and what bin/bench installs there.
SYSTEMS = {
    "debian 11": ("debian", "11", "", "apt-get", "fio docker.io busybox-static"),
    "debian 12": ("debian", "12", "", "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "debian 13": ("debian", "13", "", "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "debian sid": ("debian", "", "", "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "ubuntu 20.04": ("ubuntu", "20.04", "debian", "apt-get", "fio docker.io busybox-static"),
    "ubuntu 22.04": ("ubuntu", "22.04", "debian", "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "ubuntu 24.04": ("ubuntu", "24.04", "debian", "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "ubuntu 26.04": ("ubuntu", "26.04", "debian", "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "mint": ("linuxmint", "22", '"ubuntu debian"', "apt-get", "python3 python3-venv fio docker.io busybox-static"),
    "rhel 8": ("rhel", "8.10", "fedora", "dnf", "python3.12 fio podman"),
    "rocky 8": ("rocky", "8.10", '"rhel centos fedora"', "dnf", "python3.12 fio podman"),
    "alma 9": ("almalinux", "9.6", '"rhel centos fedora"', "dnf", "python3.12 fio podman"),
    "oracle 9": ("ol", "9.6", "fedora", "dnf", "python3.12 fio podman"),
    "rhel 9": ("rhel", "9.4", "fedora", "dnf", "python3.12 fio podman"),
    "rhel 10": ("rhel", "10.0", "fedora", "dnf", "python3 fio podman"),
    "centos stream 10": ("centos", "10", '"rhel fedora"', "dnf", "python3 fio podman"),
    "fedora": ("fedora", "42", "", "dnf", "python3 fio moby-engine busybox"),
    "amazon": ("amzn", "2023", "fedora", "dnf", "python3.11 fio docker"),
    "leap 15": ("opensuse-leap", "15.6", '"suse opensuse"', "zypper", "python311 fio docker busybox-static"),
    "leap 16": ("opensuse-leap", "16.0", '"suse opensuse"', "zypper", "python313 fio docker busybox-static"),
    "tumbleweed": (
        "opensuse-tumbleweed",
        "20261101",
        '"opensuse suse"',
        "zypper",
        "python313 fio docker busybox-static",
    ),
    "sles 15": ("sles", "15.7", "suse", "zypper", "python311 fio docker busybox-static"),
    "sles 16": ("sles", "16.0", '"suse"', "zypper", "python313 fio docker busybox-static"),
    "arch": ("arch", "", "", "pacman", "python fio docker busybox"),
    "alpine": ("alpine", "3.22.1", "", "apk", "python3 fio docker busybox-static"),
}


@pytest.fixture
def system(tmp_path):
    """A PATH that holds a shell's usual tools and what the test adds, and nothing else."""
    for tool in ("sh", "grep", "cat", "touch", "rm"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    log = tmp_path / "log"

    def add(name, script="exit 0"):
        program = tmp_path / name
        program.write_text(f"#!{tmp_path}/sh\necho {name} $* >>{log}\n{script}\n")
        program.chmod(0o755)

    def run(snippet, uid=0):
        add("id", f"echo {uid}")
        done = subprocess.run(
            [tmp_path / "sh", "-euc", f". {SETUP}; {snippet}"],
            env={"PATH": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        calls = [line for line in (log.read_text() if log.exists() else "").splitlines() if not line.startswith("id")]
        return done, calls

    return add, run


def of(name):
    """Return a shell function that replaces os-release by that of a system, and no repository."""
    identity, release, like, _, _ = SYSTEMS[name]
    lines = f'NAME="x y"\\nID={identity}\\nVERSION_ID="{release}"\\nID_LIKE={like}\\n'
    return f"os_release() {{ printf '{lines}'; }}; repository() {{ false; }}; "


@pytest.mark.parametrize("name", SYSTEMS)
def test_each_distribution_gets_the_names_of_its_own_packages(system, name):
    add, run = system
    *_, manager, packages = SYSTEMS[name]
    add(manager)
    done, calls = run(of(name) + "present() { false; }; install_missing no python fio engine busybox; echo went on")
    assert done.stdout == "went on\n"
    assert done.stderr.endswith(f"The command would be: {COMMANDS[manager]}{packages}\n")
    assert ("no package of this system brings: python\n" in done.stderr) is (name in {"debian 11", "ubuntu 20.04"})
    lacks_busybox = name == "amazon" or "podman" in packages
    assert ("no package of this system brings: busybox\n" in done.stderr) is lacks_busybox
    assert calls == []


def test_the_documents_have_each_name():
    text = PACKAGES.read_text()
    for *_, packages in SYSTEMS.values():
        for name in packages.split():
            assert f"`{name}`" in text or f"`{name} " in text or f" {name}`" in text, name


@pytest.mark.parametrize("name", ["debian 12", "rocky 8", "sles 15"])
def test_where_dockers_own_repository_is_set_up_its_packages_are_taken(system, name):
    _, run = system
    docker = "repository() { test $1 = download.docker.com; }; "
    done, _ = run(of(name) + docker + 'bench_package "$(distribution)" engine')
    assert done.stdout == "docker-ce docker-ce-cli containerd.io\n"


def test_where_epel_is_set_up_it_has_busybox(system):
    _, run = system
    done, _ = run(of("alma 9") + 'repository() { test $1 = epel; }; bench_package "$(distribution)" busybox')
    assert done.stdout == "busybox\n"


@pytest.mark.parametrize("engine", ["dockerd", "podman", "containerd", "crio", "k3s"])
def test_a_host_with_an_engine_gets_no_second_one(system, engine):
    add, run = system
    add(engine)
    done, _ = run("present engine && echo yes")
    assert done.stdout == "yes\n"


@pytest.mark.parametrize("manager", COMMANDS)
def test_says_the_exact_command_and_runs_it_as_root(system, manager):
    add, run = system
    add(manager, "touch installed")
    there = "present() { test -e installed; }; package_of() { echo $2-package; }; "
    done, calls = run(there + "install_missing all fio engine")
    assert done.returncode == 0, done.stderr
    assert "missing: fio engine" in done.stderr
    assert f"installing: {COMMANDS[manager]}fio-package engine-package\n" in done.stderr
    assert calls[-1].startswith(manager)
    assert calls[-1].endswith("fio-package engine-package")


def test_without_root_says_the_exact_command_and_ends(system):
    add, run = system
    add("dnf")
    done, calls = run(of("fedora") + "present() { false; }; install_missing some fio engine", uid=1000)
    assert done.returncode == 4
    assert f"{COMMANDS['dnf']}fio moby-engine\n" in done.stderr
    assert calls == []


def test_what_is_there_is_not_installed(system):
    add, run = system
    add("apk")
    add("fio", "echo fio-3.36")
    done, calls = run("install_missing all fio")
    assert (done.returncode, done.stderr) == (0, "")
    assert calls == ["fio --version"]


def test_another_program_called_fio_is_not_taken_for_it(system):
    add, run = system
    add("fio", "echo 'fio, version 1.10.1'")
    done, _ = run("present fio && echo yes || echo no")
    assert done.stdout == "no\n"


def test_an_installation_that_brings_nothing_is_reported(system):
    add, run = system
    add("dnf")
    done, _ = run(of("fedora") + "present() { false; }; install_missing all fio")
    assert done.returncode == 4
    assert "fio is still missing" in done.stderr


def test_where_one_package_is_not_to_be_had_the_others_are_installed(system):
    add, run = system
    add("zypper", 'case "$*" in *fio*) exit 104 ;; *docker*) touch docker ;; esac')
    there = "present() { test $1 = engine && test -e docker; }; "
    done, calls = run(of("sles 15") + there + "install_missing some fio engine; echo went on")
    assert done.stdout == "went on\n"
    assert "not installed: fio\n" in done.stderr
    assert "still missing: fio\n" in done.stderr
    assert "still missing: engine" not in done.stderr
    assert calls[-1] == f"{COMMANDS['zypper']}docker"


def test_without_a_known_package_manager_the_program_to_install_is_named(system):
    _, run = system
    done, _ = run("present() { false; }; install_missing all fio engine")
    assert done.returncode == 4
    assert "install fio engine yourself" in done.stderr


def test_nothing_is_installed_where_no_python_is_to_be_had(system, tmp_path):
    add, _ = system
    for tool in ("dirname", "mkdir", "cp", "uname"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    add("apt-get")
    add("id", "echo 0")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bench").write_text((TOP / "bin" / "bench").read_text())
    (tmp_path / "bin" / "setup.sh").write_text(f"{SETUP.read_text()}\n{of('debian 11')}present() {{ false; }}\n")
    done = subprocess.run(
        [tmp_path / "sh", tmp_path / "bin" / "bench"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert "is needed; here is none.\n" in done.stderr
    assert "hostcheck audit ssh://root@" in done.stderr
    assert "installing" not in done.stderr
    assert not (tmp_path / "log").exists() or "apt-get" not in (tmp_path / "log").read_text()


def test_what_pip_does_not_install_ends_it_with_what_to_do(system, tmp_path):
    add, run = system
    (tmp_path / "cksum").symlink_to(shutil.which("cksum"))
    for name in ("pyproject.toml", "requirements-dev.lock"):
        (tmp_path / name).touch()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    add(".venv/bin/pip", "echo certificate verify failed >&2; exit 1")
    add("made")
    done, calls = run("find_python() { echo made; }; rm() { :; }; make_venv bench --editable ./x")
    assert calls == ["made -m venv .venv", ".venv/bin/pip install --quiet --disable-pip-version-check --editable ./x"]
    assert done.returncode == 4
    said = done.stderr.splitlines()
    assert said[1] == "certificate verify failed"
    assert "pip could not install --editable ./x" in said[2]
    assert not (tmp_path / ".venv" / "made-for").exists()
