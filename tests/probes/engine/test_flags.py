"""What dockerd's command line sets counts like the same options of its daemon.json."""

import json

import pytest

from hostcheck.probes.engine.daemon import probe, read_configuration
from hostcheck.probes.engine.dockerd import find_daemon
from hostcheck.probes.engine.flags import parse_flags

UNIT = "/usr/lib/systemd/system/docker.service"
FILE = "/etc/docker/daemon.json"


def installed(flags, document=None):
    files = {
        "/usr/bin/dockerd": "",
        "/run/systemd/system/x": "",
        UNIT: f"[Service]\nExecStart=/usr/bin/dockerd {flags}\n",
    }
    return files if document is None else files | {FILE: json.dumps(document)}


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("--iptables=false", {"iptables": False}),
        ("--iptables", {"iptables": True}),
        # A switch takes no word after it.
        ("--iptables false", {"iptables": True}),
        ("--userland-proxy=0 --icc=F", {"userland-proxy": False, "icc": False}),
        ("-s overlay2", {"storage-driver": "overlay2"}),
        ("-s=btrfs --storage-driver vfs", {"storage-driver": "vfs"}),
        ("-g /srv/a", {"data-root": "/srv/a"}),
        ("--exec-opt native.cgroupdriver=systemd", {"exec-opts": ["native.cgroupdriver=systemd"]}),
        ("-H fd:// --host tcp://127.0.0.1:1", {"hosts": ["fd://", "tcp://127.0.0.1:1"]}),
        ("--log-opt max-size=10m --log-opt=max-file=3", {"log-opts": {"max-size": "10m", "max-file": "3"}}),
        ("--mtu 1400 --bip=10.9.0.1/24", {"mtu": 1400, "bip": "10.9.0.1/24"}),
        ("--mtu many", {}),
        (
            "--default-address-pool base=10.9.0.0/16,size=24",
            {"default-address-pools": [{"base": "10.9.0.0/16", "size": "24"}]},
        ),
        (
            "--default-network-opt=bridge=com.docker.network.driver.mtu=1400",
            {"default-network-opts": {"bridge": {"com.docker.network.driver.mtu": "1400"}}},
        ),
        ("--add-runtime nvidia=/usr/bin/n", {"runtimes": {"nvidia": {"path": "/usr/bin/n"}}}),
        ("/usr/bin/nice -n 10 /usr/bin/dockerd --unknown x --", {}),
        ("/usr/bin/sudo -H /usr/bin/dockerd --icc", {"icc": True}),
        # pflag: a letter's value may be attached, and switches may stand before it.
        ("-Hfd://", {"hosts": ["fd://"]}),
        ("-H=fd:// -Htcp://127.0.0.1:1", {"hosts": ["fd://", "tcp://127.0.0.1:1"]}),
        ("-soverlay2 -g/srv/a -bbr0", {"storage-driver": "overlay2", "data-root": "/srv/a", "bridge": "br0"}),
        ("-ldebug -Gadmin -p/run/d.pid", {"log-level": "debug", "group": "admin", "pidfile": "/run/d.pid"}),
        ("-DHfd:// -D=false", {"debug": False, "hosts": ["fd://"]}),
        ("-Dl warn --icc", {"debug": True, "log-level": "warn", "icc": True}),
        # What looks like a flag is the value of the one before it, and nothing after "--" is one.
        ("--group --icc -- --iptables", {"group": "--icc"}),
        ("-v --version --validate --help -h -r=false", {}),
    ],
)
def test_flags_are_options_of_the_file(words, options):
    assert parse_flags(words.split()) == options


@pytest.mark.parametrize(
    ("flags", "setting"),
    [
        ("--icc=false", "icc_off"),
        ("--live-restore", "live_restore"),
        ("--log-driver local", "logs_bounded"),
        ("--log-opt max-size=10m", "logs_bounded"),
        ("--no-new-privileges", "no_new_privileges"),
        ("--userland-proxy=false", "userland_proxy_off"),
        ("--userns-remap default", "userns_remap"),
    ],
)
def test_a_setting_of_the_command_line_is_one_of_the_daemon(fake_host, facts_of, flags, setting):
    before, after = (facts_of(probe, fake_host(installed(words)))["engine.settings"].value for words in ("", flags))
    assert after == before | {setting: True} != before


def test_the_command_line_and_the_file_are_one_configuration(fake_host):
    configuration = read_configuration(fake_host(installed("--mtu 1400 --data-root /srv/a", {"bip": "10.9.0.1/24"})))
    assert (configuration.state, configuration.values["mtu"]) == ("valid", 1400)
    assert configuration.values["bip"] == "10.9.0.1/24"
    assert find_daemon(fake_host(installed("--mtu 1400"))).root is None


@pytest.mark.parametrize(
    ("flags", "document", "state"),
    [
        # https://docs.docker.com/engine/daemon/troubleshoot/ (hosts in daemon.json, -H in docker.service)
        ("-H fd://", {"hosts": ["tcp://127.0.0.1:2376"]}, "conflicting"),
        ("--log-driver=local", {"log-driver": "local"}, "conflicting"),
        ("-Hfd://", {"hosts": ["tcp://127.0.0.1:2376"]}, "conflicting"),
        ("-D", {"debug": True}, "conflicting"),
        ("-H fd://", {"log-driver": "local"}, "valid"),
        ("--add-runtime a=/a", {"runtimes": {"b": {"path": "/b"}}}, "valid"),
        ("--iptables=false", None, "none"),
    ],
)
def test_an_option_that_is_set_twice_keeps_the_daemon_from_starting(fake_host, facts_of, flags, document, state):
    facts = facts_of(probe, fake_host(installed(flags, document)))
    assert facts["engine.configuration"].value == state
    assert facts["engine.settings"].known


def test_flags_are_known_where_the_file_is_not(fake_host):
    closed = installed("--iptables=false") | {FILE: PermissionError()}
    configuration = read_configuration(fake_host(closed))
    assert (configuration.state, configuration.values["iptables"]) == ("unknown", False)
