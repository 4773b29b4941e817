"""``hostcheck audit`` as a process: on this machine, and on every captured host."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from hostcheck.run.schema import RUN_SCHEMA
from tests.forked import hostcheck_forked

HOSTS = sorted(path.parent for path in (Path(__file__).parents[1] / "hosts").glob("*/root"))


def document_of(done):
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(json.loads(RUN_SCHEMA.read_text())).validate(document)
    return document


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_captured_host_is_audited_and_nothing_of_this_machine_leaks_in(host):
    document = document_of(hostcheck_forked("audit", "--root", host / "root", "-o", "json:-"))
    release = (host / "root/proc/sys/kernel/osrelease").read_text().strip()
    assert document["host"]["kernel"] == release
    assert document["facts"]["kernel.release"]["value"] == release
    assert document["host"]["name"] == "captured"
    assert Path("/proc/sys/kernel/osrelease").read_text().strip() not in json.dumps(document)
    expected = json.loads((host / "expected.json").read_text())
    assert document["facts"]["virt.vm"]["value"] == (expected["vm"] or "none")
    assert document["facts"]["virt.container"]["value"] == (expected["container"] or "none")


@pytest.mark.real
def test_this_machine_is_audited_with_its_own_kernel():
    argv = [sys.executable, "-m", "hostcheck", "audit", "-o", "json:-"]
    document = document_of(subprocess.run(argv, capture_output=True, text=True))
    assert document["host"]["kernel"] == Path("/proc/sys/kernel/osrelease").read_text().strip()
    assert {verdict["profile"] for verdict in document["verdicts"]} == {"docker", "docker-2014"}
    assert all(fact["evidence"] or not fact["known"] for fact in document["facts"].values())


@pytest.mark.real
def test_a_reader_that_goes_away_is_no_crash():
    argv = [sys.executable, "-m", "hostcheck", "audit"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    said = process.stderr.read()
    # As a program that SIGPIPE ends, in the words of a shell.
    assert (process.wait(60), said) == (128 + signal.SIGPIPE, "")


def test_explain_prints_the_witnesses_instead_of_the_table():
    host = next(host for host in HOSTS if host.name == "stale-dockerenv-on-kvm")
    argv = [sys.executable, "-m", "hostcheck", "audit", "--root", host / "root", "--explain", "virt.container"]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "\nvirt.container\n    none\n    1. " in done.stdout
    assert "conflict: /.dockerenv says docker" in done.stdout
    assert "docker: " not in done.stdout.partition("conflict")[0]


@pytest.mark.parametrize("others", [["--root", str(HOSTS[0] / "root")], ["--no-experiments"]], ids=" ".join)
def test_a_proof_of_a_captured_host_or_without_experiments_is_refused(others):
    argv = [sys.executable, "-m", "hostcheck", "audit", "--prove", *others]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("hostcheck: a proof runs a container, ")
    assert done.stderr.count("\n") == 1
