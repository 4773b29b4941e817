import pytest

from hostcheck.probes.engine.gpu import devices, parse_kinds, ways
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge

NVIDIA = '---\ncdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- name: "0"\n'
RUNTIME = '{"runtimes": {"nvidia": {"path": "nvidia-container-runtime", "args": []}}}'


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"/dev/nvidiactl": "", "/dev/dri/renderD128": ""}, ("nvidia", "render")),
        ({"/proc/driver/nvidia/version": "NVRM version: 580.65.06"}, ("nvidia",)),
        ({"/dev/kfd": "", "/dev/dri/renderD128": ""}, ("amd", "render")),
        ({"/dev/dri/renderD128": ""}, ("render",)),
        ({"/dev/dri/card0": ""}, ()),
    ],
)
def test_a_processor_is_there_where_its_driver_made_devices(fake_host, facts_of, files, found):
    value = facts_of(devices, fake_host(files))["gpu.devices"].value
    assert tuple(kind for kind, there in value.items() if there) == found
    assert None not in value.values()


def test_a_captured_root_without_dev_shows_no_lack_of_devices(fake_host, facts_of):
    value = facts_of(devices, fake_host({"/dev/kfd": ""}, live=False))["gpu.devices"].value
    assert value == {"nvidia": None, "amd": True, "render": None}


@pytest.mark.parametrize(
    ("files", "statuses"),
    [
        ({"/dev/nvidiactl": "", "/etc/cdi/nvidia.yaml": NVIDIA}, ("pass", "pass", "pass")),
        ({"/dev/nvidiactl": "", "/etc/docker/daemon.json": RUNTIME}, ("pass", "pass", "warn")),
        ({"/dev/kfd": ""}, ("pass", "fail", "warn")),
        ({"/etc/cdi/nvidia.yaml": NVIDIA}, ("fail", "pass", "pass")),
    ],
)
def test_the_profile_asks_for_a_processor_and_for_a_way(fake_host, files, statuses):
    host = fake_host(files)
    facts = {fact.id: fact for probe in (devices, ways) for fact in probe(host)}
    verdicts = {verdict.check: verdict.status for verdict in judge(load("gpu"), facts)}
    assert tuple(verdicts[check] for check in ("gpu.devices", "gpu.ways", "gpu.cdi")) == statuses


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (NVIDIA, {"nvidia.com/gpu"}),
        ('{"cdiVersion": "0.6.0", "kind": "amd.com/gpu", "devices": []}', {"amd.com/gpu"}),
        ("kind: 'vendor.com/net'\n", {"vendor.com/net"}),
        ("kind: Pod\n", set()),
        ("", set()),
    ],
)
def test_the_kind_of_a_specification_is_read_in_both_notations(text, kinds):
    assert parse_kinds(text) == kinds


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/etc/cdi/nvidia.yaml": NVIDIA}, (True, False)),
        ({"/var/run/cdi/nvidia.json": '{"kind": "nvidia.com/gpu"}'}, (True, False)),
        ({"/etc/docker/daemon.json": RUNTIME}, (False, True)),
        ({"/etc/cdi/nvidia.yaml": NVIDIA, "/etc/docker/daemon.json": RUNTIME}, (True, True)),
        ({"/etc/cdi/net.yaml": "kind: vendor.com/net\n", "/etc/docker/daemon.json": "{}"}, (False, False)),
        ({"/etc/cdi/nvidia.yaml.bak": NVIDIA}, (False, False)),
    ],
)
def test_containers_get_a_processor_by_cdi_or_by_a_runtime(fake_host, facts_of, files, value):
    fact = facts_of(ways, fake_host(files))["gpu.ways"]
    assert (fact.value["cdi"], fact.value["runtime"]) == value


def test_a_captured_root_without_the_folders_leaves_the_ways_unknown(fake_host, facts_of):
    assert not facts_of(ways, fake_host(live=False))["gpu.ways"].known
