"""The snapshotter of k3s and RKE2: by the command line, else by the last of the files; overlayfs without them."""

import pytest

from hostcheck.probes.engine.snapshotters import probe

UNIT, CONFIG = "/etc/systemd/system/k3s.service", "/etc/rancher/k3s/config.yaml"
LINE = "[Service]\nExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'{}' \\\n"


@pytest.mark.parametrize(
    ("files", "engines"),
    [
        ({}, ()),
        ({CONFIG: "snapshotter: native\n"}, ("k3s",)),
        ({CONFIG: 'snapshotter: "overlayfs"\n'}, ()),
        ({CONFIG: "# snapshotter: native\n"}, ()),
        ({CONFIG: "snapshotter: native\n", f"{CONFIG}.d/50.yaml": "snapshotter: overlayfs\n"}, ()),
        ({"/etc/rancher/rke2/config.yaml": "snapshotter: 'fuse-overlayfs'\n"}, ("rke2",)),
        ({UNIT: LINE.format("--snapshotter=native")}, ("k3s",)),
        ({UNIT: LINE.format("--snapshotter' \\\n\t'native")}, ("k3s",)),
        ({UNIT: "[Service]\n#ExecStart=/usr/local/bin/k3s server --snapshotter=native\nExecStart=k3s server\n"}, ()),
        ({UNIT: LINE.format("--snapshotter=overlayfs"), CONFIG: "snapshotter: native\n"}, ()),
        ({CONFIG: PermissionError()}, None),
        ({CONFIG: PermissionError(), UNIT: LINE.format("--snapshotter=native")}, ("k3s",)),
    ],
)
def test_the_last_word_on_the_snapshotter_counts(fake_host, facts_of, files, engines):
    fact = facts_of(probe, fake_host(files))["engine.other_snapshotter"]
    assert (fact.value, fact.known) == (engines, engines is not None)
