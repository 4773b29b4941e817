import json

import pytest

from hostcheck.catalogue.stores import STORES
from hostcheck.host.captured import CapturedHost
from hostcheck.probes.engine.stores import store_of
from hostcheck.probes.storage import stores

ROOT = "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
OWN = f"{ROOT}40 27 8:16 / /var/lib/rancher rw - ext4 /dev/sdb rw\n"
REFUSED = json.dumps({"overlay": {"ok": False, "stage": "mount", "error": "EINVAL"}})


def facts(tmp_path, mounts):
    for path, text in {
        "proc/self/mountinfo": mounts,
        "proc/filesystems": "nodev\toverlay\n",
        ".evidence/experiments.json": REFUSED,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return {fact.id: fact for fact in stores.k3s(CapturedHost(tmp_path))}


def test_a_trial_on_the_data_root_proves_what_is_on_the_same_file_system(tmp_path):
    assert facts(tmp_path, ROOT)["store.k3s.overlay"].value is False


def test_a_trial_on_the_data_root_proves_nothing_of_another_disk(tmp_path):
    assert facts(tmp_path, OWN)["store.k3s.overlay"].value is True


def test_every_store_has_a_probe_and_every_fact_its_name(tmp_path):
    for name in STORES:
        found = [fact.id for fact in getattr(stores, name)(CapturedHost(tmp_path))]
        assert found
        assert all(fact_id.startswith(f"store.{name}.") for fact_id in found)


@pytest.mark.parametrize(
    ("engine", "files", "path"),
    [
        ("k3s", {}, "/var/lib/rancher/k3s"),
        ("k3s", {"/etc/systemd/system/k3s.service": "ExecStart=/usr/local/bin/k3s server -d /srv/a\n"}, "/srv/a"),
        ("rke2", {"/usr/lib/systemd/system/rke2-agent.service": "ExecStart=rke2 agent --data-dir=/srv/a\n"}, "/srv/a"),
        ("k3s", {"/etc/rancher/k3s/config.yaml": "# data-dir: /a\ndata-dir: '/srv/k3s'\n"}, "/srv/k3s"),
        (
            "rke2",
            {
                "/etc/rancher/rke2/config.yaml": "data-dir: /a\n",
                "/etc/rancher/rke2/config.yaml.d/2.yaml": "data-dir: /b\n",
            },
            "/b",
        ),
        ("k0s", {}, "/var/lib/k0s"),
        ("k0s", {"/etc/systemd/system/k0scontroller.service": "ExecStart=/k0s controller --data-dir /d\n"}, "/d"),
        ("microk8s", {}, "/var/snap/microk8s/common/var/lib/containerd"),
        ("microk8s", {"/var/snap/microk8s/current/args/containerd": "--root /data/c\n"}, "/data/c"),
        ("containerd", {}, "/var/lib/containerd"),
        ("containerd", {"/etc/containerd/config.toml": 'version = 3\nroot = "/srv/c"\n'}, "/srv/c"),
        ("crio", {}, "/var/lib/containers/storage"),
        ("crio", {"/etc/crio/crio.conf.d/1.conf": '[crio]\nroot = "/srv/crio"\n'}, "/srv/crio"),
        ("incus", {}, "/var/lib/incus"),
        ("lxd", {}, "/var/lib/lxd"),
        ("lxd", {"/var/snap/lxd/common/lxd/database": ""}, "/var/snap/lxd/common/lxd"),
    ],
)
def test_a_folder_is_the_one_that_the_engine_was_given(fake_host, engine, files, path):
    found, evidence = store_of(fake_host(files), engine)
    assert found == path
    assert ("assumed" in evidence.says) is (not files)
