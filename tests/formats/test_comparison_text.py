import pytest

from hostcheck.comparison.compare import compare
from hostcheck.formats.comparison_text import render
from hostcheck.formats.terminal import Style, display_width
from hostcheck.run.files import read_run
from hostcheck.run.measured import Metric

IOPS = "disk.randwrite.iops"


def test_the_articles_table(run_of):
    text = render(compare([read_run("reference:sata-vps-2014"), read_run("reference:nvme-vps-2014")]), Style())
    lines = [" ".join(line.split()) for line in text.splitlines()]
    place = lines.index("Docker build, cold, s")
    assert lines[place + 1 : place + 3] == [
        "SATA VPS 2014 (published) 252 †",
        "NVMe VPS 2014 (published) 45.0 † 5.6× faster",
    ]
    assert "NVMe VPS 2014 (published) 1,200 † 10× faster" in lines
    assert "NVMe VPS 2014 (published) 25,000+ † at least 71× faster" in lines
    assert "† published on 2014-06-23, not measured; ratios have the measured host's range" in lines


@pytest.mark.parametrize("hosts", [1, 2, 3, 5])
@pytest.mark.parametrize("name", ["host-{}", "a-node-with-a-long-name-{}.rack-7.example.org"])
def test_it_fits_80_columns(run_of, metric, hosts, name):
    runs = [
        run_of(
            name.format(number),
            metric(IOPS, 72_000, 73_000, 71_000),
            metric("build.cold.seconds", 8.8, 11.7, 12.2 + number),
        )
        for number in range(hosts)
    ]
    text = render(compare(runs), Style())
    assert max(display_width(line) for line in text.splitlines()) <= 80
    assert "71,995" in text


def test_three_hosts_stand_below_each_other_within_80_columns():
    runs = [read_run(f"reference:{name}-vps-2014") for name in ("sata", "nvme")]
    text = render(compare([*runs, read_run("tests/runs/run-1.json")]), Style())
    assert max(display_width(line) for line in text.splitlines()) <= 80
    assert "\n\n\n" not in text
    lines = text.splitlines()
    place = lines.index("Random write, IOPS")
    assert [line.split()[0] for line in lines[place + 1 : place + 4]] == ["SATA", "NVMe", "vm"]
    assert lines[place + 2].endswith("25,000+ †                    at least 71× faster")


def test_each_value_has_its_interval(run_of, metric):
    text = render(compare([run_of("a", metric(IOPS, 990, 1000, 1010))]), Style())
    assert "1,000" in text
    assert "975 – 1,025" in text


def test_what_was_not_measured_has_its_reason_and_no_number(run_of, metric):
    skipped = Metric(IOPS, "IOPS", "higher", "skipped", "fio is not installed; install it")
    text = render(compare([run_of("a", metric(IOPS, 1, 1)), run_of("b", skipped)]), Style())
    assert "skipped" in text
    assert "fio is not installed; install it" in text


def test_names_from_a_run_file_cannot_steer_the_terminal(run_of, metric):
    metrics = metric(IOPS, 1, 1), metric("a\x1b[2J.seconds", 1, 1, unit="\x1b]0;s", reason="\x1b[1m")
    runs = [run_of("bad\x1b[2J\nname", *metrics), run_of("b\x9b"), run_of("c")]
    text = render(compare(runs[:2]), Style()) + render(compare(runs), Style())
    assert "\x1b" not in text
    assert "\x9b" not in text
