"""What tasks of Nomad ask of their driver: paths and devices of the host, and drivers that clients have to enable."""

import pytest

from hostcheck.workloadfiles.model import Where
from hostcheck.workloadfiles.needs import Device, HostPath
from hostcheck.workloadfiles.reading import read_files

BIND = '{\n  type = "bind"\n  source = "/srv/a"\n  target = "/a"\n }'
VOLUMES = "attr.driver.docker.volumes.enabled"


def group(tmp_path, driver, config):
    path = tmp_path / "a.nomad"
    path.write_text(
        f'job "a" {{\ngroup "g" {{\ntask "t" {{\ndriver = "{driver}"\nconfig {{\n{config}\n}}\n}}\n}}\n}}\n'
    )
    (content,) = read_files([str(path)])
    return content.workloads[0]


def rules(workload):
    return [rule.attribute for rule in workload.rules if isinstance(rule, Where) and rule.attribute != "hostname"]


@pytest.mark.parametrize("mounts", [f"mount {BIND}", f"mounts = [{BIND}]"])
def test_a_mount_of_a_path_of_the_host_has_to_be_enabled(tmp_path, mounts):
    found = group(tmp_path, "docker", f'image = "x"\n{mounts}')
    assert [(need.path, need.place.line) for need in found.needs if isinstance(need, HostPath)] == [("/srv/a", 9)]
    assert rules(found) == [VOLUMES]


def test_a_mount_below_the_task_is_none(tmp_path):
    found = group(tmp_path, "docker", f'image = "x"\nmounts = [{BIND.replace("/srv/a", "local/a")}]')
    assert rules(found) == [need for need in found.needs if isinstance(need, HostPath)] == []


@pytest.mark.parametrize(
    ("driver", "devices"), [("podman", '"/dev/dri:/dev/dri:rw"'), ("docker", '{ host_path = "/dev/dri" }')]
)
def test_a_device_is_named_by_each_driver_in_its_way(tmp_path, driver, devices):
    found = group(tmp_path, driver, f'image = "x"\ndevices = [\n{devices}\n]')
    assert [(need.path, need.place.line) for need in found.needs if isinstance(need, Device)] == [("/dev/dri", 8)]


@pytest.mark.parametrize(("driver", "wanted"), [("raw_exec", ["attr.driver.raw_exec"]), ("exec", [])])
def test_a_driver_that_is_off_by_default_has_to_be_enabled(tmp_path, driver, wanted):
    assert rules(group(tmp_path, driver, 'command = "x"')) == wanted
