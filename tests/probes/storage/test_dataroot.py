import pytest

from hostcheck.host.mounts import mount_under, parse_mountinfo
from hostcheck.probes.engine.dockerd import parse_data_root
from hostcheck.probes.paths import nearest_existing, resolve
from hostcheck.probes.storage import stores
from hostcheck.probes.storage.dataroot import facts, find_data_root

MOUNTS = """\
27 1 254:0 / / rw - ext4 /dev/vda rw
30 27 254:16 / /var/lib/docker rw - btrfs /dev/vdb rw
31 27 254:32 / /var/lib/docker rw - xfs /dev/vdc rw
32 27 0:40 / /var/lib/docker2 rw - tmpfs tmpfs rw
"""


def test_a_mount_table_that_is_cut_gives_no_file_system(fake_host):
    """The data-root's own mount is listed after what is read."""
    first, *rest = MOUNTS.splitlines(keepends=True)
    many = "".join(f"{100 + at} 27 0:50 / /m/{at:06} rw - tmpfs tmpfs rw\n" for at in range(30_000))
    for filler, value in (("", "xfs"), (many, None)):
        table = (first + filler + "".join(rest))[: 1 << 20]
        host = fake_host({"/proc/self/mountinfo": table, "/var/lib/docker/x": ""})
        found = {fact.id: fact for fact in facts(host, find_data_root(host))}["storage.backing_fs"]
        assert found.value == value
    assert "too many mounts" in found.reason


def room(*, free, root_free, total=1 << 30, block=4096):
    """Return what statvfs says of a file system, in bytes."""
    return {
        "free_bytes": free,
        "root_free_bytes": root_free,
        "total_bytes": total,
        "block_bytes": block,
        "free_inodes": 1,
        "total_inodes": 2,
    }


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
    running = fake_host(
        configured | {socket: "", "/data/x": ""}, api={(socket, "/info"): (200, {"DockerRootDir": "/data"})}
    )
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
        room=room(free=5 << 20, root_free=5 << 20),
    )
    found = {fact.id: fact.value for fact in facts(host, find_data_root(host))}
    assert found == {
        "storage.data_root": "/var/lib/docker",
        "storage.backing_fs": "btrfs",
        "storage.writable": True,
        "storage.free_bytes": 5 << 20,
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


FULL_FOR_USERS = room(free=0, root_free=40 << 20)


def of_older_versions(*, free):
    """Return what captures of older versions have: not what is free to root."""
    return {"free_bytes": free, "total_bytes": 1 << 30, "free_inodes": 1, "total_inodes": 2}


KEPT = 16 << 20
"""What ext4 keeps from root too: 4096 blocks of 4 KiB."""


@pytest.mark.parametrize(
    ("kind", "space", "value"),
    [
        ("xfs", room(free=0, root_free=0), False),
        ("xfs", room(free=0, root_free=128 << 10), False),
        ("xfs", room(free=0, root_free=256 << 10), True),
        # 5 % of an ext4 are free to root alone, but for what the kernel keeps.
        ("ext4", FULL_FOR_USERS, True),
        ("ext4", room(free=0, root_free=KEPT), False),
        ("ext4", room(free=0, root_free=KEPT + (256 << 10)), True),
        # With blocks of 1 KiB that is a 50th of 128 MiB: dockerd ended there with "no space left on device".
        ("ext4", room(free=0, root_free=2621 << 10, total=128 << 20, block=1024), False),
        ("ext4", room(free=0, root_free=2877 << 10, total=128 << 20, block=1024), True),
        # ext3 keeps nothing more; btrfs says that nothing is available where metadata has no room.
        ("ext3", room(free=0, root_free=KEPT), True),
        ("btrfs", room(free=0, root_free=9 << 30), False),
        ("ext4", None, True),
        ("ext4", of_older_versions(free=1 << 20), True),
        ("ext4", of_older_versions(free=0), None),
    ],
)
def test_a_full_data_root_is_not_written(fake_host, facts_of, kind, space, value):
    host = fake_host({"/proc/self/mountinfo": f"27 1 254:1 / / rw - {kind} /dev/vda1 rw\n"}, room=space)
    found = facts_of(lambda host: facts(host, find_data_root(host)), host)
    assert found["storage.writable"].value is value


@pytest.mark.parametrize(("uid", "value"), [(0, True), (1000, False)])
def test_what_is_free_to_root_is_not_free_to_a_users_engine(fake_host, facts_of, monkeypatch, uid, value):
    monkeypatch.setenv("HOME", "/home/a")
    files = {
        "/proc/self/mountinfo": "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n",
        "/proc/self/status": f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n",
        "/usr/bin/podman": "",
    }
    found = facts_of(lambda host: facts(host, find_data_root(host)), fake_host(files, room=FULL_FOR_USERS))
    assert found["storage.data_root"].value.startswith("/home/a/" if uid else "/var/lib/")
    assert found["storage.writable"].value is value


def test_room_that_is_free_to_root_alone_is_none_for_a_users_engine_also_where_root_asks(fake_host):
    files = {
        "/proc/self/mountinfo": "27 1 254:1 / / rw - xfs /dev/vda1 rw\n",
        "/proc/self/status": "Name:\tx\nUid:\t0\t0\t0\t0\n",
        "/etc/passwd": "a:x:1000:1000::/home/a:/bin/sh\n",
        "/etc/subuid": "a:100000:65536\n",
    }
    host = fake_host(files, room=FULL_FOR_USERS)
    of_user = {fact.id: fact.value for fact in stores.docker_rootless(host)}
    of_root = {fact.id: fact.value for fact in stores.podman(host)}
    assert (of_user["store.docker_rootless.writable"], of_root["store.podman.writable"]) == (False, True)


@pytest.mark.parametrize(
    ("passwd", "path", "kind"),
    [
        ("a:x:1000:1000::/home/a:/bin/sh\n", "/home/a/.local/share/containers/storage", "nfs4"),
        ("b:x:1001:1001::/home/b:/bin/sh\n", "/var/lib/containers/storage", "ext4"),
        ("a:x:1000\n", "/var/lib/containers/storage", "ext4"),
    ],
    ids=["the user's", "another's", "damaged"],
)
def test_a_captured_root_has_the_users_home_of_passwd(fake_host, facts_of, passwd, path, kind):
    files = {
        "/proc/self/mountinfo": "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 27 0:50 / /home rw - nfs4 a:/home rw\n",
        "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n",
        "/etc/passwd": passwd,
        "/usr/bin/podman": "",
    }
    found = facts_of(lambda host: facts(host, find_data_root(host)), fake_host(files, live=False))
    assert found["storage.data_root"].value == path
    assert found["storage.backing_fs"].value == kind
