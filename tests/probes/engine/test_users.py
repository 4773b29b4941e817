import pytest

from hostcheck.probes.engine.users import (
    effective_user,
    group_id,
    members,
    parse_subids,
    probe,
    user_name,
)

PASSWD = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n"
SOCKET = "/run/docker.sock"


def status(uid):
    return {"/proc/self/status": f"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n", "/etc/passwd": PASSWD}


def subids(uids, gids):
    return {"/etc/subuid": uids, "/etc/subgid": gids}


@pytest.fixture
def outcome(fake_host, facts_of):
    """Facts of a host of files, asked by a user."""
    return lambda uid, files=(), **host: facts_of(probe, fake_host({**status(uid), **dict(files)}, **host))


def test_ranges_of_one_user_add_up(outcome):
    text = "ann:100000:65536\nann:200000:1000\nbob:x:y\n\n:1:2\n"
    assert parse_subids(text) == {"ann": (range(100000, 165536), range(200000, 201000))}
    assert outcome(1000, subids(text, text))["user.subids"].value == 66536


@pytest.mark.parametrize(
    ("ids", "value"),
    [
        ("0 0 4294967295\n", 65536),
        ("0 1000 1\n1 100000 65536\n", 0),  # podman#27411: the range begins in the map, and ends outside of it
        ("0 100000 100001\n100001 300000 65535\n", 65536),
        ("0 100000 65536\n", 0),
        ("", 65536),
    ],
)
def test_ids_that_do_not_exist_in_a_containers_namespace_do_not_count(outcome, ids, value):
    own = {"/proc/self/uid_map": ids, "/proc/self/gid_map": "0 0 4294967295\n"}
    files = subids("ann:100000:65536\n", "ann:100000:65536\n")
    assert outcome(1000, files | own)["user.subids"].value == value


def test_a_users_ids_count_and_for_root_those_of_the_user_with_the_most(outcome):
    files = subids("ann:100000:65536\nbob:165536:1000\n", "ann:100000:40000\nbob:165536:1000\n")
    assert outcome(1000, files)["user.subids"].value == 40000
    assert outcome(1001, files)["user.subids"].value == 1000
    assert outcome(1002, files)["user.subids"].value == 0
    assert outcome(0, files)["user.subids"].value == 40000


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"/etc/nsswitch.conf": "passwd: files sss\nsubid: sss\n"}, None),
        ({"/etc/nsswitch.conf": "subid: files  # as before\n"}, 0),
        ({"/etc/nsswitch.conf": "passwd: files sss\n"}, 0),
        ({"/etc/nsswitch.conf": "subid: sss\n", **subids("ann:1:65536\n", "ann:1:65536\n")}, 65536),
        ({}, 0),
    ],
    ids=["SSSD", "files", "no line", "in files too", "no file"],
)
def test_subordinate_ids_may_come_from_a_directory(outcome, files, value):
    fact = outcome(1000, subids("", "") | files)["user.subids"]
    assert (fact.value, fact.known) == (value, value is not None)
    assert fact.known or "getsubids" in fact.reason


def test_ids_may_be_given_by_number(outcome):
    assert outcome(1000, subids("1000:1:65536\n", "1000:1:65536\n"))["user.subids"].value == 65536


def test_without_the_files_there_are_no_subids_but_hidden_files_are_unknown(outcome):
    assert outcome(1000)["user.subids"].value == 0
    fact = outcome(1000, subids(PermissionError(), ""))["user.subids"]
    assert not fact.known
    assert "/etc/subuid" in fact.reason
    assert not outcome(1000, live=False)["user.subids"].known


def test_a_session_lasts_where_the_user_lingers(outcome):
    files = {"/var/lib/systemd/linger/bob": ""}
    assert outcome(1001, files)["user.linger"].value is True
    assert outcome(1000, files)["user.linger"].value is False
    assert outcome(0, files)["user.linger"].value is True
    assert outcome(0)["user.linger"].value is False


def test_the_runtime_folder_is_the_users_own(outcome, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert outcome(1000, {"/run/user/1000/bus": ""})["user.xdg_runtime_dir"].value is True
    assert outcome(1000)["user.xdg_runtime_dir"].value is False
    assert "as the user" in outcome(0, {"/run/user/1000/bus": ""})["user.xdg_runtime_dir"].reason
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert outcome(1000)["user.xdg_runtime_dir"].value is False


def test_a_rootful_engine_that_answers_the_user_is_reported(outcome):
    there = {SOCKET: ""}
    assert outcome(1000)["user.rootful_socket_writable"].value is False
    assert outcome(1000, there)["user.rootful_socket_writable"].value is False
    assert outcome(1000, there, api={(SOCKET, "/info"): (200, {})})["user.rootful_socket_writable"].value is True
    as_root = outcome(0, there, api={(SOCKET, "/info"): (200, {})})["user.rootful_socket_writable"]
    assert not as_root.known
    assert "as the user" in as_root.reason


@pytest.mark.parametrize(
    ("text", "count"),
    [("docker:x:999:ann,bob\n", 2), ("docker:x:999:\n", 0), ("users:x:1:ann\n", None), ("docker\n", None), ("", None)],
)
def test_members_of_a_group_are_counted(outcome, text, count):
    assert members(text, "docker") == count
    assert outcome(0, {"/etc/group": text or "\n"})["user.docker_group"].value == (count or 0)


@pytest.mark.parametrize(
    ("status", "uid"),
    [("Uid:\t1\t2\t3\t4\n", 2), ("Name:\tUid:\n", None), ("Uid:\t1\n", None), ("Uid: a b\n", None), ("", None)],
)
def test_the_effective_user_asks(status, uid):
    assert effective_user(status) == uid


def test_users_are_found_by_number():
    assert user_name(PASSWD, 1001) == "bob"
    assert user_name(PASSWD + "damaged\n", 7) is None


def test_the_number_of_a_group_is_found_by_its_name():
    assert group_id("root:x:0:\ndocker:x:999:ann\n", "docker") == 999
    assert group_id("docker:x:\n", "docker") is None


def test_the_users_own_bus_is_looked_for_and_roots_says_nothing(outcome):
    assert outcome(1000, {"/run/user/1000/bus": ""})["user.dbus"].value is True
    assert outcome(1000, {"/run/user/1001/bus": ""})["user.dbus"].value is False
    assert not outcome(0, {"/run/user/0/bus": ""})["user.dbus"].known
