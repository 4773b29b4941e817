from dataclasses import replace

import pytest

from hostcheck.comparison.ratio import compare_metrics
from hostcheck.run.files import read_run
from hostcheck.run.independent import RUN

IOPS = "disk.randwrite.iops"
BUILD = "build.cold.seconds"


def test_more_iops_are_faster(metric):
    found = compare_metrics(metric(IOPS, 3500, 3510, 3490), metric(IOPS, 350, 351, 349))
    assert found.judgement == "better"
    assert found.words == "10× faster"
    assert found.value == pytest.approx(10, rel=1e-3)
    assert found.interval[0] < found.value < found.interval[1]


def test_an_interval_that_reads_as_the_ratio_is_not_written_twice(metric):
    found = compare_metrics(metric(BUILD, 45, 45.01, 44.99), metric(BUILD, 130.5, 130.51, 130.49))
    assert (found.words, found.spread, found.beside) == ("2.9× faster", "2.9×", "")
    wide = compare_metrics(metric(IOPS, 3500, 3510, 3490), metric(IOPS, 350, 351, 349))
    assert wide.beside == wide.spread == "9.9–10×"
    noisy = compare_metrics(metric(IOPS, 1000, 1300, 800), metric(IOPS, 1002, 1000, 1001))
    assert noisy.beside == ""


def test_fewer_seconds_are_faster_and_more_are_slower(metric):
    slow, fast = metric(BUILD, 250, 252, 254), metric(BUILD, 44.5, 45, 45.5)
    assert compare_metrics(fast, slow).words == "5.6× faster"
    found = compare_metrics(slow, fast)
    assert found.words == "5.6× slower"
    assert found.judgement == "worse"
    assert found.interval[0] < found.value < found.interval[1] < 1


def test_no_difference_is_claimed_only_within_the_margin(metric):
    tight = compare_metrics(metric(IOPS, 1000, 1001, 999), metric(IOPS, 1002, 1000, 1001))
    assert (tight.judgement, tight.words) == ("same", "the same")
    wide = compare_metrics(metric(IOPS, 1000, 1300, 800), metric(IOPS, 1002, 1000, 1001))
    assert wide.judgement == "inconclusive"
    assert wide.words.startswith("cannot tell (")


def test_a_small_but_significant_difference_is_reported(metric):
    found = compare_metrics(metric(IOPS, 1200, 1201, 1199), metric(IOPS, 1000, 1001, 999))
    assert found.words == "1.2× faster"


@pytest.mark.parametrize(("ours", "theirs"), [(1100, 1000), (1000, 1100)])
def test_a_difference_that_two_runs_of_one_host_may_have_is_not_reported_for_single_runs(metric, ours, theirs):
    found = compare_metrics(metric(IOPS, ours, ours + 1, ours - 1), metric(IOPS, theirs, theirs + 1, theirs - 1))
    assert found.judgement == "inconclusive"
    assert found.reason == "two runs of one host may differ by 15%: measure each 3 times to detect smaller differences"
    assert found.interval is not None


@pytest.mark.parametrize(("runs", "judgement"), [(2, "inconclusive"), (3, "better")])
def test_from_three_runs_of_each_on_what_they_are_apart_is_measured(metric, runs, judgement):
    ours, theirs = (
        replace(one, samples=tuple(replace(one.samples[0], detail={RUN: number}) for number in range(runs)))
        for one in (metric(IOPS, 1100), metric(IOPS, 1000))
    )
    assert compare_metrics(ours, theirs).judgement == judgement


def test_of_many_samples_with_outliers_the_medians_are_compared(metric):
    quiet = [1000, 1001, 999, 1002, 998, 1003, 997, 1000]
    found = compare_metrics(metric(IOPS, *[3 * value for value in quiet[:7]], 300), metric(IOPS, *quiet))
    assert (found.judgement, found.words) == ("better", "3.0× faster")
    assert found.reason == "the ratio is that of the medians, because some samples are outliers"


