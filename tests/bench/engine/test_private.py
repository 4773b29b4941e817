import os
import signal
from pathlib import Path

import psutil
import pytest
import tomli

from hostcheck.bench.base import CannotRun
from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.cleanup import kernel_objects as remains
from hostcheck.bench.disk import location
from hostcheck.bench.engine import private as subject
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine, containerd_settings, dockerd_options, last_line
from hostcheck.host.lookup import PROXIES

SYSCTLS = ("net/ipv4/ip_forward", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes")


def traces(*folders):
    """Processes, mounts and cgroups that name one of the folders of an engine."""
    names = {Path(folder).name.lstrip(".") for folder in folders}
    found = [f"mount {line}" for line in Path("/proc/self/mountinfo").read_text().splitlines() if has(line, names)]
    found += [f"cgroup {top}" for top, _, _ in os.walk("/sys/fs/cgroup") if has(top, names)]
    for process in psutil.process_iter(["cmdline"]):
        command = " ".join(process.info["cmdline"] or ())
        found += [f"process {command}"] if has(command, names) else []
    return found


def has(text, names):
    return any(name in text for name in names)


def folders_of(private):
    return private.data_root.parent, Path(private.url.removeprefix("unix://")).parent


def run_a_container(private):
    """Start a container that goes on, and return its process."""
    with find_engine(private.url).connect() as client:
        client.import_image_from_data(find_busybox().rootfs(), repository="left", tag="1")
        container = client.create_container(
            "left:1", ["/bin/sleep", "600"], host_config=client.create_host_config(network_mode="none", mem_limit="64m")
        )
        client.start(container)
        return client.inspect_container(container)["State"]["Pid"]


@pytest.mark.real
def test_it_comes_up_and_leaves_nothing(tmp_path):
    interfaces = sorted(os.listdir("/sys/class/net"))
    sysctls = [Path("/proc/sys", name).read_text() for name in SYSCTLS]
    bystanders = [path for path in subject._BYSTANDERS if path.exists()]
    with PrivateEngine(tmp_path) as private:
        found = find_engine(private.url)
        folders = folders_of(private)
        assert found.data_root == private.data_root
        assert private.data_root.is_relative_to(tmp_path)
        assert traces(*folders)
        for process in private._processes:
            started = psutil.Process(process.pid)
            assert started.cwd() == "/"
            assert set(started.environ()) <= {"PATH", "LC_ALL", *PROXIES}
        pid = run_a_container(private)
    assert not psutil.pid_exists(pid)
    assert traces(*folders) == []
    assert not any(folder.exists() for folder in folders)
    assert os.listdir(tmp_path) == []
    assert sorted(os.listdir("/sys/class/net")) == interfaces
    assert [Path("/proc/sys", name).read_text() for name in SYSCTLS] == sysctls
    assert [path for path in subject._BYSTANDERS if path.exists()] == bystanders


@pytest.mark.real
def test_nothing_is_left_of_an_engine_that_was_killed_with_a_container_running(tmp_path):
    with PrivateEngine(tmp_path) as private:
        folders = folders_of(private)
        pid = run_a_container(private)
        sockets = list(remains._sockets(psutil.Process(pid).parent()))
        for process in private._processes:
            os.kill(process.pid, signal.SIGKILL)
    assert not psutil.pid_exists(pid)
    assert sockets
    assert not any(socket.exists() for socket in sockets)
    assert traces(*folders) == []
    assert os.listdir(tmp_path) == []


@pytest.mark.real
def test_nothing_is_left_when_the_user_interrupts(tmp_path):
    folders = []

    def session():
        with PrivateEngine(tmp_path) as private:
            folders.extend(folders_of(private))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session()
    assert traces(*folders) == []
    assert os.listdir(tmp_path) == []


@pytest.mark.real
def test_two_at_once_do_not_meet(tmp_path):
    with PrivateEngine(tmp_path) as one, PrivateEngine(tmp_path) as other:
        run_a_container(one)
        with find_engine(other.url).connect() as client:
            assert client.containers(all=True) == []
            assert client.images() == []


@pytest.mark.real
def test_an_engine_that_does_not_start_is_reported_in_its_own_words(tmp_path, monkeypatch):
    monkeypatch.setattr(subject, "dockerd_options", lambda *_: ["--no-such-option"])
    with pytest.raises(CannotRun, match="dockerd ended with .*") as caught, PrivateEngine(tmp_path):
        pass
    assert "no-such-option" in caught.value.reason or "--help" in caught.value.reason
    assert os.listdir(tmp_path) == []


def test_without_root_it_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(subject.os, "geteuid", lambda: 1000)
    with pytest.raises(CannotRun) as caught, PrivateEngine(tmp_path):
        pass
    assert caught.value.remedy == "run as root, or start docker"


def test_without_the_programs_it_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(subject.os, "geteuid", lambda: 0)
    monkeypatch.setattr(subject, "FOLDERS", ())
    monkeypatch.setenv("PATH", "/none")
    with pytest.raises(CannotRun, match="dockerd is not installed"), PrivateEngine(tmp_path):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="files of others can only be made by root")
def test_an_engine_of_another_user_is_not_run(tmp_path, monkeypatch):
    dockerd = tmp_path / "dockerd"
    dockerd.write_text("#!/bin/sh\n")
    dockerd.chmod(0o755)
    os.chown(dockerd, 65534, 0)
    monkeypatch.setattr(subject, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRun, match=f"dockerd is not installed; {dockerd} is not run as root: "):
        PrivateEngine(tmp_path).__enter__()


@pytest.mark.parametrize("name", ["com,ma", "per%cent", "st*r", "why?", "[set", os.fsdecode(b"\xff")])
def test_a_path_that_an_engine_cannot_have_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(subject.os, "geteuid", lambda: 0)
    with pytest.raises(CannotRun, match="an engine cannot keep its data in .* path") as caught:
        PrivateEngine(tmp_path / name).__enter__()
    assert "--dir" in caught.value.remedy


def test_none_is_started_in_a_chroot_whose_folder_is_no_mount(tmp_path, monkeypatch):
    monkeypatch.setattr(subject.os, "geteuid", lambda: 0)
    monkeypatch.setattr(location, "own_mounts", tuple)
    with pytest.raises(CannotRun, match="as in a chroot"):
        PrivateEngine(tmp_path).__enter__()


@pytest.mark.parametrize("name", ['q"uo te', "ba\\ck", "new\nline", "del\x7f", "ünï"])
def test_any_other_path_is_in_the_settings_as_it_is(name):
    settings = tomli.loads(containerd_settings(Path("/data", name), Path("/state")))
    assert settings["root"] == f"/data/{name}"


def test_it_is_kept_from_the_hosts_network_and_configuration():
    options = dockerd_options(Path("/data"), Path("/state"), "own")
    assert {"--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"} <= set(options)
    assert options[options.index("--bridge") + 1] == "none"
    assert options[options.index("--config-file") + 1] == "/state/daemon.json"
    assert options[options.index("--containerd") + 1] == "/state/containerd.sock"
    assert 'address = "/state/containerd.sock"' in containerd_settings(Path("/data"), Path("/state"))


def test_the_last_line_of_a_log_is_one_that_says_something(tmp_path):
    log = tmp_path / "log"
    assert last_line(log) == "cannot read the log: No such file or directory"
    log.write_text("\n\n")
    assert last_line(log) == "the log is empty"
    log.write_text("first\nfailed to start\n\n")
    assert last_line(log) == "failed to start"
