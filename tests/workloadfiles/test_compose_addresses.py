"""Fixed addresses of Compose's services, and limits of CPUs that the kernel does not take."""

import pytest

from hostcheck.workloadfiles.reading import read_files


def mistakes(tmp_path, text):
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    (content,) = read_files([str(path)], environment={}, lint=True)
    return [(each.rule, each.place.line) for each in content.mistakes]


SUBNET = "{ipam: {config: [{subnet: 10.0.0.0/24}, {subnet: 'fd00::/64'}]}}"


@pytest.mark.parametrize(
    ("address", "network", "is_right"),
    [
        ("ipv4_address: 10.0.0.2", SUBNET, True),
        ("ipv6_address: 'fd00::2'", SUBNET, True),
        ("ipv4_address: 10.0.1.2", SUBNET, False),
        ("ipv6_address: 'fd01::2'", SUBNET, False),
        ("ipv4_address: 10.0.0.2", "{driver: bridge}", False),
        ("ipv4_address: 10.0.0.2", "", False),
        ("ipv4_address: 10.0.1.2", "{external: true}", True),
        ("ipv4_address: 10.0.1.2", "{ipam: {config: [{subnet: '${NET}'}]}}", True),
        ("ipv4_address: '${OWN}'", SUBNET, True),
        ("aliases: [x]", "", True),
    ],
)
def test_an_address_is_of_a_subnet_of_the_network(tmp_path, address, network, is_right):
    text = f"services:\n  a:\n    image: x\n    networks:\n      n:\n        {address}\nnetworks:\n  n: {network}\n"
    found = [each for each in mistakes(tmp_path, text) if each[0] == "compose/refused"]
    assert found == [("compose/refused", 6)] * (not is_right)


def test_a_swarm_gives_addresses_by_itself(tmp_path):
    text = (
        "services: {a: {image: x, deploy: {mode: global}, networks: {n: {ipv4_address: 10.0.1.2}}}}\n"
        f"networks: {{n: {SUBNET}}}\n"
    )
    assert mistakes(tmp_path, text) == []


@pytest.mark.parametrize(("cpus", "is_taken"), [("0.001", False), ("'0.005'", False), ("0.01", True), ("0", True)])
@pytest.mark.parametrize("key", ["cpus: {}", "deploy: {{resources: {{limits: {{cpus: {}}}}}}}"])
def test_a_limit_of_cpus_is_one_that_the_kernel_takes(tmp_path, cpus, is_taken, key):
    text = f"services:\n  a:\n    image: x\n    {key.format(cpus)}\n"
    assert mistakes(tmp_path, text) == [("compose/refused", 4)] * (not is_taken)


def test_few_cpus_that_are_set_aside_are_no_limit(tmp_path):
    text = "services: {a: {image: x, deploy: {resources: {reservations: {cpus: '0.001'}}}}}\n"
    assert mistakes(tmp_path, text) == []
