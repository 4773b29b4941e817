import pytest

from hostcheck.probes.network.backends import parse_saved, probe

NAMES, COMPAT = "/proc/net/ip_tables_names", "/sys/module/nft_compat/refcnt"
OTHER = {"nft": "/usr/sbin/iptables-legacy-save", "legacy": "/usr/sbin/iptables-nft-save"}
EMPTY = "# Generated\n*filter\n:INPUT ACCEPT [0:0]\n:DOCKER - [0:0]\nCOMMIT\n"
RULES = (
    EMPTY
    + "*nat\n:PREROUTING ACCEPT [1:2]\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n"
)


@pytest.fixture
def held(fake_host, facts_of):
    """The fact of a host with one backend installed, and what the other one prints."""

    def run(backend, files, printed=None, *, live=True):
        program = f"xtables-{backend}-multi"
        there = {f"/usr/sbin/{program}": "", **files} | ({OTHER[backend]: ""} if printed is not None else {})
        links = {"/usr/sbin/iptables": program}
        said = {(OTHER[backend],): printed} if printed is not None else {}
        host = fake_host(there, links, live, printed=said)
        return facts_of(probe, host)["net.iptables_other"], host

    return run


def test_rules_and_policies_are_in_use_and_empty_chains_are_not():
    assert parse_saved(RULES) == ("nat",)
    assert parse_saved(EMPTY) == ()
    assert parse_saved("*filter\n:INPUT DROP [0:0]\nCOMMIT\n") == ("filter",)


def test_legacy_tables_beside_nft_are_found(held):
    assert held("nft", {NAMES: "nat\nfilter\n"})[0].value == ("filter", "nat")
    assert held("nft", {NAMES: "nat\nfilter\n"}, live=False)[0].value == ("filter", "nat")


def test_rules_that_the_other_backend_prints_outrank_the_list_of_its_tables(held):
    assert held("nft", {NAMES: "nat\nfilter\n"}, RULES)[0].value == ("nat",)
    assert held("nft", {NAMES: "nat\nfilter\n"}, EMPTY)[0].value == ()


def test_one_backend_alone_is_right_and_runs_no_program(held):
    for backend, files in (("nft", {NAMES: ""}), ("nft", {}), ("legacy", {}), ("legacy", {COMPAT: "0\n"})):
        fact, host = held(backend, files, RULES)
        assert fact.value == ()
        assert OTHER[backend] not in host.asked


def test_rules_of_nft_beside_legacy_may_be_those_of_a_container(held):
    fact, _ = held("legacy", {COMPAT: "3\n"})
    assert not fact.known
    assert "perhaps in a container" in fact.reason
    assert held("legacy", {COMPAT: "3\n"}, RULES)[0].value == ("nat",)
    assert held("legacy", {COMPAT: "3\n"}, "")[0].value == ()


def test_what_only_root_may_read_or_was_not_captured_is_unknown(held):
    assert "root" in held("nft", {NAMES: PermissionError()})[0].reason
    for backend in OTHER:
        assert not held(backend, {}, live=False)[0].known


def test_without_iptables_there_is_no_other_backend(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["net.iptables_other"].value == ()
