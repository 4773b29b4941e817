import pytest

from hostcheck.probes.kernel.kernel import probe

OSRELEASE = "/proc/sys/kernel/osrelease"


def test_the_version_is_the_first_two_numbers_of_the_release(fake_host, facts_of):
    facts = facts_of(probe, fake_host({OSRELEASE: "6.18.44-fc\n"}))
    assert facts["kernel.release"].value == "6.18.44-fc"
    assert facts["kernel.version"].value == "6.18"


def test_of_2_6_the_third_number_counts_too(fake_host, facts_of):
    facts = facts_of(probe, fake_host({OSRELEASE: "2.6.32-754.el6.x86_64\n"}))
    assert facts["kernel.version"].value == "2.6.32"


@pytest.mark.parametrize("release", ["3.13.0-042stab104.1", "3.10.0-1160.21.1.vz7.174.13"])
def test_an_openvz_kernel_has_no_version_to_pass_a_gate_with(fake_host, facts_of, release):
    fact = facts_of(probe, fake_host({OSRELEASE: release}))["kernel.version"]
    assert not fact.known
    assert "moby#10826" in fact.reason


def test_without_a_release_the_version_is_unknown(fake_host, facts_of):
    facts = facts_of(probe, fake_host())
    assert not facts["kernel.release"].known
    assert not facts["kernel.version"].known


def test_the_configuration_fact_says_where_it_was_found(fake_host, facts_of, config_gz):
    facts = facts_of(probe, fake_host({OSRELEASE: "6.1.0", "/proc/config.gz": config_gz}))
    assert facts["kernel.config.available"].value == "/proc/config.gz"
    assert facts["kernel.mqueue"].value is True


def test_without_a_configuration_options_are_unknown_unless_the_kernel_shows_them(fake_host, facts_of):
    facts = facts_of(probe, fake_host({OSRELEASE: "6.1.0", "/proc/sys/fs/mqueue": ""}))
    assert not facts["kernel.config.available"].known
    assert facts["kernel.mqueue"].value is True
    assert not facts["kernel.cgroup_bpf"].known


@pytest.mark.parametrize(
    ("release", "config", "value"),
    [
        ("4.7.0", b"CONFIG_A=y\n", True),
        ("3.10.0", b"CONFIG_DEVPTS_MULTIPLE_INSTANCES=y\n", True),
        ("3.10.0", b"CONFIG_A=y\n", False),
    ],
)
def test_devpts_instances_ceased_to_be_an_option_in_4_7(fake_host, facts_of, release, config, value):
    facts = facts_of(probe, fake_host({OSRELEASE: release, "/proc/config.gz": config}))
    assert facts["kernel.devpts.instances"].value is value
