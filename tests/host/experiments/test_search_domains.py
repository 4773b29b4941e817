"""Questions to a real server on the loopback, which knows a wildcard in one domain."""

import socket
import struct
import threading

import pytest

from hostcheck.host.experiments import search_domains
from hostcheck.host.experiments.perform import perform
from hostcheck.host.experiments.search_domains import judge, question

NONE = {"ok": True, "error": "", "any": False}


@pytest.fixture
def server(monkeypatch):
    """A name server: any name resolves in wild.test, none in plain.test, and it refuses every other domain."""

    def serve():
        while True:
            asked, sender = one.recvfrom(512)
            if asked == b"end":
                return
            names.append(asked[12:-5])
            code, answers = (0, 1) if b"\x04wild" in asked else (3, 0) if b"\x05plain" in asked else (5, 0)
            answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x05\x00\x04\x7f\x00\x00\x01" * answers
            # A message of another question comes before.
            for number in (asked[0] ^ 1, asked[0]):
                head = bytes([number, asked[1]]) + struct.pack("!5H", 0x8180 | code, 1, answers, 0, 0)
                one.sendto(head + asked[12:] + answer, sender)

    names = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve)
        thread.start()
        monkeypatch.setattr(search_domains, "_PORT", one.getsockname()[1])
        yield names
        one.sendto(b"end", one.getsockname())
        thread.join()


@pytest.fixture
def asked(tmp_path):
    """Ask what a resolv.conf says."""

    def ask(text):
        path = tmp_path / "resolv.conf"
        path.write_text(text)
        return perform("search_domains", resolv=str(path))

    return ask


def test_only_a_wildcard_answers_for_a_random_name(server, asked):
    answers = asked("nameserver 127.0.0.1\nsearch wild.test plain.test refused.test\n")
    refused = {"ok": False, "error": "REFUSED", "any": None}
    assert answers == {"1": {"ok": True, "error": "", "any": True}, "2": NONE, "3": refused}
    assert len(set(server)) == 3


@pytest.mark.usefixtures("server")
def test_the_next_server_is_asked_where_one_does_not_listen(asked):
    assert asked("nameserver ::1\nnameserver 127.0.0.1\nsearch plain.test\n") == {"1": NONE}


@pytest.mark.parametrize("servers", ["", "nameserver not-an-address\n"])
@pytest.mark.parametrize("domain", ["plain.test", f"{'a' * 300}.test"])
def test_without_a_server_or_a_name_of_dns_nothing_is_known(asked, servers, domain):
    answer = asked(f"{servers}search {domain}\n")["1"]
    assert (answer["ok"], answer["any"]) == (False, None)


def test_a_question_is_one_of_rfc_1035_and_a_damaged_answer_is_none():
    assert question(0x0102, "a.example.") == (
        b"\x01\x02\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x00\x00\x01\x00\x01"
    )
    assert judge(1, b"\x00\x01\x80") is None
    assert judge(1, question(1, "a.example")) is None
