"""Keys of a job in HCL: Nomad refuses a job with another one."""

import pytest

from hostcheck.workloadfiles.needs import HostPort, Unclear
from hostcheck.workloadfiles.reading import read_files


def read(tmp_path, group="", network="", resources=""):
    path = tmp_path / "a.nomad"
    path.write_text(
        f'job "a" {{\ngroup "g" {{\n{group}\nnetwork {{\n{network}\n}}\ntask "t" {{\ndriver = "docker"\n'
        f'config {{\nimage = "a"\n}}\nresources {{\n{resources}\n}}\n}}\n}}\n}}\n'
    )
    (content,) = read_files([str(path)], environment={})
    return content


@pytest.mark.parametrize(
    ("blocks", "line", "fix"),
    [
        ({"group": "counts = 3"}, 3, "Did you mean count?"),
        ({"network": 'port "x" {\nstatics = 22\n}'}, 6, "Did you mean static?"),
        ({"network": 'prot "x" {\nstatic = 22\n}'}, 5, "Did you mean port?"),
        ({"resources": "memori = 99999"}, 13, "Did you mean memory?"),
    ],
)
def test_a_key_that_is_misspelt_is_a_mistake(tmp_path, blocks, line, fix):
    (found,) = read(tmp_path, **blocks).mistakes
    assert (found.rule, found.severity, found.place.line, found.fix) == ("nomad/unknown-key", "required", line, fix)


def test_a_key_that_a_newer_nomad_may_have_is_unknown(tmp_path):
    found = read(tmp_path, group="zzzzzz = 1")
    assert not found.mistakes
    assert [need.said for need in found.workloads[0].needs if isinstance(need, Unclear)] == ["zzzzzz"]


def test_keys_that_are_there_are_no_mistakes(tmp_path):
    found = read(
        tmp_path,
        group='count = 2\nmeta {\na = "b"\n}\nservice {\nname = "x"\n}\nephemeral_disk {\nsize = 300\n}',
        network='mode = "bridge"\nport "x" {\nto = 80\n}\ndns {\nservers = ["1.1.1.1"]\n}',
        resources="cpu = 100\nmemory = 64\nmemory_max = 128",
    )
    assert not found.mistakes
    assert not [need for need in found.workloads[0].needs if isinstance(need, Unclear)]


def test_a_key_of_a_job_that_is_misspelt_is_a_mistake(tmp_path):
    (tmp_path / "a.nomad").write_text('job "a" {\n  datacenter = ["dc1"]\n  group "g" {\n    task "t" {}\n  }\n}\n')
    (content,) = read_files([str(tmp_path / "a.nomad")], environment={})
    assert [(each.place.line, each.fix) for each in content.mistakes] == [(2, "Did you mean datacenters?")]


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('"Count"', '"Counts"', "Did you mean Count?"),
        ('"Driver"', '"driver"', ""),
        ('"MemoryMB"', '"memoryMb"', ""),
        ('"MemoryMB"', '"Memory"', "Did you mean MemoryMB?"),
        ('"Value"', '"Static"', "Leave it out."),
        ('"Datacenters"', '"DataCentres"', "Did you mean Datacenters?"),
        ('"CPU"', '"zzzz"', "Leave it out."),
    ],
)
def test_a_key_of_json_that_nomad_does_not_have_is_passed_over(tmp_path, old, new, fix):
    text = (
        '{"Job": {"ID": "a", "Datacenters": ["dc1"], "TaskGroups": [{"Name": "g", "Count": 2,\n'
        '"Networks": [{"ReservedPorts": [{"Label": "http", "Value": 80}], "DynamicPorts": []}],\n'
        '"Tasks": [{"Name": "t", "Driver": "docker", "Config": {"image": "a", "anything": 1}, "Resources": '
        '{"CPU": 100, "MemoryMB": 64}}]}]}}'
    )
    (tmp_path / "a.json").write_text(text.replace(old, new))
    (content,) = read_files([str(tmp_path / "a.json")], environment={})
    assert [(each.rule, each.severity, each.fix) for each in content.mistakes] == [
        ("nomad/unknown-json-key", "recommended", fix)
    ] * bool(fix)


def job(tmp_path, config="", network="", resources=""):
    path = tmp_path / "a.nomad"
    path.write_text(
        f'job "a" {{\ngroup "g" {{\n{network}\ntask "t" {{\ndriver = "docker"\n'
        f'config {{\nimage = "a"\n{config}\n}}\n{resources}\n}}\n}}\n}}\n'
    )
    (content,) = read_files([str(path)], environment={})
    return content


_MAP = "port_map {\nhttp = 80\n}"


@pytest.mark.parametrize(
    ("config", "resources", "rule", "fix"),
    [
        ('port = ["http"]', "", "nomad/unknown-key", "Did you mean ports?"),
        ("privilegd = true", "", "nomad/unknown-key", "Did you mean privileged?"),
        (_MAP, "", "nomad/undefined-port", "Name the ports of the group's network"),
        (_MAP, 'resources {\nnetwork {\nport "http" {}\n}\n}', "", ""),
        ('entrypoint = ["a"]\nulimit {\nnofile = "1:1"\n}\nlogging {\ntype = "journald"\n}', "", "", ""),
    ],
)
def test_the_config_of_dockers_driver_has_its_own_keys(tmp_path, config, resources, rule, fix):
    found = job(tmp_path, config, resources=resources).mistakes
    assert [each.rule for each in found] == ([rule] if rule else [])
    assert not rule or found[0].fix.startswith(fix)


def test_a_key_that_a_newer_driver_may_have_is_unknown(tmp_path):
    found = job(tmp_path, "zzzzzz = 1")
    assert not found.mistakes
    assert [need.said for need in found.workloads[0].needs if isinstance(need, Unclear)] == ["zzzzzz"]


@pytest.mark.parametrize(
    ("network", "unclear", "ports", "rules"),
    [
        ('mode = "bridge"\nport "a" {\nstatic = 80\nto = 8080\n}', [], ["80/tcp", "80/udp"], ["mode = bridge"]),
        ('mode = "host"\nport "a" {\nstatic = 80\n}', [], ["80/tcp", "80/udp"], []),
        ('mode = "cni/mynet"\nport "a" {}', ["mode = cni/mynet"], [], []),
        ('port "a" {\nstatic = 80\nhost_network = "public"\n}', ["host_network = public"], [], []),
        ('port "a" {\nstatic = 80\nhost_network = "default"\n}', [], ["80/tcp", "80/udp"], []),
        ('mode = var.x\nport "a" {}', ["var.x"], [], []),
    ],
)
def test_a_network_has_a_mode_and_its_ports_are_on_a_network_of_the_host(tmp_path, network, unclear, ports, rules):
    (workload,) = job(tmp_path, network=f"network {{\n{network}\n}}").workloads
    assert [need.said for need in workload.needs if isinstance(need, Unclear)] == unclear
    assert [need.label for need in workload.needs if isinstance(need, HostPort)] == ports
    assert [rule.said for rule in workload.rules] == rules
