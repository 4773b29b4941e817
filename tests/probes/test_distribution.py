import pytest

from hostcheck.probes.distribution import probe

FILE, VENDOR = "/etc/os-release", "/usr/lib/os-release"


@pytest.mark.parametrize(
    ("text", "family", "release"),
    [
        ('ID=debian\nVERSION_ID="13"\n', "debian", "13"),
        ("ID=debian\nVERSION_CODENAME=sid\n", "debian", "none"),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "ubuntu", "24.04"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n', "ubuntu", "22"),
        ('ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="10.1"\n', "rhel", "10.1"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.6"\n', "rhel", "9.6"),
        ('ID="ol"\nID_LIKE="fedora"\nVERSION_ID="9.6"\n', "rhel", "9.6"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"\n', "suse", "15.6"),
        ("ID=arch\n", "arch", "none"),
        ("ID=alpine\nVERSION_ID=3.22.1\n", "alpine", "3.22.1"),
        ('ID=nixos\nVERSION_ID="25.05"\n', "nixos", "25.05"),
    ],
)
def test_the_family_has_the_package_manager_and_the_release_its_number(fake_host, facts_of, text, family, release):
    facts = facts_of(probe, fake_host({FILE: text}))
    assert (facts["os.family"].value, facts["os.release"].value) == (family, release)


def test_the_vendors_file_counts_where_the_administrators_is_missing(fake_host, facts_of):
    assert facts_of(probe, fake_host({VENDOR: "ID=alpine\n"}))["os.family"].value == "alpine"


@pytest.mark.parametrize("text", [None, "", "\0", "PRETTY_NAME=x\n", "ID=\n", 'ID=""\n'])
def test_a_host_that_names_no_distribution_is_unknown(fake_host, facts_of, text):
    facts = facts_of(probe, fake_host({FILE: text} if text is not None else {}))
    assert not facts["os.family"].known
    assert not facts["os.release"].known
