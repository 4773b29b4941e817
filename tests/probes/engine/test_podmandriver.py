import pytest

from hostcheck.probes.engine.podmandriver import probe

RELEASE, OWN = "/etc/os-release", "/home/anna/.config/containers/storage.conf"
USER = {
    "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n",
    "/etc/passwd": "anna:x:1000:1000::/home/anna:/bin/sh\n",
}
OVERLAY, VFS = '[storage]\ndriver = "overlay"\n', '[storage]\ndriver = "vfs"\n'


@pytest.fixture(autouse=True)
def _home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({RELEASE: 'ID=debian\nVERSION_ID="12"\n'}, False),
        ({RELEASE: 'ID=ubuntu\nVERSION_ID="22.04"\n', "/usr/bin/podman": ""}, False),
        ({RELEASE: 'ID=debian\nVERSION_ID="12"\n', OWN: OVERLAY}, True),
        ({RELEASE: 'ID=debian\nVERSION_ID="12"\n', "/etc/containers/storage.conf": OVERLAY}, True),
        ({RELEASE: 'ID=debian\nVERSION_ID="12"\n', OWN: '[storage]\ngraphroot = "/x"\n'}, False),
        ({RELEASE: "ID=fedora\nVERSION_ID=43\n", "/usr/share/containers/storage.conf": OVERLAY}, True),
        ({RELEASE: "ID=fedora\nVERSION_ID=43\n", OWN: VFS}, False),
        ({RELEASE: 'ID=debian\nVERSION_ID="13"\n'}, True),
        ({RELEASE: 'ID=debian\nVERSION_ID="13"\n', "/usr/bin/podman": ""}, None),
        ({RELEASE: 'ID=debian\nVERSION_ID="12"\n', "/etc/containers/storage.conf": PermissionError()}, None),
        ({}, True),
    ],
)
def test_a_user_s_podman_shares_layers_where_a_driver_is_named(fake_host, facts_of, files, value):
    fact = facts_of(probe, fake_host({**USER, **files}))["engine.podman_shares_layers"]
    assert (fact.value, fact.known) == (value, value is not None)
