"""``hostcheck promise`` from its command line: what is judged, exit codes, and what contradicts itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.run.files import dumps
from hostcheck.run.measured import Metric
from hostcheck.run.model import Fact
from tests.forked import hostcheck_forked
from tests.promise.hosts import OUTSIDE, run_of, under

HOST = Path(__file__).parents[1] / "hosts" / "kvm-hyperv-enlightened" / "root"


@pytest.fixture
def plan(tmp_path):
    def write(text):
        (tmp_path / "plan.toml").write_text(f"[promise]\n{text}\n")
        return tmp_path / "plan.toml"

    return write


@pytest.fixture
def run_file(tmp_path, metric):
    path = tmp_path / "run.json"
    path.write_text(dumps(run_of(OUTSIDE, [under(metric("disk.randwrite.iops", 300, 350, 320), {})])))
    return path


@pytest.mark.parametrize(
    ("row", "code"), [('virtualization = "kvm"', 0), ('virtualization = "xen"', 1), ("dedicated_cpu = true", 3)]
)
def test_the_exit_code_is_the_answer(plan, row, code):
    done = hostcheck_forked("promise", plan(row), "--root", HOST)
    assert done.returncode == code
    assert done.stdout.startswith({0: "kept", 1: "broken", 3: "cannot tell"}[code])


def test_a_run_file_is_judged_alone_or_beside_an_audit(plan, run_file, tmp_path):
    promise = plan('virtualization = "kvm"\nrandom_write = "25K IOPS"')
    alone = hostcheck_forked("promise", promise, run_file, "-o", f"json:{tmp_path}/a.json")
    both = hostcheck_forked("promise", promise, run_file, "--root", HOST, "-o", f"json:{tmp_path}/b.json")
    assert (alone.returncode, both.returncode) == (1, 1)
    found = [
        [each["answer"] for each in json.loads((tmp_path / name).read_text())["findings"]]
        for name in ("a.json", "b.json")
    ]
    assert found == [["cannot tell", "broken"], ["kept", "broken"]]


def test_a_capture_of_a_machine_of_another_kind_is_no_evidence(plan, tmp_path, metric):
    run = run_of(OUTSIDE, [under(metric("disk.randwrite.iops", 300, 350, 320), {})])
    path = tmp_path / "run.json"
    path.write_text(dumps(replace(run, host=replace(run.host, arch="riscv64"))))
    root = tmp_path / "root"
    (root / "proc/sys/kernel").mkdir(parents=True)
    (root / "proc/sys/kernel/arch").write_text("x86_64\n")
    done = hostcheck_forked("promise", plan('virtualization = "kvm"'), path, "--root", root)
    assert (done.returncode, "the run is of pretended" in done.stderr) == (2, True)


def test_several_runs_of_a_host_are_judged_as_one(plan, run_file, tmp_path, metric):
    other = tmp_path / "other.json"
    other.write_text(dumps(run_of(OUTSIDE, [under(metric("disk.randread.iops", 30_000, 31_000, 32_000), {})])))
    promise = plan('random_read = "25K IOPS"\nrandom_write = "25K IOPS"')
    assert hostcheck_forked("promise", promise, other).returncode == 3
    assert hostcheck_forked("promise", promise, other, run_file).returncode == 1


def test_runs_of_two_hosts_of_one_name_are_told_apart(plan, run_file, tmp_path):
    other = tmp_path / "other.json"
    run = run_of({}, [])
    other.write_text(dumps(replace(run, host=replace(run.host, cpus=64))))
    done = hostcheck_forked("promise", plan("cpus = 2"), run_file, other)
    assert done.returncode == 2
    assert "of pretended (x86_64, 4 CPUs) and of pretended (x86_64, 64 CPUs)" in done.stderr


def test_a_plan_that_is_named_twice_is_judged_once(plan, run_file):
    path = plan('virtualization = "kvm"')
    done = hostcheck_forked("promise", path, path.parent / "." / path.name, "--root", HOST, "-o", "json:-")
    assert len(json.loads(done.stdout)["findings"]) == 1


def test_a_later_run_that_did_not_measure_hides_nothing(plan, tmp_path, metric):
    write = "disk.randwrite.iops"
    first, later = tmp_path / "first.json", tmp_path / "later.json"
    first.write_text(
        dumps(run_of(OUTSIDE | {"virt.vm": Fact("virt.vm", "xen")}, [under(metric(write, 300, 350, 320), {})]))
    )
    skipped = Metric(write, "IOPS", "higher", "skipped", "the limit of what is written")
    later.write_text(dumps(run_of({"virt.vm": Fact.unknown("virt.vm", "not root")}, [skipped])))
    for row in ('random_write = "25K IOPS"', 'virtualization = "kvm"'):
        assert hostcheck_forked("promise", plan(row), later).returncode == 3
        assert hostcheck_forked("promise", plan(row), first, later).returncode == 1


def test_documents_go_where_they_are_asked_to(plan, tmp_path):
    page = tmp_path / "page.html"
    done = hostcheck_forked(
        "promise", plan('virtualization = "kvm"'), "--root", HOST, "-o", page, "-o", tmp_path / "a.md"
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "- **Claim**" in (tmp_path / "a.md").read_text()


@pytest.mark.parametrize("kind", ["vps", "dedicated-cpu", "dedicated-server", "budget"])
def test_a_template_is_printed_and_can_be_explained(kind, tmp_path):
    done = hostcheck_forked("promise", "--template", kind)
    assert done.returncode == 0
    (tmp_path / "plan.toml").write_text(done.stdout)
    explained = hostcheck_forked("promise", "--explain", tmp_path / "plan.toml")
    assert explained.returncode == 0
    assert "hw.cpus" in explained.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no file of a promise is named"),
        (("--template", "vsp"), "vps"),
        (("PLAN", "--template", "vps"), "give it alone"),
        (("PLAN", "RUN", "reference:sata-vps-2014"), "judge one host at a time"),
        (("PLAN", "ssh://a", "ssh://b"), "judge one host at a time"),
        (("PLAN", "--explain", "RUN"), "--explain takes only files of promises, no host, run or output"),
        (("PLAN", "ssh://a", "--audit"), "--audit audits this machine"),
        (("PLAN", "--landmarks", "none.toml"), "needs a line location in the promise"),
        (("PLAN", "RUN", "--landmarks", "none.toml"), "--landmarks measures from this machine"),
        (("PLAN", "RUN", "--audit"), "give a run of the host that is audited"),
        (("RUN",), "name the plan first: hostcheck promise PLAN.toml"),
        (("PLAN", "none.json"), "none.json"),
        (("PLAN", "-o", "PLAN"), "is read by this command"),
        (("PLAN", "-o", "a.pdf"), "names no format"),
    ],
)
def test_what_contradicts_itself_is_refused(plan, run_file, words, said):
    known = {"PLAN": plan('virtualization = "kvm"'), "RUN": run_file}
    words = [
        f"json:{known['PLAN']}" if word == "PLAN" and "-o" in words[:2] and place == 2 else known.get(word, word)
        for place, word in enumerate(words)
    ]
    done = hostcheck_forked("promise", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_page_shows_no_text_that_a_user_may_have_named_as_evidence(plan, tmp_path):
    root = HOST.parents[1] / "lxc-in-vmware" / "root"
    rows = plan('virtualization = "kvm"')
    page, data = tmp_path / "page.md", tmp_path / "found.json"
    hostcheck_forked("promise", rows, "--root", root, "-o", f"markdown:{page}", "-o", f"json:{data}")
    pieces = [text for each in json.loads(data.read_text())["findings"] for text in each["evidence"]]
    named = [text for text in pieces if text.startswith(("/proc/1/", "/proc/self/cgroup", "/proc/self/mountinfo"))]
    assert named
    found = page.read_text().replace("\\", "")
    for text in named:
        source, _, value = text.partition(": ")
        assert f"{source}: its text is not shown here" in found
        assert value.partition(" (")[0] not in found
