"""The public API: each name is there, and importing the package loads none of them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import hostcheck
from hostcheck.errors import UsageError
from hostcheck.gate.policy import Policy
from hostcheck.thresholds import parse_threshold

HERE = Path(__file__).parent
CAPTURED = HERE / "hosts" / "docker-cgroup2-in-kvm" / "root"
MEASURED = HERE / "runs" / "run-1.json"


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_importing_the_package_loads_nothing_else():
    done = python("import sys; before = {*sys.modules}; import hostcheck; print({*sys.modules} - before)")
    assert done.stdout == "{'hostcheck'}\n", done.stderr


@pytest.mark.parametrize("name", hostcheck.__all__)
def test_each_name_is_there_in_any_order_and_documented(name):
    # A module of the package that has the name would take its place.
    first = "import hostcheck.cli.compare, hostcheck.comparison.model, hostcheck.gate.decision"
    done = python(f"{first}\nfrom hostcheck import {name}; print({name}.__doc__)")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 40
    assert name in dir(hostcheck)


def test_no_module_of_the_package_has_a_name_of_the_api():
    package = Path(hostcheck.__file__).parent
    modules = {path.stem for path in (*package.glob("*.py"), *(init.parent for init in package.glob("*/__init__.py")))}
    assert {"audit", "bench"} <= modules
    assert not modules & {*hostcheck.__all__}


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'hostcheck' has no attribute 'audit_hots'"):
        hostcheck.audit_hots  # noqa: B018


def test_a_captured_host_is_audited_by_its_path():
    run = hostcheck.audit_host(CAPTURED, profiles=["docker"])
    assert run.facts["virt.vm"].value == "kvm"
    assert run.profiles == ("docker",)
    assert hostcheck.audit_host(str(CAPTURED), profiles=["docker"]).facts == run.facts


def test_a_host_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"none\.tar\.gz"):
        hostcheck.audit_host(tmp_path / "none.tar.gz")


def test_a_run_is_written_read_compared_and_shown(tmp_path):
    run = hostcheck.read_run(MEASURED)
    hostcheck.write_run(run, tmp_path / "new" / "run.json")
    assert hostcheck.read_run(str(tmp_path / "new" / "run.json")) == run
    comparison = hostcheck.compare([hostcheck.read_run("reference:sata-vps-2014"), run])
    assert comparison.runs[1] == run
    page = hostcheck.render_report(comparison)
    assert page.startswith("<!DOCTYPE html>")
    assert page == hostcheck.render_report(comparison)


def test_a_decision_is_by_the_policy_its_file_and_its_baseline(tmp_path):
    run = hostcheck.read_run(MEASURED)
    met = Policy(profiles=("docker",), thresholds=(parse_threshold("disk.randwrite.iops >= 1 IOPS"),))
    missed = replace(met, thresholds=(parse_threshold("disk.randwrite.iops >= 1000M IOPS"),))
    assert hostcheck.decide(run, missed).outcome == "failed"
    assert "disk.randwrite.iops" in {finding.id for finding in hostcheck.decide(run, missed).having("fail")}
    assert "disk.randwrite.iops" not in {finding.id for finding in hostcheck.decide(run, met).having("fail")}
    policy = tmp_path / "hostcheck.toml"
    policy.write_text(f'[gate]\nprofiles = ["docker"]\nbaseline = "{MEASURED}"\n')
    assert hostcheck.decide(run, policy).baseline == run
    assert hostcheck.decide(run).baseline is None
    policy.write_text(f'[gate]\nbaseline = "{tmp_path}/none.json"\n')
    with pytest.raises(UsageError, match="the baseline cannot be used"):
        hostcheck.decide(run, str(policy))


def test_without_the_extra_only_the_report_is_refused():
    hidden = "import sys; sys.modules['hostcheck.report'] = None\nfrom hostcheck import *\nprint('imported')\n"
    done = python(f"{hidden}render_report(None)")
    assert done.stdout == "imported\n"
    assert "hostcheck.report" in done.stderr
