"""The speed of all processors together, by the kernel's control of their frequency, or by /proc/cpuinfo."""

import pytest

from hostcheck.probes.frequency import probe

CPU = "/sys/devices/system/cpu"
INFO = "processor : 0\ncpu MHz\t\t: 2445.426\n\nprocessor : 1\ncpu MHz\t\t: 2000.000\n"


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({f"{CPU}/cpu{n}/cpufreq/base_frequency": "2400000" for n in (0, 1)}, 4800),
        ({f"{CPU}/cpu{n}/cpufreq/cpuinfo_max_freq": "3700000\n" for n in (0, 1)}, 7400),
        (
            {
                f"{CPU}/cpu0/cpufreq/base_frequency": "2400000",
                f"{CPU}/cpu0/cpufreq/cpuinfo_max_freq": "9900000",
                f"{CPU}/cpu1/cpufreq/cpuinfo_max_freq": "1600000",
            },
            4000,
        ),
        ({"/proc/cpuinfo": INFO}, 4445),
        ({"/proc/cpuinfo": "processor : 0\nBogoMIPS : 100\n"}, None),
        ({}, None),
    ],
)
def test_the_sum_of_all_processors(fake_host, files, value):
    (fact,) = probe(fake_host({f"{CPU}/online": "0-1\n", **files}))
    assert (fact.value if fact.known else None) == value


@pytest.mark.parametrize("online", ["", "x", "0-999"])
def test_processors_that_are_not_known_have_no_speed(fake_host, online):
    (fact,) = probe(fake_host({f"{CPU}/online": online, "/proc/cpuinfo": INFO}))
    assert not fact.known


def test_what_was_not_captured_is_not_what_the_processors_run_at_now(fake_host):
    files = {f"{CPU}/online": "0-1\n", "/proc/cpuinfo": INFO}
    of_one = {f"{CPU}/cpu0/cpufreq/base_frequency": "2400000"}
    for captured in (files, files | of_one):
        (fact,) = probe(fake_host(captured, live=False))
        assert (fact.known, "could not be read" in fact.reason) == (False, True)
