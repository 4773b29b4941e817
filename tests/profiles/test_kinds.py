"""Each kind of fault on hosts that differ, with one that was right before; docs/disagreements.md lists them."""

from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge, readiness
from tests.profiles.kinds import KINDS
from tests.profiles.kinds_more import MORE
from tests.profiles.stock import STOCK, write

EVERY = KINDS | MORE
HOSTS = [pytest.param(odd, id=f"{kind}: {odd.name}") for kind, hosts in EVERY.items() for odd in hosts]
DOCUMENT = Path(__file__).parents[2] / "docs" / "disagreements.md"


@pytest.mark.parametrize("odd", HOSTS)
def test_a_host_of_each_kind_is_judged_as_its_source_says(tmp_path, odd):
    write(tmp_path, STOCK[odd.stock].changed(odd.files))
    facts = collect(CapturedHost(tmp_path), strict=True)
    verdicts = judge(load(odd.profile), facts)
    summary, checks = readiness(odd.profile, verdicts), {verdict.check: verdict for verdict in verdicts}
    decided = {name: (each.status, each.found) for name, each in checks.items() if each.severity == "required"}
    assert {name: checks[name].status for name in odd.checks} == odd.checks
    assert {name: facts[name].value if facts[name].known else None for name in odd.facts} == odd.facts
    assert {name: words for name, words in odd.words.items() if words not in checks[name].fix} == {}
    assert summary.ready is odd.ready, {name: each for name, each in decided.items() if each[0] in {"fail", "unknown"}}


@pytest.mark.parametrize("kind", EVERY)
def test_each_kind_has_three_hosts_that_differ(kind):
    hosts = EVERY[kind]
    assert len(hosts) >= 3
    assert len({(odd.stock, str(odd.files), odd.profile) for odd in hosts}) == len(hosts)


def test_all_kinds_and_their_hosts_are_documented():
    assert len(EVERY) == 16
    rows = [f"| {kind} | {len(hosts)} | {hosts[0].name} |" for kind, hosts in EVERY.items()]
    text = DOCUMENT.read_text()
    assert [row for row in rows if row not in text] == []
    assert f"{sum(map(len, EVERY.values()))} hosts" in text
