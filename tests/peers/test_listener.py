"""Who gets an answer of a listener: whoever knows the run's key, and no one else; on the loopback."""

import socket

import pytest

from hostcheck.peers.knocking import knock, say_done
from hostcheck.peers.listener import Listener, listening
from tests.remote.sshd import free_port

HERE, KEY = "127.0.0.1", b"0123456789abcdef"


@pytest.fixture
def ports():
    number = free_port()
    return f"tcp/{number}", f"udp/{number}"


def asked(port, *texts):
    """What comes back first of what is sent to a port."""
    protocol, _, number = port.partition("/")
    with socket.socket(type=socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM) as asking:
        asking.settimeout(30)
        asking.connect((HERE, int(number)))
        for text in texts:
            asking.send(text)
        return asking.recv(100)


def test_the_key_of_the_run_comes_back_and_other_texts_do_not(ports):
    with listening(HERE, ports, KEY) as listener:
        assert (listener.held, listener.taken) == ([*ports], [])
        assert [knock(HERE, port, KEY).how for port in ports] == ["open", "open"]
        tcp, udp = ports
        assert asked(tcp, b"GET / HTTP/1.1") == b""
        assert asked(tcp, KEY[:-1]) == b""
        # The stranger's datagram is the first that arrives, and the key's answer the first that comes back.
        assert asked(udp, b"stranger", KEY[:-1], KEY) == KEY
        assert knock(HERE, tcp, b"another run's").how == "mute"


def test_a_peer_that_is_done_is_noted(ports):
    with listening(HERE, ports, KEY) as listener:
        assert all(say_done(HERE, port, KEY, f"db {port}") for port in ports)
        assert listener.done == {f"db {port}" for port in ports}
        assert not say_done(HERE, ports[0], b"no key", "stranger")
        assert "stranger" not in listener.done


def test_a_port_that_a_program_holds_stays_its_own(ports):
    with socket.create_server((HERE, int(ports[0].partition("/")[2]))):
        other = Listener(HERE, ports, KEY)
        assert (other.held, other.taken) == ([ports[1]], [ports[0]])
        other.end()


def test_at_the_end_no_port_is_held(ports):
    with listening(HERE, ports, KEY):
        pass
    assert knock(HERE, ports[0], KEY).how == "refused"
    again = Listener(HERE, ports, KEY)
    assert again.held == [*ports]
    again.end()
