"""The program in each shell: what it says of files, and what it does not do."""

import os
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from hostcheck.audit import audit_host, collect
from hostcheck.capture.private import find_private
from hostcheck.host.identity import identify
from hostcheck.host.live import LiveHost
from hostcheck.probes.kernel.cgroup_limits import LIMITED
from hostcheck.probes.network import network
from hostcheck.probes.paths import resolve
from hostcheck.remote.answers import Known
from hostcheck.remote.host import RemoteHost
from hostcheck.remote.program import asking, functions, program, script
from hostcheck.remote.requests import quoted
from hostcheck.remote.standard import standard
from hostcheck.remote.text import host_of
from tests.remote.shells import PROGRAM, asked, every_shell, known

ODD = ("with space", "a'b", 'a"b', "$HOME", "`id`", "*", "-n", "back\\slash", "tab\there", "é", "end\\n", "[a]")


@pytest.fixture
def tree(tmp_path):
    """Files, folders and links with odd names and contents."""
    top = tmp_path / "tree"
    top.mkdir()
    for name in ODD:
        (top / name).write_text(f"{name}\n")
    (top / "bytes").write_bytes(bytes(range(256)) * 3)
    (top / "empty").write_bytes(b"")
    (top / "open").write_bytes(b"one\ntwo")
    (top / "blank").write_bytes(b"\n\n=x\nread there /etc/forged\n\nend 1\n")
    (top / "folder").mkdir()
    (top / "link").symlink_to("folder/nothing")
    os.mkfifo(top / "pipe")
    return top


