import pytest

from hostcheck.probes.release import is_openvz, parse_version


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
        ("3.13.0-24-generic", False),
        ("6.1.0-stable", False),
    ],
)
def test_openvz_is_known_by_name_whatever_the_number(release, openvz):
    assert is_openvz(release) is openvz
