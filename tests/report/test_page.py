import json
import lzma
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from hostcheck.comparison.compare import compare
from hostcheck.report.page import render
from hostcheck.run.files import dumps, read_run
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import Evidence, Fact
from tests.pages import run_files

IOPS = "disk.randwrite.iops"
MAKESPAN = "storm.makespan.seconds"
HOSTILE = "<script>alert(1)</script>]]> --> \u2028 \x1b[2J {{ 7*7 }} $x_1$ \"'&"


VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data):
        if not self.open or self.open[-1][0] != "style":
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def comparison(run_of, metric, storm, audited):
    slow = read_run("reference:sata-vps-2014")
    excluded = Sample(12.0, valid=False, reason="fio moved less than it said", seconds=2)
    fast = run_of(
        "nvme-1",
        metric("disk.seqread.bandwidth", 1200, 1210, 1190),
        Metric(
            IOPS,
            "IOPS",
            "higher",
            "ok",
            "",
            25_000,
            (24_000, 26_000),
            (*metric(IOPS, 25_000, 25_100).samples, excluded),
        ),
        metric("build.cold.seconds", 45, 45.2, 44.8, settings={"builder": "classic"}),
        Metric("storm.makespan.seconds", "s", "lower", "ok", "", 0.5, None, (storm,)),
        Metric("disk.randread.iops", "IOPS", "higher", "skipped", "fio is not installed; install it"),
        **audited,
    )
    return compare([slow, fast])


@pytest.fixture(scope="module")
def text(comparison):
    return render(comparison)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_equal_comparisons_give_equal_bytes(comparison, text):
    assert render(comparison) == text


def test_the_table_holds_the_figures_of_the_runs(page):
    for figure in ("120", "1,200", "1,175 – 1,225", "350", "25,000", "24,000 – 26,000", "252", "45.0", "0.500"):
        assert figure in page.text
    assert "10× faster" in page.text
    assert "5.6× faster" in page.text


def test_rows_are_in_the_order_of_the_table_it_was_asked_for(page):
    places = [page.text.index(f" {label} ") for label in ("Sequential read", "Random write", "Docker build, cold")]
    assert places == sorted(places)


def test_published_figures_are_marked_and_their_source_is_named(page):
    assert page.text.count("†") >= 3
    assert "† published on 2014-06-23, not measured; ratios have the measured host's range" in page.text
    assert "CoolVDS blog, June 2014" in page.text


def test_each_figure_leads_to_its_samples_and_each_missed_check_to_its_meaning(page, text):
    links = [attributes["href"][1:] for tag, attributes in page.elements if tag == "a" and "#" in attributes["href"]]
    samples = [target for target in links if target.startswith("samples-")]
    assert len(samples) == text.count('scope="rowgroup"') == 4
    assert [target for target in links if target.startswith("check-")]
    for target in set(links):
        assert text.count(f'id="{target}"') == 1


def test_why_two_are_not_compared_is_said_once_below_the_table(run_of, metric):
    runs = [
        run_of(
            builder,
            *(metric(name, 9, 9.1, 8.9, settings={"builder": builder}) for name in ("build.cold.seconds", MAKESPAN)),
        )
        for builder in ("classic", "buildkit")
    ]
    page = Page(render(compare(runs)))
    assert page.text.count("builder: buildkit against classic") == 1
    reason = "not comparable, builder: buildkit against classic"
    assert f"buildkit, docker build (cold), storm (all ready): {reason}" in page.text


def test_what_was_not_measured_says_why(page):
    assert "skipped fio is not installed; install it" in page.text


def test_excluded_samples_are_shown_with_their_reason(page):
    assert "✗ no: fio moved less than it said" in page.text
    assert "3 samples, 1 excluded" in page.text


