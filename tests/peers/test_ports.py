"""Whose ports are asked for."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.peers.ports import PORTS, ports_of
from hostcheck.profiles.loader import load


def test_profiles_share_ports():
    assert ports_of(["etcd"]) == ("tcp/2379", "tcp/2380")
    assert len(ports_of(["etcd", "etcd"])) == 2


@pytest.mark.parametrize("name", PORTS)
def test_the_profile_of_each_is_there(name):
    assert load(name).name == name


def test_a_profile_without_peers_is_an_error():
    with pytest.raises(UsageError, match="need no peers"):
        ports_of(["docker"])
