"""Plugins of an installed package: each kind is found by its name and works from the command line."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck import plugins
from hostcheck.errors import UsageError
from tests.forked import hostcheck_forked

HERE = Path(__file__).parent
CAPTURED = HERE / "hosts" / "docker-cgroup2-in-kvm" / "root"


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The folder that the example package is installed into."""
    source = tmp_path_factory.mktemp("source") / "plugin"
    shutil.copytree(HERE / "plugin", source)
    folder = tmp_path_factory.mktemp("installed")
    install = ["--no-deps", "--no-build-isolation", "--offline", "--no-cache", "--python", sys.executable]
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", *install, "--target", folder, source],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def broken(installed, tmp_path):
    """Another installation of it, to be broken."""
    return Path(shutil.copytree(installed, tmp_path / "broken"))


@pytest.fixture
def hostcheck(tmp_path):
    """Run hostcheck where the packages in a folder are installed too."""

    def run(*arguments, packages):
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")}
        return hostcheck_forked(*arguments, cwd=tmp_path, env=environment, package_folder=packages)

    return run


@pytest.fixture
def started(tmp_path):
    """Start hostcheck in a folder, where the packages of another are installed too."""

    def run(*arguments, packages, cwd=tmp_path):
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(packages)]),
            "XDG_DATA_HOME": str(tmp_path / "data"),
        }
        argv = [sys.executable, "-P", "-m", "hostcheck", *map(str, arguments)]
        return subprocess.run(argv, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120)

    return run


@pytest.fixture
def captured(tmp_path):
    """A captured host with 128 free huge pages."""
    root = shutil.copytree(CAPTURED, tmp_path / "root", symlinks=True)
    (root / "proc" / "meminfo").write_text("MemTotal:  1024 kB\nHugePages_Free:     128\n")
    return root


