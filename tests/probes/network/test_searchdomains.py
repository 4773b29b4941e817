"""Search domains in which every name resolves: what a pod's lookups run into."""

import pytest

from hostcheck.probes.network.searchdomains import probe

RESOLV = "nameserver 10.0.0.2\nsearch lan.example corp.example\n"
YES, NO = {"ok": True, "error": "", "any": True}, {"ok": True, "error": "", "any": False}
SILENT = {"ok": False, "error": "ETIMEDOUT", "any": None}


@pytest.mark.parametrize(
    ("resolv", "answers", "value"),
    [
        ("nameserver 10.0.0.2\n", {}, "none"),
        ("nameserver 10.0.0.2\nsearch .\n", {}, "none"),
        (RESOLV, {"1": NO, "2": NO}, 0),
        (RESOLV, {"1": NO, "2": YES}, 1),
        (RESOLV, {"1": YES, "2": SILENT}, 1),
        (RESOLV, {"1": NO, "2": SILENT}, None),
        (RESOLV, {"1": NO}, None),
        (RESOLV, {}, None),
        (None, {}, None),
    ],
)
def test_a_domain_is_counted_where_a_random_name_resolves(fake_host, facts_of, resolv, answers, value):
    host = fake_host({"/etc/resolv.conf": resolv} if resolv else {}, experiments={"search_domains": answers})
    fact = facts_of(probe, host)["net.search_wildcards"]
    assert (fact.value if fact.known else None) == value
    assert not any("example" in f"{piece.source}{piece.value}" for piece in fact.evidence)
