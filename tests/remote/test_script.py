"""``capture --script``: the program for a host that only a console reaches, and its output as a capture."""

import gzip
import subprocess
import sys

import pytest

from hostcheck.audit import audit_host


def hostcheck(*arguments):
    return subprocess.run([sys.executable, "-m", "hostcheck", *arguments], capture_output=True, text=True, timeout=100)


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """What the program wrote of this machine."""
    script = hostcheck("capture", "--script")
    assert (script.returncode, script.stderr) == (0, "")
    path = tmp_path_factory.mktemp("script") / "host.txt"
    done = subprocess.run(["sh"], input=script.stdout.encode(), capture_output=True, timeout=60, check=True)
    assert done.stderr == b""
    path.write_bytes(done.stdout)
    return path


def values(path):
    return {name: (fact.value, fact.known) for name, fact in audit_host(path).facts.items()}


def test_what_it_wrote_is_audited_and_never_contradicts_this_machine(captured):
    here = {name: fact.value for name, fact in audit_host(None).facts.items() if not name.endswith("free_bytes")}
    found = {name: value for name, (value, known) in values(captured).items() if known and name in here}
    parts = {name: value for name, value in found.items() if not isinstance(value, dict)}
    assert {name: value for name, value in parts.items() if value != here[name]} == {}
    assert len(found) > len(here) * 0.8


@pytest.mark.parametrize("change", [gzip.compress, lambda data: b"$ sh capture.sh\r\n" + data.replace(b"\n", b"\r\n")])
def test_it_may_be_packed_or_come_by_a_console(captured, tmp_path, change):
    path = tmp_path / "host.txt.gz"
    path.write_bytes(change(captured.read_bytes()))
    assert values(path) == values(captured)


def test_one_that_was_cut_short_proves_no_absence(captured, tmp_path):
    path = tmp_path / "host.txt"
    path.write_bytes(captured.read_bytes()[:20_000])
    whole = values(captured)
    for name, (value, known) in values(path).items():
        if known and isinstance(value, dict):
            assert all(part in {None, whole[name][0][key]} for key, part in value.items()), name
        elif known and whole[name] != (value, known):
            assert value not in {"none", False, ()}, name
    done = hostcheck("audit", "--capture", str(path))
    assert done.returncode == 0
    assert "is cut short: what is missing is unknown" in done.stderr


def test_a_file_that_is_no_capture_is_one_line(tmp_path):
    path = tmp_path / "host.txt"
    path.write_text("nothing of a host\n")
    done = hostcheck("audit", "--capture", str(path))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
