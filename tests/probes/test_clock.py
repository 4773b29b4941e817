import pytest

from hostcheck.host.live import LiveHost
from hostcheck.probes.clock import probe, source

TIMESYNCD = {"/run/systemd/timesync/synchronized": ""}


@pytest.mark.parametrize(("status", "value"), [(0x40, False), (0x2001, True), (0x2041, False), (0, True)])
def test_the_kernel_reports_whether_its_clock_is_synchronized(fake_host, facts_of, status, value):
    fact = facts_of(probe, fake_host({}, timex={"status": status}))["time.synchronized"]
    assert fact.value is value
    assert fact.evidence[0].value == f"{status:#x}"


def test_the_kernel_outranks_a_file_from_before(fake_host, facts_of):
    fact = facts_of(probe, fake_host(TIMESYNCD, timex={"status": 0x40}))["time.synchronized"]
    assert fact.value is False
    assert "adjtimex(2) status is stronger evidence" in fact.conflicts[0]


def test_where_the_kernel_cannot_be_asked_a_file_decides_and_without_it_the_fact_is_unknown(fake_host, facts_of):
    assert facts_of(probe, fake_host(TIMESYNCD))["time.synchronized"].value is True
    for host in (fake_host({}), fake_host({}, live=False)):
        fact = facts_of(probe, host)["time.synchronized"]
        assert not fact.known
        assert "timedatectl" in fact.reason


@pytest.mark.parametrize(
    ("target", "zone"),
    [("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"), ("../usr/share/zoneinfo/Etc/UTC", "Etc/UTC")],
)
def test_the_zone_is_what_localtime_links_to(fake_host, facts_of, target, zone):
    assert facts_of(probe, fake_host({}, links={"/etc/localtime": target}))["time.zone"].value == zone


def test_without_localtime_the_zone_is_utc_and_with_a_plain_file_it_is_unknown(fake_host, facts_of):
    assert facts_of(probe, fake_host({}))["time.zone"].value == "UTC"
    assert not facts_of(probe, fake_host({"/etc/localtime": "TZif2"}))["time.zone"].known
    assert not facts_of(probe, fake_host({}, live=False))["time.zone"].known


@pytest.mark.real
def test_the_kernel_of_this_machine_answers():
    clock = LiveHost().clock()
    assert clock.keys() == {"state", "status", "maxerror_us", "esterror_us"}
    assert 0 <= clock["state"] <= 5
    (fact,) = [fact for fact in probe(LiveHost()) if fact.id == "time.synchronized"]
    assert fact.value is not bool(clock["status"] & 0x40)


def test_the_clock_source_is_the_kernels_own_name_of_it(fake_host, facts_of):
    path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    fact = facts_of(source, fake_host({path: "hpet\n"}))["time.clock_source"]
    assert (fact.value, fact.evidence[0].value) == ("hpet", "hpet")
    assert not facts_of(source, fake_host({}))["time.clock_source"].known
