"""The shells of Debian that run the program, and what they print of a tree."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import hostcheck.remote
from hostcheck.remote.answers import Known, parse
from hostcheck.remote.program import experiments, functions

PROGRAM = Path(hostcheck.remote.__file__).with_name("program.sh")

SHELLS = ("dash", "bash", "busybox sh", "mksh", "posh", "yash")
"""bash stands for the 4.1 of CentOS 6 as far as posh, which has less than it, does."""

ANY = """
name = "any"
title = "any"
summary = "Any Linux."

[[check]]
id = "kernel.version"
title = "Kernel"
fact = "kernel.version"
at_least = "2.6"
severity = "required"
why = "It is what runs."
fix = "Use a newer kernel."
source = "https://example.org/"
"""
"""A profile that any host of today passes."""

every_shell = pytest.mark.parametrize("shell", ["sh", *(pytest.param(each, marks=pytest.mark.real) for each in SHELLS)])


def asked(lines: str, shell: str = "sh", **options) -> bytes:
    """What a shell prints that is given the functions, and lines that use them."""
    argv = shlex.split(shell)
    assert shutil.which(argv[0]), f"{argv[0]} is not installed"
    text = f"{functions()}{experiments()}\n{lines}\necho end 1\n"
    done = subprocess.run(argv, input=text.encode(), capture_output=True, timeout=60, check=True, **options)
    assert done.stderr == b""
    return done.stdout


def known(lines: str, shell: str = "sh", **options) -> Known:
    """The answers that a shell gives to lines."""
    found = Known()
    for answer in parse(iter(asked(lines, shell, **options).split(b"\n"))):
        found.add(answer)
    return found
