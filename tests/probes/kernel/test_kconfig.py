import gzip

import pytest

from hostcheck.probes.kernel.kconfig import KernelConfig, config_paths, parse_config, read_config

OSRELEASE = "/proc/sys/kernel/osrelease"


def test_parses_builtin_module_and_unset_options():
    options = parse_config(b'CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=42\nCONFIG_E="y"\n')
    assert dict(options) == {"A": "y", "B": "m"}


def test_gzip_is_detected_by_its_first_bytes_and_not_by_the_name(fake_host, config_gz):
    host = fake_host({OSRELEASE: "6.1.0\n", "/boot/config-6.1.0": config_gz})
    assert read_config(host).state("KEYS") == "y"
    host = fake_host({OSRELEASE: "6.1.0\n", "/proc/config.gz": b"CONFIG_KEYS=y\n"})
    assert read_config(host).state("KEYS") == "y"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "sets no option"),
        (gzip.compress(b"", mtime=0), "sets no option"),
        (gzip.compress(b"CONFIG_A=y\n" * 999, mtime=0)[:-12], "cut short"),
        (b"\x1f\x8b\x08\x00 not gzip at all", "damaged"),
        (b"# CONFIG_A is not set\n", "sets no option"),
    ],
)
def test_an_empty_or_damaged_file_is_no_configuration_and_makes_nothing_missing(fake_host, data, says):
    config = read_config(fake_host({OSRELEASE: "6.1.0", "/proc/config.gz": data}))
    assert config.path is None
    assert config.state("KEYS") is None
    assert config.witness("KEYS").answer is None
    assert says in config.problem


def test_after_a_damaged_configuration_the_next_path_is_used(fake_host):
    config = read_config(
        fake_host({OSRELEASE: "6.1.0", "/proc/config.gz": b"", "/boot/config-6.1.0": b"CONFIG_KEYS=y\n"})
    )
    assert config.path == "/boot/config-6.1.0"


def test_a_configuration_that_may_not_be_read_asks_for_root(fake_host):
    config = read_config(fake_host({OSRELEASE: "6.1.0", "/boot/config-6.1.0": PermissionError()}))
    assert config.path is None
    assert "run as root" in config.problem


def test_only_the_running_release_is_looked_up(fake_host):
    config = read_config(fake_host({OSRELEASE: "6.1.0\n", "/boot/config-5.10.0": b"CONFIG_KEYS=y\n"}))
    assert config.path is None
    assert "not found" in config.problem
    assert all("6.1.0" in path or path == "/proc/config.gz" for path in config_paths("6.1.0"))


@pytest.mark.parametrize(
    ("version", "options", "asked", "state"),
    [
        ((3, 2), {"CGROUP_MEM_RES_CTLR": "y"}, "MEMCG", "y"),
        ((6, 1), {"CGROUP_MEM_RES_CTLR": "y"}, "MEMCG", "n"),
        (None, {"CGROUP_MEM_RES_CTLR": "y"}, "MEMCG", "y"),
        ((3, 10), {"NF_NAT_IPV4": "m"}, "IP_NF_NAT", "m"),
        ((4, 19), {"NF_NAT_IPV4": "m"}, "IP_NF_NAT", "n"),
        ((3, 2), {"NF_NAT": "m"}, "IP_NF_NAT", "m"),
        ((3, 10), {"NF_NAT": "m"}, "IP_NF_NAT", "n"),
        ((3, 10), {"NET_CLS_CGROUP": "m", "NETPRIO_CGROUP": "y"}, "CGROUP_NET_CLASSID", "m"),
        ((3, 10), {"NET_CLS_CGROUP": "m", "NETPRIO_CGROUP": "y"}, "CGROUP_NET_PRIO", "y"),
        ((3, 14), {"NET_CLS_CGROUP": "m"}, "CGROUP_NET_CLASSID", "n"),
        ((4, 19), {"IP_NF_TARGET_MASQUERADE": "m"}, "NETFILTER_XT_TARGET_MASQUERADE", "m"),
        ((7, 2), {"IP_NF_TARGET_MASQUERADE": "m"}, "NETFILTER_XT_TARGET_MASQUERADE", "m"),
        ((7, 2), {"NETFILTER_XT_TARGET_MASQUERADE": "m"}, "NETFILTER_XT_TARGET_MASQUERADE", "m"),
        ((7, 2), {"NFT_MASQ": "m"}, "NETFILTER_XT_TARGET_MASQUERADE", "n"),
        ((6, 1), {"MEMCG": "y"}, "MEMCG", "y"),
    ],
)
def test_an_option_is_known_by_the_name_it_had_in_that_version(version, options, asked, state):
    assert KernelConfig("/boot/config", options, version).state(asked) == state


@pytest.mark.parametrize(
    ("state", "more", "answer"),
    [
        ("m", {"/lib/modules/6.1.0/modules.dep": ""}, True),
        ("m", {}, None),
        ("y", {}, True),
        ("m", {"/lib/modules/6.1.0-2/modules.dep": ""}, False),
        ("m", {"/lib/modules/6.1.0-2/modules.dep": "", "/.dockerenv": ""}, None),
    ],
)
def test_a_module_counts_only_where_the_running_kernels_modules_exist(fake_host, state, more, answer):
    files = {"/proc/sys/kernel/osrelease": "6.1.0", "/proc/config.gz": f"CONFIG_VETH={state}\n"} | more
    witness = read_config(fake_host(files)).witness("VETH")
    assert witness.answer is answer
    assert ("/lib/modules/6.1.0 is missing: reboot after an update" in witness.reason) is (answer is None)


def test_of_a_captured_root_missing_modules_prove_nothing(fake_host):
    files = {"/proc/sys/kernel/osrelease": "6.1.0", "/proc/config.gz": "CONFIG_VETH=m\n"}
    assert read_config(fake_host(files, live=False)).witness("VETH").answer is True
