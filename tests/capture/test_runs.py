"""Nothing private that is planted in a run is in any document that is made of it once it is scrubbed."""

import json
import re
import subprocess
import sys
import zlib
from dataclasses import replace

import pytest

from hostcheck.api import write_run
from hostcheck.capture.private import Private
from hostcheck.capture.runs import is_scrubbed, scrubbed
from hostcheck.comparison.compare import compare
from hostcheck.formats import COMPARISON
from hostcheck.formats.terminal import Style
from hostcheck.run.changes import Change
from hostcheck.run.files import dumps, read_run, run_of
from hostcheck.run.model import Evidence, Fact
from tests.capture.test_secrets import PLANTED, SECRETS

MORE = {
    "serial": "S4EVNF0M123456X",
    "mount": "ledger-of-acme",
    "volume": "vg0-customers",
    "lxc container": "shop-frontend-7",
    "docker container": "billing_worker_2",
    "image": "acme/paymentsd",
    "nfs server": "filer42",
    "account": "zaphod42",
}
ALL = SECRETS | MORE
PATHS = "/mnt/ledger-of-acme/pg, /dev/mapper/vg0-customers and /lxc/shop-frontend-7/ns"


@pytest.fixture
def planted(run_of, metric):
    """A run in all of whose texts secrets are planted."""
    text = f"{PLANTED}{PATHS}"
    evidence = (
        Evidence("/proc/self/mountinfo", f"nfs4 on {PATHS} from filer42:/export", text),
        Evidence("/etc/subuid", "zaphod42:100000:65536", "for 1"),
        Evidence("/sys/class/dmi/id/product_serial", MORE["serial"], text),
        Evidence("the environment", PLANTED, "for x"),
        Evidence(f"statvfs {PATHS}", text, ""),
    )
    detail = {
        "device": "filer42:/export/acme",
        "device_stack": [{"name": "dm-0", "serial": MORE["serial"], "label": MORE["mount"]}],
        "mount_options": "rw,addr=10.20.30.40,username=mallory9",
        "file_system": "ext4",
        "image": MORE["image"],
        "containers": [{"container_name": MORE["docker container"], "error": text}],
    }
    found = metric("disk.randwrite.iops", 900, 1000, 1100, settings={"image": MORE["image"], "queue_depth": 32})
    samples = tuple(replace(sample, detail=detail) for sample in found.samples)
    samples += (replace(samples[0], valid=False, reason=text),)
    run = run_of(
        f"{SECRETS['host']}.{SECRETS['domain']}", replace(found, samples=samples, state="partial", reason=text)
    )
    facts = {
        "storage.data_root": Fact("storage.data_root", "/mnt/ledger-of-acme/docker", evidence=evidence),
        "engine.warnings": Fact("engine.warnings", (text,), conflicts=(text,)),
        "virt.vm": Fact.unknown("virt.vm", text),
        "kernel.modules": Fact("kernel.modules", {"overlay": text}),
        "net.port_owners": Fact("net.port_owners", (f"tcp/80 container {MORE['docker container']}",)),
        "net.ports.holders": Fact(
            "net.ports.holders",
            ("tcp/80 container",),
            evidence=(Evidence("GET /containers/json", f"tcp/80 {MORE['docker container']}", "published"),),
        ),
    }
    of_audit = read_run("tests/runs/run-1.json")
    verdicts = tuple(replace(each, found=text, sentence=text, fix=f"{each.fix} {text}") for each in of_audit.verdicts)
    changes = (Change("engine.warnings", text, text),)
    return replace(
        run,
        id="0123456789abcdef0123456789abcdef",
        facts=facts,
        verdicts=verdicts,
        notes=(text,),
        lost=text,
        since="2026-11-01T10:00:00Z",
        changes=changes,
    )


def left_in(data: bytes) -> list[str]:
    lowered = data.lower()
    return [name for name, secret in ALL.items() if secret.lower().encode() in lowered]


