"""What a host wrote, as answers: a stranger's text."""

import random

import pytest

from hostcheck.host.base import Reading
from hostcheck.probes.engine.engine import find_engine
from hostcheck.remote.answers import Known, parse, parse_owner
from hostcheck.remote.host import RemoteHost


def known(text):
    found = Known()
    for answer in parse(iter(text.encode("utf-8", "surrogateescape").split(b"\n"))):
        found.add(answer)
    return found


def test_text_keeps_its_last_line_break_or_none():
    found = known(
        "read text /a\n=one\n3\n=two\n\nends 1\nread text /b\n2\n=one\nends 2\nread text /c\n1\n\nends 3\n"
        "read text /d\n2\n=\n\nends 4\nend 1\n"
    ).answers.read
    assert [found[path].data for path in ("/a", "/b", "/c", "/d")] == [b"one\ntwo\n", b"one", b"", b"\n"]


def test_a_content_that_is_too_large_is_not_kept(monkeypatch):
    monkeypatch.setattr("hostcheck.remote.answers._MOST_CONTENT", 10)
    found = known("read text /a\n=one\n3\n=two\n\nends 1\nread text /b\n" + "=three\n" * 9 + "10\n\nends 2\nend 1\n")
    assert (found.answers.read["/a"].data, "/b" in found.answers.read, found.damaged) == (b"one\ntwo\n", False, True)


def test_states_are_failures_of_their_own():
    found = known(
        "read absent /a\nread denied /b\nread special /c\nread uncoded /d\nread text /e\n1\n\n"
        "ends 5 head: /e: Permission denied\nread text /f\n2\n=part\nends 6 head: /f: I/O error\nend 1\n"
    ).answers.read
    assert [found[f"/{name}"].failure for name in "abcdef"] == [
        "absent",
        "denied",
        "unreadable",
        "unreadable",
        "denied",
        "unreadable",
    ]
    assert found["/f"] == Reading("/f", None, "unreadable", "I/O error")


@pytest.mark.parametrize("last", ["read text /b\n=half", "environ there HOME", "exists absent /", "listdir there /b"])
def test_an_answer_that_nothing_follows_may_be_cut_and_is_none(last):
    found = known(f"read text /a\n2\n=one\n\nends 1\n{last}")
    assert found.answers == known("read text /a\n2\n=one\n\nends 1\nend 1").answers
    assert found.answers.read
    assert found.folders == {}


def test_encoded_bytes_are_those_of_the_file():
    found = known(
        "read base64 /a\n2\n=AAECAw==\n\nends 1\nread hex /b\n= 00 01\n3\n= 02\n\nends 2\n"
        "read base64 /c\n2\n=A*\n\nends 3\nend 1\n"
    ).answers.read
    assert (found["/a"].data, found["/b"].data) == (b"\0\1\2\3", b"\0\1\2")
    assert (found["/c"].data, found["/c"].failure) == (None, "unreadable")


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("-rwsr-xr-x 1 0 0 68248 Dec 14  2025 ", {"mode": 0o4755, "uid": 0, "gid": 0}),
        ("drwxrwxrwt. 47 1000 20 4096 Nov 29 17:58 ", {"mode": 0o1777, "uid": 1000, "gid": 20}),
        ("srw-rwS--T+ 1 7 8 0 Nov 29 17:58 ", {"mode": 0o3660, "uid": 7, "gid": 8}),
        ("crw------- 1 0 0 203, 0 Nov 20 11:33 ", {"mode": 0o600, "uid": 0, "gid": 0}),
        ("-rwxr-xr-x 1 root root 1 Nov 29 17:58 ", None),
        ("total 0", None),
        ("", None),
    ],
)
def test_owners_are_parsed(line, owner):
    assert parse_owner(line) == owner


def test_a_folder_answers_for_what_is_not_in_it():
    host = RemoteHost(
        known(
            "listdir there /etc\n=.\n=..\n=docker\n4\n\nends 1\nlistdir absent /opt/cni\nlistdir denied /root\nend 1\n"
        )
    )
    assert host.exists("/etc/docker") is True
    assert host.exists("/etc/none") is False
    assert host.exists("/etc/none/below") is False
    assert host.read("/etc/none").failure == "absent"
    assert host.exists("/opt/cni/bin") is False
    assert host.missed == {}
    assert host.exists("/root/x") is None
    assert host.exists("/etc/docker/x") is None
    assert host.exists("/etc/../none") is None
    assert [request.words[0] for request in host.missed] == ["/root/x", "/etc/docker/x", "/etc/../none"]


@pytest.mark.parametrize("path", ["//partition", "//", "/", "a", ""])
def test_a_path_of_which_the_root_is_left_ends(path):
    assert RemoteHost(known("listdir there /run\n=x\n2\n\nends 1\nend 1\n")).exists(path) is None


def test_an_engine_that_cannot_be_asked_is_unknown_and_not_silent():
    folder = "listdir there /run\n=docker.sock\n2\n\nends 1\n"
    host = RemoteHost(known(f"{folder}http untried /info /run/docker.sock\nend 1\n"))
    assert host.http_get("/run/docker.sock", "/info", 1.0) is None
    assert host.exists("/run/docker.sock") is None
    assert find_engine(host).undetermined


def test_the_hypervisors_leaves_count_only_with_its_bit():
    first = "cpuid hex 0\n2\n= {}\n\nends 1\n"
    signature = "cpuid hex 1073741824\n2\n= 00 00 00 40 4b 56 4d 4b 56 4d 4b 56 4d 00 00 00\n\nends 2\nend 1\n"
    leaf0 = "00 " * 16
    assert known(first.format(leaf0 + "00 " * 16) + signature).answers.cpuid == {1: (0, 0, 0, 0)}
    with_bit = leaf0 + "00 " * 8 + "00 00 00 80 " + "00 " * 4
    assert 0x40000000 in known(first.format(with_bit) + signature).answers.cpuid


def test_hostile_answers_are_read_or_refused():
    kinds = "read readlink exists listdir environ stat statvfs run http cpuid clock experiment end = ends"
    states = "there absent denied text base64 hex hexdump special untried x 0 9999999999999999999999"
    rest = [
        "/a",
        "",
        "../../etc/passwd",
        "\\n\\",
        "\x1b[2J",
        "limits v1_cpu",
        "nat program=/x",
        "=" * 50,
        "/info /s",
        "\udcff",
    ]
    body = [
        "=",
        "=ok",
        "=nat ok",
        "=rw 1 2",
        "=\x1b]0;x\x07",
        "",
        "ends 1 x: denied",
        "ends 2",
        "1",
        "2",
        "=" + "9" * 400,
        "=200",
        "=[" * 9000,
    ]
    chance = random.Random(22)
    for _ in range(3000):
        lines = []
        for _ in range(chance.randrange(8)):
            lines.append(" ".join((chance.choice(kinds.split()), chance.choice(states.split()), chance.choice(rest))))
            lines += [chance.choice(body) for _ in range(chance.randrange(4))]
        known("\n".join(lines))
