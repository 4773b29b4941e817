"""Real handshakes with machines behind a TUN device, held back as far as they are away; and a count of all packets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/net/tun").exists(), reason="needs root and /dev/net/tun"),
]

RESPONDER = Path(__file__).with_name("responder.py")
PLACES = {
    "Oslo": (59.91, 10.75),
    "Stockholm": (59.33, 18.07),
    "London": (51.51, -0.13),
    "Frankfurt": (50.11, 8.68),
    "Ashburn": (39.04, -77.49),
}
NEAR_OSLO = {"Oslo": 2.0, "Stockholm": 9.0, "London": 23.0, "Frankfurt": 22.0, "Ashburn": 95.0}
"""Round trips in ms that a host near Oslo has: fibre that is twice as long as the way."""
ADDRESSES = dict(zip(PLACES, ("192.0.2.1", "192.0.2.2", "2001:db8::3", "192.0.2.4", "192.0.2.5"), strict=True))


def landmarks(folder, names=tuple(PLACES), **extra):
    rows = [
        f'[[landmark]]\nname = "{name}"\naddress = "{ADDRESSES[name]}"\nport = 443\nknown = "a test"\naccuracy_km = 5\n'
        f"latitude = {PLACES[name][0]}\nlongitude = {PLACES[name][1]}\n{extra.get(name, '')}"
        for name in names
    ]
    file = folder / "landmarks.toml"
    file.write_text("".join(rows))
    return file


def far(machines, *words):
    """Run hostcheck where the only way out is to these machines."""
    hostcheck = [sys.executable, "-m", "hostcheck", *map(str, words)]
    done = subprocess.run(
        [sys.executable, RESPONDER, json.dumps(machines), "--", *hostcheck], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def answering(times, **others):
    return {ADDRESSES[name]: {"ms": ms} for name, ms in times.items()} | others


def test_a_host_near_oslo_is_within_what_it_measures(tmp_path):
    found = far(
        answering(NEAR_OSLO),
        *("locate", "--landmarks", landmarks(tmp_path), "--not-within", "US", "--within", "NO", "--within", "EU"),
        *("--claim", "Oslo", "-o", "json:-"),
    )
    document = json.loads(found["output"])
    assert (found["code"], document["outcome"], found["errors"]) == (0, "holds", "")
    for each in document["landmarks"]:
        held = NEAR_OSLO[each["name"]]
        assert held <= each["rtt_ms"] < held + 60, each
        assert each["counted"] == 10
        # Each handshake is a SYN, an ACK and the end of the connection; nothing has data.
        assert found["packets"][each["address"]] >= 20
    assert set(found["packets"]) == set(ADDRESSES.values())
    assert document["claims"][0]["answer"] == "compatible"
    assert {"NO", "SE"} <= set(document["left"])


def test_a_claim_is_contradicted_and_a_refusal_and_a_lost_packet_are_noticed(tmp_path):
    machines = answering(NEAR_OSLO)
    machines[ADDRESSES["London"]]["refuses"] = True
    machines[ADDRESSES["Stockholm"]]["drops"] = 1
    file = landmarks(tmp_path, ("Oslo", "Stockholm", "London"))
    found = far(machines, "locate", "--landmarks", file, "--claim", "Ashburn, Virginia", "-o", "json:-")
    document = json.loads(found["output"])
    assert (found["code"], document["claims"][0]["answer"]) == (1, "excluded")
    oslo, stockholm, london = document["landmarks"]
    assert london["problem"].startswith("refused")
    assert "1 handshake left out: a packet was sent again" in stockholm["notes"]
    assert stockholm["rtt_ms"] < 100
    assert oslo["problem"] == ""


def test_a_box_nearby_that_answers_early_leads_to_unknown(tmp_path):
    times = dict.fromkeys(PLACES, 0.3)
    found = far(answering(times), "locate", "--landmarks", landmarks(tmp_path), "--not-within", "US")
    assert found["code"] == 3
    assert "no place is near enough to 5 landmarks" in found["output"]


def test_the_gate_measures_what_a_policy_names_and_nothing_else(tmp_path):
    landmarks(tmp_path, ("Oslo",))
    (tmp_path / "mine.toml").write_text('title = "T"\nsummary = "S."\n[place]\nnot_within = ["US"]\n')
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'[gate]\nprofiles = ["{tmp_path}/mine.toml"]\n[place]\nlandmarks = "landmarks.toml"\nwithin = ["US"]\n'
    )
    found = far(answering(NEAR_OSLO), "gate", "--no-store", "--no-experiments", "--policy", policy, "-o", "json:-")
    by_id = {each["id"]: each["status"] for each in json.loads(found["output"])["findings"]}
    assert (found["code"], by_id) == (1, {"place.not_within": "pass", "place.within": "fail"})
    assert set(found["packets"]) == {ADDRESSES["Oslo"]}


@pytest.mark.parametrize(
    "words",
    [
        ["audit", "-o", "json:-"],
        ["gate", "--no-store"],
        ["locate", "--landmarks", "{file}", "--dry-run", "--metadata"],
        ["audit", "-p", "{profile}"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_nothing_is_contacted_where_nothing_is_named(words, tmp_path):
    (tmp_path / "mine.toml").write_text('title = "T"\nsummary = "S."\n[place]\nwithin = ["NO"]\n')
    names = {"file": landmarks(tmp_path), "profile": tmp_path / "mine.toml"}
    found = far(answering(NEAR_OSLO), *(word.format(**names) for word in words))
    assert found["code"] in {0, 1, 3}
    assert found["packets"] == {}


def test_the_metadata_service_is_asked_only_where_that_is_asked_for(tmp_path):
    file = landmarks(tmp_path, ("Oslo",))
    link = {"169.254.169.254": {"ms": 0.1, "refuses": True}}
    without = far(answering(NEAR_OSLO, **link), "locate", "--landmarks", file)
    assert set(without["packets"]) == {ADDRESSES["Oslo"]}
    asked = far(answering(NEAR_OSLO, **link), "locate", "--landmarks", file, "--metadata")
    others = set(asked["packets"]) - {ADDRESSES["Oslo"]}
    assert others == {"169.254.169.254", "169.254.42.42", "169.254.0.23", "100.100.100.200"}
