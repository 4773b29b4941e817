"""Settings of containers.conf: of the user before those of the host, and of a folder the last file."""

import pytest

from hostcheck.probes.engine.containersconf import keyring

OFF, ON = "[containers]\nkeyring = false\n", "[containers]\nkeyring = true\n"
HOST, OWN = "/etc/containers/containers.conf", "/home/ann/.config/containers/containers.conf"
ANN = {"/proc/self/status": "Name:\tsh\nUid:\t1000\t1000\t1000\t1000\n"}


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({}, True),
        ({HOST: OFF}, False),
        ({HOST: OFF, f"{HOST}.d/10-own.conf": ON}, True),
        ({HOST: ON, f"{HOST}.d/10.conf": ON, f"{HOST}.d/20.conf": OFF}, False),
        ({HOST: "[containers]\nkeyring = 'no'\n"}, True),
        ({HOST: "keyring = false\n"}, True),
        ({HOST: "["}, True),
        ({"/usr/share/containers/containers.conf": OFF}, False),
        ({OWN: OFF, **ANN}, False),
        ({OWN: OFF}, True),
    ],
)
def test_podman_makes_keyrings_unless_it_is_set_not_to(fake_host, facts_of, monkeypatch, files, value):
    monkeypatch.setenv("HOME", "/home/ann")
    assert facts_of(keyring, fake_host(files))["engine.podman_keyring"].value is value
