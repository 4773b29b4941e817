import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.probes.engine.engines import ENGINES, probe

V2, HYBRID = "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"


def facts(host):
    return {fact.id: fact for fact in probe(host)}


@pytest.mark.parametrize(
    ("path", "engine"),
    [
        ("/usr/local/bin/k3s", "k3s"),
        ("/var/lib/rancher/k3s/agent", "k3s"),
        ("/opt/rke2/bin/rke2", "rke2"),
        ("/var/lib/rancher/rke2/server", "rke2"),
        ("/usr/local/bin/k0s", "k0s"),
        ("/var/lib/k0s/pki", "k0s"),
        ("/snap/microk8s", "microk8s"),
        ("/snap/k8s", "canonical-k8s"),
        ("/usr/bin/kubelet", "kubeadm"),
        ("/opt/incus/bin/incusd", "incus"),
        ("/var/snap/lxd/common/lxd", "lxd"),
        ("/usr/sbin/dockerd", "docker"),
    ],
)
def test_an_engine_is_found_by_its_program_or_by_what_its_installation_leaves(fake_host, path, engine):
    found = facts(fake_host({path: ""}))["host.engines.installed"]
    assert [name for name, there in found.value.items() if there] == [engine]
    assert found.evidence[0].source == path


def test_a_host_without_any_has_none_and_one_that_was_not_captured_is_unknown(fake_host):
    found = facts(fake_host({}))["host.engines.installed"]
    assert (set(found.value), set(found.value.values())) == (set(ENGINES), {False})
    assert not facts(fake_host({}, live=False))["host.engines.installed"].known


def test_a_folder_that_was_captured_shows_what_is_not_in_it(tmp_path):
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/k0s").touch()
    found = facts(CapturedHost(tmp_path))["host.engines.installed"].value
    assert (found["k0s"], found["k3s"]) == (True, None)


@pytest.mark.parametrize("folder", [V2, HYBRID])
@pytest.mark.parametrize(
    ("service", "engine"),
    [
        ("k3s-agent.service", "k3s"),
        ("rke2-server.service", "rke2"),
        ("k0sworker.service", "k0s"),
        ("snap.microk8s.daemon-kubelite.service", "microk8s"),
        ("kubelet.service", "kubeadm"),
    ],
)
def test_a_service_that_runs_has_a_control_group(fake_host, folder, service, engine):
    found = facts(fake_host({f"{folder}/{service}/cgroup.procs": "1"}))["host.engines.running"]
    assert [name for name, there in found.value.items() if there] == [engine]


def test_a_service_of_openrc_has_a_file_of_its_process_id(fake_host):
    found = facts(fake_host({"/run/k3s.pid": "812\n"}, live=False))["host.engines.running"]
    assert (found.value["k3s"], found.value["rke2"]) == (True, None)
    assert found.reason


def test_no_service_runs_where_the_slice_has_none_and_without_a_slice_it_is_unknown(fake_host):
    idle = fake_host({f"{V2}/ssh.service/cgroup.procs": "1"}, live=False)
    assert set(facts(idle)["host.engines.running"].value.values()) == {False}
    assert not facts(fake_host({}, live=False))["host.engines.running"].known


def test_without_systemd_no_slice_shows_that_a_service_does_not_run(fake_host):
    assert not facts(fake_host({}))["host.engines.running"].known
    openrc = facts(fake_host({"/run/k3s.pid": "812\n"}))["host.engines.running"].value
    assert (openrc["k3s"], openrc["docker"]) == (True, None)
