"""Outputs of a fio client whose servers ran several groups of jobs, one after another.

``outputs/servers-*.json`` were written by fio 3.33 with two servers.
"""

import pytest

from tests.imports.shapes import changed, metrics, metrics_of, text_of


def figures(found):
    return {
        metric_id: (metric.value, metric.settings["hosts"], metric.settings.get("processes"))
        for metric_id, metric in found.items()
    }


def test_each_group_is_summed_over_the_servers():
    # Behind the group of two processes a client finds no options, and the default of rw is a read.
    assert figures(metrics("servers-groups.json")) == {
        "fio.randread.4k.q1.j2.buffered.iops": (pytest.approx(19572.85, rel=1e-5), 2, 2),
        "fio.b.64k.write.bandwidth": (pytest.approx(5139.3, rel=1e-4), 2, 2),
        "fio.c.16k.read.iops": (pytest.approx(9876.19, rel=1e-5), 2, 2),
        "fio.d.4k.read.iops": (pytest.approx(295707.2, rel=1e-5), 2, 2),
    }


def test_the_sum_over_all_groups_is_said_not_to_count():
    (sample,) = metrics("servers-groups.json")["fio.b.64k.write.bandwidth"].samples
    assert sample.detail["also"] == "client_stats[8]: the sum of jobs that ran one after another"
    assert sample.detail["read_from"].endswith("client_stats[1] to client_stats[5] of 'b': write.bw")


def test_processes_that_are_listed_one_by_one_are_of_their_server():
    assert figures(metrics("servers-numjobs.json")) == {
        "fio.randread.4k.q1.j2.buffered.iops": (pytest.approx(17309.36, rel=1e-5), 2, 2),
        "fio.write.64k.q1.buffered.bandwidth": (pytest.approx(2920.86, rel=1e-4), 2, None),
    }


def test_groups_that_the_servers_ran_at_other_times_are_no_sum():
    found = metrics("servers-sized.json")
    assert [(metric.value, metric.samples[0].reason) for metric in found.values()] == [
        (None, "its servers ran it at the same time for 1.0 s of 4.1 s"),
        (None, "its servers ran it at the same time for 0.0 s of 0.1 s"),
    ]


def test_servers_that_ran_other_jobs_have_no_sum():
    def other(document):
        document["client_stats"][6]["jobname"] = "x"

    found = changed("servers-groups.json", other)
    assert {metric.samples[0].reason for metric in found.values()} == {
        "it is the sum of 4 groups of jobs, which ran one after another, and its servers did not run the same"
    }
    assert all(metric_id.startswith("fio.all-clients.") for metric_id in found)


def in_turns(name):
    """Return an output of two servers with the first job of both before the second of both."""
    lines = text_of(name).split("\n")
    places = [place for place, line in enumerate(lines) if ": (groupid" in line]
    _, b, other_a, other_b, _ = places
    return "\n".join((*lines[:b], *lines[other_a:other_b], *lines[b:other_a], *lines[other_b:]))


@pytest.mark.parametrize("greeting", ["hostname=vm, be=0", "a server that says nothing of itself"])
def test_servers_whose_parts_stand_in_turns_are_not_taken_for_one(greeting):
    found = metrics_of(in_turns("client2-two-jobs.txt").replace("hostname=vm, be=0", greeting))
    assert {metric.samples[0].reason for metric in found.values()} == {
        "it is the sum of 2 groups of jobs, which ran one after another, and its servers did not run the same"
    }
