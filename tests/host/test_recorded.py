"""A recorder keeps every answer; the recorded host returns the same answers, and no others."""

import json
from pathlib import Path

import pytest

from hostcheck.host.base import Reading
from hostcheck.host.capture_index import PLACE, Index, dumps, loads, open_recorded
from hostcheck.host.captured import CapturedHost
from hostcheck.host.live import LiveHost
from hostcheck.host.recorded import Answers, RecordedHost
from hostcheck.host.recording import RecordingHost
from hostcheck.host.tree import Link, MemoryTree
from hostcheck.run.model import HostIdentity

IDENTITY = HostIdentity("captured", "6.1.0", "x86_64", 4, 1 << 30, "Debian")
ROOM = {
    "free_bytes": 1,
    "root_free_bytes": 2,
    "total_bytes": 4,
    "block_bytes": 1,
    "free_inodes": 3,
    "total_inodes": 4,
}
ANSWERS = Answers(
    read={
        "/proc/version": Reading("/proc/version", None),
        "/etc/gone": Reading("/etc/gone", None, "absent", "No such file or directory"),
        "/proc/1/environ": Reading("/proc/1/environ", None, "denied", "Permission denied"),
        "/proc/odd": Reading("/proc/odd", None, "unreadable", "Input/output error"),
    },
    readlink={
        "/var/run": Reading("/var/run", b"/run\xff"),
        "/etc/x": Reading("/etc/x", None, "unreadable", "Invalid argument"),
    },
    listdir={"/sys/block": ("sda", "vda"), "/sys/nothing": None},
    exists={"/dev/kvm": True, "/proc/vz": False, "/root/closed": None},
    environ={"DOCKER_HOST": "unix:///run/d.sock", "UNSET": None},
    stat={"/x": {"mode": 0o644, "uid": 0, "gid": 0}, "/no": None},
    statvfs={"/": ROOM, "/no": None},
    clock={"state": 5, "status": 64, "maxerror_us": 16000000, "esterror_us": 16000000},
    experiment={
        ("overlay", (("directory", "/a"),)): {"ok": True},
        ("overlay", (("directory", "/b"),)): {"ok": False, "error": "EINVAL"},
        ("unshare", ()): None,
    },
    http_get={("/run/d.sock", "/info"): (200, {"Driver": "overlay2"}), ("/run/e.sock", "/info"): None},
    run={
        ("iptables", "-V"): Reading("iptables -V", b"iptables v1.8\n"),
        ("nft",): Reading("nft", None, "absent", "No such file or directory"),
    },
)


class Talking:
    """A host that answers with what was asked, and counts."""

    live = True
    running = True
    proves_absence = True

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        def answer(*arguments, **named):
            self.asked.append((name, arguments, named))
            answers = {"cpuid": {0x40000000: (1, 2, 3, 4)}, "clock": {"status": 64}}
            return answers.get(name, (name, arguments, tuple(sorted(named.items()))))

        return answer


def recorded(answers=ANSWERS, files=None, **index):
    files = files or {"proc/version": b"Linux"}
    kept = {"proves_absence": True} | index
    text = dumps(Index("0.1.0", "2026-11-23T10:00:00Z", IDENTITY, answers=answers, **kept)).encode()
    host = open_recorded(MemoryTree({**files, PLACE: text}))
    assert isinstance(host, RecordedHost)
    return host


QUESTIONS = [
    ("read", ("/a",), {}),
    ("read", ("/b",), {}),
    ("readlink", ("/a",), {}),
    ("listdir", ("/a",), {}),
    ("exists", ("/a",), {}),
    ("environ", ("A",), {}),
    ("statvfs", ("/a",), {}),
    ("stat", ("/a",), {}),
    ("experiment", ("overlay",), {"directory": "/a"}),
    ("experiment", ("overlay",), {"directory": "/b"}),
    ("http_get", ("/s", "/info", 1.0), {}),
    ("http_get", ("/s", "/version", 1.0), {}),
    ("run", (("a", "b"), 1.0), {}),
    ("run", (("a b",), 1.0), {}),
    ("cpuid", (), {}),
    ("clock", (), {}),
]


def test_a_recorder_asks_each_question_once_for_each_set_of_arguments():
    host = Talking()
    recording = RecordingHost(host)
    first = [getattr(recording, name)(*arguments, **named) for name, arguments, named in QUESTIONS]
    assert host.asked == QUESTIONS
    assert [getattr(recording, name)(*arguments, **named) for name, arguments, named in QUESTIONS] == first
    assert len(host.asked) == len(QUESTIONS)
    assert len({repr(answer) for answer in first}) == len(QUESTIONS)
    assert (recording.live, recording.proves_absence) == (True, True)
    noted = recording.answers
    assert set(noted.experiment) == {("overlay", (("directory", "/a"),)), ("overlay", (("directory", "/b"),))}
    assert set(noted.run) == {("a", "b"), ("a b",)}


def test_a_recorded_host_gives_every_answer_again():
    host = recorded()
    assert host.live is False
    assert host.read("/proc/version") == Reading("/proc/version", b"Linux")
    for path in ("/etc/gone", "/proc/1/environ", "/proc/odd"):
        assert host.read(path) == ANSWERS.read[path]
    for name in ("readlink", "listdir", "exists", "environ", "statvfs", "stat"):
        for question, answer in getattr(ANSWERS, name).items():
            assert getattr(host, name)(question) == answer, (name, question)
    assert host.clock() == ANSWERS.clock
    for (name, arguments), result in ANSWERS.experiment.items():
        assert host.experiment(name, **dict(arguments)) == result
    for (socket, path), answer in ANSWERS.http_get.items():
        assert host.http_get(socket, path, 1.0) == answer
    for argv, reading in ANSWERS.run.items():
        assert host.run(argv, 1.0) == reading


