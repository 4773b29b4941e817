"""Flags are read as pflag reads them."""

import shutil
import subprocess

import pytest

from hostcheck.pflags import read_flags

SWITCHES, SHORT = {"debug", "tls"}, {"D": "debug", "H": "host", "l": "log-level"}


def read(words, **changes):
    return read_flags(words.split(), switches=SWITCHES, short=SHORT, **changes)


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ("--host a --host=b", [("host", "a"), ("host", "b")]),
        ("--debug --tls=false", [("debug", "true"), ("tls", "false")]),
        ("-H a -Hb -H=c", [("host", "a"), ("host", "b"), ("host", "c")]),
        ("-DHa -Dl c", [("debug", "true"), ("host", "a"), ("debug", "true"), ("log-level", "c")]),
        ("-DH=b", [("debug", "true"), ("host", "b")]),
        ("-D=false", [("debug", "false")]),
        # Of two characters, the second is the value, even if it is "=".
        ("-H=", [("host", "=")]),
        ("--host -D", [("host", "-D")]),
        ("-x --host", [("x", "true"), ("host", "")]),
    ],
)
def test_a_flag_has_the_value_that_pflag_gives_it(words, flags):
    found = read(words)
    assert ([(flag.name, flag.value) for flag in found.flags], found.arguments) == (flags, [])


def test_a_flag_names_the_word_that_has_its_value():
    assert [flag.at for flag in read("-D --host a -Hb --debug -H c -l").flags] == [0, 2, 3, 4, 6, 7]


@pytest.mark.parametrize(
    ("words", "interspersed", "flags", "arguments"),
    [
        ("a -D - --tls", True, ["debug", "tls"], ["a", "-"]),
        ("-D a --tls", False, ["debug"], ["a", "--tls"]),
        ("-D -- -H b", True, ["debug"], ["-H", "b"]),
        ("-- a -D", False, [], ["a", "-D"]),
    ],
)
def test_words_that_are_no_flags_are_arguments(words, interspersed, flags, arguments):
    found = read(words, interspersed=interspersed)
    assert ([flag.name for flag in found.flags], found.arguments) == (flags, arguments)


@pytest.mark.real
@pytest.mark.parametrize(
    ("words", "refused"),
    [
        *((words, "a://b") for words in ("-Ha://b", "-DHa://b", "-H=a://b", "-DH=a://b", "-H a://b", "--host=a://b")),
        ("-H --tls://b", "--tls://b"),
        ("--host -D://b", "-D://b"),
        ("-D=maybe", "maybe"),
    ],
)
def test_dockerd_refuses_the_value_that_is_read(words, refused):
    dockerd = shutil.which("dockerd")
    assert dockerd, "bin/test installs docker.io"
    # It starts with none of these; without the file it would not start either.
    done = subprocess.run([dockerd, *words.split(), "--config-file", "/absent"], capture_output=True, text=True)
    assert f'invalid argument "{refused}"' in done.stdout + done.stderr
    assert read(words).flags[-1].value == refused
