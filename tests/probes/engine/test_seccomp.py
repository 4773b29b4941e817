import pytest

from hostcheck.probes.engine.seccomp import probe

DEBIAN = "/usr/lib/x86_64-linux-gnu/libseccomp.so.2"


@pytest.mark.parametrize(
    ("links", "version"),
    [
        ({DEBIAN: "libseccomp.so.2.5.4"}, "2.5.4"),
        ({"/usr/lib64/libseccomp.so.2": "libseccomp.so.2.3.1"}, "2.3.1"),
        ({"/usr/lib/libseccomp.so.2": "libseccomp.so.2.6.0"}, "2.6.0"),
        ({"/usr/lib/arm-linux-gnueabihf/libseccomp.so.2": "libseccomp.so.2.3.3"}, "2.3.3"),
        ({}, "none"),
    ],
)
def test_the_version_is_in_the_name_of_the_library(fake_host, facts_of, links, version):
    assert facts_of(probe, fake_host(links=links))["host.libseccomp"].value == version


def test_a_link_that_names_no_version_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host(links={DEBIAN: "libseccomp.so"}))["host.libseccomp"].known
    assert not facts_of(probe, fake_host(live=False))["host.libseccomp"].known
