"""Whether a promise was kept, in each format: by its schema, no wider than asked, and nothing private for strangers."""

import json
import re
from html.parser import HTMLParser

import jsonschema
import pytest

from hostcheck.cli.promised import without_private
from hostcheck.formats import PROMISE
from hostcheck.formats.terminal import Style, display_width
from hostcheck.gate.promises import judge_promise
from hostcheck.promise.file import read_promise
from hostcheck.promise.schema import PROMISE_SCHEMA
from hostcheck.run.model import Evidence, Fact, HostIdentity, Run
from tests.promise.hosts import figure

PLAN = """[promise]
virtualization = "kvm"
cpus = 4
memory = "8 GB"
disk = "nvme"
disk_size = "2 x 512 GB"
random_write = ">= 25000 IOPS"
fsync_p99 = "<= 10 ms"
engine = "docker"
"""
SECRETS = ("web-7.acme.example", "acme", "203.0.113.77", "/srv/acme-secret", "CZJ8230XYZ", "alice")


def run():
    dmi = "/sys/class/dmi/id/product_serial"
    facts = {
        "virt.vm": Fact(
            "virt.vm",
            "kvm",
            evidence=(Evidence("CPUID", "KVMKVMKVM", "for kvm"), Evidence(dmi, "CZJ8230XYZ", "a serial")),
        ),
        "virt.container": Fact(
            "virt.container", "none", evidence=(Evidence("/home/alice/x", "web-7.acme.example", "x"),)
        ),
        "hw.cpus": Fact("hw.cpus", 2),
        "hw.disks": Fact("hw.disks", ("sda-S3CR3TSN scsi 512110190592 flash", "sdb scsi 512110190592 flash")),
        "hw.disks.bytes": Fact("hw.disks.bytes", 2 * 512110190592),
        "os.family": Fact("os.family", "debian"),
        "os.release": Fact("os.release", "12"),
        "storage.data_root": Fact("storage.data_root", "/srv/acme-secret/docker"),
        "storage.backing_fs": Fact.unknown("storage.backing_fs", "no mount of /srv/acme-secret at 203.0.113.77"),
        "storage.overlay": Fact("storage.overlay", value=False),
    }
    identity = HostIdentity("web-7.acme.example", "6.1.0-acme.7", "x86_64", 2, 8 << 30, "acme Linux 7")
    figures = (figure("disk.randwrite.iops", 300, 400), figure("disk.wal.p99.seconds", 0.001, 0.002))
    return Run("1" * 32, "0.1.0", "2026-11-29T00:00:00Z", identity, facts=facts, metrics=figures)


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("acme-secret") / "plan.toml"
    path.write_text(PLAN)
    return read_promise(path)


@pytest.fixture(scope="module")
def outcome(lines):
    return judge_promise(lines, run(), typed=True)


def test_the_document_is_as_its_schema_says(outcome):
    document = json.loads(PROMISE.load("json")(outcome, None))
    jsonschema.Draft202012Validator(json.loads(PROMISE_SCHEMA.read_text())).validate(document)
    assert (document["answer"], document["exit_code"]) == ("broken", 1)
    assert [finding["answer"] for finding in document["findings"]].count("kept") >= 1


@pytest.mark.parametrize("detail", ["brief", "full"])
@pytest.mark.parametrize("width", [60, 80])
def test_the_text_is_the_answer_first_and_no_wider_than_asked(outcome, detail, width):
    text = PROMISE.load("text")(outcome, Style(width=width, detail=detail))
    assert text.startswith("broken: ")
    assert [line for line in text.splitlines() if display_width(line) > width] == []
    assert ("evidence: " in text) is (detail == "full")


def test_what_is_unknown_names_the_command_that_brings_it(outcome):
    text = PROMISE.load("text")(outcome, Style())
    assert "hostcheck bench --only disk" in text


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_a_page_for_strangers_has_nothing_private(lines, outcome, name):
    text = PROMISE.load(name)(without_private(lines, outcome), None)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "acme" not in text
    assert "S3CR3T" not in text
    assert "Debian 12, Linux 6.1.0, x86" in text.replace("\\", "")
    for part in ("Claim", "Finding", "How sure", "Evidence", "How measured", "What would change the finding"):
        assert part in text
    assert "300 – 400" in text


class _Checked(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.links += [value for key, value in attrs if key in {"src", "href"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing(lines, outcome):
    page = PROMISE.load("html")(without_private(lines, outcome), None)
    checked = _Checked()
    checked.feed(page)
    assert (checked.open, checked.links) == ([], [])
    assert "<script" not in page
    assert len(page) < 40_000


def test_the_page_escapes_what_a_host_says(lines):
    hostile = run()
    hostile.facts["virt.vm"] = Fact("virt.vm", "kvm", evidence=(Evidence("<script>x</script>", "\x1b[31m&", "s"),))
    page = PROMISE.load("html")(judge_promise(lines, hostile, typed=True), None)
    assert "<script>" not in page
    assert "\x1b" not in page


@pytest.mark.parametrize("name", ["junit", "tap", "sarif", "github", "csv"])
def test_formats_of_the_gate_have_each_line(outcome, name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    text = PROMISE.load(name)(outcome, None)
    assert re.search("random_write", text)
    assert "cpus" in text


def test_code_scanning_shows_the_line_of_the_plan(lines, monkeypatch):
    place = lines[0].place[0]
    folder = place.rpartition("/")[0]
    monkeypatch.chdir(folder)
    monkeypatch.setattr("hostcheck.formats.repository.within", lambda _path: "plan.toml")
    log = json.loads(PROMISE.load("sarif")(judge_promise(lines, run(), typed=True), None))
    results = [each for each in log["runs"][0]["results"] if each["ruleId"] == "promise/random_write"]
    assert results
    assert results[0]["properties"]["status"] == "fail"
