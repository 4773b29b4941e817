"""``capture --script``: the program for a host that only a console reaches, and its output as a capture."""

import base64
import gzip
import json
import quopri
import random
import re
import subprocess
from pathlib import Path

import pytest

from hostcheck.audit import audit_host
from hostcheck.errors import UsageError
from hostcheck.host.live import LiveHost
from hostcheck.remote.program import script
from hostcheck.remote.text import open_text
from tests.effort import TIMES
from tests.forked import hostcheck_forked
from tests.moving import moves
from tests.remote.shells import ANY


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """What the program wrote of this machine."""
    script = hostcheck_forked("capture", "--script")
    assert (script.returncode, script.stderr) == (0, "")
    path = tmp_path_factory.mktemp("script") / "host.txt"
    done = subprocess.run(["sh"], input=script.stdout.encode(), capture_output=True, timeout=60, check=True)
    assert done.stderr == b""
    path.write_bytes(done.stdout)
    return path


def values(path):
    return {name: (fact.value, fact.known) for name, fact in audit_host(path).facts.items()}


def test_what_it_wrote_is_audited_and_never_contradicts_this_machine(captured):
    here = {name: fact.value for name, fact in audit_host(None).facts.items() if not moves(name)}
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
    done = hostcheck_forked("audit", "--capture", str(path))
    assert done.returncode == 0
    assert "is cut short: facts that depend on the missing answers are unknown" in done.stderr


def test_the_gate_does_not_pass_on_evidence_that_was_lost(captured, tmp_path):
    cut, run = tmp_path / "host.txt", tmp_path / "run.json"
    cut.write_bytes(b"".join(captured.read_bytes().splitlines(keepends=True)[:-1]))
    profile = tmp_path / "any.toml"
    profile.write_text(ANY)
    assert hostcheck_forked("gate", "--capture", str(captured), "-p", str(profile)).returncode == 0
    live = hostcheck_forked("gate", "--capture", str(cut), "-p", str(profile))
    assert hostcheck_forked("audit", "--capture", str(cut), "-p", str(profile), "-o", str(run)).returncode == 0
    kept = hostcheck_forked("gate", "--run", str(run), "-p", str(profile))
    for done in (live, kept):
        said = " ".join(done.stdout.split())
        assert (done.returncode, "is cut short" in said) == (3, True), done.stdout


FOLDER = Path(__file__).parents[2] / "hostcheck" / "remote"

TEXT = """hostcheck.host/1 begins
read text /proc/sys/kernel/osrelease
2
=6.1.0

ends 1
exists there /etc/docker
exists absent /opt/x

ends 3
end 1
"""


@pytest.fixture
def opened(tmp_path):
    """Open a text as what the program wrote."""

    def run(text):
        path = tmp_path / "text"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return open_text(path)

    return run


@pytest.mark.parametrize("end", range(len("exists absent /opt/x")))
def test_a_line_that_is_cut_is_no_answer(opened, end):
    host = opened(TEXT[: TEXT.index("exists absent") + end])
    assert "cut short" in host.problem
    assert not host.proves_absence
    assert host.known.answers.exists == {}
    assert host.read("/proc/sys/kernel/osrelease").text == "6.1.0\n"


@pytest.mark.parametrize("before", ["", "root@vm:~# sh capture.sh\n", "Last login: Sun\nenviron there X\n"])
@pytest.mark.parametrize(
    "after", ["", "root@vm:~# exit\n", "Connection to vm closed.\n", "Script done on 2026-11-29\n", "exists absent /\n"]
)
def test_what_a_console_wrote_around_it_is_passed_over(opened, before, after):
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        host = opened(before + text + after)
        assert host.problem == ""
        assert host.proves_absence
        assert host.known.answers.exists == {"/etc/docker": True, "/opt/x": False}
    assert opened(TEXT.removesuffix("\n")).problem == ""


def test_a_file_that_a_cut_text_has_not_is_said_to_be_uncaptured(opened):
    text = TEXT.replace("/opt/x", "/etc/docker/daemon.json").partition("\nends 3")[0]
    fact = audit_host(opened(f"{text}\n\nends 3\nexists there /a\n")).facts["engine.configuration"]
    assert not fact.known
    assert "could not be read" not in fact.reason, fact.reason


