"""The sentences with which every comparison begins."""

from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.comparison import answer
from hostcheck.comparison.compare import compare
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric

READ, WRITE, BUILD = "disk.seqread.bandwidth", "disk.randwrite.iops", "build.cold.seconds"
NOISE = "within a run and between runs (15 %, as recorded hosts differ)"


def in_answer(row):
    """How the answer calls a headline metric."""
    return {READ: "sequential reads", WRITE: "random writes", BUILD: "a cold docker build"}.get(row.id, "a storm of")


@pytest.fixture
def rates(run_of, metric):
    """Make a host of its rates of reading and of writing, each measured three times within 1 %."""

    def make(name, read, write, within=0.01):
        values = [(rate, rate * (1 + within), rate * (1 - within)) for rate in (read, write)]
        return run_of(name, metric(READ, *values[0]), metric(WRITE, *values[1]))

    return make


def test_a_pair_is_one_sentence_with_the_ratios_of_all_headline_metrics(rates):
    assert compare([rates("old", 100, 400), rates("new", 1000, 100)]).answer == (
        "new is faster than old: 9.8–10× at sequential reads; slower: 3.9–4.1× at random writes.",
        f"Both differences are larger than noise, {NOISE}.",
    )


def test_hosts_with_the_same_result_share_a_sentence(rates):
    hosts = [rates("old", 100, 100), rates("a", 1000, 900, 0.3), rates("b", 1000, 1100, 0.3)]
    assert compare(hosts).answer == (
        (
            "a and b are faster than old: 4.5–21× at sequential reads, 4.0–23× at random writes; "
            "which of the two is faster is undecided, because their intervals overlap."
        ),
        f"Larger than noise, {NOISE}: both differences of a and b.",
    )


def test_equal_is_said_only_where_equality_was_shown(rates):
    even, noisy = 0.002, 0.3
    undecided = "which of the two is faster is undecided, because their intervals overlap"
    for within, said in ((even, "the two are equal within 5 %"), (noisy, undecided)):
        hosts = [rates("old", 10, 10), rates("a", 1000, 1000, within), rates("b", 1000, 1000, within)]
        assert compare(hosts).answer[0].endswith(f"; {said}.")


def test_hosts_of_one_group_of_which_one_is_ahead_are_ranked(rates):
    hosts = [rates("old", 10, 10, 0.002), rates("a", 900, 1000, 0.002), rates("b", 450, 1000, 0.002)]
    assert compare(hosts).answer[1] == "Fastest: a at sequential reads; a and b (tied) at random writes."


def test_a_figure_that_a_host_lacks_is_said_beside_the_fastest(rates, run_of, metric):
    hosts = [rates("old", 10, 10), rates("a", 900, 1000), run_of("b", metric(READ, 450, 451, 449))]
    said = "Fastest: a at sequential reads and random writes (only two of three have a figure)."
    assert compare(hosts).answer[0] == said


def test_hosts_with_different_results_have_a_sentence_each_after_the_fastest(rates):
    hosts = [rates("old", 100, 100), rates("a", 1000, 10), rates("b", 1000, 100, 0.5)]
    assert compare(hosts).answer == (
        (
            "Fastest: a or b (cannot be distinguished) at sequential reads, because their intervals overlap; "
            "old or b (cannot be distinguished) at random writes, because their intervals overlap."
        ),
        "a is faster than old: 9.8–10× at sequential reads; slower: 9.8–10× at random writes.",
        (
            "b is faster than old: 2.3–36× at sequential reads; cannot be distinguished at random writes, "
            "because their intervals overlap."
        ),
        (f"Larger than noise, {NOISE}: both differences of a; the difference at sequential reads of b."),
    )


def test_a_host_that_cannot_be_ranked_is_named_where_another_one_is_fastest():
    top = Path(__file__).parents[2]
    samples = ("reports/sample/sata.json", "reports/sample/host.json", "tests/runs/run-1.json")
    slow, own, other = (read_run(top / name) for name in samples)
    fastest = compare([slow, own, replace(other, host=replace(other.host, name="b"))]).answer[0]
    # The other one has the quicker figures, and their settings are not all known.
    assert fastest.endswith(
        "; vm (own disk) or b (cannot be compared) at a cold docker build and a storm of 20 containers."
    )
    late = [replace(each, value=50.0) if each.id == BUILD else each for each in other.metrics]
    fastest = compare([slow, own, replace(other, metrics=tuple(late), host=replace(other.host, name="b"))]).answer[0]
    assert "; vm (own disk) (not ranked: b) at a cold docker build; " in fastest


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
def test_the_fastest_is_never_named_beside_a_quicker_figure(order):
    samples = ("reports/sample/sata.json", "reports/sample/host.json", "tests/runs/run-1.json")
    comparison = compare([read_run(samples[place]) for place in order])
    fastest = comparison.answer[0].removeprefix("Fastest: ").removesuffix(".")
    for row in comparison.rows[:4]:
        clause = next(part for part in fastest.split("; ") if in_answer(row) in part)
        shown = {name: cell.metric.value for name, cell in zip(comparison.names, row.cells, strict=True)}
        best = (max if row.better == "higher" else min)(shown, key=shown.get)
        assert best in clause.partition(" at ")[0].replace(" (cannot", "").partition("(not ranked")[0]


