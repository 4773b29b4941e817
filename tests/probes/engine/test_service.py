"""Units of Docker that start nothing: a socket whose group is missing, mounts that containerd does not see."""

import pytest

from hostcheck.probes.engine.service import of_units

SOCKET, SERVICE = (f"/usr/lib/systemd/system/docker.{kind}" for kind in ("socket", "service"))
UNIT = "[Socket]\nListenStream=/run/docker.sock\nSocketGroup=docker\n"
FILES = "passwd: files\ngroup: files [SUCCESS=merge] systemd\n"
OTHERS, HAS = "root:x:0:\n", "root:x:0:\ndocker:x:970:anna\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"/etc/group": OTHERS, "/etc/nsswitch.conf": FILES}, True),
        ({"/etc/group": HAS, "/etc/nsswitch.conf": FILES}, False),
        ({"/etc/group": OTHERS, "/usr/lib/group": HAS, "/etc/nsswitch.conf": FILES}, False),
        ({"/etc/group": OTHERS, "/etc/nsswitch.conf": "group: files sss\n"}, False),
        ({"/etc/group": OTHERS}, False),
        ({"/etc/nsswitch.conf": FILES}, False),
        ({"/etc/group": OTHERS, "/etc/nsswitch.conf": FILES, SOCKET: UNIT.replace("=docker", "=0")}, False),
        ({"/etc/group": OTHERS, "/etc/nsswitch.conf": FILES, SOCKET: "[Socket]\n"}, False),
        (
            {
                "/etc/group": OTHERS,
                "/etc/nsswitch.conf": FILES,
                "/etc/systemd/system/docker.socket": UNIT.replace("=docker", "=root"),
            },
            False,
        ),
    ],
    ids=["missing", "there", "in the image", "a directory", "sources unknown", "unread", "a number", "none", "another"],
)
def test_the_group_of_the_socket_has_to_exist(fake_host, files, found):
    evidence = tuple(of_units(fake_host({SOCKET: UNIT, **files})))
    assert [piece.value for piece in evidence] == (["docker"] if found else [])


OF_SOCKET = "/etc/systemd/system/docker.socket.d/o.conf"


@pytest.mark.parametrize(
    ("drop_in", "group"),
    [
        ("SocketGroup=root", None),
        ("SocketGroup=wheel", "wheel"),
        ("SocketGroup=", None),
        ("SocketGroup=\nSocketGroup=wheel", "wheel"),
        ("# SocketGroup=root", "docker"),
        ("SocketMode=0666", "docker"),
    ],
)
def test_drop_ins_of_the_socket_change_its_group(fake_host, drop_in, group):
    files = {SOCKET: UNIT, OF_SOCKET: f"[Socket]\n{drop_in}\n", "/etc/group": OTHERS, "/etc/nsswitch.conf": FILES}
    assert [piece.value for piece in of_units(fake_host(files))] == ([group] if group else [])


WITH = "[Unit]\nBindsTo=containerd.service\n[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"
OWN = "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"
DROP_IN = "/etc/systemd/system/docker.service.d/a.conf"


@pytest.mark.parametrize(
    ("unit", "setting", "found"),
    [
        (WITH, "MountFlags=slave", True),
        (WITH, "MountFlags=private", True),
        (WITH, "PrivateMounts=yes", True),
        (WITH, "MountFlags=shared", False),
        (WITH, "PrivateMounts=no", False),
        (OWN, "MountFlags=slave", False),
        (OWN.replace("fd://", "fd:// --containerd=/run/containerd/containerd.sock"), "MountFlags=slave", True),
        (WITH + "MountFlags=slave\n", "MountFlags=", False),
        (WITH + "MountFlags=slave\n", "MountFlags=shared", False),
        (WITH + "MountFlags=shared\n", "MountFlags=slave", True),
        (WITH, "#MountFlags=slave", False),
        (WITH, "", False),
    ],
)
def test_mounts_are_hidden_from_a_containerd_of_another_service(fake_host, unit, setting, found):
    evidence = tuple(of_units(fake_host({SERVICE: unit, DROP_IN: f"[Service]\n{setting}\n"})))
    assert [piece.value for piece in evidence] == ([setting] if found else [])
