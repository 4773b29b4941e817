"""A placeholder does not identify this host; the ids themselves are not shown."""

import pytest

from hostcheck.probes.uniqueness import is_placeholder, probe

ID = "3d1219c7c4c5404aaa1f6d2a48adfda4\n"
UUID = "4c4c4544-0044-4a10-8052-b7c04f4b5831\n"
NIC = "/sys/class/net/eth0"
HOST = {
    "/etc/machine-id": ID,
    "/sys/class/dmi/id/product_uuid": UUID,
    f"{NIC}/device/vendor": "0x1af4",
    f"{NIC}/type": "1\n",
    f"{NIC}/address": "52:54:00:12:34:56\n",
    "/sys/class/net/lo/type": "772\n",
    "/sys/class/net/lo/address": "00:00:00:00:00:00\n",
    "/sys/class/net/tun0/type": "65534\n",
}
OWN = {"machine_id": True, "product_uuid": True, "mac": True}


def outcome(facts_of, host):
    return facts_of(probe, host)["net.unique_ids"]


def test_unique_ids_are_reported_and_not_shown(fake_host, facts_of):
    fact = outcome(facts_of, fake_host(HOST))
    assert fact.value == OWN
    shown = " ".join(str(piece.value) for piece in fact.evidence)
    assert ID.strip() not in shown
    assert UUID.strip() not in shown
    assert "52:54" not in shown


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"/etc/machine-id": ""}, {"machine_id": False}),
        ({"/etc/machine-id": "uninitialized\n"}, {"machine_id": False}),
        ({"/etc/machine-id": "0" * 32}, {"machine_id": False}),
        ({"/etc/machine-id": None}, {"machine_id": False}),
        ({"/etc/machine-id": PermissionError()}, {"machine_id": None}),
        ({"/sys/class/dmi/id/product_uuid": "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"}, {"product_uuid": False}),
        ({"/sys/class/dmi/id/product_uuid": "00000000-0000-0000-0000-000000000000"}, {"product_uuid": False}),
        ({"/sys/class/dmi/id/product_uuid": PermissionError()}, {"product_uuid": None}),
        # Without such firmware the machine's id takes its place.
        ({"/sys/class/dmi/id/product_uuid": None}, {}),
        ({"/sys/class/dmi/id/product_uuid": None, "/etc/machine-id": ""}, {"machine_id": False, "product_uuid": False}),
        ({f"{NIC}/address": "00:00:00:00:00:00"}, {"mac": False}),
    ],
)
def test_each_id_is_reported_separately(fake_host, facts_of, change, other):
    fact = outcome(facts_of, fake_host(HOST | change))
    assert fact.value == OWN | other
    assert bool(fact.reason) is (None in fact.value.values())
    if fact.reason:
        assert "as root" in fact.reason


def test_an_empty_captured_host_has_unknown_facts(fake_host, facts_of):
    assert not outcome(facts_of, fake_host({}, live=False)).known


@pytest.mark.parametrize(
    ("text", "none"), [("\n", True), ("ff:ff:ff:ff:ff:ff", True), ("scrubbed", False), (ID, False)]
)
def test_placeholders_of_ids_are_recognized(text, none):
    assert is_placeholder(text) is none
