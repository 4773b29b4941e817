import pytest

from hostcheck.errors import UsageError
from hostcheck.formats.explain_text import explain
from hostcheck.formats.terminal import Style, display_width
from hostcheck.run.model import Evidence, Fact


@pytest.fixture
def run(run_of):
    witnesses = (Evidence("cpuid 0x40000000", "KVMKVMKVM", "for kvm"), Evidence("/sys/class/dmi/id", None, "silent"))
    facts = {
        "virt.vm": Fact("virt.vm", "kvm", evidence=witnesses, conflicts=("DMI says bochs, but cpuid outranks it",)),
        "virt.layers": Fact("virt.layers", ("docker", "kvm"), evidence=(Evidence("x" * 200, "a\x1b[2Jb", "for"),)),
        "virtual.other": Fact("virtual.other", value=True),
        "storage.overlay": Fact.unknown("storage.overlay", "not root; run as root"),
    }
    return run_of("a", facts=facts)


def test_witnesses_are_listed_in_the_order_they_were_weighed(run):
    text = " ".join(explain(run, "virt.vm", Style()).split())
    assert text == (
        "virt.vm kvm 1. cpuid 0x40000000 KVMKVMKVM: for kvm 2. /sys/class/dmi/id nothing: silent "
        "conflict: DMI says bochs, but cpuid outranks it"
    )


def test_a_group_is_explained_whole_and_nothing_else(run):
    text = explain(run, "virt", Style())
    assert "virt.vm" in text
    assert "docker, kvm" in text
    assert "virtual.other" not in text
    assert "storage.overlay" not in text


def test_the_unknown_says_why(run):
    assert "unknown: not root; run as root" in explain(run, "storage.overlay", Style())


def test_it_fits_80_columns_and_cannot_steer_the_terminal(run):
    text = explain(run, "virt", Style())
    assert max(map(display_width, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_a_name_that_is_none_is_refused_with_the_groups(run):
    with pytest.raises(UsageError, match="the groups are storage, virt, virtual"):
        explain(run, "vrit", Style())
