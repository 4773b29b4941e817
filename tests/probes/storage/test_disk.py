import pytest

from hostcheck.probes.storage.disk import probe

MOUNT = "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
ROOM = {"free_bytes": 1, "total_bytes": 2, "free_inodes": 25, "total_inodes": 1000}


def facts(host):
    return {fact.id: fact for fact in probe(host)}


def test_inodes_are_a_share_of_all(fake_host):
    assert facts(fake_host({}, room=ROOM))["storage.free_inodes_percent"].value == 2.5
    assert not facts(fake_host({}))["storage.free_inodes_percent"].known


def test_a_file_system_that_makes_inodes_as_it_needs_them_does_not_run_out(fake_host):
    room = ROOM | {"free_inodes": 0, "total_inodes": 0}
    assert facts(fake_host({}, room=room))["storage.free_inodes_percent"].value == 100


@pytest.mark.parametrize(("text", "rotates"), [("1\n", True), ("0\n", False)])
def test_a_partition_rotates_as_its_disk_does(fake_host, text, rotates):
    links = {"/sys/dev/block/254:1": "../../devices/pci/ata1/block/sda/sda1"}
    disk = "/sys/devices/pci/ata1/block/sda/queue/rotational"
    host = fake_host({"/proc/self/mountinfo": MOUNT, disk: text}, links=links)
    assert facts(host)["storage.rotational"].value is rotates


def test_a_whole_disk_has_a_queue_of_its_own(fake_host):
    host = fake_host({"/proc/self/mountinfo": MOUNT, "/sys/dev/block/254:1/queue/rotational": "0"})
    assert facts(host)["storage.rotational"].value is False


@pytest.mark.parametrize("mount", ["", MOUNT.replace("254:1", "0:45"), MOUNT])
def test_a_data_root_without_a_known_disk_is_unknown(fake_host, mount):
    assert not facts(fake_host({"/proc/self/mountinfo": mount}))["storage.rotational"].known


@pytest.mark.parametrize(("name", "cpuinfo"), [("vda", ""), ("xvda", ""), ("sda", "flags : fpu hypervisor lahf\n")])
def test_a_rotational_virtual_disk_is_unknown(fake_host, name, cpuinfo):
    links = {"/sys/dev/block/254:1": f"../../devices/x/block/{name}/{name}1"}
    path = f"/sys/devices/x/block/{name}/queue/rotational"
    files = {"/proc/self/mountinfo": MOUNT, "/proc/cpuinfo": cpuinfo}
    assert not facts(fake_host(files | {path: "1"}, links=links))["storage.rotational"].known
    assert facts(fake_host(files | {path: "0"}, links=links))["storage.rotational"].value is False


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("28 27 254:2 / /var/lib/docker rw - ext4 /dev/vda2 rw\n", True),
        ("28 27 254:1 /d /var/lib/docker rw - ext4 x rw\n", False),
    ],
)
def test_a_bind_mount_from_the_root_is_not_a_separate_file_system(fake_host, line, own):
    host = fake_host({"/proc/self/mountinfo": MOUNT + line, "/var/lib/docker/overlay2/x": ""})
    assert facts(host)["storage.separate_fs"].value is own
    assert not facts(fake_host({"/proc/self/mountinfo": ""}))["storage.separate_fs"].known


@pytest.mark.parametrize(("redirect", "metacopy", "value"), [("N", "N", True), ("Y", "N", False), ("N", "Y", False)])
def test_native_diff_needs_both_overlay_parameters_off(fake_host, redirect, metacopy, value):
    folder = "/sys/module/overlay/parameters"
    files = {f"{folder}/redirect_dir": f"{redirect}\n", f"{folder}/metacopy": f"{metacopy}\n"}
    assert facts(fake_host(files))["storage.native_diff"].value is value


@pytest.mark.parametrize(
    ("modules", "live", "words"),
    [
        ("", True, "is sysfs mounted?"),
        ("ext4 1 1 - Live 0x0\n", True, "is not loaded"),
        ("overlay 1 1 - Live 0x0\n", True, "has no parameters"),
        ("overlay 1 1 - Live 0x0\n", False, "were not captured"),
    ],
)
def test_without_parameters_native_diff_is_unknown_for_the_reason_that_holds(fake_host, modules, live, words):
    others = {"/sys/module/ext4/refcnt": "1\n"} if modules else {}
    fact = facts(fake_host({"/proc/modules": modules, **others}, live=live))["storage.native_diff"]
    assert not fact.known
    assert words in fact.reason