def test_each_figure_has_its_interval_and_its_ratio_to_the_baseline_below_it(comparison):
    page = Page(render(compare([*comparison.runs, comparison.runs[1]])))
    assert "Sequential read MB/s 120 † 1,200 1,175 – 1,225 ▲ 10× faster 9.8–10×" in " ".join(page.text.split())
    assert page.text.count("1,200 1,175 – 1,225 ▲ 10× faster 9.8–10×") == 2


def test_what_is_slower_has_its_interval_in_the_same_direction(run_of, metric):
    runs = [run_of("a", metric(IOPS, 300, 303, 297)), run_of("b", metric(IOPS, 100, 101, 99))]
    assert "▼ 3.0× slower 2.9–3.1×" in Page(render(compare(runs))).text


def test_it_begins_with_one_sentence_the_chart_and_the_article_s_table(text, comparison):
    (answer,) = re.findall(r'<div class="answer">(.*?)</div>', text, re.DOTALL)
    assert answer.count("<p>") == len(comparison.answer) == 2
    first = text.partition('<section id="figures"')[2].partition("\n</section>\n\n")[0]
    assert first.count("<table") == 3  # the last is the data of the plot
    assert "ratios-side-title" in first
    rows = re.findall(r'<th scope="row">(.*?)</th>', first.partition("</table>")[0])
    assert [re.sub(r"<[^>]+>", "", row) for row in rows] == [
        "Sequential read MB/s",
        "Random write IOPS",
        "Docker build, cold s",
        "Storm: all ready s",
    ]
    glance = first.partition('<table class="glance">')[2].partition("</table>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th>', glance)[:2] == ["Fit for docker", "Do first"]


def test_without_a_headline_figure_there_is_no_empty_place_for_them(run_of, audited, metric):
    for own in ((), (metric("disk.randread.qd1.iops", 100, 101),)):
        page = render(compare([run_of("a", *own, **audited)]))
        first = page.partition('<section id="figures"')[2].partition('<section id="audit"')[0]
        assert re.search(r'<h2 [^>]*>The answer in figures</h2>\s*<div>\s*<section class="glances', first)
        assert re.search(r"<p><b>In short:</b> (Nothing was measured on a|a: random read)", page)


def test_the_first_screen_leads_to_the_audit_the_hosts_the_samples_and_the_raw_data(text):
    header = text.partition("<header>")[2].partition("</header>")[0]
    assert re.findall(r'<a href="#(\w+)">(.*?)</a>', header) == [
        ("audit", "Audit"),
        ("environment", "Hosts"),
        ("samples", "Samples"),
        ("files", "Raw data (runs.tar.xz)"),
    ]
    assert all(f'<section id="{place}"' in text for place in ("audit", "environment", "samples", "files"))


@pytest.mark.parametrize(("count", "below"), [(2, 44), (4, 44), (5, 64)])
def test_more_hosts_stand_below_each_other_in_a_wider_window(run_of, metric, count, below):
    text = render(compare([run_of(f"h{number}", metric(IOPS, 100, 101, 99)) for number in range(count)]))
    (stacked,) = re.findall(r"@media screen and \(max-width: (\d+)rem\) {\n\.figures", text)
    assert int(stacked) == below


def test_hosts_that_differ_in_nothing_have_no_table_of_their_differences(run_of, metric):
    runs = [run_of(name, metric(IOPS, 100, 101, 99)) for name in "ab"]
    assert "In what the hosts differ" not in render(compare(runs))
    other = [replace(run, host=replace(run.host, cpus=cpus)) for run, cpus in zip(runs, (8, 96), strict=True)]
    assert "In what the hosts differ" in render(compare(other))


def test_where_a_figure_is_from_is_in_the_title_the_headline_and_every_chart(run_of, metric):
    emulated = run_of("Old", metric(IOPS, 100, 101, 99), notes=("Emulated: in memory.",))
    text = render(compare([emulated, run_of("New", metric(IOPS, 300, 303, 297))]))
    places = [
        re.search("<title>(hostcheck.*?)</title>", text)[1],
        re.search("<h1>(.*?)</h1>", text, re.DOTALL)[1],
        re.search(r'<div class="answer">(.*?)</div>', text, re.DOTALL)[1],
        *re.findall(r"<svg.*?</svg>", text, re.DOTALL),
    ]
    assert len(places) == 5
    assert all(re.search(r"Old \(emulated(, slowed by hostcheck)?\)", place) for place in places)
    assert "slowed by hostcheck" in places[2]


def test_what_noise_hides_is_not_the_finding_of_the_plot(run_of, metric):
    runs = [run_of("a", metric(IOPS, 100, 140, 80)), run_of("b", metric(IOPS, 120, 90, 150))]
    page = Page(render(compare(runs)))
    assert "No metric shows a difference from a." in page.text
    assert "Furthest" not in page.text


def test_the_audit_is_there_with_its_evidence(page):
    assert "Fit for docker not audited ✗ not ready 1 requirement missed" in page.text
    assert "overlay2 ✗ fail" in page.text
    assert "modprobe overlay" in page.text
    assert "KVMKVMKVM for kvm" in page.text
    assert "/.dockerenv is stale" in page.text
    assert "? unknown: not root" in page.text


def test_plots_have_a_name_a_description_a_finding_and_their_data(page, text):
    plots = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert len(plots) == 3  # the ratios for wide and for narrow windows, and the storm
    ids = {attributes.get("id") for _, attributes in page.elements}
    for plot in plots:
        assert plot["role"] == "img"
        assert set(plot["aria-labelledby"].split()) <= ids
    assert text.count("<figcaption>") == text.count("The data of this plot") == 2
    assert "In the median storm 2 of 3 were ready after 0.500\u00a0s, half of them after 0.450\u00a0s" in text


def test_only_figures_are_aligned_to_the_right(text):
    assert '<th scope="col">Metric</th><th scope="col">Host</th><th scope="col" class="number">Ratio</th>' in text
    assert '<th scope="row">Sequential read</th><td>nvme-1</td><td class="number">10× faster</td>' in text


def test_the_title_is_no_longer_than_a_tab_shows(run_of):
    names = [f"a-host-with-a-long-name-{number}" for number in range(8)]
    text = render(compare([run_of(name) for name in names]))
    (title,) = re.findall("<title>(.*?)</title>", text)
    assert title.startswith(f"hostcheck: {names[0]}, ")
    assert len(title) == 70


def test_a_long_title_keeps_where_the_figures_are_from(run_of, metric):
    old = run_of("a" * 80, metric(IOPS, 100, 101, 99), notes=("Emulated: in memory.",))
    (title,) = re.findall("<title>(.*?)</title>", render(compare([old, run_of("b")])))
    assert title.endswith("aaa… (emulated)")
    assert len(title) == 70


def test_the_run_files_are_inside_and_equal_to_the_runs(comparison, page, text):
    files = run_files(text)
    assert list(files) == [
        "SATA-VPS-2014-published-2014-06-23T00-00-00Z.json",
        "nvme-1-2026-11-23T10-00-00Z.json",
    ]
    assert all(name in page.text for name in (*files, "tar -xf runs.tar.xz"))
    assert [each.decode() for each in files.values()] == [dumps(run) for run in comparison.runs]


def test_runs_of_one_name_and_time_are_two_files(run_of):
    files = run_files(render(compare([run_of("a", id="1"), run_of("a", id="2")])))
    assert [json.loads(each)["id"] for each in files.values()] == ["1", "2"]


def test_run_files_of_many_megabytes_are_packed_the_fast_way(run_of, monkeypatch):
    used = []
    compress = lzma.compress

    def noted(data, filters):
        used.append(filters[0]["preset"])
        return compress(data, filters=filters)

    monkeypatch.setattr(lzma, "compress", noted)
    for most in (4 << 20, 0):
        monkeypatch.setattr("hostcheck.report.archive._SLOWLY_BYTES", most)
        assert len(run_files(render(compare([run_of("a")])))) == 1
    assert used == [9 | lzma.PRESET_EXTREME, 1]


def test_where_python_has_no_xz_the_run_files_are_packed_by_gzip(run_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "lzma", None)
    text = render(compare([run_of("a")]))
    assert "tar -xf runs.tar.gz" in text
    assert len(run_files(text)) == 1


def test_ids_are_unique_and_references_lead_somewhere(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert sorted(ids) == sorted(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "href", "xlink:href", "clip-path"):
            for target in re.findall(r"#([\w-]+)", attributes.get(name, "")):
                assert target in ids, target


def test_tables_have_captions_and_headers_with_scope(page):
    tables = [tag for tag, _ in page.elements if tag == "table"]
    assert len([tag for tag, _ in page.elements if tag == "caption"]) == len(tables) > 3
    assert all(
        attributes.get("scope") in {"col", "row", "rowgroup"} for tag, attributes in page.elements if tag == "th"
    )


def test_the_page_makes_no_request(page, text):
    assert not [
        tag for tag, _ in page.elements if tag in {"script", "link", "img", "iframe", "object", "embed", "form"}
    ]
    for _, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith(("#", "data:application/x-xz;base64,"))
        assert "src" not in attributes
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    (policy,) = [a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")


def test_no_sentinel_colour_is_left_in_a_plot(text):
    from hostcheck.report.svg import FOREGROUND, GRID, MUTED, SERIES

    assert not [color for color in (FOREGROUND, GRID, MUTED, *SERIES) if color in text]


def test_two_hosts_take_less_than_300_kib(text):
    assert len(text.encode()) < 300 * 1024


def test_hostile_text_in_a_run_does_nothing(run_of, metric, storm):
    storm_metric = Metric("storm.makespan.seconds", "s", "lower", "ok", "", 0.5, None, (storm,))
    facts = {"virt.vm": Fact("virt.vm", HOSTILE, evidence=(Evidence(HOSTILE, HOSTILE, HOSTILE),), conflicts=(HOSTILE,))}
    runs = [
        run_of(HOSTILE, metric(IOPS, 1, 1.01), storm_metric, facts=facts, notes=(HOSTILE,)),
        run_of(HOSTILE + "2", metric(IOPS, 2, 2.01, state="unstable", reason=HOSTILE, source=HOSTILE), storm_metric),
    ]
    text = render(compare(runs))
    page = Page(text)
    assert "script" not in [tag for tag, _ in page.elements]
    assert "<script>alert" not in text
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", text, re.DOTALL)[0]
    assert [each.decode() for each in run_files(text).values()] == [dumps(run) for run in runs]
    assert all(re.fullmatch(r"[\w.-]+\.json", name, re.ASCII) for name in run_files(text))


def test_a_run_without_anything_measured_is_still_a_page(run_of):
    page = Page(render(compare([run_of("empty")])))
    assert "empty" in page.text
    assert "svg" not in [tag for tag, _ in page.elements]


def test_an_imported_figure_is_marked_beside_it(run_of, metric):
    measured = metric("disk.randwrite.iops", 100, 101, 99)
    samples = tuple(replace(one, detail={"read_from": "old.json, jobs[0]: write.iops"}) for one in measured.samples)
    for found, marks in ((measured, 0), (replace(measured, samples=samples), 1)):
        assert render(compare([run_of("a", found)])).count("imported, not checked") == marks


def test_the_method_says_what_is_known_of_the_distance_between_runs(run_of, metric):
    one, other = metric(IOPS, 100, 101, 99), metric(IOPS, 201, 199, 200)
    single = Page(render(compare([run_of("a", one), run_of("b", other)]))).text
    assert "may lie: a and b, 15 %, as recorded hosts differ." in single
    runs = [run_of(name, figure, id=f"{name}-{day}") for name, figure in (("a", one), ("b", other)) for day in range(3)]
    pooled = Page(render(compare(runs, pooled=True))).text
    assert "may lie: a and b, as the pooled runs differ." in pooled
    assert "15%" not in pooled