def test_a_long_sample_with_batches_is_compared_by_them(metric):
    ours, theirs = (
        replace(
            one, samples=(replace(one.samples[0], detail={"batches": [one.value * part for part in (0.99, 1, 1.01)]}),)
        )
        for one in (metric(IOPS, 2000), metric(IOPS, 1000))
    )
    assert compare_metrics(ours, theirs).judgement == "better"
    assert compare_metrics(metric(IOPS, 2000), theirs).interval is None


def test_noise_is_the_reason_where_it_alone_is_too_much(metric):
    found = compare_metrics(metric(IOPS, 900, 1300, 1100), metric(IOPS, 1000, 1001, 999))
    assert (found.judgement, found.reason) == ("inconclusive", "")


def test_against_a_published_figure_the_interval_is_the_measured_sides(metric):
    sata = read_run("reference:sata-vps-2014").metric(IOPS)
    measured = metric(IOPS, 3500, 3510, 3490)
    found = compare_metrics(measured, sata)
    assert found.value == pytest.approx(10, rel=1e-3)
    assert found.interval == pytest.approx((measured.interval[0] / 350, measured.interval[1] / 350))
    assert "published" in found.reason
    back = compare_metrics(sata, measured)
    assert back.interval == pytest.approx((1 / found.interval[1], 1 / found.interval[0]))


def test_a_too_noisy_measurement_is_not_faster_than_a_published_figure(metric):
    sata = read_run("reference:sata-vps-2014").metric(IOPS)
    assert compare_metrics(metric(IOPS, 200, 500, 900), sata).judgement == "inconclusive"


def test_two_published_figures_have_no_interval():
    sata, nvme = (read_run(f"reference:{name}-vps-2014").metric(IOPS) for name in ("sata", "nvme"))
    assert compare_metrics(nvme, sata).interval is None


def test_different_settings_are_not_compared(metric):
    found = compare_metrics(
        metric(BUILD, 9, 9.1, 9.2, settings={"builder": "buildkit", "network": "none"}),
        metric(BUILD, 17, 17.1, 17.2, settings={"builder": "classic", "network": "none"}),
    )
    assert found.judgement == "not comparable"
    assert found.value is None
    assert found.reason == "builder: buildkit against classic"


def test_excluded_samples_do_not_count(metric):
    good = metric(IOPS, 100, 100, 100, 900)
    samples = (*good.samples[:3], replace(good.samples[3], valid=False, reason="noise"))
    found = compare_metrics(replace(good, samples=samples), metric(IOPS, 100, 100, 100))
    assert found.value == pytest.approx(1)


def test_one_sample_gives_no_interval(metric):
    found = compare_metrics(metric(BUILD, 130), metric(BUILD, 13, 13.1))
    assert found.interval is None
    assert found.reason == "one sample gives no interval"


def test_without_an_interval_no_difference_between_measurements_is_claimed(metric):
    sata = read_run("reference:sata-vps-2014").metric(IOPS)
    for found in (
        compare_metrics(metric(BUILD, 130), metric(BUILD, 13, 13.1)),
        compare_metrics(metric(IOPS, 3500), sata),
        compare_metrics(sata, metric(IOPS, 3500)),
    ):
        assert found.judgement == "inconclusive"
        assert found.words.startswith("cannot tell (")


def test_a_published_lower_bound_is_at_least_so_much_faster(metric):
    sata, nvme = (read_run(f"reference:{name}-vps-2014").metric(IOPS) for name in ("sata", "nvme"))
    assert compare_metrics(nvme, sata).words == "at least 71× faster"
    assert compare_metrics(sata, nvme).words == "at least 71× slower"
    assert compare_metrics(metric(IOPS, 2500, 2510, 2490), nvme).words == "at least 9.9× slower"
    assert compare_metrics(metric(IOPS, 24_990, 25_000, 24_980), nvme).judgement == "inconclusive"