def test_a_headline_says_who_slowed_an_emulated_disk():
    runs = [read_run(name) for name in ("reports/sample/sata.json", "reports/sample/host.json")]
    for order in (runs, runs[::-1], runs[:1]):
        assert "vm (sata, emulated, slowed by hostcheck)" in compare(order).answer[0]
        assert "emulated)" not in " ".join(compare(order).answer)


def test_a_machine_beside_itself_with_an_emulated_disk_is_named_by_its_disk(run_of, metric):
    own, other = (run_of(name, metric(READ, 100, 101)) for name in ("vm", "db"))
    emulated = run_of("vm (sata, emulated)", metric(READ, 10, 11), notes=("Emulated: in memory.",))
    assert compare([emulated, own, other]).names == ("vm (sata, emulated)", "vm (own disk)", "db")
    assert compare([own, other]).names == ("vm", "db")


def test_why_two_cannot_be_distinguished_is_said_of_each_metric():
    runs = [
        read_run(name) for name in ("reports/sample/sata.json", "reports/sample/host.json", "reference:nvme-vps-2014")
    ]
    fastest, *_, noise, unknown = compare(runs).answer
    assert "at sequential reads (because 1,200 is within 728 – 3,577)" in fastest
    assert "random writes (because 25,000+ is only a lower bound)" in fastest
    # How much a published figure would differ from run to run is unknown.
    assert noise == (f"Larger than noise, {NOISE}: all four differences of vm (own disk).")
    assert unknown == "Unknown for NVMe VPS 2014 (published): published figures do not show their noise."


def test_the_noise_of_a_published_figure_is_said_to_be_unknown(rates):
    published, own = read_run("reference:sata-vps-2014"), read_run("reports/sample/host.json")
    unknown = "Whether this is larger than noise is unknown: published figures do not show their noise."
    for pair in ([published, own], [own, published]):
        assert compare(pair).answer[-1] == unknown
    assert "unknown" not in " ".join(compare([rates("a", 100, 100), rates("b", 1000, 1000)]).answer)


def test_noise_between_runs_has_the_place_it_is_known_from(rates):
    earlier = [
        replace(rates("b", rate, rate), id=f"{rate}", started=f"2026-11-0{number}T00:00:00Z")
        for number, rate in enumerate((900, 1000, 1100), 1)
    ]
    (_, noise) = compare([rates("a", 100, 100), rates("b", 1000, 1000)], history=earlier).answer
    assert noise.endswith("between runs (as the last 3 runs in the history differ; 15 %, as recorded hosts differ).")


def test_hosts_measured_with_other_settings_have_that_as_the_reason(rates):
    samples = ("reports/sample/sata.json", "tests/runs/run-1.json")
    said = compare([read_run(name) for name in samples]).answer[0]
    assert said.endswith(
        "cannot be compared at a cold docker build and a storm of 20 containers, "
        "because settings differ or are unknown."
    )


def test_what_is_not_larger_than_noise_is_not_called_so(rates):
    assert len(compare([rates("a", 100, 100, 0.3), rates("b", 110, 90, 0.3)]).answer) == 1
    (_, noise) = compare([rates("a", 100, 100, 0.3), rates("b", 1000, 90, 0.3)]).answer
    assert noise == f"The difference at sequential reads is larger than noise, {NOISE}."


@pytest.mark.parametrize(("count", "who"), [(6, "h0, h1, h2, h3, h4 or h5"), (7, "one of 7 hosts")])
def test_of_many_hosts_that_cannot_be_distinguished_none_is_named(run_of, metric, count, who):
    fast = [run_of(f"h{number}", metric(WRITE, 700, 1000, 1400)) for number in range(count)]
    slow, other = (run_of(name, metric(WRITE, 10, 10.1, 9.9)) for name in ("slow", "other"))
    said = f"Fastest: {who} (cannot be distinguished) at random writes, because their intervals overlap."
    assert said in compare([slow, *fast, other]).answer


