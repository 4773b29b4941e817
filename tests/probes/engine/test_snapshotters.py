"""The snapshotter of k3s and RKE2: by the command line, else by the last of the files; overlayfs without them."""

import pytest

from hostcheck.probes.engine.snapshotters import probe

UNIT, CONFIG = "/etc/systemd/system/k3s.service", "/etc/rancher/k3s/config.yaml"
LINE = "[Service]\nExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'{}' \\\n"

START = "[Service]\nExecStart=\nExecStart=/usr/local/bin/{} server {}\n"
USR, LOCAL = "/usr/lib/systemd/system", "/usr/local/lib/systemd/system"


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
        ({UNIT: "ExecStart=k3s server\n", f"{UNIT}.d/o.conf": START.format("k3s", "--snapshotter=native")}, ("k3s",)),
        ({UNIT: LINE.format("--snapshotter=native"), f"{UNIT}.d/o.conf": START.format("k3s", "")}, ()),
        ({UNIT: "", f"{UNIT}.d/o.conf": START.format("k3s", "--snapshotter=native")}, ()),
        ({UNIT: START.format("k3s", "$MORE") + "Environment=MORE=--snapshotter=native\n"}, ("k3s",)),
        ({f"{USR}/rke2-agent.service": START.format("rke2", "--snapshotter native")}, ("rke2",)),
        ({f"{LOCAL}/rke2-server.service": START.format("rke2", "--snapshotter native")}, ("rke2",)),
        ({UNIT: START.format("k3s", "-c /srv/k.yaml"), "/srv/k.yaml": "snapshotter: native\n"}, ("k3s",)),
        ({UNIT: START.format("k3s", "-c /srv/k.yaml"), CONFIG: "snapshotter: native\n"}, ()),
        ({f"{CONFIG}.d/50.yml": "snapshotter: native\n"}, ("k3s",)),
        ({f"{CONFIG}.d/50.yaml.old": "snapshotter: native\n"}, ()),
        ({CONFIG: '"snapshotter": native\n'}, ("k3s",)),
        ({CONFIG: PermissionError()}, None),
        ({UNIT: PermissionError()}, None),
        ({CONFIG: PermissionError(), UNIT: LINE.format("--snapshotter=native")}, ("k3s",)),
    ],
)
def test_the_last_word_on_the_snapshotter_counts(fake_host, facts_of, files, engines):
    fact = facts_of(probe, fake_host(files))["engine.other_snapshotter"]
    assert (fact.value, fact.known) == (engines, engines is not None)