def test_of_a_lower_bound_the_words_have_the_near_end_of_the_interval_and_no_far_one(metric):
    nvme = read_run("reference:nvme-vps-2014").metric(IOPS)
    measured = metric(IOPS, 340, 350, 360)
    faster, slower = compare_metrics(nvme, measured), compare_metrics(measured, nvme)
    for found, words in ((faster, "at least {} faster"), (slower, "at least {} slower")):
        assert found.words == words.format(f"{found.bounds[0]:,.0f}×")
        assert found.spread == ""
    assert round(faster.value) != round(faster.interval[0])


def test_nothing_is_faster_than_a_published_lower_bound(metric):
    nvme = read_run("reference:nvme-vps-2014").metric(IOPS)
    for measured in (metric(IOPS, 75_000, 75_100, 74_900), nvme):
        assert compare_metrics(measured, nvme).judgement == "not comparable"
        assert compare_metrics(nvme, measured).judgement == "not comparable"


def test_figures_of_zero_in_a_run_file_have_no_ratio(metric):
    zero = replace(metric(IOPS, 1, 1), value=0)
    assert compare_metrics(zero, metric(IOPS, 1, 1)).judgement == "not comparable"
    assert compare_metrics(metric(IOPS, 1, 1), zero).judgement == "not comparable"


def test_what_was_not_measured_has_no_ratio(metric):
    with pytest.raises(ValueError, match="two values"):
        compare_metrics(metric(IOPS, 1), metric(IOPS, 1, value=None))


def test_of_an_estimator_that_is_not_known_nothing_is_judged(metric):
    found = compare_metrics(metric(IOPS, 3500, 3510, 3490, estimator="median/9"), metric(IOPS, 350, 351, 349))
    assert (found.judgement, found.interval) == ("inconclusive", None)
    assert found.reason == "this version of hostcheck does not know its estimator 'median/9'"


def test_marks_of_another_estimator_do_not_count(metric):
    ours = metric(IOPS, 350, 351, 349, estimator="geometric-mean-t/1")
    marked = tuple(replace(sample, detail={"batches": [9e6, 9.1e6]}) for sample in ours.samples)
    found = compare_metrics(replace(ours, samples=marked), metric(IOPS, 350, 351, 349))
    assert found.judgement == "same"


def test_a_rate_that_moved_while_other_work_kept_the_cpus_busy_must_differ_by_more(metric):
    def crowded(*values, **detail):
        found = metric(IOPS, *values)
        samples = tuple(replace(sample, detail={"crowded": True, **detail}) for sample in found.samples)
        return replace(found, samples=samples)

    moved, faster = (100, 107, 94, 100, 105, 96), (125, 134, 118, 125, 131, 120)
    assert compare_metrics(metric(IOPS, *faster), metric(IOPS, *moved)).judgement == "better"
    ratio = compare_metrics(crowded(*faster), crowded(*moved))
    assert ratio.judgement == "inconclusive"
    assert ratio.reason.startswith("other work kept the CPUs busy, and two runs may then differ by ")
    assert compare_metrics(crowded(*(2 * value for value in moved)), crowded(*moved)).judgement == "better"
    # The more it moves, the further two runs may be apart.
    restless = (100, 190, 60, 150, 55, 120)
    assert (
        compare_metrics(metric(IOPS, *(2.5 * value for value in restless)), metric(IOPS, *restless)).judgement
        == "better"
    )
    apart = compare_metrics(crowded(*(2.5 * value for value in restless)), crowded(*restless))
    assert apart.judgement == "inconclusive"
    # What a limit holds still, no work moves.
    still, twelve = (100, 100.2, 99.9, 100, 100.1), (120, 120.2, 119.9, 120, 120.1)
    assert compare_metrics(crowded(*twelve), crowded(*still)).judgement == "better"
