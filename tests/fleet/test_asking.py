"""Which hosts are asked, and how: by a program in place of ansible-playbook that writes down how it was started."""

import base64
import json
import os
import subprocess
from datetime import timedelta
from hashlib import sha256

import pytest

from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.fleet.ask import Wanted, ask
from hostcheck.fleet.auditing import Asked
from hostcheck.fleet.host import State
from hostcheck.fleet.play import command
from hostcheck.fleet.state import Fleet

FAKE = """#!/bin/sh
env | grep ^ANSIBLE_ | sort >"$FAKE/environment"
echo "$*" >>"$FAKE/words"
for last in "$@"; do :; done
cat "$last" >"$FAKE/play"
echo '{"event": "begins", "version": "2.16.1"}'
case $* in
*@*) while read -r name; do
        cat "$FAKE/answer" >"$HOSTCHECK_FLEET_ANSWERS/$(printf %s "$name" | sha256sum | cut -d' ' -f1)"
        echo '{"event": "ended", "how": "ok", "said": "", "errors": "", "host": "'"$name"'"}'
    done <"${last%/*}/hosts.txt" ;;
*) test -n "$HOSTS" || { echo 'ERROR! no vault secrets found' >&2 && exit 4; }
    echo '{"event": "hosts", "hosts": "'"$HOSTS"'"}' ;;
esac
"""


@pytest.fixture(scope="module")
def answered():
    program = "printf '%s\\n' 'hostcheck.host/1 begins' 'read text /proc/sys/kernel/osrelease' 2 =6.1.0 '' 'ends 1'\n"
    words = ["/bin/sh", "-c", f"id={os.urandom(20).hex()}\n{command(program, 60)}"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def fake(tmp_path, monkeypatch, answered):
    (tmp_path / "ansible-playbook").write_text(FAKE)
    (tmp_path / "ansible-playbook").chmod(0o755)
    (tmp_path / "answer").write_text(answered)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKE", str(tmp_path))
    monkeypatch.setenv("HOSTS", base64.b64encode(b'[["a", [], "", "", "a"], ["b", [], "", "", "b"]]').decode())
    return tmp_path


def audited(fleet, *options, **wanted):
    return ask(Wanted(fleet, **wanted), Asked(("docker",), experiments=False), options, None, lambda *_: None)


def test_no_setting_of_the_user_leaves_hosts_or_their_answers_out(fake):
    fleet = Fleet(fake / "fleet-x")
    assert audited(fleet, inventories=["a,b"]).counts == {State.DONE: 2}
    environment = dict(line.split("=", 1) for line in (fake / "environment").read_text().splitlines())
    assert environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] == "1"
    (play,) = json.loads((fake / "play").read_text())
    assert {name: play[name] for name in ("strategy", "debugger", "no_log", "tags")} == {
        "strategy": "linear",
        "debugger": "never",
        "no_log": False,
        "tags": ["always"],
    }


def test_a_pattern_without_a_host_is_an_error_where_the_user_wrote_it(fake):
    fleet = Fleet(fake / "fleet-x")
    audited(fleet, inventories=["a,b"])
    assert "ANSIBLE_HOST_PATTERN_MISMATCH=warning" in (fake / "environment").read_text()
    audited(fleet, inventories=["a,b"], max_age=timedelta(days=1))
    assert "ANSIBLE_HOST_PATTERN_MISMATCH=error" in (fake / "environment").read_text()


def test_options_of_an_earlier_audit_hold_only_for_its_own_inventory(fake):
    fleet = Fleet(fake / "fleet-x")
    for options, wanted, kept in (
        (("--become",), {"inventories": ["a,b"]}, True),
        ((), {}, True),
        ((), {"inventories": ["a,b"]}, False),
        ((), {}, False),
    ):
        (fake / "words").write_text("")
        audited(fleet, *options, **wanted)
        assert {"--become" in words for words in (fake / "words").read_text().splitlines()} == {kept}


@pytest.mark.parametrize("resume", [False, True])
def test_what_a_host_answered_in_an_audit_that_was_killed_is_of_then_and_only_for_resume(fake, resume):
    fleet = Fleet(fake / "fleet-x")
    audited(fleet, inventories=["a,b"])
    fleet.change(["a"], State.PENDING)
    file = fleet.answers / "1" / sha256(b"a").hexdigest()
    file.write_text((fake / "answer").read_text())
    os.utime(file, (1_700_000_000, 1_700_000_000))
    audited(fleet, **({"resume": True} if resume else {"inventories": ["a,b"]}))
    assert (next(fleet.hosts()).time == "2023-11-14T22:13:20Z") == resume


def test_only_hosts_in_the_state_are_asked_again(fake):
    fleet = Fleet(fake / "fleet-x")
    audited(fleet, inventories=["a,b"])
    fleet.change(["a"], State.PENDING)
    fleet.change(["b"], State.STUCK)
    found = audited(fleet, retry=[State.STUCK])
    assert [host.state for host in found.hosts] == [State.PENDING, State.DONE]


def test_a_vault_without_its_password_is_no_inventory_without_hosts(fake, monkeypatch):
    monkeypatch.setenv("HOSTS", "")
    with pytest.raises(CannotMeasureError, match="no vault secrets found"):
        audited(Fleet(fake / "fleet-x"), inventories=["a,b"])


def test_hosts_that_were_collected_are_not_taken_for_those_of_ansibles_own_inventory(fake):
    fleet = Fleet(fake / "fleet-x")
    fleet.create()
    with pytest.raises(UsageError, match="collected without an inventory"):
        audited(fleet)
    assert not (fake / "words").exists()


def test_a_variable_that_ansible_cannot_resolve_is_no_inventory_without_hosts(fake, monkeypatch):
    monkeypatch.setenv("HOSTS", "VARIABLE IS NOT DEFINED!")
    with pytest.raises(CannotMeasureError, match="cannot resolve a variable"):
        audited(Fleet(fake / "fleet-x"), inventories=["a,b"])


def test_a_program_whose_interpreter_is_gone_is_one_line(fake):
    (fake / "ansible-playbook").write_text("#!/nowhere/python\n")
    with pytest.raises(CannotMeasureError, match="ansible-playbook cannot be run: No such file"):
        audited(Fleet(fake / "fleet-x"), inventories=["a,b"])