PACKED = base64.encodebytes(gzip.compress(TEXT.encode()))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.replace("\n", "\r\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        b"\x1b[?2004h$ sh capture.sh\r\n\x1b[?2004l\r" + TEXT.replace("\n", "\r\n").encode() + b"\x1b[?2004h$ ",
        b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(TEXT.encode()) + b"\n--=_part--\n",
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(TEXT.encode()),
        PACKED,
        PACKED.replace(b"\n", b""),
        b"root@vm:~# sh capture.sh | gzip | base64\r\n" + PACKED.replace(b"\n", b"\r\n") + b"root@vm:~# ",
    ],
    ids=[
        "carriage returns",
        "byte order mark",
        "PowerShell",
        "big-endian",
        "typescript",
        "quoted-printable",
        "base64 of a mail",
        "base64",
        "base64 in a line",
        "base64 on a console",
    ],
)
def test_what_it_was_packed_in_on_its_way_is_undone(opened, data):
    host = opened(data)
    assert host.problem == ""
    assert host.known.answers == opened(TEXT).known.answers


def test_what_was_lost_of_its_packing_is_unknown(opened):
    packed = gzip.compress(TEXT.encode(), 0)
    for data in (packed[:-20], base64.encodebytes(packed[:-20])):
        host = opened(data)
        assert host.problem == "the program's output is cut short"
        assert host.read("/proc/sys/kernel/osrelease").text == "6.1.0\n"


@pytest.mark.parametrize("encode", [base64.encodebytes, quopri.encodestring])
def test_wherever_its_packing_is_cut_what_is_before_is_read(opened, encode):
    packed = encode(TEXT.replace("end 1", "read text /proc/cmdline\n2\n=a=b\nends 4\nend 1").encode())
    for lost in range(10, 20):
        host = opened(packed[:-lost])
        assert host.problem == "the program's output is cut short"
        assert host.read("/proc/sys/kernel/osrelease").text == "6.1.0\n"


KINDS = ("read", "readlink", "exists", "listdir", "environ", "stat", "statvfs", "run", "http_get", "experiment")


def test_what_was_lost_in_the_middle_is_noticed_and_no_answer_is_changed_by_it(captured, tmp_path):
    lines = captured.read_bytes().split(b"\n")
    whole = open_text(captured)
    assert whole.problem == ""
    path = tmp_path / "host.txt"
    chance = random.Random(22)
    for _ in range(40 * TIMES):
        length = chance.choice((1, 1, 2, 3, 5, 10, 40, 200))
        begin = chance.randrange(1, len(lines) - length - 2)
        path.write_bytes(b"\n".join(lines[:begin] + lines[begin + length :]))
        host = open_text(path)
        assert (host.problem, host.proves_absence) == (
            "the program's output has a gap, or was changed on its way",
            False,
        ), lines[begin]
        for kind in KINDS:
            was, found = getattr(whole.known.answers, kind), getattr(host.known.answers, kind)
            assert {key: value for key, value in found.items() if was.get(key, "none") != value} == {}


def _letter_lost(text, chance):
    place = chance.randrange(text.index(b"\n") + 1, text.rindex(b"\nends "))
    return text[:place] + text[place + 1 :]


def _bit_flipped(text, chance):
    # To what is no ASCII character, as a console with a wrong speed does.
    place = chance.randrange(text.index(b"\n") + 1, text.rindex(b"\nends "))
    return text[:place] + bytes([text[place] ^ 0x80]) + text[place + 1 :]


CHANGES = {
    "quotation marks": lambda text, _: text.replace(b'"', "\u201c".encode()),
    "quotation marks of Windows": lambda text, _: text.replace(b'"', b"\x94"),
    "apostrophes": lambda text, _: text.replace(b"'", "\u2019".encode()),
    "dashes": lambda text, _: re.sub(rb"(?m)^(=.*)--", b"\\1\xe2\x80\x93", text),
    "tabs to blanks": lambda text, _: text.expandtabs(8),
    "tabs to a blank": lambda text, _: text.replace(b"\t", b" "),
    "blanks to tabs": lambda text, _: text.replace(b"        ", b"\t"),
    "wide blanks": lambda text, _: text.replace(b"  ", "\u00a0 ".encode()),
    "trailing blanks": lambda text, _: re.sub(rb"(?m)[ \t]+$", b"", text),
    "empty lines": lambda text, _: re.sub(rb"(?m)^=\n", b"", text),
    "lines cut at 80": lambda text, _: re.sub(rb"(?m)^(.{80}).*$", rb"\1", text),
    "a letter": _letter_lost,
    "a bit": _bit_flipped,
}


RICH = b"""hostcheck.host/1 begins
read text /a
=a\t "b"  c\td\x20
=e--'f'        g ...

=hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh
4

ends 1
exists there /x\x20
environ there B
=\xc3\xa4

ends 3
ends 3
end 1
""".replace(b"\n\n=", b"\n=\n=").replace(b"\n4\n", b"\n5\n")


def _weighed(text: bytes) -> bytes:
    first, *lines = text.splitlines(keepends=True)
    found, weight = [first], b""
    for line in lines:
        found.append(line)
        weight += line
        if line.startswith(b"ends "):
            odd = sum(byte not in range(32, 127) and byte != 10 for byte in weight) + weight.count(b"\t")
            found.append(b"holds %d %d\n" % (len(weight), odd))
            weight = b""
    return b"".join(found)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_mail_or_a_terminal_changes_is_noticed_and_no_answer_is_changed_by_it(captured, tmp_path, change):
    path, chance = tmp_path / "host.txt", random.Random(22)
    many = change in {_letter_lost, _bit_flipped}
    for text in (_weighed(RICH), captured.read_bytes()):
        path.write_bytes(text)
        whole = open_text(path)
        assert whole.problem == ""
        for _ in range(20 * TIMES if many else 1):
            changed = change(text, chance)
            if len(text) < 1000 and not many:
                assert changed != text
            path.write_bytes(changed)
            try:
                host = open_text(path)
            except UsageError:
                continue  # a line that is no answer: nothing is concluded from the text
            if changed != text:
                assert (host.problem, host.proves_absence) == (
                    "the program's output has a gap, or was changed on its way",
                    False,
                )
            for kind in KINDS:
                was, found = getattr(whole.known.answers, kind), getattr(host.known.answers, kind)
                assert {key: value for key, value in found.items() if was.get(key, "none") != value} == {}


@pytest.mark.parametrize("awk", ["mawk", "busybox awk"])
def test_each_awk_weighs_alike(awk, tmp_path):
    (tmp_path / "awk").write_text(f'#!/bin/sh\nexec {awk} "$@"\n')
    (tmp_path / "awk").chmod(0o755)
    shell = f'export LC_ALL=C PATH="{tmp_path}:$PATH"\n{(FOLDER / "weighed.sh").read_text()}weighed'
    done = subprocess.run(["sh", "-c", shell], input=RICH, capture_output=True, check=True)
    assert done.stdout == _weighed(RICH)


def test_a_host_without_awk_is_captured_without_weights(opened):
    shell = f"{(FOLDER / 'weighed.sh').read_text()}PATH=/nowhere weighed"
    done = subprocess.run(["sh", "-c", shell.replace("cat ;;", "/bin/cat ;;")], input=RICH, capture_output=True)
    assert done.stdout == RICH
    assert opened(RICH).problem == ""


@pytest.mark.parametrize(
    "lost",
    ["=one\n", "3\n", "=two\n", "=one\n3\n=two\n", "ends 2\n", "read text /a\n", "ends 1 I/O error\n"],
)
def test_a_line_that_is_lost_within_an_answer_leaves_it_unknown(opened, lost):
    text = (
        "hostcheck.host/1 begins\nread text /z\n1\n\nends 1 I/O error\nread text /a\n=one\n3\n=two\n\nends 2\n"
        "readlink there /l\n=/a\n\nends 3\nlistdir there /etc\n=a\n=b\n3\n\nends 4\n"
        "exists absent /x\nexists absent /y\n\nends 6\nend 1\n"
    )
    assert (opened(text).problem, opened(text).read("/a").text) == ("", "one\ntwo\n")
    assert opened(text).exists("/etc/c") is False
    host = opened(text.replace(lost, "", 1))
    assert host.problem == "the program's output has a gap, or was changed on its way"
    assert host.read("/z" if "I/O" in lost else "/a").data is None
    for name in ("=a\n", "=b\n"):
        assert (
            opened(text.replace(name, "", 1) if name != "=a\n" else text.replace("etc\n=a", "etc")).exists("/etc/c")
            is None
        )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TEXT.partition("\n")[2], "the beginning of the program's output is missing"),
        (TEXT.replace("/docker\n", "/docker\r\n"), "line 7 is not output of the capture script"),
        (TEXT.replace("6.1.0", "NAME=&quot;x&quot;"), "its quotation marks were replaced by &quot;"),
        (TEXT.replace("exists absent /opt/x", "run absent git \u2014version"), "options were replaced by \u2014"),
        (TEXT.replace("=6.1.0", "=6.1\n.0"), "line 5 is not output of the capture script; if a mail"),
        ("$ sh\n" + TEXT.replace("there /etc", "\nthere /etc"), "line 9 is not output"),
        (TEXT.replace("exists there", "Exists there"), "line 7 is not output"),
        ("".join(f"> {line}\n" for line in TEXT.splitlines()), "line 1 is not output"),
        (TEXT + TEXT, "has the output of two runs of the capture script; run it again"),
        (TEXT.partition("exists")[0] + TEXT, "has the output of two runs"),
        ("", "is empty; if it is a capture script's output, run the script again"),
        (script(), "is the capture script itself, not its output; run it on the host, and give its output"),
    ],
)
def test_what_is_damaged_is_one_line(opened, tmp_path, text, says):
    with pytest.raises(UsageError) as refused:
        opened(text)
    assert says in str(refused.value)
    done = hostcheck_forked("capture", "--scrub", str(tmp_path / "text"), "-o", str(tmp_path / "q.tar.gz"))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_capture_of_one_that_was_cut_says_so_as_often_as_it_is_read(captured, tmp_path):
    path, clean = tmp_path / "host.txt", tmp_path / "clean.tar.gz"
    path.write_bytes(captured.read_bytes()[:20_000])
    assert hostcheck_forked("capture", "--scrub", str(path), "-o", str(clean)).returncode == 0
    done = hostcheck_forked("audit", "--capture", str(clean), "-o", "json:-")
    assert "is cut short: facts that depend on the missing answers are unknown" in done.stderr
    facts = json.loads(done.stdout)["facts"]
    assert str(tmp_path) not in done.stdout
    assert not any("run as root" in fact["reason"] for fact in facts.values() if "not captured" in fact["reason"])
    whole = values(captured)
    for name, (value, known) in values(clean).items():
        if known and not isinstance(value, dict) and whole[name] != (value, known):
            assert value not in {"none", False, ()}, name


