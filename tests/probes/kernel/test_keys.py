"""Keys: whether the kernel has them, how many root may own, and whether a runtime gets past its keyring."""

import pytest

from hostcheck.probes.kernel.keys import probe

KEYS = "/proc/sys/kernel/keys"
HAS = {f"{KEYS}/maxkeys": "200\n", f"{KEYS}/root_maxkeys": "1000000\n"}
FILTERED = {"/proc/self/status": "Name:\tsh\nSeccomp:\t2\nSeccomp_filters:\t1\n"}
FREE = {"/proc/self/status": "Name:\tsh\nSeccomp:\t0\n"}
LXC = {"/run/systemd/container": "lxc"}


def tried(error):
    return {"keyring": {"session": {"ok": not error, "error": error, "stage": "join" if error else ""}}}


@pytest.mark.parametrize(
    ("files", "error", "value"),
    [
        (HAS | FREE, "", True),
        (HAS | FILTERED | LXC, "ENOSYS", True),
        (HAS | FREE, "EPERM", False),
        (HAS | LXC, "EDQUOT", False),
        (HAS | FREE, None, True),
        (HAS | FILTERED | LXC, None, True),
        (HAS | FILTERED, None, None),
        (HAS | FREE, "ENOMEM", True),
        (FREE, None, None),
    ],
)
def test_a_runtime_gets_past_its_keyring_unless_the_call_is_denied_or_no_key_is_left(
    fake_host, facts_of, files, error, value
):
    host = fake_host(files, experiments={} if error is None else tried(error))
    fact = facts_of(probe, host)["kernel.session_keyring"]
    assert (fact.value if fact.known else None) is value, fact
    assert fact.known or fact.reason


@pytest.mark.parametrize(
    ("mapped", "limit"),
    [
        ("         0          0 4294967295\n", 1000000),
        ("         0     100000      65536\n", 200),
        ("         0          0       1000\n      1000     101000      64536\n", 1000000),
        (None, 1000000),
    ],
)
def test_root_of_a_user_namespace_has_the_limit_of_an_ordinary_user(fake_host, facts_of, mapped, limit):
    facts = facts_of(probe, fake_host(HAS | ({} if mapped is None else {"/proc/self/uid_map": mapped})))
    assert facts["kernel.keys.root_max"].value == limit


def test_the_kernel_has_keys_where_it_shows_their_limit(fake_host, facts_of):
    assert facts_of(probe, fake_host(HAS))["kernel.keys"].value is True
    assert not facts_of(probe, fake_host())["kernel.keys"].known