def audited(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_profile_and_the_probe_of_the_facts_that_it_asks_of(started, installed, captured):
    run = audited(started("audit", "-p", "dpdk", "--root", captured, "-o", "json:-", packages=installed))
    assert run["facts"]["hugepages.free"]["value"] == 128
    verdicts = {each["check"]: each["status"] for each in run["verdicts"]}
    assert verdicts == {"hugepages.free": "pass", "hashing.speed": "unknown"}


def test_a_probe_for_a_profile_of_the_users_own_and_only_then(hostcheck, installed, captured, tmp_path):
    (tmp_path / "mine.toml").write_text('title = "M"\nsummary = "S."\nextends = ["docker", "dpdk"]\n')
    run = audited(hostcheck("audit", "-p", "./mine.toml", "--root", captured, "-o", "json:-", packages=installed))
    assert run["facts"]["hugepages.free"]["value"] == 128
    plain = audited(hostcheck("audit", "--root", captured, "-o", "json:-", packages=installed))
    assert "hugepages.free" not in plain["facts"]


def test_the_gate_decides_by_it_on_a_host_and_on_a_run_file(hostcheck, installed, captured, tmp_path):
    assert hostcheck("gate", "-p", "dpdk", "--root", captured, packages=installed).returncode == 0
    hostcheck("audit", "-p", "dpdk", "--root", captured, "-o", "run.json", packages=installed)
    assert hostcheck("gate", "--run", "run.json", packages=installed).returncode == 0
    text = (tmp_path / "run.json").read_text()
    (tmp_path / "run.json").write_text(text.replace('"value": 128', '"value": "many"'))
    judged = hostcheck("gate", "--run", "run.json", "-o", "text:-", packages=installed)
    assert judged.returncode == 3
    assert "hugepages.free is 'many', which is no" in " ".join(judged.stdout.split())
    (tmp_path / "hostcheck.toml").write_text(
        '[gate]\nprofiles = ["dpdk"]\nthresholds = ["hashing.bandwidth >= 1 MB/s"]\n'
    )
    asked = hostcheck("gate", "--policy", "hostcheck.toml", "--root", captured, packages=installed)
    assert asked.returncode == 3, asked.stderr


def test_checks_explains_them(hostcheck, installed):
    explained = hostcheck("checks", "hugepages.free", "-p", "dpdk", packages=installed).stdout
    assert "DPDK keeps packets in huge pages." in explained
    assert "HugePages_Free of /proc/meminfo." in explained


def test_a_format(hostcheck, installed, captured, tmp_path):
    done = hostcheck("audit", "--root", captured, "-o", "inventory:-", "-o", "inventory:hosts.json", packages=installed)
    assert " kernel=" in done.stdout, done.stderr
    assert (tmp_path / "hosts.json").read_text() == done.stdout
    other = hostcheck("compare", "reference:sata-vps-2014", "-o", "inventory:-", packages=installed)
    assert other.returncode == 2
    assert "names no format of this command" in other.stderr


def test_a_workload(hostcheck, installed, tmp_path):
    asked = ("bench", "--only", "hashing", "-p", "dpdk", "--name", "node", "-o", "run.json")
    done = hostcheck(*asked, packages=installed)
    assert done.returncode == 0, done.stderr
    (metric,) = json.loads((tmp_path / "run.json").read_text())["metrics"]
    assert (metric["id"], len(metric["samples"])) == ("hashing.bandwidth", 5)
    assert "hashing.bandwidth" in done.stdout


WITHOUT = {
    "profile": (("audit", "-p", "dpdk"), "there is no profile 'dpdk'"),
    "format": (("audit", "-o", "inventory:-"), "names no format of this command"),
    "workload": (("bench", "--only", "hashing"), "there is no workload 'hashing'"),
}


@pytest.mark.parametrize("kind", WITHOUT)
def test_without_the_package_the_name_is_refused(hostcheck, kind):
    arguments, message = WITHOUT[kind]
    done = hostcheck(*arguments, packages=None)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert message in done.stderr


@pytest.mark.parametrize("kind", WITHOUT)
def test_nothing_is_taken_from_the_current_folder(started, installed, kind):
    arguments, message = WITHOUT[kind]
    done = started(*arguments, packages=installed, cwd=installed)
    assert message in done.stderr


BROKEN = {
    "profile": ("__init__.py", ("audit", "-p", "dpdk")),
    "probe": ("hugepages.py", ("audit", "-p", "dpdk")),
    "workload": ("hashing.py", ("bench", "--only", "hashing")),
    "format": ("inventory.py", ("audit", "-o", "inventory:-")),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("code", ["import no_such_module\n", "this is no Python\n", "raise SystemExit(7)\n"])
def test_a_plugin_that_cannot_be_imported_is_one_line_that_names_the_package(hostcheck, broken, kind, code):
    file, arguments = BROKEN[kind]
    (broken / "hostcheck_example" / file).write_text(code)
    done = hostcheck(*arguments, packages=broken)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith(f"hostcheck: loading the {kind} ")
    assert done.stderr.endswith("; update or remove hostcheck-example\n")


def test_a_probe_that_fails_is_an_unknown_that_names_the_package(hostcheck, broken, captured):
    file = broken / "hostcheck_example" / "hugepages.py"
    file.write_text(file.read_text().replace('host.read("/proc/meminfo")', "host.nothing()"))
    run = audited(hostcheck("audit", "-p", "dpdk", "--root", captured, "-o", "json:-", packages=broken))
    assert "the probe of the package hostcheck-example failed: AttributeError" in run["verdicts"][0]["found"]


def test_a_probe_cannot_change_the_facts_of_hostcheck(hostcheck, broken, captured):
    file = broken / "hostcheck_example" / "hugepages.py"
    file.write_text(file.read_text().replace('Fact("hugepages.free", int', 'Fact("virt.vm", int'))
    run = audited(hostcheck("audit", "-p", "dpdk", "--root", captured, "-o", "json:-", packages=broken))
    assert run["facts"]["virt.vm"]["value"] == "kvm"
    assert "its fact virt.vm does not begin with hugepages." in run["verdicts"][0]["found"]


def test_what_is_built_in_wins(hostcheck, broken, captured, tmp_path):
    record = next(broken.glob("*.dist-info")) / "entry_points.txt"
    record.write_text(
        record.read_text()
        .replace("hugepages =", "virt = hostcheck_example.hugepages\nhugepages =")
        .replace("dpdk =", "docker = hostcheck_example:PROFILE\ndpdk =")
        .replace("hashing =", "disk = hostcheck_example.hashing:HashingWorkload\nhashing =")
        .replace("run.inventory =", "run.text = hostcheck_example.inventory:render\nrun.inventory =")
    )
    (broken / "hostcheck_example" / "__init__.py").write_text("raise SystemExit(7)\n")
    done = hostcheck("audit", "-p", "docker", "--root", captured, packages=broken)
    assert done.returncode == 0, done.stderr
    assert "docker: " in done.stdout
    (tmp_path / "mine.toml").write_text(
        'title = "M"\nsummary = "S."\nextends = "docker"\n\n[[check]]\nid = "kernel.keys"\nfact = "virt.nothing"\n'
    )
    refused = hostcheck("audit", "-p", "./mine.toml", "--root", captured, packages=broken)
    assert "there is no fact 'virt.nothing'" in refused.stderr


def test_nothing_is_found_in_the_current_folder_where_python_looks_there_first(installed, monkeypatch):
    monkeypatch.chdir(installed)
    for place in ("", str(installed), os.path.relpath(installed)):
        monkeypatch.setattr(sys, "path", [place, *sys.path])
        assert plugins.find("profile", "dpdk") is None
    monkeypatch.chdir("/")
    assert plugins.find("profile", "dpdk") is not None


def test_two_packages_with_one_name_are_refused(installed, tmp_path, monkeypatch):
    other = tmp_path / "other" / "another_example-1.0.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: another-example\nVersion: 1.0\n")
    (other / "entry_points.txt").write_text("[hostcheck.profiles]\ndpdk = another:PROFILE\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(installed), str(other.parent)])
    with pytest.raises(UsageError, match="in the packages another-example and hostcheck-example; remove one of them"):
        plugins.find("profile", "dpdk")
    assert plugins.names("workload") == ("hashing",)
    # A folder twice, or an older copy further behind, is one package.
    monkeypatch.setattr(sys, "path", [*sys.path[:-1], str(installed)])
    assert plugins.find("profile", "dpdk").distribution == "hostcheck-example"


def test_packages_are_read_once_however_many_names_are_looked_up(monkeypatch):
    import importlib.metadata

    counted = []
    real = importlib.metadata.PathDistribution.read_text

    def read(record, name):
        counted.append((record._path, name))
        return real(record, name)

    monkeypatch.setattr(importlib.metadata.PathDistribution, "read_text", read)
    plugins._in_folders.cache_clear()
    assert [plugins.find("profile", f"none-{number}") for number in range(20)] == [None] * 20
    records = [place for place, name in counted if name == "entry_points.txt"]
    assert 0 < len(records) == len(set(records))
