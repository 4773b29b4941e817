from dataclasses import replace

import pytest

from hostcheck.errors import UsageError
from hostcheck.formats.explain_text import explain
from hostcheck.formats.terminal import Style, display_width
from hostcheck.profiles.loader import load
from hostcheck.run.model import Evidence, Fact
from hostcheck.verdicts import judge


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


def test_a_name_that_is_none_is_refused_with_the_nearest_or_the_groups(run):
    with pytest.raises(UsageError, match="the groups of facts are storage, virt, virtual"):
        explain(run, "zzzzzz", Style())
    with pytest.raises(UsageError, match="did you mean 'storage.overlay'"):
        explain(run, "storage.overlya", Style())


@pytest.mark.parametrize("wanted", ["storage.overlay", "hw.swap", "no swap", " No Swap "])
def test_what_an_audit_prints_is_explained_by_the_check_and_the_fact_it_asks_about(run, wanted):
    profile = load("kubernetes")
    verdicts = judge(profile, run.facts | {"hw.swap": Fact("hw.swap", value=True)})
    facts = run.facts | {
        "hw.swap": Fact("hw.swap", value=True, evidence=(Evidence("/proc/swaps", "/dev/sda2", "for"),))
    }
    text = explain(replace(run, facts=facts, verdicts=verdicts), wanted, Style(), [profile])
    if wanted == "storage.overlay":
        assert "(storage.overlay)" in text
        assert "unknown: not root; run as root" in text
    else:
        assert text.startswith("! warn    No swap (hw.swap)\n            swap is on\n")
        assert "swapoff -a" in text
        assert "1. /proc/swaps" in text
