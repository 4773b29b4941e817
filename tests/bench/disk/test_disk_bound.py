"""The same storm on the same kind of disk, with a limit and without: only the slow one is disk-bound."""

import pytest

from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS, parse_tier
from hostcheck.bench.storm.workload import StormWorkload

SIZE = 512 << 20
MOST_TRIES = 5
"""Who keeps the CPUs busy meanwhile hides iowait: another try is for when he has gone."""


@pytest.fixture
def explained(make_context):
    """Storm on a disk of a speed of its own; return what the sample says that it waited for."""

    def explain(tier, until=lambda _why: True):
        with known_disk(tier, SIZE, f"bound{tier.iops}", engine=True) as disk:
            for _ in range(MOST_TRIES):
                metrics = {one.id: one for one in StormWorkload().measure(make_context(docker_host=disk.engine))}
                makespan = metrics["storm.makespan.seconds"]
                assert makespan.state == "ok", makespan.reason
                why = makespan.samples[0].detail["why"]
                if until(why):
                    break
        return why

    return explain


@pytest.mark.real
def test_a_storm_is_disk_bound_only_where_the_disk_is_slow(explained):
    free = explained(parse_tier("1000000,10000"), lambda why: why["verdict"] != "disk")
    least = 5 * free["shares"]["iowait_percent"]
    slow = explained(TIERS["sata"], lambda why: why["verdict"] == "disk" and why["shares"]["iowait_percent"] > least)
    assert free["verdict"] != "disk", free
    assert slow["verdict"] == "disk", slow
    assert slow["shares"]["iowait_percent"] > least
    # The engine did the same work on both: it is the disk that made the difference.
    assert slow["work_per_container"]["writes"] > 10
    assert free["work_per_container"]["writes"] > 10
