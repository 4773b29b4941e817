"""Rules of netfilter of a network namespace of this machine."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.real

FOUND = "from hostcheck.bench.network.packet_limits import limits_of_packets as found; print(found())"
RULE = "iptables -A OUTPUT -m hashlimit --hashlimit-above 1mb/s --hashlimit-mode dstip --hashlimit-name test -j DROP"


@pytest.mark.parametrize("rule", ["true", RULE])
def test_a_rule_that_drops_what_is_sent_is_found(rule):
    words = ["unshare", "--net", "sh", "-c", f'{rule} && exec "$0" -c "$1"', sys.executable, FOUND]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert ("'hashlimit'" in done.stdout) == (rule == RULE)