@pytest.fixture
def open_tree():
    """A folder that every user reaches, as tmp_path is not."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as top:
        tree = Path(top, "tree")
        (tree / "folder").mkdir(parents=True)
        (tree / "open").touch()
        Path(top).chmod(0o755)
        yield tree


def lines(function, paths):
    return f"{function} {' '.join(quoted(str(path)) for path in paths)}"


@every_shell
def test_a_file_is_read_as_it_is(tree, shell):
    texts = [tree / name for name in (*ODD, "empty", "open", "blank")]
    found = known(f"{lines('texts', texts)}\n{lines('binaries', [tree / 'bytes'])}", shell).answers.read
    for path in (*texts, tree / "bytes"):
        assert found[str(path)].data == path.read_bytes(), path
    assert "/etc/forged" not in found


def together(tree):
    """What reads many files by one program, for files of a tree as if the kernel made them."""
    text = PROGRAM.with_name("together.sh").read_text()
    assert "/sys/* |" in text
    assert "!= 100" in text
    return text.replace("/sys/* |", f"{quoted(str(tree))}/* |").replace("!= 100", "!= 5")


@every_shell
def test_many_small_files_are_read_by_one_program_as_they_are(tree, shell):
    whole = [tree / name for name in (*ODD, "blank")]
    slow = f'{together(tree)}\ncontent() {{ begins "read absent $2"; }}'
    found = known(f"{slow}\n{lines('texts', whole)}", shell).answers.read
    assert {path: each.data for path, each in found.items()} == {str(path): path.read_bytes() for path in whole}
    paths = [tree / "empty", *whole, tree / "none", tree / "pipe", tree / "folder", tree / "bytes", tree / "empty"]
    found = known(f"{together(tree)}\n{lines('texts', paths)}", shell).answers.read
    assert {path: found[str(path)].data for path in whole} == {path: path.read_bytes() for path in whole}
    assert found[str(tree / "empty")].data == b""
    failures = [found[str(tree / name)].failure for name in ("none", "pipe", "folder")]
    assert failures == ["absent", "unreadable", "unreadable"]


@every_shell
def test_files_that_grep_cannot_read_are_read_one_by_one(tree, shell):
    none = f"{together(tree)}\ngrep() {{ false; }}"
    found = known(f"{none}\n{lines('texts', [tree / name for name in ODD])}\nexist {quoted(str(tree))}", shell).answers
    assert {path: each.data for path, each in found.read.items()} == {
        str(tree / name): f"{name}\n".encode() for name in ODD
    }
    assert found.exists == {str(tree): True}


@every_shell
def test_a_folder_lists_as_here(tree, shell):
    found = known(lines("lists", [tree, tree / "folder", tree / "empty", tree / "none"]), shell).answers.listdir
    assert found[str(tree)] == LiveHost().listdir(str(tree))
    assert found[str(tree / "folder")] == ()
    assert found[str(tree / "empty")] is None
    assert found[str(tree / "none")] is None


@every_shell
def test_a_name_with_a_line_break_is_left_out_and_forges_nothing(tree, shell):
    (tree / "one\nforged").touch()
    names = known(lines("lists", [tree]), shell).answers.listdir[str(tree)]
    assert set(ODD) <= set(names)
    assert not {"one", "forged"} & set(names)


@every_shell
def test_a_path_with_a_line_break_is_one_path(tree, shell):
    path = tree / "one\nexists there forged"
    path.write_text("x\n")
    found = known(f"{lines('exist', [path])}\n{lines('texts', [path])}", shell).answers
    assert found.exists == {str(path): True}
    assert found.read[str(path)].data == b"x\n"


@every_shell
def test_links_and_presence_are_as_here(tree, shell):
    (tree / "closed").mkdir(mode=0o600)  # which root may search all the same
    # What ls would print of them.
    (tree / "like").symlink_to(f"x {tree}/like -> /etc")
    (tree / "also").symlink_to(f"lrwx {tree}/also")
    names = ("link", "link/x", "folder", "none", "none/x", "*", "closed", "closed/none", "like", "also")
    paths = [tree / name for name in names]
    found = known(f"{lines('links', paths)}\n{lines('exist', paths)}", shell).answers
    here = LiveHost()
    for path in map(str, paths):
        assert found.exists[path] == here.exists(path), path
        reading = here.readlink(path)
        assert (found.readlink[path].data, found.readlink[path].failure) == (reading.data, reading.failure), path


@every_shell
def test_the_links_on_the_way_to_a_place_are_read_with_it(tree, shell):
    """A host that is asked where a link leads is not asked again for each folder on the way there."""
    (tree / "other" / "inside").mkdir(parents=True)
    (tree / "other" / "inside" / "file").touch()
    (tree / "folder" / "up").symlink_to("../other/inside/link")
    (tree / "other" / "inside" / "link").symlink_to(tree / "other" / "inside" / "file")
    (tree / "first").symlink_to("folder/up")
    (tree / "round").symlink_to("round")
    starts = [str(tree / name) for name in ("first", "round")]
    host = RemoteHost(known(lines("links", [*tree.parents, tree, *starts]), shell))
    assert [resolve(host, path) for path in starts] == [str(tree / "other/inside/file"), starts[1]]
    assert host.missed == {}


@every_shell
def test_what_is_no_file_is_not_opened(tree, shell):
    found = known(lines("texts", [tree / "pipe", tree, "/dev/zero"]), shell).answers.read
    assert {each.failure for each in found.values()} == {"unreadable"}


@every_shell
def test_a_file_without_end_is_cut(tmp_path, shell):
    (tmp_path / "long").write_bytes(b"x" * ((1 << 20) + 1))
    (tmp_path / "lines").write_bytes(b"\n" * ((1 << 20) + 1))
    found = known(lines("texts", [tmp_path / "long", tmp_path / "lines"]), shell).answers.read
    assert [len(each.data) for each in found.values()] == [1 << 20, 1 << 20]


@every_shell
def test_owners_are_as_here(tree, shell):
    for mode, name in ((0o4750, "open"), (0o1777, "folder"), (0o2640, "empty"), (0o7001, "blank")):
        (tree / name).chmod(mode)
    paths = [str(tree / name) for name in ("open", "folder", "empty", "blank", "link", "none")]
    found = known(lines("owners", paths), shell).answers.stat
    assert found == {path: LiveHost().stat(path) for path in paths}


@every_shell
def test_room_is_as_here(tmp_path, shell):
    found = known(lines("rooms", [tmp_path]), shell).answers.statvfs[str(tmp_path)]
    here = LiveHost().statvfs(str(tmp_path))
    assert found.keys() == here.keys()
    for key in ("total_bytes", "block_bytes", "total_inodes"):
        assert found[key] == here[key], key
    for key in ("free_bytes", "root_free_bytes", "free_inodes"):
        assert 0.9 < found[key] / here[key] < 1.1, key


@every_shell
def test_variables_are_those_of_the_shell(shell):
    environment = {**os.environ, "http_proxy": "a\\b\nc ", "HTTPS_PROXY": ""}
    environment.pop("no_proxy", None)
    found = known("variables http_proxy HTTPS_PROXY no_proxy", shell, env=environment).answers.environ
    assert found == {"http_proxy": "a\\b\nc ", "HTTPS_PROXY": None, "no_proxy": None}


@every_shell
def test_programs_are_run_without_a_shell(shell):
    found = known("runs uname -s\nruns ls /nowhere\nruns hostcheck-none x\nruns exit 3", shell).answers.run
    assert found["uname", "-s"].data == b"Linux\n"
    assert found["ls", "/nowhere"].failure == "unreadable"
    assert found["hostcheck-none", "x"].failure == "absent"
    assert found["exit", "3"].failure == "absent"


@every_shell
def test_a_program_is_given_no_file_but_its_input_and_outputs(shell):
    """Busybox's timeout leaves a process for up to a second, which must hold open nothing that is waited for."""
    found = known("runs ls /proc/self/fd", shell).answers.run
    assert found["ls", "/proc/self/fd"].data == b"0\n1\n2\n3\n"  # the last is the folder that ls reads


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is kept from a program that others can exchange")
@every_shell
def test_root_runs_no_program_that_another_user_can_exchange(shell):
    with tempfile.TemporaryDirectory(dir="/opt") as folder:
        program = Path(folder, "folder", "program")
        program.parent.mkdir()
        program.write_text("#!/bin/sh\necho ran\n")
        Path(folder).chmod(0o755)
        failures = []
        for changed, mode in ((program, 0o755), (program, 0o777), (program.parent, 0o777), (program.parent, 0o755)):
            program.chmod(0o755)
            changed.chmod(mode)
            failures.append(known(f"runs {program} x", shell).answers.run[str(program), "x"].failure)
    assert failures == [None, "denied", "denied", None]