def test_of_many_groups_only_the_fastest_hosts_are_named(run_of, metric):
    ids = (READ, WRITE, BUILD)
    hosts = [run_of("old", *(metric(name, 100, 101, 99) for name in ids))]
    for place in range(5):
        rates = [1000 if place >> bit & 1 else 10 for bit in range(3)]
        hosts.append(
            run_of(f"h{place}", *(metric(name, r, r * 1.01, r * 0.99) for name, r in zip(ids, rates, strict=True)))
        )
    (sentence,) = compare(hosts).answer
    assert sentence.startswith("Fastest: h1 and h3 (tied) at sequential reads; h2 and h3 (tied) at random writes; ")


def test_what_was_not_measured_is_no_part_of_the_answer(run_of, metric):
    hosts = [run_of("a", metric(READ, 100, 101)), run_of("b", metric(READ, 200, 201), metric(WRITE, 5, 5.1))]
    found = compare(hosts)
    assert [sentence for sentence in found.answer if "write" in sentence or "measured" in sentence] == []
    assert found.findings[-1] == "Not measured in any run: a cold docker build and a storm of containers."


def test_figures_that_are_not_plain_measurements_say_so_under_any_name(run_of, metric):
    emulated = run_of("Old", metric(READ, 100, 101), notes=("Emulated: in memory.",))
    cut = run_of("Cut", metric(READ, 200, 201), ended=None)
    published = read_run("reference:sata-vps-2014")
    imported = metric(READ, 300, 301)
    imported = replace(
        imported, samples=tuple(replace(one, detail={"read_from": "old.json"}) for one in imported.samples)
    )
    renamed = replace(published, host=replace(published.host, name="seller"))
    found = compare([emulated, cut, renamed, run_of("Sent", imported)])
    assert found.names == ("Old (emulated)", "Cut (incomplete)", "seller (published)", "Sent (imported)")
    assert compare([run_of("disk (sata, emulated)", metric(READ, 1, 2), notes=("Emulated: x.",))]).names == (
        "disk (sata, emulated)",
    )


def test_one_metric_that_is_partial_or_imported_is_marked_in_the_sentence(run_of, metric):
    partial = replace(metric(READ, 900, 901), state="partial")
    sentence, _ = compare([run_of("a", metric(READ, 100, 101)), run_of("b", partial)]).answer
    assert sentence.endswith("at sequential reads (partial).")


def test_a_run_alone_shows_its_headline_with_the_uncertainty(run_of, metric):
    (sentence,) = compare([run_of("a", metric(READ, 100, 101, 99), metric(BUILD, 4, 9, 2))]).answer
    assert sentence == "a: sequential reads 100 MB/s (±2 %); a cold docker build 4.16 s (0.641 – 27.0)."


def test_nothing_measured_and_nothing_in_common_are_said(run_of, metric):
    skipped = Metric(READ, "MB/s", "higher", "skipped", "no fio")
    assert compare([run_of("a", skipped), run_of("b")]).answer == ("Nothing was measured on a and b.",)
    apart = compare([run_of("a", metric(READ, 1, 1.1)), run_of("b", metric(WRITE, 1, 1.1))]).answer
    assert apart == ("b and a have no headline metric in common.",)


def test_where_no_headline_metric_says_anything_the_answer_is_of_others(run_of, metric):
    alone = metric("disk.randread.qd1.iops", 100, 101, 99)
    (sentence,) = compare([run_of("a", alone)]).answer
    assert sentence == "a: random read (one at a time) 100 IOPS (±2 %)."
    both = compare([run_of("a", alone, metric(READ, 1, 1.1)), run_of("b", metric("disk.randread.qd1.iops", 900, 910))])
    assert both.answer[0].startswith("b is faster than a: ")
    assert both.answer[0].endswith("× at random read (one at a time).")


def test_of_a_fleet_alike_no_two_are_compared(rates, monkeypatch):
    counted = []
    judged = answer.compare_cells
    monkeypatch.setattr(answer, "compare_cells", lambda *pair: counted.append(pair) or judged(*pair))
    hosts = [rates("old", 100, 400), *(rates(f"node-{number}", 1000, 4000) for number in range(60))]
    sentence, _ = compare(hosts).answer
    assert sentence.startswith("node-0")
    assert len(counted) < 60


def test_an_interval_that_says_nothing_is_not_written(run_of, metric):
    vague, clear = run_of("vague", metric(READ, 10, 1_000)), run_of("clear", metric(READ, 100, 101))
    comparison = compare([vague, clear])
    (row,) = [row for row in comparison.rows if row.id == READ]
    assert row.span_of(row.cells[0].metric) == "uncertain by over 10×"
    assert row.span_of(row.cells[1].metric)[0].isdigit()
    assert "100 (uncertain by over 10×)" in " ".join(compare([vague]).answer).replace(" MB/s", "")
