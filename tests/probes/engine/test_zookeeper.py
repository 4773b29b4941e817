import pytest

from hostcheck.probes.engine.zookeeper import admin_port, parse_settings, probe


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("clientPort=2181\n", 8080),
        ("clientPort=2181\nadmin.serverPort = 9080\n", 9080),
        ("#admin.serverPort=9080\n", 8080),
        ("admin.enableServer=false\nadmin.serverPort=8080\n", None),
        ("admin.serverPort=\n", 8080),
        ("", 8080),
    ],
)
def test_the_admin_server_uses_8080_unless_configured_otherwise(text, port):
    assert admin_port(parse_settings(text)) == port


def test_a_host_without_zookeeper_has_no_such_port(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["zookeeper.admin_port"].value == "none"
    assert not facts_of(probe, fake_host({}, live=False))["zookeeper.admin_port"].known


def test_debians_configuration_is_found(fake_host, facts_of):
    host = fake_host({"/etc/zookeeper/conf/zoo.cfg": "tickTime=2000\n"})
    assert facts_of(probe, host)["zookeeper.admin_port"].value == 8080


MOUNTS = """21 1 254:1 / / rw - ext4 /dev/vda1 rw
22 21 254:2 / /var/lib/zookeeper rw - ext4 /dev/vda2 rw
23 21 254:16 / /data rw - xfs /dev/vdb rw
24 21 254:32 / /log rw - xfs /dev/vdc rw
25 21 253:0 / /volume rw - xfs /dev/mapper/vg-log rw
26 21 0:40 / /remote rw - nfs4 server:/log rw
"""
DISKS = "../../devices/pci0000:00/virtio2/block"
LINKS = {
    "/sys/dev/block/254:1": f"{DISKS}/vda/vda1",
    "/sys/dev/block/254:2": f"{DISKS}/vda/vda2",
    "/sys/dev/block/254:16": f"{DISKS}/vdb",
    "/sys/dev/block/254:32": f"{DISKS}/vdc",
    "/sys/dev/block/253:0": "../../devices/virtual/block/dm-0",
    "/sys/devices/virtual/block/dm-0/slaves/vda2": "../../../../pci0000:00/virtio2/block/vda/vda2",
    "/sys/devices/virtual/block/dm-0/slaves/vdc": "../../../../pci0000:00/virtio2/block/vdc",
}


@pytest.mark.parametrize(
    ("settings", "disk"),
    [
        ("dataDir=/data\n", "the data's"),
        ("dataDir=/data\ndataLogDir=/data\n", "the data's"),
        ("dataDir=/data\ndataLogDir=/data/log\n", "the data's"),
        ("dataDir=/data\ndataLogDir=/log\n", "its own"),
        ("dataDir=/data\ndataLogDir=/log/zookeeper/1\n", "its own"),
        ("dataDir=/data\ndataLogDir=/srv/log\n", "the system's"),
        ("dataDir=/var/lib/zookeeper\ndataLogDir=/srv/log\n", "the data's"),
        ("dataDir=/data\ndataLogDir=/volume\n", "the system's"),
        ("dataDir=/log\ndataLogDir=/volume\n", "the data's"),
        ("dataLogDir=/log\n", "its own"),
    ],
)
def test_the_disk_of_the_log_is_found_through_partitions_and_volumes(fake_host, facts_of, settings, disk):
    host = fake_host({"/etc/zookeeper/conf/zoo.cfg": settings, "/proc/self/mountinfo": MOUNTS}, LINKS)
    fact = facts_of(probe, host)["zookeeper.log_disk"]
    assert (fact.value, fact.reason) == (disk, "")
    assert fact.evidence[0].source == "/etc/zookeeper/conf/zoo.cfg"


@pytest.mark.parametrize("log", ["/remote/log", "relative"])
def test_a_log_on_an_unknown_disk_is_unknown(fake_host, facts_of, log):
    files = {"/etc/zookeeper/conf/zoo.cfg": f"dataDir=/data\ndataLogDir={log}\n", "/proc/self/mountinfo": MOUNTS}
    fact = facts_of(probe, fake_host(files, LINKS))["zookeeper.log_disk"]
    assert not fact.known
    assert log in fact.reason


def test_a_log_is_not_alone_on_its_disk_when_other_disks_are_unknown(fake_host, facts_of):
    files = {
        "/etc/zookeeper/conf/zoo.cfg": "dataDir=/remote\ndataLogDir=/log\n",
        "/proc/self/mountinfo": MOUNTS.replace("254:1 / / rw - ext4 /dev/vda1", "0:30 / / rw - overlay overlay"),
    }
    fact = facts_of(probe, fake_host(files, LINKS))["zookeeper.log_disk"]
    assert (fact.known, fact.reason) == (False, "the disk of /remote and / is unknown")


def test_where_zookeeper_is_not_configured_there_is_no_log(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["zookeeper.log_disk"].value == "none"
    assert not facts_of(probe, fake_host({}, live=False))["zookeeper.log_disk"].known
