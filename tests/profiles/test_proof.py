"""No profile calls a host ready where an experiment failed: on every captured host, for every profile."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.audit import collect
from hostcheck.host.captured import CapturedHost
from hostcheck.host.experiments.perform import EXPERIMENTS
from hostcheck.host.recording import RecordingHost
from hostcheck.probes.network.ports import TRIED
from hostcheck.run.model import Fact
from hostcheck.verdicts import judge, readiness
from tests.effort import share
from tests.profiles.every import PROFILES, judged
from tests.profiles.kinds import KINDS
from tests.profiles.kinds_more import MORE
from tests.profiles.reports import EVERY
from tests.profiles.stock import STOCK, write

HOSTS = Path(__file__).parents[1] / "hosts"
CASES = sorted(path.parent.name for path in HOSTS.glob("*/root"))

NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "user", "cgroup")
MASKED = "90 1 0:22 / /proc rw - proc proc rw\n91 90 0:5 / /proc/acpi rw - tmpfs tmpfs rw\n"
REFUSED = {"ok": False, "error": "EOPNOTSUPP"}
REFUTED = {
    "unshare": {kind: {"ok": False, "error": "EINVAL"} for kind in (*NAMESPACES, "time")},
    "device_rules": {"query": {"ok": False, "error": "EPERM", "stage": "query"}},
    "keyring": {"session": {"ok": False, "error": "EPERM", "stage": "join"}},
    "links": {kind: REFUSED | {"stage": "device"} for kind in ("bridge", "veth")},
    "limits": {f"{v} {name}": REFUSED | {"stage": "limit"} for v in ("v1", "v2") for name in ("memory", "pids", "cpu")},
    "nat": {"ok": False, "error": "exit code 3", "stage": "rule"},
    "overlay": {"ok": False, "error": "EINVAL", "stage": "mount"},
    "ports": {port: {"ok": False, "error": "EADDRINUSE"} for port in TRIED},
    "proc": {kind: {"ok": False, "error": "EPERM", "stage": "mount"} for kind in ("own", "user")},
    "xattrs": {name: REFUSED | {"stage": "attribute"} for name in ("user", "trusted", "security", "acl")},
}
DECIDES = {
    "unshare": (*(f"ns.{kind}" for kind in NAMESPACES), "ns.time"),
    "device_rules": ("kernel.cgroup_bpf",),
    "keyring": ("kernel.session_keyring",),
    "links": ("net.bridge", "net.veth"),
    "limits": ("cgroup.limits",),
    "nat": ("net.nat",),
    "overlay": ("storage.overlay", "storage.drivers"),
    "ports": ("net.ports.busy",),
    "proc": ("ns.user_proc_mount",),
    "xattrs": ("storage.xattrs",),
}
"""The facts that each experiment decides."""
NOT_OF_THE_HOST = {"peers", "registries", "search_domains"}
"""Experiments that ask other hosts, where the answer is the fact."""
READY = {False: 0, None: 1, True: 2}
REPORTED = {f"{number}: {host.name}": host.tree for number, host in enumerate(EVERY)} | {
    f"{kind}: {odd.name}": STOCK[odd.stock].changed(odd.files)
    for kind, hosts in (KINDS | MORE).items()
    for odd in hosts
}


def _required(check):
    return check.severity == "required"


PROVED = ("docker", "docker-rootless", "podman", "podman-rootless")
"""Profiles whose engine runs containers by itself: their proof is required. Others extend these."""
STEPS = {
    name: dict.fromkeys(
        step
        for check in PROFILES[name].checks
        if check.test.subject == PROFILES[name].proof and _required(check)
        for step in check.test.argument
    )
    for name in PROVED
}


class Tried(RecordingHost):
    """A host on which these experiments failed."""

    def __init__(self, host, *failed):
        super().__init__(host)
        self.failed = failed
        self.asked = set()

    def experiment(self, name, /, **arguments):
        self.asked.add(name)
        return REFUTED[name] if name in self.failed else super().experiment(name, **arguments)


@pytest.fixture(scope="module", params=["healthy", *share([*CASES, *STOCK], 2)])
def host(request, tmp_path_factory, parts):
    """Each captured host, and all that the files of a healthy host suggest where it has none of its own; read once."""
    top = tmp_path_factory.mktemp("root") / request.param
    top.mkdir()
    if request.param in STOCK:
        write(top, STOCK[request.param].tree())
    elif request.param != "healthy":
        shutil.copytree(HOSTS / request.param / "root", top, dirs_exist_ok=True, symlinks=True)
    release = (top / "proc/sys/kernel/osrelease").read_text().strip() if request.param != "healthy" else "6.1.0"
    modules = {f"sys/module/{name}/initstate": "live" for name in ("overlay", "bridge", "veth", "nf_nat")}
    suggested = {
        "proc/sys/kernel/osrelease": release,
        f"boot/config-{release}": parts.config(extra=("NF_TABLES", "NF_TABLES_IPV4", "NFT_COMPAT", "NFT_NAT")),
        "proc/filesystems": "nodev\toverlay\n\text4\n",
        **dict.fromkeys(("proc/net/tcp", "proc/net/udp"), "  sl  local_address\n"),
        # Part of /proc is covered, so that mounting another one is tried.
        "proc/self/mountinfo": f"{parts.v2}{MASKED}",
        "proc/self/status": "Name:\tsh\nCapEff:\t000001ffffffffff\n",
        "proc/self/uid_map": "         0          0 4294967295\n",
        "proc/self/ns/time": "time:[4026531834]",
        "sys/fs/cgroup/cgroup.controllers": "cpu cpuset io memory pids",
        **modules,
        **{f"proc/self/ns/{kind}": f"{kind}:[4026531836]" for kind in NAMESPACES},
    }
    for path, text in suggested.items():
        place = top / path
        if not place.exists() and not place.is_symlink():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
    return RecordingHost(CapturedHost(top)), request.param


@pytest.fixture(scope="module")
def earlier(host):
    """Whether the host is ready for each profile where no experiment failed."""
    facts = collect(Tried(host[0]), strict=True)
    return {name: is_ready(verdicts) for name, verdicts in judged(facts).items()}


def is_ready(verdicts):
    return readiness("every", verdicts).ready


def says_no(fact):
    """Whether a fact is a no, or for each of its names; of ports, whether each of them is busy."""
    if fact.id == "net.ports.busy":
        return fact.known and set(TRIED) <= set(fact.value)
    listed = fact.value if isinstance(fact.value, dict) else {"": fact.value}
    own = {name: value for name, value in listed.items() if fact.id != "storage.drivers" or name == "overlay2"}
    return fact.known and set(own.values()) == {False}


ASKS = {
    (name, experiment): [check for check in profile.checks if check.test.subject in DECIDES[experiment]]
    for name, profile in PROFILES.items()
    for experiment in REFUTED
}
"""For each profile and experiment, the checks on facts that it decides."""


def is_decided(question, facts):
    """Whether an experiment that failed decides a question: not which driver, where another one can be used."""
    usable = facts[question.subject].value
    others = isinstance(usable, dict) and any(usable.get(name) for name in question.argument)
    return question.subject != "storage.drivers" or not others


def decided(name, experiment, facts, asked_of):
    """The checks of a profile that an experiment decides which was asked for and failed."""
    if experiment not in asked_of:
        return set()
    return {check.id for check in ASKS[name, experiment] if is_decided(check.test, facts)}


def passed(verdicts, checks):
    return [verdict for verdict in verdicts if verdict.check in checks and verdict.status == "pass"]


def test_each_experiment_on_the_host_is_one_that_fails_here():
    assert {*REFUTED} | NOT_OF_THE_HOST == {*EXPERIMENTS}
    assert {*DECIDES} == {*REFUTED}


def test_each_profile_has_its_own_verdicts():
    facts = collect(CapturedHost(HOSTS / "wsl2/root"), strict=True)
    for name, verdicts in judged(facts).items():
        own = judge(PROFILES[name], facts, PROFILES[name].roles)
        assert [replace(verdict, profile=name) for verdict in verdicts] == [*own]


def test_a_healthy_host_is_asked_for_every_experiment(host):
    known, name = host
    if name == "healthy":
        tried = Tried(known)
        collect(tried, strict=True)
        assert {*REFUTED} <= tried.asked


@pytest.mark.parametrize("experiment", REFUTED)
def test_a_failed_experiment_is_never_outvoted(host, earlier, experiment):
    tried = Tried(host[0], experiment)
    after = collect(tried, strict=True)
    # Device rules are asked for on cgroup v2 alone.
    for fact_id in DECIDES[experiment] if experiment in tried.asked else ():
        # Captured hosts without a complete mount table do not show where control groups are: unknown, and no yes.
        assert says_no(after[fact_id]) or (not after[fact_id].known and host[1] != "healthy"), after[fact_id]
    for name, verdicts in judged(after).items():
        checks = decided(name, experiment, after, tried.asked)
        assert passed(verdicts, checks) == [], name
        ready = is_ready(verdicts)
        assert READY[ready] <= READY[earlier[name]], name
        required = {each.status for each in verdicts if each.check in checks and each.severity == "required"}
        assert ready is not True or required <= {"skip"}, name


@pytest.mark.parametrize("name", share(list(REPORTED), 3))
def test_no_reported_host_outvotes_an_experiment_that_failed(tmp_path, name):
    write(tmp_path, REPORTED[name])
    tried = Tried(CapturedHost(tmp_path), *REFUTED)
    facts = collect(tried, strict=True)
    for profile, verdicts in judged(facts).items():
        for experiment in REFUTED:
            assert passed(verdicts, decided(profile, experiment, facts, tried.asked)) == [], profile


@pytest.mark.parametrize("name", share(list(REPORTED), 3))
def test_no_reported_host_outvotes_a_step_of_a_proof_that_failed(tmp_path, name):
    write(tmp_path, REPORTED[name])
    facts = collect(CapturedHost(tmp_path), strict=True)
    for profile, steps in STEPS.items():
        wanted = PROFILES[profile]
        for refuted in steps:
            proof = Fact(wanted.proof, {step: step != refuted for step in steps})
            verdicts = judge(wanted, facts | {proof.id: proof}, wanted.roles)
            assert readiness(profile, verdicts).ready is False, (profile, refuted)
            settled = {check.id for check in wanted.checks if refuted in check.proved_by}
            outvoted = [each for each in verdicts if each.check in settled and each.found.startswith("proved by")]
            assert outvoted == [], (profile, refuted)


def test_each_proof_of_an_engine_requires_that_a_container_starts():
    assert all("start" in steps for steps in STEPS.values())
    every = ((check, profile) for profile in PROFILES.values() for check in profile.checks)
    proofs = {profile.proof for check, profile in every if check.test.subject == profile.proof and _required(check)}
    assert proofs == {PROFILES[name].proof for name in PROVED}
