import pytest

from hostcheck.probes.engine.enginefiles import is_open, probe

ROOTS = {"mode": 0o644, "uid": 0, "gid": 0}
SOCKET = "/run/docker.sock"


def found(fake_host, owners, group="docker:x:999:", **more):
    return next(iter(probe(fake_host({**dict.fromkeys(owners, ""), "/etc/group": group}, owners=owners, **more))))


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "answer"),
    [
        (0o644, 0, 0, False),
        (0o755, 0, 0, False),
        (0o664, 0, 0, False),
        (0o664, 0, 999, True),
        (0o646, 0, 0, True),
        (0o600, 1000, 0, True),
    ],
)
def test_a_file_is_reported_when_users_other_than_root_may_write_to_it(mode, uid, gid, answer):
    assert is_open({"mode": mode, "uid": uid, "gid": gid}, None) is answer


def test_the_group_docker_may_have_the_socket_but_no_file(fake_host):
    docker = {"mode": 0o660, "uid": 0, "gid": 999}
    assert found(fake_host, {SOCKET: docker}).value == ()
    assert found(fake_host, {"/etc/docker/daemon.json": docker}).value == ("/etc/docker/daemon.json",)


def test_a_socket_that_everybody_may_connect_to_is_named_with_its_permissions(fake_host):
    fact = found(fake_host, {SOCKET: {"mode": 0o666, "uid": 0, "gid": 999}, "/etc/docker": ROOTS})
    assert fact.value == (SOCKET,)
    assert (fact.evidence[0].source, fact.evidence[0].value) == (SOCKET, "0666, user 0, group 999")


def test_a_host_without_an_engine_has_no_writable_engine_files(fake_host):
    assert found(fake_host, {}).value == ()


def test_files_that_cannot_be_accessed_are_unknown(fake_host):
    assert not found(fake_host, {}, live=False).known
    assert not found(fake_host, {SOCKET: None}).known


def test_a_writable_file_counts_although_others_cannot_be_accessed(fake_host):
    owners = {SOCKET: {"mode": 0o666, "uid": 0, "gid": 0}, "/etc/docker": None}
    assert found(fake_host, owners).value == (SOCKET,)
