"""Real handshakes of TLS with servers that are some milliseconds away: whose key counts, and what its answer proves."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.place.keys import pin_of
from tests.place.test_real_handshakes import ADDRESSES, PLACES, landmarks

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/net/tun").exists(), reason="needs root and /dev/net/tun"),
]

ROOT = Path(__file__).parents[2]
FAR_SERVER = Path(__file__).with_name("far_server.py")
KINDS = {
    "rsa": ["-newkey", "rsa:2048"],
    "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    "ed25519": ["-newkey", "ed25519"],
}


def certificate(folder, kind):
    """Make a key and its certificate; return the certificate's file."""
    out = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", *KINDS[kind], "-noenc", "-subj", "/CN=landmark.example", "-days", "2", *out],
        check=True,
        capture_output=True,
    )
    return folder / "certificate.pem"


def documented_pin(file):
    """The pin of a certificate, by the commands of docs/locate.md."""
    line = re.search(r"openssl x509 [^\n]*\\\n[^\n]*base64", (ROOT / "docs" / "locate.md").read_text())[0]
    with file.open() as certificate_file:
        done = subprocess.run(["sh", "-c", line], stdin=certificate_file, capture_output=True, text=True, check=True)
    return f"sha256/{done.stdout.strip()}"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """The folder of a key, and its pin, by kind."""
    made = {}
    for kind in KINDS:
        folder = tmp_path_factory.mktemp(kind)
        made[kind] = (folder, documented_pin(certificate(folder, kind)))
    return made


def located(keys, tmp_path, servers, *words, kind="ec", pinned="ec"):
    """Run locate where these landmarks are servers of TLS, by (ms, kind of server)."""
    folder, pin = keys[kind][0], keys[pinned][1]
    file = landmarks(tmp_path, tuple(servers), **dict.fromkeys(PLACES, f'tls_pin = "{pin}"\n'))
    machines = {ADDRESSES[name]: {"ms": ms, "server": server} for name, (ms, server) in servers.items()}
    hostcheck = [sys.executable, "-m", "hostcheck", "locate", "--landmarks", file, "-o", "json:-", *words]
    done = subprocess.run(
        [sys.executable, FAR_SERVER, folder, json.dumps(machines), "--", *hostcheck],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return found["code"], json.loads(found["output"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_pin_is_that_of_the_documented_command(kind, keys):
    folder, pin = keys[kind]
    der = subprocess.run(
        ["openssl", "x509", "-in", folder / "certificate.pem", "-outform", "der"], check=True, capture_output=True
    ).stdout
    encoded = subprocess.run(["base64"], input=pin_of(der), check=True, capture_output=True).stdout
    assert f"sha256/{encoded.decode().strip()}" == pin


def test_the_right_key_counts_and_its_time_is_at_least_the_round_trip(keys, tmp_path):
    code, document = located(keys, tmp_path, {"Oslo": (20.0, "tls"), "Frankfurt": (30.0, "tls")}, "--not-within", "AU")
    assert (code, document["outcome"]) == (0, "holds")
    for each, held in zip(document["landmarks"], (20.0, 30.0), strict=True):
        assert (each["counted"], each["problem"]) == (10, "")
        # A machine that was paused, or a packet that was sent again, takes a handshake out, and a line says so.
        assert all("left out" in note for note in each["notes"])
        assert each["rtt_ms"] >= held


def test_another_key_is_no_answer_of_the_landmark(keys, tmp_path):
    code, document = located(keys, tmp_path, {"Oslo": (2.0, "tls")}, "--not-within", "AU", pinned="rsa")
    (oslo,) = document["landmarks"]
    assert (code, oslo["rtt_ms"]) == (3, None)
    assert oslo["problem"].startswith("another key than the pinned one answers")


def test_a_box_nearby_answers_tcp_and_only_the_key_counts(keys, tmp_path):
    _, document = located(keys, tmp_path, {"Oslo": (2.0, "box")})
    (oslo,) = document["landmarks"]
    assert oslo["rtt_ms"] >= 42
    assert "a box nearby may answer for it, and only the key counts" in oslo["notes"][0]


@pytest.mark.parametrize(
    ("server", "problem"), [("tls 1.2", "TLS 1.3 failed"), ("silent", "it did not end the handshake of TLS")]
)
def test_a_server_that_proves_nothing_does_not_count(server, problem, keys, tmp_path):
    code, document = located(keys, tmp_path, {"Oslo": (2.0, server)}, "--not-within", "AU")
    assert code == 3
    assert document["landmarks"][0]["problem"].startswith(problem)
