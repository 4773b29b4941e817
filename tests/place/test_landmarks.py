"""A file of landmarks: what it may hold, and what is refused with its line and exit code 2."""

import base64

import pytest

from hostcheck.errors import UsageError
from hostcheck.place.landmarks import parse_landmarks, read_landmarks
from tests.forked import hostcheck_forked

PIN = f"sha256/{base64.b64encode(bytes(32)).decode()}"


def text(**changes):
    row = {
        "name": '"Oslo"',
        "address": '"192.0.2.1"',
        "port": "443",
        "latitude": "59.91",
        "longitude": "10.75",
        "known": '"its operator, 2026-10"',
    } | changes
    return "[[landmark]]\n" + "".join(f"{key} = {value}\n" for key, value in row.items() if value is not None)


def parsed(content, tmp_path):
    return parse_landmarks(content, tmp_path / "landmarks.toml")


def test_what_a_file_says_is_what_is_read(tmp_path):
    content = text() + text(name='"six"', address='"2001:DB8::1"', accuracy_km="3", tls_pin=f'"{PIN}"')
    oslo, six = parsed(content + text(name='"dns"', address='"landmark.example"'), tmp_path)[:2]
    assert (oslo.endpoint, oslo.accuracy_km, oslo.pin, oslo.known) == (
        "192.0.2.1:443",
        25,
        b"",
        "its operator, 2026-10",
    )
    assert (six.endpoint, six.accuracy_km, six.pin) == ("[2001:db8::1]:443", 3, bytes(32))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": None}, "no name"),
        ({"known": None}, "no known"),
        ({"known": '" "'}, "known is ' '"),
        ({"latitude": None}, "no latitude"),
        ({"latitude": "90.1"}, "latitude is 90.1"),
        ({"latitude": "nan"}, "latitude is nan"),
        ({"longitude": "inf"}, "longitude is inf"),
        ({"longitude": '"10.75"'}, "longitude is '10.75'"),
        ({"latitude": "true"}, "latitude is True"),
        ({"port": "0"}, "port is 0"),
        ({"port": "65536"}, "port is 65536"),
        ({"port": "true"}, "port is True"),
        ({"port": None}, "a landmark has no port"),
        ({"accuracy_km": "-1"}, "accuracy_km is -1"),
        ({"accuracy_km": "nan"}, "accuracy_km is nan"),
        ({"tls_pin": '"sha256/short"'}, "tls_pin is"),
        ({"tls_pin": '"md5/x"'}, "tls_pin is"),
        ({"adress": '"x"'}, "did you mean address?"),
        ({"address": '"127.0.0.1"'}, "this host answers it by itself"),
        ({"address": '"::1"'}, "this host answers it by itself"),
        ({"address": '"::ffff:127.0.0.1"'}, "this host answers it by itself"),
        ({"address": '"0.0.0.0"'}, "this host answers it by itself"),
        ({"address": '"10.1.2.3"'}, "private"),
        ({"address": '"192.168.1.1"'}, "private"),
        ({"address": '"100.64.0.1"'}, "private"),
        ({"address": '"fd00::1"'}, "private"),
        ({"address": '"fec0::1"'}, "private"),
        ({"address": '"198.18.0.1"'}, "private"),
        ({"address": '"64:ff9b::a00:1"'}, "private"),
        ({"address": '"64:ff9b::a9fe:a9fe"'}, "each cloud"),
        ({"address": '"2002:a00:1::1"'}, "private"),
        ({"address": '"0.0.0.5"'}, "this host"),
        ({"address": '"::ffff:10.0.0.1"'}, "private"),
        ({"address": '"169.254.169.254"'}, "each cloud answers it"),
        ({"address": '"169.254.1.1"'}, "the same link"),
        ({"address": '"fe80::1"'}, "the same link"),
        ({"address": '"224.0.0.1"'}, "no single machine"),
        ({"address": '"255.255.255.255"'}, "no single machine"),
        ({"address": '"168.63.129.16"'}, "Azure"),
        ({"address": '"localhost"'}, "is not another machine's address"),
        ({"address": '"1.2.3"'}, "is not another machine's address"),
        ({"address": '"0x7f000001.1"'}, "is not another machine's address"),
        ({"address": '"http://x"'}, "is not another machine's address"),
        ({"address": '"a b"'}, "is not another machine's address"),
        ({"address": '"x;reboot"'}, "is not another machine's address"),
        ({"name": '"a\\u001b[31m"'}, "is not a short line"),
        ({"name": f'"{"n" * 201}"'}, "is not a short line"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_its_line(changes, said, tmp_path):
    with pytest.raises(UsageError) as refused:
        parsed(text(**changes), tmp_path)
    assert said in str(refused.value)
    assert "landmarks.toml:" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file has no landmarks"),
        ("landmark = 3", "the file has no landmarks"),
        ("landmark = []", "the file has no landmarks"),
        ("[[landmarks]]\nname = 'x'", "did you mean landmark?"),
        ("[[landmark]", "reading the landmarks"),
        (text() + text(), "two landmarks 'Oslo'"),
        (text() + text(name='"other"'), "is the address of the landmark 'Oslo' too"),
        (text() + text(name='"other"', port="80"), "is the address of the landmark 'Oslo' too"),
        (text() + text(name='"other"', address='"::ffff:192.0.2.1"'), "is the address of the landmark 'Oslo' too"),
        (
            text(address='"a.example"') + text(name='"b"', address='"A.example."'),
            "leave one of them out: a machine is in one place",
        ),
        ("".join(text(name=f'"{n}"', port=str(n + 1)) for n in range(101)), "at most 100"),
        ("a = " + "[" * 5000, "nested"),
        ("a = 1" + "0" * 30, "64 bits"),
    ],
)
def test_a_file_that_is_wrong_is_refused(content, said, tmp_path):
    with pytest.raises(UsageError) as refused:
        parsed(content, tmp_path)
    assert said in str(refused.value)


def test_a_private_address_counts_where_its_key_is_pinned(tmp_path):
    assert parsed(text(address='"10.0.0.1"', tls_pin=f'"{PIN}"'), tmp_path)[0].pin == bytes(32)


def test_another_kind_of_file_is_named(tmp_path):
    file = tmp_path / "hostcheck.toml"
    file.write_text("[gate]\nprofiles = ['docker']\n")
    with pytest.raises(UsageError, match="this is a policy"):
        read_landmarks(file)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\0" * 10, b"[[landmark]]\nname = '\xed\xa0\x80'", b"x" * (1 << 21)])
def test_the_command_refuses_bytes_in_one_line(data, tmp_path):
    (tmp_path / "l.toml").write_bytes(data)
    done = hostcheck_forked("locate", "--landmarks", tmp_path / "l.toml")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