def unpacked(data: bytes) -> bytes:
    """Return the bytes of a document with what is compressed in it: streams of a PDF, chunks of a PNG."""
    parts = [data]
    for found in re.finditer(rb"stream\r?\n|IDAT|zTXt|iTXt", data):
        try:
            parts.append(zlib.decompressobj().decompress(data[found.end() :]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_the_table_of_secrets_is_planted_whole(planted):
    assert set(left_in(dumps(planted).encode())) == set(ALL)


def test_no_secret_is_left_in_a_scrubbed_run_or_in_any_document_of_it(planted):
    (run,) = scrubbed([planted], Private((), ("zaphod42",)))
    assert left_in(dumps(run).encode()) == []
    assert is_scrubbed(run)
    assert run_of(json.loads(dumps(run)), "it") == run
    comparison = compare([run, read_run("reference:sata-vps-2014")])
    for name in COMPARISON:
        made = COMPARISON.load(name)(comparison, Style())
        data = made.encode() if isinstance(made, str) else unpacked(made)
        assert left_in(data) == [], name
    page = COMPARISON.load("html")(comparison, Style())
    assert "Scrubbed: names of hosts and users" in page
    before = COMPARISON.load("html")(compare([planted]), Style())
    assert "Not scrubbed: this page shows names" in before
    assert left_in(before.encode())


def test_figures_verdicts_and_what_is_public_stay(planted):
    run = read_run("reports/sample/host.json")
    (clean,) = scrubbed([run])
    assert [(each.id, each.value, each.interval, each.settings) for each in clean.metrics] == [
        (each.id, each.value, each.interval, each.settings) for each in run.metrics
    ]
    assert [(each.check, each.status, each.title) for each in clean.verdicts] == [
        (each.check, each.status, each.title) for each in run.verdicts
    ]
    changed = [name for name, fact in run.facts.items() if clean.facts[name].value != fact.value]
    assert changed == []
    assert clean.host.name == "host"
    assert scrubbed([clean]) == [clean]
    published = read_run("reference:sata-vps-2014")
    assert scrubbed([published]) == [published]


def test_one_original_has_one_replacement_in_all_runs(planted, run_of):
    other = replace(run_of("other.example.net"), notes=(f"beside {SECRETS['host']} at 203.0.113.77",))
    first, second = scrubbed([planted, other])
    address = re.search(r"198\.\d+\.\d+\.\d+", second.notes[0])[0]
    assert f"{address}:443" in first.notes[0]
    assert second.notes[0] == f"beside host at {address}"
    assert "203.0.113.77" not in second.notes[0]


def test_the_domain_of_a_host_is_known_from_a_text(run_of):
    said = "db.corp.acme.com of web-7.corp.acme.com, web-7.app.service, web-7.json and corp.acme.community"
    (clean,) = scrubbed([run_of("web-7", notes=(said,))])
    assert clean.notes[0] == "db.example.org of host.example.org, host.app.service, host.json and corp.acme.community"


def test_a_hosts_name_of_any_script_is_the_same_in_its_run_and_its_notes(run_of):
    for name in ("münchen-web", "МАШИНА-7", "Web_01"):
        (clean,) = scrubbed([run_of(name, notes=(f"measured on {name}",))])
        assert (clean.host.name, clean.notes[0]) == ("host", "measured on host")


def test_a_run_file_and_a_page_are_scrubbed_by_the_command(tmp_path, planted):
    write_run(planted, tmp_path / "run.json")

    def run(*words):
        argv = [sys.executable, "-m", "hostcheck", *words]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True)

    assert run("capture", "--scrub", "run.json", "-o", "clean.json").returncode == 0
    refused = run("capture", "--scrub", "run.json")
    assert (refused.returncode, "name a file for the scrubbed run with -o clean.json" in refused.stderr) == (2, True)
    named = run("capture", "--scrub", "run.json", "-o", "clean.tar.gz")
    assert (named.returncode, "call it clean.json" in named.stderr) == (2, True)
    assert run("report", "run.json", "--scrub", "-o", "text:page.txt", "-o", "page.json").returncode == 0
    for name in ("clean.json", "page.txt", "page.json"):
        # Nobody here knows the account: no file of this machine names it.
        assert set(left_in((tmp_path / name).read_bytes())) <= {"account"}, name
    assert read_run(str(tmp_path / "clean.json")).host.name == "host.example.org"
