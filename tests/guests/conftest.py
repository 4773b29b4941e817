import json

import pytest

from .kernel import debian_kernel
from .machine import CGROUP_V2, DATA_DISK, Guests

AUDIT = "hostcheck audit --no-experiments -o json:/audit >/dev/null && cat /audit"


class Audit:
    """The facts and verdicts that an audit in a guest came to."""

    def __init__(self, answer):
        assert answer.code == 0, answer.output
        run = json.loads(answer.output)
        self.facts = run["facts"]
        self.notes = run["notes"]
        self.statuses = {(row["profile"], row["check"]): row["status"] for row in run["verdicts"]}
        self.fixes = {(row["profile"], row["check"]): row["fix"] for row in run["verdicts"]}

    def __getitem__(self, fact):
        return self.facts[fact]["value"]

    def conflicts(self, fact):
        return " ".join(self.facts[fact].get("conflicts", ()))

    def failed(self, profile):
        """Return the requirements that are missed, but for the root: every guest runs on its initramfs."""
        missed = {check for (name, check), status in self.statuses.items() if name == profile and status == "fail"}
        return missed - {"host.root_pivots"}


@pytest.fixture(scope="session")
def guests(tmp_path_factory):
    return Guests(tmp_path_factory.mktemp("guests"), debian_kernel())


@pytest.fixture(scope="session")
def audit_in(guests):
    """Boot a guest with control groups v2 alone, and audit it."""

    def audit(**settings):
        return Audit(guests.ask({"audit": AUDIT}, settle=[DATA_DISK, CGROUP_V2], **settings)["audit"])

    return audit