def test_requests_that_were_not_recorded_are_unknown():
    host = recorded()
    for reading in (host.read("/etc/other"), host.readlink("/etc/other"), host.run(("other",), 1.0)):
        assert (reading.data, reading.failure, reading.error) == (None, "unreadable", "was not captured")
    assert host.exists("/etc/other") is None
    assert host.listdir("/etc") is None
    assert host.environ("OTHER") is None
    assert host.statvfs("/other") is None
    assert host.stat("/other") is None
    assert host.experiment("overlay", directory="/c") is None
    assert host.experiment("other") is None
    assert host.http_get("/run/d.sock", "/version", 1.0) is None
    assert host.cpuid() == {}


def test_existence_is_derived_from_the_listing_of_a_folder():
    host = recorded()
    assert host.exists("/sys/block/sda") is True
    assert host.exists("/sys/block/sdb") is False
    assert host.exists("/sys/nothing/x") is None


def test_a_file_that_was_added_by_hand_is_read_and_one_that_was_removed_is_not_known():
    host = recorded(files={"etc/added": b"1"})
    assert host.read("/etc/added").data == b"1"
    assert host.read("/proc/version").failure == "unreadable"


def test_an_index_cannot_lead_out_of_the_files():
    answers = Answers(read={"/proc/version": Reading("/../../etc/passwd", None), "/x": Reading("/link", None)})
    host = recorded(answers, {"link": Link("/../../../etc/passwd")})
    assert host.read("/proc/version").failure == "unreadable"
    assert host.read("/x").failure == "unreadable"


def test_an_index_is_the_same_whatever_the_order_of_the_questions():
    turned = Answers(**{name: dict(reversed(getattr(ANSWERS, name).items())) for name in Answers.__slots__})
    made = [dumps(Index("0", "now", IDENTITY, proves_absence=True, answers=answers)) for answers in (ANSWERS, turned)]
    assert made[0] == made[1]


def test_a_root_without_an_index_is_none():
    assert open_recorded(MemoryTree({"proc/version": b"x"})) is None


DAMAGES = {
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "another schema": b'{"schema": "hostcheck.capture/2"}',
    "nothing else": b'{"schema": "hostcheck.capture/1"}',
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_index_is_refused(name):
    with pytest.raises(ValueError, match=r"its index"):
        loads(DAMAGES[name])


@pytest.mark.parametrize(
    "change",
    [
        {"read": []},
        {"read": {"/a": 1}},
        {"read": {"/a": ["gone", "x"]}},
        {"read": {"/a": ["absent", "x", "y"]}},
        {"readlink": {"/a": None}},
        {"listdir": {"/a": [1]}},
        {"listdir": {"/a": "names"}},
        {"exists": {"/a": 1}},
        {"exists": None},
        {"environ": {"A": 1}},
        {"statvfs": {"/": {"free_bytes": "many"}}},
        {"statvfs": {"/": [1]}},
        {"stat": {"/": {"mode": "all"}}},
        {"clock": {"state": "good"}},
        {"clock": [5]},
        {"experiment": [{"name": "overlay"}]},
        {"experiment": [{"name": ["x"], "arguments": {}, "result": {}}]},
        {"experiment": [{"name": "x", "arguments": {}, "result": [1]}]},
        {"http_get": [{"socket": "/s", "path": "/", "answer": [200]}]},
        {"http_get": [{"socket": "/s", "path": "/", "answer": ["200", {}]}]},
        {"http_get": [{"socket": "/s", "path": "/", "answer": "no"}]},
        {"run": [{"argv": [1], "output": "x"}]},
        {"run": [{"argv": [[]], "output": "x"}]},
        {"host": {"name": 1}},
        {"host": {"nickname": "x"}},
        {"tells_absence": "yes"},
    ],
    ids=repr,
)
def test_an_index_of_another_shape_is_refused(change):
    document = json.loads(dumps(Index("0", "now", IDENTITY, proves_absence=True, answers=ANSWERS)))
    with pytest.raises(ValueError, match=r"does not match schema"):
        loads(json.dumps(document | change).encode())


def test_only_live_and_recorded_hosts_prove_absence():
    assert LiveHost().proves_absence is True
    assert recorded().proves_absence is True
    assert recorded(proves_absence=False).proves_absence is False


def test_a_captured_root_made_by_hand_works_as_before_beside_an_index(tmp_path):
    (tmp_path / "proc").mkdir()
    host = CapturedHost(tmp_path)
    assert host.proves_absence is False
    assert host.environ("PATH") is None
    assert host.exists("/proc/vz") is None


@pytest.mark.parametrize("key", ["stat", "statvfs"])
def test_an_answer_without_its_parts_is_refused(key):
    text = (Path(__file__).parents[1] / "fuzz" / "capture.json").read_text()
    document = json.loads(text) | {key: {"/etc": {"uid": 0}}}
    with pytest.raises(ValueError, match="the answer for /etc is not complete"):
        loads(json.dumps(document).encode())
    assert loads(text.encode())
