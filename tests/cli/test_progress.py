import io

from hostcheck.cli.options import Color
from hostcheck.cli.progress import TerminalProgress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_off_a_terminal_each_step_is_one_plain_line():
    stream = io.StringIO()
    with TerminalProgress(stream, Color.AUTO) as progress:
        progress.start("random write", 3)
        progress.done("random write", "350 IOPS")
    assert stream.getvalue() == "random write: 350 IOPS\n"


def test_on_a_terminal_it_shows_the_current_step_and_its_duration():
    stream = Terminal()
    with TerminalProgress(stream, Color.NEVER) as progress:
        progress.start("random write", 3.2)
        assert "random write  0 s of about 3 s" in stream.getvalue()
        progress.done("random write", "350 IOPS")
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_terminal_that_cannot_erase_a_line_gets_plain_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    with TerminalProgress(stream, Color.AUTO) as progress:
        progress.start("random write", 3)
        progress.done("random write", "350 IOPS")
    assert stream.getvalue() == "random write: 350 IOPS\n"


def test_a_line_is_no_command_of_a_ci_runner():
    stream = io.StringIO()
    with TerminalProgress(stream, Color.NEVER) as progress:
        progress.note("  ::add-mask::a")
        progress.note("a ##[add-mask]a")
    assert stream.getvalue() == "  : :add-mask::a\na # #[add-mask]a\n"


def test_what_a_host_says_cannot_steer_the_terminal():
    stream = io.StringIO()
    with TerminalProgress(stream, Color.NEVER) as progress:
        progress.done("bad\x1b[2J\nname", "\x9b31m")
    assert stream.getvalue() == "bad�[2J name: �31m\n"
