import pytest

from hostcheck.catalogue.kinds import Kind
from hostcheck.catalogue.loader import FactDescription, entries
from hostcheck.errors import UsageError
from hostcheck.formats import checks_text
from hostcheck.formats.checks_text import explain
from hostcheck.formats.terminal import Style

CONTAINER = Kind("choice", values=("docker", "lxc"), none="no container")
VIRT = FactDescription(
    "virt.container", "What it is in", CONTAINER, "lxc", ("Witnesses are weighed.", "The best wins."), ("a(7)",)
)
ONLY = FactDescription("virt.vm", "Which hypervisor", Kind("choice", values=("kvm",)), "kvm", ("By CPUID.",), ("SDM",))


@pytest.fixture
def catalogue(monkeypatch):
    facts = {entry.id: entry for entry in (VIRT, ONLY)}
    monkeypatch.setattr(checks_text, "catalogue", lambda: facts)
    monkeypatch.setattr(checks_text, "entry_of", facts.get)


def test_a_check_is_explained_for_each_wording_that_profiles_have():
    text = explain("kernel.version", Style(), ["docker", "docker-2014"])
    assert "3.8 or later" in text
    assert "3.10 or later" in text
    for label in ("required", "fact", "expected", "why", "fix", "source"):
        assert text.count(f"\n{label} ") == 2


def test_profiles_with_the_same_wording_are_named_together(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "M"\nsummary = "S."\nextends = "docker"\n[[check]]\nid = "net.bridge"\nseverity = "recommended"\n'
    )
    text = explain("net.bridge", Style(), ["docker", str(path)])
    assert text.startswith("net.bridge: ")
    assert "\nnet.bridge: " not in text
    assert "\nrequired    docker\nrecommended mine\n" in text


def test_a_conditional_check_says_where_it_applies():
    text = " ".join(explain("kernel.cgroup_bpf", Style()).split())
    assert "if cgroup.mode is v2; otherwise the host uses cgroup v1" in text


def test_what_is_a_check_and_a_fact_is_explained_as_both(catalogue):
    text = explain("virt.container", Style())
    assert "virt.container: The host has its own kernel" in text
    fact = text[text.index("The fact virt.container: What it is in") :]
    assert (
        "\nvalues      choice: docker, lxc; none: no container\nexample     lxc\n"
        "decided     1. Witnesses are weighed.\n            2. The best wins.\n" in fact
    )
    assert "\nsources     a(7)\n" in fact
    assert "virt.container" in fact[fact.index("\nchecks      ") :]


def test_a_fact_that_no_check_is_called_is_explained_alone(catalogue):
    assert explain("virt.vm", Style()).splitlines() == [
        "The fact virt.vm: Which hypervisor",
        "values      choice: kvm",
        "example     kvm",
        "decided     By CPUID.",
        "sources     SDM",
    ]


def test_a_check_brings_along_the_fact_it_asks_of(catalogue):
    assert "The fact virt.container: " in explain("virt.container.nested", Style())


def test_an_unknown_check_is_a_usage_error_with_the_nearest_id(catalogue):
    with pytest.raises(UsageError, match=r"did you mean kernel\.version\?"):
        explain("kernel.versoin", Style())
    with pytest.raises(UsageError, match=r"did you mean virt\.vm\?"):
        explain("virt.vn", Style())
    with pytest.raises(UsageError, match="hostcheck checks lists them"):
        explain("zzzzzz", Style())


def test_every_fact_of_the_catalogue_is_explained():
    for fact_id in entries():
        assert f"The fact {fact_id}: " in explain(fact_id, Style())
