"""Why many threads do less than many times the work of one is said where the samples show it, and nowhere else."""

import pytest

from hostcheck.comparison.cpus import cpus
from hostcheck.run.measured import Conditions, Metric, Sample
from hostcheck.run.metrics import ALL_THREADS, ONE_THREAD
from hostcheck.run.model import Fact


def metric(metric_id, rates, threads, delivered, *, steal=0.0, busy=None, **detail):
    busy = 100 * delivered / threads if busy is None else busy
    conditions = Conditions(busy_percent=busy, steal_percent=steal)
    fields = {"threads": threads, "cpus_delivered": delivered, **detail}
    samples = tuple(Sample(rate, conditions=conditions, detail=fields) for rate in rates)
    return Metric(metric_id, "events/s", "higher", "ok", value=rates[0], samples=samples)


ALONE = [1000.0, 1005.0, 998.0, 1002.0]


class OneRun:
    def __init__(self, *metrics, facts=()):
        self.metrics, self.facts = metrics, {name: Fact(name, value) for name, value in facts}

    def metric(self, metric_id):
        return next((each for each in self.metrics if each.id == metric_id), None)


def said(rates, threads, delivered, **known):
    alone = metric(ONE_THREAD, ALONE, 1, min(1.0, delivered))
    return list(cpus("here", OneRun(alone, metric(ALL_THREADS, rates, threads, delivered, **known))))


def times(factor):
    return [factor * rate for rate in ALONE]


def test_threads_that_are_given_all_and_do_all_need_no_sentence():
    assert said(times(3.97), 4, 3.99) == []
    # A clock that falls by a tenth, as servers' do.
    assert said(times(3.6), 4, 3.99) == []


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        ({"quota": "2 CPUs", "quota_stops_percent": 98.0}, "a quota of 2 CPUs stopped them in 98 % of its periods."),
        ({"steal": 48.0}, "the hypervisor gave 48 % of the CPU time to others (steal)."),
        ({"busy": 100.0}, "other work on this host used 2.00 CPUs."),
        (
            {},
            "nor by other work that this host counts, nor by a quota that can be read here.",
        ),
        ({"quota": "3 CPUs", "quota_stops_percent": 2.0, "steal": 1.0}, None),
    ],
    ids=["quota", "steal", "hog", "unseen", "too little of each"],
)
def test_what_took_half_of_the_cpus_is_named(known, cause):
    (sentence,) = said(times(2.0), 4, 2.0, **known)
    assert sentence.startswith("4 busy threads on here were given 2.00 CPUs: ")
    assert sentence.endswith(cause or "nor by a quota that can be read here.")


def test_what_took_little_of_the_missing_time_is_no_cause():
    quota = {"quota": "1 CPU", "quota_stops_percent": 91.0}
    # A run in a group with half of two CPUs' time, while small programs ran beside it.
    (sentence,) = said(times(0.98), 2, 0.98, busy=51.6, steal=2.4, **quota)
    assert sentence.endswith(": a quota of 1 CPU stopped them in 91 % of its periods.")
    (sentence,) = said(times(0.98), 2, 0.98, busy=70.0, steal=15.0, **quota)
    assert "to others (steal); other work on this host used 0.42 CPUs." in sentence


def test_hardware_threads_are_given_their_time_and_do_less():
    (sentence,) = said(times(2.5), 4, 3.98)
    assert sentence.startswith("The 4 CPUs of here do the work of 2.5 working alone, although all their time was")
    # The rounds do not agree.
    assert said([2500.0, 3900.0, 2600.0, 3800.0], 4, 3.98) == []


@pytest.mark.parametrize(
    ("alone", "threads", "rate", "work"),
    [
        (1816, 2, 3520, ""),
        (1816, 4, 6800, ""),
        (1816, 6, 9041, ""),
        (1816, 8, 10_123, "5.6"),
        (1816, 12, 10_932, "6.0"),
        (1844, 12, 11_012, "6.0"),
        (1819, 12, 11_001, "6.0"),
        (318.30, 4, 1208.10, ""),
    ],
)
def test_recorded_rates_of_hardware_threads_are_named_where_they_share_cores(alone, threads, rate, work):
    """Twelve CPUs of VMware on the six cores of an AMD Ryzen 5 2600, sysbench 1.0.20 (a post of 4 July 2026, "Does CPU
    Topology Affect Performance? A sysbench Experiment"); the last are four of a VPS (joshtronic/server-benchmarks#1).
    """
    one, all_of_them = (
        metric(metric_id, [value] * 5, count, 0.998 * count)
        for metric_id, value, count in ((ONE_THREAD, alone, 1), (ALL_THREADS, rate, threads))
    )
    said = list(cpus("here", OneRun(one, all_of_them)))
    assert len(said) == bool(work)
    assert all(f"The {threads} CPUs of here do the work of {work} working alone" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("facts", "unseen"),
    [
        ([], True),
        ([("hw.steal_counted", False), ("virt.vm", "kvm")], True),
        ([("hw.steal_counted", True)], False),
        ([("virt.vm", "none")], False),
    ],
)
def test_a_hypervisor_whose_steal_is_not_counted_may_take_the_time(facts, unseen):
    run = OneRun(metric(ONE_THREAD, ALONE, 1, 1.0), metric(ALL_THREADS, times(2.5), 4, 3.98), facts=facts)
    (sentence,) = cpus("here", run)
    assert ("a hypervisor takes time that this host does not count" in sentence) is unseen


def test_a_quota_on_one_cpu_is_seen_too():
    (sentence,) = said(times(0.5), 1, 0.5, quota="0.5 CPUs", quota_stops_percent=100.0)
    assert sentence.startswith("1 busy thread on here was given 0.50 CPUs: a quota of 0.5 CPUs stopped them in 100 %")


def test_too_few_samples_and_files_without_details_say_nothing():
    assert said(times(2.0)[:2], 4, 2.0) == []
    bare = Metric(ALL_THREADS, "events/s", "higher", "ok", value=1.0, samples=(Sample(1.0),) * 4)
    assert list(cpus("here", OneRun(bare))) == []
    assert list(cpus("here", OneRun())) == []


@pytest.mark.parametrize(
    ("source", "sentences"), [("hpet", 1), ("acpi_pm", 1), ("tsc", 0), ("kvm-clock", 0), (None, 0)]
)
def test_a_clock_that_each_reading_enters_the_kernel_for_is_named(source, sentences):
    facts = [("time.clock_source", source)] if source else []
    found = list(cpus("here", OneRun(metric(ALL_THREADS, times(1.0), 1, 1.0), facts=facts)))
    assert len(found) == sentences
    assert all(f"here reads the time from {source}: each reading is a call into the kernel" in each for each in found)


def test_the_clock_of_a_host_whose_cpus_were_not_measured_is_not_named():
    assert list(cpus("here", OneRun(facts=[("time.clock_source", "hpet")]))) == []
