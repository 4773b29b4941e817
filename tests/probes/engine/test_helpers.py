import pytest

from hostcheck.probes.engine.helpers import PROGRAMS, aio, policies, programs, quadlet, root_subids

WHOLE = 1_000_000_000
SUBIDS = {"/etc/subuid": "admin:100000:65536\nroot:1000000:65536\n", "/etc/subgid": "root:1000000:70000\n"}


def one(probe, host):
    (fact,) = probe(host)
    return fact


def test_programs_are_found_in_the_folders_of_an_engine_too(fake_host):
    found = one(programs, fake_host({"/opt/incus/bin/lxcfs": "", "/usr/bin/snap": ""})).value
    assert set(found) == set(PROGRAMS)
    assert [name for name, there in found.items() if there] == ["snap", "lxcfs"]
    assert not one(programs, fake_host({}, live=False)).known


def test_a_policy_is_its_file(fake_host):
    found = one(policies, fake_host({"/usr/share/selinux/packages/rke2.pp": ""}))
    assert found.value == {"k3s": False, "rke2": True}
    assert not one(policies, fake_host({}, live=False)).known


@pytest.mark.parametrize("folder", ["/usr/lib", "/lib", "/etc"])
def test_quadlet_is_a_generator_of_systemd(fake_host, folder):
    path = f"{folder}/systemd/system-generators/podman-system-generator"
    assert one(quadlet, fake_host({path: ""})).value is True
    assert one(quadlet, fake_host({})).value is False
    assert not one(quadlet, fake_host({}, live=False)).known


def test_asynchronous_io_has_a_limit_of_the_kernel(fake_host):
    assert one(aio, fake_host({"/proc/sys/fs/aio-max-nr": "65536"})).value is True
    assert one(aio, fake_host({})).value is False
    assert not one(aio, fake_host({}, live=False)).known


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        (SUBIDS, 65536),
        ({}, WHOLE),
        ({"/etc/subuid": "root:1000000:65536\n"}, 0),
        ({"/etc/subuid": "admin:100000:65536\n", "/etc/subgid": "admin:100000:65536\n"}, 0),
        ({"/etc/subuid": "0:1:65536\n", "/etc/subgid": "0:1:65536\n"}, 65536),
    ],
)
def test_root_has_the_smaller_number_and_without_both_files_a_whole_range(fake_host, files, ids):
    assert one(root_subids, fake_host(files)).value == ids


def test_ids_of_root_that_were_not_captured_are_unknown(fake_host):
    assert not one(root_subids, fake_host({}, live=False)).known
