"""The lines with which a run file is signed and verified do what the document says."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def lines():
    """The document's shell lines by what is in them."""
    text = (TOP / "docs" / "security.md").read_text()
    found = [block for block in SHELL.findall(text) if "ssh-keygen" in block]
    assert len(found) == 2
    return dict(zip(("sign", "verify"), found, strict=True))


@pytest.fixture
def shell(tmp_path):
    """Run lines in a folder, with a key, and with hostcheck in the PATH."""
    made = subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", tmp_path / "key"],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "hostcheck").write_text(f'#!/bin/sh\nexec {sys.executable} -m hostcheck "$@"\n')
    (programs / "hostcheck").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(TOP),
        "KEY": str(tmp_path / "key"),
        "NODE": platform.node(),
    }

    def run(lines):
        argv = ["sh", "-ec", lines]
        return subprocess.run(argv, capture_output=True, text=True, timeout=300, cwd=tmp_path, env=environment)

    return run


@pytest.mark.real
def test_a_signed_run_is_judged_and_a_changed_one_is_not(lines, shell, tmp_path):
    signed = shell(lines["sign"])
    assert signed.returncode == 0, signed.stderr
    public = (tmp_path / "key.pub").read_text()
    (tmp_path / "allowed_signers").write_text(f'node-1 namespaces="hostcheck" {public}')
    judged = shell(lines["verify"])
    assert 'Good "hostcheck" signature for node-1' in judged.stdout
    assert judged.returncode in {0, 1, 3}, judged.stderr
    assert "for docker" in judged.stdout
    assert not re.search("run.age|run.host", judged.stdout)

    (tmp_path / "run.json").write_text(
        (tmp_path / "run.json").read_text().replace('"value": false', '"value": true', 1)
    )
    changed = shell(lines["verify"])
    assert changed.returncode == 255
    assert "for docker" not in changed.stdout

    (tmp_path / "allowed_signers").write_text(f'node-2 namespaces="hostcheck" {public}')
    assert shell(lines["verify"]).returncode == 255
