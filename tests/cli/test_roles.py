import json
from pathlib import Path

from tests.forked import hostcheck_forked

HOST = Path(__file__).parents[1] / "hosts" / "stale-dockerenv-on-kvm" / "root"


def audit(*arguments):
    return hostcheck_forked("audit", "--root", HOST, *arguments)


def statuses(done):
    return {verdict["check"]: verdict["status"] for verdict in json.loads(done.stdout)["verdicts"]}


def test_a_role_puts_its_checks_to_the_host():
    without = statuses(audit("-p", "kubernetes", "-o", "json:-"))
    worker = statuses(audit("-p", "kubernetes", "--role", "worker", "-o", "json:-"))
    both = statuses(audit("-p", "kubernetes", "--role", "worker", "--role", "control-plane", "-o", "json:-"))
    assert (without["hw.cpu"], without["k8s.state.worker"]) == ("skip", "skip")
    assert worker["hw.cpu"] == "skip" != worker["k8s.state.worker"]
    assert "skip" not in {both["hw.cpu"], both["k8s.state.worker"]}


def test_a_role_that_no_profile_has_is_a_slip():
    done = audit("-p", "kubernetes", "--role", "contol-plane")
    assert done.returncode == 2
    assert "did you mean control-plane?" in done.stderr
    assert "leave --role out" in audit("-p", "docker", "--role", "worker").stderr


def test_a_profile_of_ones_own_is_judged_by_its_name(tmp_path):
    path = tmp_path / "web.toml"
    path.write_text(
        'title = "W"\nsummary = "Ours."\nextends = "docker"\n[[check]]\nid = "kernel.version"\nat_least = "99"\n'
    )
    run = json.loads(audit("-p", path, "-p", "docker", "-o", "json:-").stdout)
    expected = {(each["profile"], each["expected"]) for each in run["verdicts"] if each["check"] == "kernel.version"}
    assert expected == {("web", "99 or later"), ("docker", "3.10 or later")}
