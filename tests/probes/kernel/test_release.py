import pytest

from hostcheck.probes.kernel.release import is_gvisor, is_openvz, parse_version, read_release, wsl_generation


@pytest.mark.parametrize(
    ("release", "version"),
    [
        ("6.18.44-fc-v769", (6, 18, 44)),
        ("6.1.0-13-amd64", (6, 1, 0)),
        ("3.8-rc4", (3, 8, 0)),
        ("5.15.167.4-microsoft-standard-WSL2", (5, 15, 167)),
        ("next", None),
    ],
)
def test_parses_the_numbers_a_release_begins_with(release, version):
    assert parse_version(release) == version


@pytest.mark.parametrize(
    ("release", "openvz"),
    [
        ("2.6.32-042stab145.3", True),
        ("3.13.0-042stab104.1", True),
        ("3.10.0-1160.21.1.vz7.174.13", True),
        ("4.18.0-openvz.1", True),
        ("2.6.32-5-openvz-amd64", True),
        ("2.6.18-ovz028stab053.14", True),
        ("2.6.32-042test120.1", True),
        ("4.18.0-193.6.3.vz8.4.11", True),
        ("3.13.0-24-generic", False),
        ("6.1.0-stable", False),
    ],
)
def test_openvz_is_detected_by_name_with_any_version(release, openvz):
    assert is_openvz(release) is openvz


@pytest.mark.parametrize(
    ("release", "generation"),
    [
        ("4.4.0-19041-Microsoft", 1),
        ("3.4.0-Microsoft", 1),
        ("4.19.104-microsoft-standard", 2),
        ("5.15.133.1-microsoft-standard-WSL2", 2),
        ("6.1.21-custom-wsl2", 2),
        ("6.5.0-1018-azure", None),
        ("6.6.47.1-1.azl3", None),
    ],
)
def test_the_subsystem_for_linux_is_known_by_name_and_its_generation_by_number(release, generation):
    assert wsl_generation(release) == generation


def test_gvisor_is_known_by_its_name_or_by_the_day_that_it_says_it_was_built():
    assert is_gvisor("4.19.0-gvisor", "")
    assert is_gvisor("4.4.0", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016")
    assert not is_gvisor("4.4.0", "Linux version 4.4.0 (root@build) #1 SMP Mon Jan 11 15:06:54 PST 2016")


OSRELEASE = "/proc/sys/kernel/osrelease"


@pytest.mark.parametrize(
    "files",
    [
        {OSRELEASE: "3.13.0-042stab104.1\n"},
        {OSRELEASE: "3.10.0-1160.21.1.vz7.174.13\n"},
        # vzctl --osrelease shows guests a number without the kernel's name.
        {OSRELEASE: "4.19.0\n", "/proc/vz/veinfo": "101 1 20\n"},
        {OSRELEASE: "4.4.0-19041-Microsoft\n"},
        {OSRELEASE: "4.4.0\n", "/proc/version": "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n"},
        {OSRELEASE: "5.10.0\n", "/proc/version": "Linux version 5.10.0 BrandZ virtual linux\n"},
    ],
)
def test_a_version_without_a_matching_kernel_is_not_trusted(fake_host, files):
    release = read_release(fake_host(files))
    assert release.version is None
    assert release.distrust


@pytest.mark.parametrize(
    "files",
    [
        {OSRELEASE: "4.18.0-477.27.1.el8_8.x86_64\n"},
        {OSRELEASE: "3.10.0-962.3.2.lve1.5.26.7.el7.x86_64\n", "/proc/vz/veinfo": ""},
        {OSRELEASE: "3.10.0-1127.el7.x86_64\n", "/proc/vz/version": "2.7\n", "/proc/bc/0/x": ""},
        {OSRELEASE: "5.15.133.1-microsoft-standard-WSL2\n"},
        {"/proc/version": "Linux version 6.1.0-13-amd64 (gcc) #1 SMP\n"},
    ],
)
def test_an_unchanged_version_is_trusted(fake_host, files):
    release = read_release(fake_host(files))
    assert release.version is not None
    assert not release.distrust