def test_a_file_that_is_no_capture_is_one_line(tmp_path):
    path = tmp_path / "host.txt"
    path.write_text("nothing of a host\n")
    done = hostcheck_forked("audit", "--capture", str(path))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_what_is_private_is_removed_on_the_own_machine(captured, tmp_path):
    text = captured.read_text(errors="surrogateescape")
    name = LiveHost().read("/proc/sys/kernel/hostname").text.strip()
    for secret, other in (
        (name, "secrethost-22"),
        ("root:x:0:0", "jane-doe:x:1000:1000:Jane:/home/jane-doe:/bin/sh\n=root:x:0:0"),
    ):
        assert secret in text
        text = text.replace(f"={secret}", f"={other}")
    path, clean = tmp_path / "host.txt", tmp_path / "clean.tar.gz"
    path.write_text(text, errors="surrogateescape")
    done = hostcheck_forked("capture", "--scrub", str(path), "-o", str(clean))
    assert done.returncode == 0, done.stderr
    assert "as on host.txt" in done.stderr
    unpacked = gzip.decompress(clean.read_bytes())
    assert b"secrethost-22" not in unpacked
    assert b"jane-doe" not in unpacked
    scrubbed = {name: fact for name, fact in values(clean).items() if fact[1]}
    before = values(path)
    assert len(scrubbed) > 0.9 * sum(known for _, known in before.values())
    assert {name for name, fact in scrubbed.items() if isinstance(fact[0], bool) and fact != before[name]} == set()
