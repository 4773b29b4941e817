"""Attributes are proved by an experiment; a refusal proves nothing, and a configuration can only rule them out."""

import pytest

from hostcheck.probes.storage.xattrs import probe

OK = {"ok": True, "error": "", "stage": ""}
EXT4 = {"/proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n", "/proc/sys/kernel/osrelease": "6.1.0"}
NAMES = ("user", "trusted", "security", "acl")


def failed(error, stage="attribute"):
    return {"ok": False, "error": error, "stage": stage}


def outcome(fake_host, facts_of, results, files=None):
    host = fake_host(EXT4 | (files or {}), experiments={"xattrs": results})
    return facts_of(probe, host)["storage.xattrs"]


def test_attributes_that_were_read_back_are_supported(fake_host, facts_of):
    fact = outcome(fake_host, facts_of, dict.fromkeys(NAMES, OK))
    assert fact.value == dict.fromkeys(NAMES, True)
    assert fact.reason == ""
    assert fact.evidence[1].source == "setting trusted.overlay.opaque in /"


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        (failed("ENOTSUP"), False),
        (failed("EOPNOTSUPP"), False),
        (failed("read back otherwise"), False),
        (failed("EPERM"), None),
        (failed("ENOSPC"), None),
        (failed("EDQUOT"), None),
        (failed("ENOTSUP", "directory"), None),
        (failed("EROFS", "directory"), None),
        (None, None),
    ],
)
def test_only_lack_of_support_makes_an_attribute_missing(fake_host, facts_of, result, answer):
    fact = outcome(
        fake_host, facts_of, {"user": OK, "security": OK, "acl": OK} | ({"trusted": result} if result else {})
    )
    assert fact.value["trusted"] is answer
    assert bool(fact.reason) is (answer is None)


def test_what_was_not_permitted_asks_for_root(fake_host, facts_of):
    fact = outcome(fake_host, facts_of, dict.fromkeys(NAMES, failed("EACCES", "directory")))
    assert not fact.known
    assert "run as root" in fact.reason


def test_without_an_experiment_it_is_unknown_with_a_remedy(fake_host, facts_of):
    fact = outcome(fake_host, facts_of, None)
    assert not fact.known
    assert "without --no-experiments" in fact.reason


@pytest.mark.parametrize(
    ("config", "value"),
    [
        (b"CONFIG_EXT4_FS=y\nCONFIG_EXT4_FS_POSIX_ACL=y\n", {"security": False}),
        (b"CONFIG_EXT4_FS=y\nCONFIG_EXT4_FS_SECURITY=y\n", {"acl": False}),
        (b"CONFIG_EXT4_FS_POSIX_ACL=y\nCONFIG_EXT4_FS_SECURITY=y\n", None),
    ],
)
def test_a_configuration_rules_out_and_proves_nothing(fake_host, facts_of, config, value):
    fact = outcome(fake_host, facts_of, None, {"/proc/config.gz": config})
    if value is None:
        assert not fact.known
    else:
        assert fact.value == dict.fromkeys(NAMES) | value


def test_an_experiment_outranks_the_configuration(fake_host, facts_of):
    fact = outcome(fake_host, facts_of, dict.fromkeys(NAMES, OK), {"/proc/config.gz": b"CONFIG_EXT4_FS=y\n"})
    assert fact.value["acl"] is True
