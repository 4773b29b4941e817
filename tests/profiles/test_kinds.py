"""Each kind of fault on hosts that differ, with one that was right before."""

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.profiles.loader import load
from hostcheck.verdicts import judge, readiness
from tests.profiles.kinds import FIXES, KINDS
from tests.profiles.stock import STOCK, write

HOSTS = [pytest.param(odd, id=f"{kind}: {odd.name}") for kind, hosts in KINDS.items() for odd in hosts]


def judged(root, stock, profile, files):
    write(root, STOCK[stock].changed(files))
    verdicts = judge(load(profile), collect(CapturedHost(root), strict=True))
    return readiness(profile, verdicts), {verdict.check: verdict for verdict in verdicts}


@pytest.mark.parametrize("odd", HOSTS)
def test_a_host_of_each_kind_is_judged_as_its_source_says(tmp_path, odd):
    summary, checks = judged(tmp_path, odd.stock, odd.profile, odd.files)
    decided = {name: (each.status, each.found) for name, each in checks.items() if each.severity == "required"}
    assert {name: checks[name].status for name in odd.checks} == odd.checks
    assert summary.ready is odd.ready, {name: each for name, each in decided.items() if each[0] in {"fail", "unknown"}}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_three_hosts_that_differ(kind):
    hosts = KINDS[kind]
    assert len(hosts) >= 3
    assert len({(odd.stock, str(odd.files), odd.profile) for odd in hosts}) == len(hosts)


@pytest.mark.parametrize("name", FIXES)
def test_a_remedy_names_the_package_of_this_host(tmp_path, name):
    stock, files, check, words = FIXES[name]
    listing = f"{STOCK[stock].modules}/{STOCK[stock].release}/modules.dep"
    text = STOCK[stock].tree()[listing].decode()
    lacks = "".join(line for line in text.splitlines(keepends=True) if "veth" not in line or "veth" not in files)
    own = {path: text for path, text in files.items() if text is not None}
    verdict = judged(tmp_path, stock, "docker", own | {listing: lacks})[1][check]
    assert verdict.status == "fail"
    assert words in verdict.fix