@every_shell
def test_an_engine_is_asked_only_where_it_has_a_socket(tmp_path, shell):
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        found = known(f"gets {tmp_path}/s /info\ngets {tmp_path}/none /info", shell).answers.http_get
    assert found == {(f"{tmp_path}/s", "/info"): None, (f"{tmp_path}/none", "/info"): None}


@every_shell
def test_nothing_is_written_and_nothing_stays(tmp_path, shell):
    home = tmp_path / "home"
    home.mkdir()
    asked(
        PROGRAM.with_name("standard.sh").read_text() + "tries unshare\ntries links",
        shell,
        cwd=home,
        env={
            "HOME": str(home),
            "TMPDIR": str(home),
            "PATH": os.environ["PATH"],
        },
    )
    assert list(home.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@every_shell
def test_denied_is_not_absent(open_tree, shell):
    tree = open_tree
    (tree / "folder" / "inside").touch()
    (tree / "folder").chmod(0o700)
    (tree / "open").chmod(0o600)
    text = "\n".join(
        (
            lines("texts", [tree / "folder/inside", tree / "folder/none", tree / "open", tree / "none"]),
            lines("exist", [tree / "folder/inside", tree / "none/x"]),
            lines("lists", [tree / "folder"]),
            lines("links", ["/proc/1/ns/pid"]),
        )
    )
    found = known(text, shell, user=65534, group=65534, extra_groups=[]).answers
    failures = {path.rpartition("tree/")[2]: reading.failure for path, reading in found.read.items()}
    assert failures == {"folder/inside": "denied", "folder/none": "denied", "open": "denied", "none": "absent"}
    assert list(found.exists.values()) == [None, False]
    assert list(found.listdir.values()) == [None]
    assert [each.failure for each in found.readlink.values()] == ["denied"]


@pytest.mark.parametrize("options", ["-x", "-v", "-eu", "-f", "-C"])
def test_what_the_shell_was_started_with_changes_no_answer(tree, options):
    text = f"{functions()}\n{lines('texts', [tree / 'open', tree / 'none'])}\nruns ls /nowhere\nlists {tree}\n".encode()
    plain, other = (
        subprocess.run(["sh", *given], input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60).stdout
        for given in ((), (options,))
    )
    assert b"=one" in plain
    assert other == plain


def test_the_program_is_short_and_says_at_once_that_it_removes_nothing():
    lines = script().splitlines()
    assert len(lines) <= 300
    assert any("REMOVES NOTHING THAT IS PRIVATE" in line for line in lines[:8])


def test_the_list_of_what_every_audit_asks_is_what_the_probes_ask():
    def ask_all(host):
        collect(host, strict=True)
        identify(host)
        find_private(host)

    assert PROGRAM.with_name("standard.sh").read_text() == standard(ask_all), "run bin/docs"


def test_what_is_tried_at_once_is_tried_under_the_probes_own_conditions():
    text = PROGRAM.with_name("trials.sh").read_text()
    assert f"for program in {' '.join(network.iptables_paths(RemoteHost(Known())))}; do" in text
    for pattern, options in (("nft", network.NFT), ("legacy", network.LEGACY)):
        assert f"*/xtables-{pattern}-multi) set -- {' '.join(options)} ;;" in text
        assert network.backend_of(f"/usr/sbin/xtables-{pattern}-multi") == pattern
    assert text.count(f"for each in {' '.join(sorted(LIMITED))}; do") == 2


@pytest.mark.parametrize(
    ("config", "tried"),
    [
        ("CONFIG_BRIDGE=y\nCONFIG_VETH=y\n", True),
        ("CONFIG_BRIDGE=y\nCONFIG_VETH=m\n", False),
        ("# CONFIG_BRIDGE is not set\nCONFIG_VETH=y\n", False),
        ("", False),
    ],
)
def test_what_would_load_a_module_is_not_tried(config, tried):
    # The kernel of this machine may have them: its files are others here.
    trials = PROGRAM.with_name("trials.sh").read_text().replace("/sys/module/", "/nowhere/")
    trials = trials.replace("$(gzip -dc /proc/config.gz || cat", f"$(printf '{config}' && : || cat")
    found = known(f"release=none\ntries() {{ echo \"experiment there $*\"; echo '=x ok'; }}\n{trials}").answers
    assert (("links", ()) in found.experiment) is tried
    assert ("unshare", ()) in found.experiment
    assert not any(name == "nat" for name, _ in found.experiment)


@pytest.mark.real
def test_most_hosts_are_asked_once(tmp_path):
    """This machine stands for them. NAT rules are asked if the kernel has a table of them, as after an engine ran."""
    text = subprocess.run(["sh"], input=f"{program(tried=True)}echo end 1\n".encode(), capture_output=True).stdout
    host = host_of((text,), tmp_path)
    host.running = host.experiments = True
    audit_host(host, profiles=["docker", "kubernetes"])
    missed = [request for request in host.missed if asking([request])]
    assert [request for request in missed if request.words[1:] != ("-t", "nat")] == []


@pytest.mark.real
def test_shellcheck_finds_nothing():
    done = subprocess.run(["shellcheck", "-s", "sh", "-"], input=program(tried=True).encode(), capture_output=True)
    assert done.stdout.decode() == ""
