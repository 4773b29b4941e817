"""Whose ports are asked for."""

import pytest

from hostcheck.errors import UsageError
from hostcheck.peers.ports import OF_ROLES, PORTS, ports_of
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


def test_nodes_of_one_role_need_the_ports_of_that_role():
    assert ports_of(["kubernetes"]) == ("tcp/6443", "tcp/10250")
    assert ports_of(["kubernetes"], ["control-plane"]) == ("tcp/6443", "tcp/2379", "tcp/2380", "tcp/10250")
    assert ports_of(["kubernetes", "etcd"], ["worker"]) == ("tcp/10250", "tcp/2379", "tcp/2380")


@pytest.mark.parametrize("name", OF_ROLES)
def test_the_profile_of_each_has_its_roles(name):
    assert {*OF_ROLES[name]} <= {*load(name).roles}


@pytest.mark.parametrize(("profile", "said"), [("kubernetes", "there are: control-plane, worker"), ("etcd", "leave")])
def test_a_role_without_ports_is_an_error(profile, said):
    with pytest.raises(UsageError, match="no named profile has ports of that role") as error:
        ports_of([profile], ["server"])
    assert said in error.value.remedy
