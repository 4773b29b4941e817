"""Settings of the user's ssh that keep it from running a command are named where no shell answers."""

import pytest

from hostcheck.errors import CannotMeasureError
from hostcheck.remote.connection import Connection


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Say why no shell answers behind an ssh that has these settings, says this, and ends with this code."""

    def ask(settings, errors, code):
        program = tmp_path / "ssh"
        program.write_text(
            f"#!/bin/sh\nif test $1 = -G; then printf '{settings}'; exit; fi\nprintf '{errors}' >&2\nexit {code}\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        with (
            Connection(["ssh", "--", "vps", "sh"], "ssh://vps") as connection,
            pytest.raises(CannotMeasureError) as why,
        ):
            list(connection.exchange("true"))
        return str(why.value)

    return ask


@pytest.mark.parametrize(
    ("settings", "errors", "code", "says"),
    [
        ("port 22\\nstdinnull yes\\n", "", 0, "your ssh configuration sets StdinNull;"),
        ("stdinnull no\\nsessiontype none\\n", "", 0, "your ssh configuration sets SessionType;"),
        ("sessiontype subsystem\\n", "subsystem request failed on channel 0", 255, "sets SessionType;"),
        ("stdinnull yes\\nsessiontype none\\n", "", 0, "sets StdinNull and SessionType;"),
        ("stdinnull yes\\n", "Permission denied", 255, "ssh could not reach ssh://vps: Permission denied"),
        ("", "", 255, "ssh to ssh://vps ended with 255 without a message, as it does if the command there does"),
        ("", "", "$(kill -KILL $$)", "ssh could not reach ssh://vps"),
        ("stdinnull no\\nsessiontype default\\n", "", 3, "ssh://vps ended the shell with 3"),
        ("", "", 3, "ssh://vps ended the shell with 3"),
    ],
)
def test_a_setting_is_the_reason_where_ssh_ran_nothing(said, settings, errors, code, says):
    assert says in said(settings, errors, code)


def test_a_banner_without_a_line_break_is_passed_over():
    with Connection(["sh", "-c", "printf 'Welcome '; exec sh"], "the host") as connection:
        assert list(connection.exchange("echo 'hostcheck.host/1 begins'\necho one")) == [b"one", b"end 1"]
