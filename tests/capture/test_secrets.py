"""Nothing private that is planted in anything a host can answer is found in the capture's bytes."""

import base64
import gzip
import json

import pytest

from hostcheck.audit import collect
from hostcheck.capture.files import FILES
from hostcheck.capture.take import take
from hostcheck.capture.write import archive
from hostcheck.host.base import Reading
from hostcheck.host.live import LiveHost
from hostcheck.host.recording import RecordingHost

SECRETS = {
    "host": "frobnitz7",
    "domain": "acme-widgets.example.com",
    "user": "mallory9",
    "private address": "10.20.30.40",
    "home address": "192.168.77.12",
    "pool address": "172.17.45.6",
    "public address": "203.0.113.77",
    "documentation address": "192.0.2.33",
    "global address": "2a01:4f8:c0c:1234::abcd",
    "link-local address": "fe80::a1b2:c3ff:fed4:e5f6",
    "unique local address": "fd12:3456:789a::17",
    "MAC": "52:54:00:ab:cd:ef",
    "interface by MAC": "525400abcdef",
    "UUID": "4c4c4544-0044-4210-8031-b4c04f565731",
    "pod": "0a1b2c3d_1111_4222_8333_0123456789ab",
    "machine id": "b08dfa6083e7567a1921a715000001fb",
    "container": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "kernel address": "ffffffffc0a81000",
    "password": "hunter2hunter2",
    "token": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "cloud key": "AKIAIOSFODNN7EXAMPLE",
    "mail": "mallory@acme-widgets.example.com",
    "server": "registry.acme-widgets.example.com",
    "internal name": "db3.prod.internal",
}
PLANTED = """
host {host} and {host}.{domain}, HOST={host}
/home/{user}/data owned by {user}; mail {mail}; https://{user}:{password}@{server}:5000/v2
{private address} {home address}/24 via {pool address} dev eth0, {public address}:443 or {documentation address};
{global address} {link-local address}%eth0 [{unique local address}]:53
link/ether {MAC} enx{interface by MAC}
UUID={UUID} /kubepods/pod{pod}/{container} docker-{container}.scope {machine id}
module 16384 0 - Live 0x{kernel address}
password={password} token: "{token}" secret_key={password} {cloud key} at {internal name}
""".format_map(SECRETS)


class PlantingHost(LiveHost):
    """This machine, in all of whose answers secrets are planted."""

    def read(self, path):
        if path == "/etc/passwd":
            return Reading(
                path, b"root:x:0:0:root:/root:/bin/sh\nmallory9:x:1001:1001:Mallory:/home/mallory9:/bin/sh\n"
            )
        if path in {"/proc/sys/kernel/hostname", "/etc/hostname"}:
            return Reading(path, b"frobnitz7.acme-widgets.example.com\n")
        reading = super().read(path)
        if reading.data is None:
            return Reading(path, None, reading.failure, f"{reading.error} {PLANTED}")
        if reading.data[:2] == b"\x1f\x8b":
            return Reading(path, gzip.compress(gzip.decompress(reading.data) + PLANTED.encode()))
        return Reading(path, reading.data + PLANTED.encode())

    def listdir(self, path):
        if path == "/home":
            # Names here are users', which are replaced everywhere: a secret among them could never get through.
            return (SECRETS["user"],)
        return tuple(sorted((*(super().listdir(path) or ()), *PLANTED.split())))

    def readlink(self, path):
        reading = super().readlink(path)
        return reading if reading.data is None else Reading(path, reading.data + PLANTED.encode())

    def environ(self, name):
        return f"unix:///home/mallory9/{name}.sock" if name == "DOCKER_HOST" else PLANTED

    def exists(self, path):
        return True if "mallory9" in path else super().exists(path)

    def http_get(self, socket, path, timeout):
        return 200, {"Name": "frobnitz7", "Driver": PLANTED, "ServerVersion": "26.1.5", "Labels": ["a=hunter2hunter2"]}

    def run(self, argv, timeout):
        return Reading(" ".join(argv), PLANTED.encode())

    def experiment(self, name, /, **arguments):
        return {"ok": False, "error": PLANTED, "stage": "mount"}


def bytes_of(files):
    """All text of an archive: names, headers and contents, compressed contents unpacked."""
    parts = [gzip.decompress(archive(files, 0))]
    for file in files:
        parts.append(file.place.encode())
        parts.append(gzip.decompress(file.data) if file.data[:2] == b"\x1f\x8b" else file.data)
    return b"\n".join(parts)


def found_in(data):
    forms = {name: [secret.encode(), secret.upper().encode()] for name, secret in SECRETS.items()}
    # JSON may escape, nothing else may hide: the same in base 64.
    for name, secret in SECRETS.items():
        forms[name].append(base64.b64encode(secret.encode())[:-4] or b"\0")
    return [name for name, written in forms.items() if any(form in data for form in written)]


def test_secrets_planted_in_every_answer_of_this_machine_are_not_in_the_capture():
    taken = take(PlantingHost(), "2026-11-23T10:00:00Z")
    assert len(taken.kept) > 15
    assert found_in(bytes_of(taken.kept)) == []


def test_the_secrets_were_there_before():
    recording = RecordingHost(PlantingHost())
    collect(recording)
    recorded = b"".join(reading.data or b"" for reading in recording.answers.read.values())
    assert found_in(recorded) == list(SECRETS)


HOSTS = ["frobnitz7", "frobnitz7.acme-widgets.example.com", "acme-widgets.example.com"]
BINARY = {"/sys/firmware/acpi/tables/*", "/sys/firmware/dmi/tables/DMI", "/sys/firmware/dmi/entries/*/raw"}
WORDS = PLANTED.split()
SHAPES = {
    "text": PLANTED,
    "lines": "\n".join(f"key{i}: {word}" for i, word in enumerate(WORDS)),
    "nul": "\0".join(f"NAME{i}={word}" for i, word in enumerate(WORDS)),
}
JSON = json.dumps({"a": PLANTED, "b": [PLANTED], "c": {"d": WORDS}})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(
            (pattern.replace("*", "1"), text)
            for pattern, _ in FILES
            if pattern not in BINARY
            for text in SHAPES.values()
        ),
        *(("/run/any", text) for text in (*SHAPES.values(), JSON)),
        ("/etc/docker/daemon.json", JSON),
        ("/etc/docker/daemon.json", JSON[:-1]),
    ],
)
def test_no_kind_of_file_lets_a_secret_through(scrubbed, path, text):
    assert found_in(bytes_of(scrubbed({path: text.encode()}, hosts=HOSTS, users=[SECRETS["user"]]))) == []
