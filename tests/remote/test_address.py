"""Addresses and commands: what is given to OpenSSH, and what is refused."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.remote.address import shell_command, ssh_command


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ssh://vps", ["--", "vps", "sh"]),
        ("ssh://vps/", ["--", "vps", "sh"]),
        ("ssh://root@vps.example.org", ["-l", "root", "--", "vps.example.org", "sh"]),
        ("ssh://root@192.0.2.7:2222", ["-l", "root", "-p", "2222", "--", "192.0.2.7", "sh"]),
        ("ssh://[2001:db8::7]:2222", ["-p", "2222", "--", "2001:db8::7", "sh"]),
        ("ssh://[fe80::1%eth0]", ["--", "fe80::1%eth0", "sh"]),
        ("ssh://DOM\\user@vps", ["-l", "DOM\\user", "--", "vps", "sh"]),
    ],
)
def test_an_address_becomes_arguments_of_ssh(address, words):
    argv = ssh_command(address)
    assert argv[0] == "ssh"
    assert argv[-len(words) :] == words


@pytest.mark.parametrize(
    "address",
    [
        "ssh://",
        "ssh://-oProxyCommand=id",
        "ssh://root@-oProxyCommand=id",
        "ssh://-l@vps",
        "ssh://-oProxyCommand=id@vps",
        "ssh://root@vps -oProxyCommand=id",
        "ssh://root@vps;id",
        "ssh://root@$(id)",
        "ssh://ro ot@vps",
        "ssh://@vps",
        "ssh://root@",
        "ssh://vps:",
        "ssh://vps:0",
        "ssh://vps:65536",
        "ssh://vps:-p",
        "ssh://vps:22:22",
        "ssh://[vps]:22",
        "ssh://[::1]x",
        "ssh://[::1",
        "ssh://root:secret@vps",
        "ssh://vps/path",
        "vps",
        "-oProxyCommand=id",
        "ssh://vps\n",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(UsageError):
        ssh_command(address)


def test_nothing_of_a_command_is_a_shells_but_its_quotes():
    assert shell_command("podman exec -i 'a b' sh") == ["podman", "exec", "-i", "a b", "sh"]
    assert shell_command("sh; id $HOME") == ["sh;", "id", "$HOME"]


@pytest.mark.parametrize("text", ["podman 'exec", " "])
def test_a_command_that_is_none_is_refused(text):
    with pytest.raises(UsageError):
        shell_command(text)
