"""Ranges of ports do not swell: each port of a range is a separate need."""

import pytest

from hostcheck.workloadfiles import ports
from tests.fuzz.cases import require_good, run

RANGE = "1-65535:1-65535"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.container", "[Container]\nImage=x\n" + f"PublishPort={RANGE}\n" * 100),
        ("run.sh", f"docker run {f'-p {RANGE} ' * 100} x\n"),
        ("many.sh", f"docker run -p {RANGE} x\n" * 100),
        ("compose.yaml", "services:\n" + "".join(f"  s{n}: {{image: x, ports: ['{RANGE}']}}\n" for n in range(100))),
    ],
)
def test_what_publishes_more_ports_than_four_hosts_have_is_refused(tmp_path, monkeypatch, file, text):
    # The counts are what matters: fewer take less time.
    monkeypatch.setattr(ports, "ALL_PORTS", 70_000)
    (tmp_path / file).write_text(text)
    argv = ("fits", tmp_path / file, "--lint")
    code, said = run(*argv)
    require_good(argv, code, said)
    assert ports._left.get() >= 0
    assert ports._left.get() < 70_000
