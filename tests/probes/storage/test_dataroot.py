import pytest

from hostcheck.host.mounts import mount_under, parse_mountinfo
from hostcheck.probes.paths import nearest_existing, resolve
from hostcheck.probes.storage.dataroot import facts, find_data_root, parse_data_root

MOUNTS = """\
27 1 254:0 / / rw - ext4 /dev/vda rw
30 27 254:16 / /var/lib/docker rw - btrfs /dev/vdb rw
31 27 254:32 / /var/lib/docker rw - xfs /dev/vdc rw
32 27 0:40 / /var/lib/docker2 rw - tmpfs tmpfs rw
"""


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"data-root": "/srv/docker"}', "/srv/docker"),
        ('{"graph": "/mnt/old"}', "/mnt/old"),
        ('{"data-root": ""}', None),
        ('{"data-root": ["/a"]}', None),
        ("{}", None),
        ("[]", None),
        ("{broken", None),
    ],
)
def test_the_data_root_is_read_from_the_configuration(text, path):
    assert parse_data_root(text) == path


def test_the_running_engine_outranks_the_configuration_and_that_the_default(fake_host):
    socket = "/var/run/docker.sock"
    configured = {"/etc/docker/daemon.json": '{"data-root": "/srv/docker"}'}
    running = fake_host(configured | {socket: ""}, api={(socket, "/info"): (200, {"DockerRootDir": "/data"})})
    assert find_data_root(running).path == "/data"
    assert find_data_root(fake_host(configured)).path == "/srv/docker"
    assert find_data_root(fake_host()).path == "/var/lib/docker"


@pytest.mark.parametrize(
    ("path", "fs_type"),
    [
        ("/var/lib/docker", "xfs"),
        ("/var/lib/docker/overlay2", "xfs"),
        ("/var/lib/docker2", "tmpfs"),
        ("/var/lib/docker3", "ext4"),
        ("/", "ext4"),
    ],
)
def test_the_deepest_and_last_mount_holds_a_path(path, fs_type):
    mount = mount_under(parse_mountinfo(MOUNTS), path)
    assert mount is not None
    assert mount.fs_type == fs_type


def test_no_mount_holds_a_path_of_an_empty_table():
    assert mount_under((), "/var") is None


def test_links_are_followed_as_the_host_would(fake_host):
    host = fake_host(links={"/var/lib/docker": "../../srv/d", "/srv": "/mnt/big", "/loop": "/loop"})
    assert resolve(host, "/var/lib/docker/overlay2") == "/mnt/big/d/overlay2"
    assert resolve(host, "/loop").startswith("/loop")


def test_the_nearest_folder_that_exists_is_found(fake_host):
    host = fake_host({"/var/lib/dpkg/status": ""})
    assert nearest_existing(host, "/var/lib/docker/overlay2") == "/var/lib"
    assert nearest_existing(host, "/srv/docker") == "/"


def test_a_linked_data_root_is_judged_by_its_target(fake_host):
    host = fake_host(
        {"/proc/self/mountinfo": MOUNTS + "40 27 8:1 / /mnt/big rw - btrfs /dev/sda1 rw\n", "/mnt/big/d/x": ""},
        {"/var/lib/docker": "/mnt/big/d"},
        room={"free_bytes": 5, "total_bytes": 9, "free_inodes": 1, "total_inodes": 2},
    )
    found = {fact.id: fact.value for fact in facts(host, find_data_root(host))}
    assert found == {
        "storage.data_root": "/var/lib/docker",
        "storage.backing_fs": "btrfs",
        "storage.writable": True,
        "storage.free_bytes": 5,
    }


def test_a_captured_hosts_room_is_unknown(fake_host):
    host = fake_host({"/proc/self/mountinfo": MOUNTS}, live=False)
    found = {fact.id: fact for fact in facts(host, find_data_root(host))}
    assert found["storage.backing_fs"].value == "xfs"
    assert not found["storage.free_bytes"].known


@pytest.mark.parametrize(
    ("mounted", "value"),
    [
        ("rw,relatime - ext4 /dev/vda1 rw", True),
        ("ro,relatime - ext4 /dev/vda1 rw", False),
        ("rw,relatime - ext4 /dev/vda1 ro,errors=remount-ro", False),
        ("rw,relatime - ext4 /dev/vda1 rw,errors=remount-ro", True),
    ],
)
def test_a_data_root_is_written_unless_its_mount_or_its_file_system_is_read_only(fake_host, facts_of, mounted, value):
    host = fake_host({"/proc/self/mountinfo": f"27 1 254:1 / / {mounted}\n"})
    found = facts_of(lambda host: facts(host, find_data_root(host)), host)
    assert found["storage.writable"].value is value
