"""The kernel's keyrings: runtimes create a session keyring for each container."""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.host.numbers import is_whole
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.readings import unparsed_reason
from hostcheck.probes.trials import judge_trial
from hostcheck.probes.virt.limits import parse_uid_map
from hostcheck.probes.witness import Witness, present, settle
from hostcheck.run.model import Evidence, Fact

_FOLDER = "/proc/sys/kernel/keys"
_TRIAL = "joining a session keyring"
_DENIED = frozenset({"EPERM", "EACCES"})
_QUOTA = frozenset({"EDQUOT"})


def probe(host: Host) -> Iterator[Fact]:
    """Yield kernel.keys, kernel.keys.root_max and kernel.session_keyring."""
    config = read_config(host)
    kept = present(host, f"{_FOLDER}/maxkeys", "the kernel keeps keys")
    keys = settle("kernel.keys", (kept, config.witness("KEYS")), config.problem)
    yield keys
    yield _limit(host)
    unknown = (
        "a filter of system calls is on, and joining was not tried: audit the host itself, without --no-experiments"
    )
    yield settle("kernel.session_keyring", (_trial(host), _of_lxc(host), _unfiltered(host, keys)), unknown)


def _limit(host: Host) -> Fact:
    """Return kernel.keys.root_max: how many keys root may own.

    Only root of the initial user namespace has a separate limit; elsewhere that of ordinary users applies.

    Source: linux security/keys/key.c, key_alloc (GLOBAL_ROOT_UID).
    """
    fact_id = "kernel.keys.root_max"
    mapped = host.read("/proc/self/uid_map")
    outside = next((row[1] for row in parse_uid_map(mapped.text or "") if row[0] == 0), 0)
    reading = host.read(f"{_FOLDER}/{'maxkeys' if outside else 'root_maxkeys'}")
    if reading.text is None or not is_whole(reading.text):
        return Fact.unknown(fact_id, unparsed_reason(reading, "a whole number"))
    evidence = [reading.evidence("keys that root may own")]
    if outside:
        evidence.append(mapped.evidence("root is an ordinary user outside", f"0 {outside}"))
    return Fact(fact_id, int(reading.text), evidence=tuple(evidence))


def _trial(host: Host) -> Witness:
    result = (host.experiment("keyring") or {}).get("session")
    if not result or result["ok"]:
        return judge_trial(_TRIAL, result, "it was joined")
    if result["error"] == "ENOSYS":
        return Witness(
            answer=True,
            evidence=Evidence(_TRIAL, "ENOSYS", "for: without the call runtimes start containers without one"),
        )
    if result["error"] in _DENIED | _QUOTA:
        why = "no key is left" if result["error"] in _QUOTA else "a filter of system calls denies it"
        return Witness(answer=False, evidence=Evidence(_TRIAL, result["error"], f"against: {why}"))
    return Witness(None, Evidence(_TRIAL, result["error"], "silent"))


def _of_lxc(host: Host) -> Witness:
    """Return a witness for a session keyring: in LXC, whose filter permits the call or answers the harmless ENOSYS."""
    path = "/run/systemd/container"
    reading = host.read(path)
    inside = (reading.text or "").strip() == "lxc"
    says = "for: LXC permits the call, or answers ENOSYS" if inside else "silent"
    return Witness(True if inside else None, reading.evidence(says, "lxc" if inside else None))


def _unfiltered(host: Host, keys: Fact) -> Witness:
    """Return a witness by the fact kernel.keys; it has no answer if this process is under a seccomp filter.

    Source: proc_pid_status(5), Seccomp.
    """
    status = host.read("/proc/self/status")
    if "\nSeccomp:\t2\n" in (status.text or ""):
        return Witness(None, status.evidence("silent: a filter of system calls is on", "Seccomp: 2"))
    if not keys.known:
        return Witness(None, Evidence(keys.id, None, "silent"), f"{keys.id} is unknown: {keys.reason}")
    says = "for: containers get one" if keys.value else "for: without the call runtimes start containers without one"
    return Witness(answer=True, evidence=Evidence(keys.id, "yes" if keys.value else "no", says))
