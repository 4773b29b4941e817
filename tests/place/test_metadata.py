"""Each provider's metadata service: its own address, path and header, and only with --metadata."""

import json

import pytest

from hostcheck.place.metadata import LINK_LOCAL, PROVIDERS, _UnreachableError, ask

REGIONS = {
    "aws": "eu-north-1",
    "gcp": "projects/1/zones/europe-north1-a",
    "azure": "norwayeast",
    "oracle": "eu-stockholm-1",
    "digitalocean": "ams3",
    "hetzner": "hel1-dc2",
    "scaleway": json.dumps({"location": {"zone_id": "nl-ams-1"}, "id": "secret"}),
    "vultr": json.dumps({"region": {"regioncode": "ARN"}}),
    "linode": json.dumps({"region": "se-sto"}),
    "alibaba": "eu-central-1",
    "tencent": "eu-frankfurt",
    "ibm": json.dumps({"zone": {"name": "eu-de-2"}}),
    "equinix": json.dumps({"metro": "fr"}),
    "openstack": json.dumps({"availability_zone": "nova"}),
}


class Service:
    """The metadata service of one provider: it refuses whatever has not the provider's own header."""

    def __init__(self, name):
        self.name, self.provider, self.asked = name, PROVIDERS[name], []

    def __call__(self, address, method, path, headers):
        self.asked.append((address, method, path))
        provider = self.provider
        if address != provider.address:
            raise _UnreachableError
        if provider.token and (method, path) == provider.token[:2]:
            assert headers == provider.token[2]
            return b'{"access_token": "t0ken"}' if self.name == "ibm" else b"t0ken"
        wanted = dict(provider.headers or {})
        if provider.token:
            wanted[provider.token[3]] = "Bearer t0ken" if self.name == "ibm" else "t0ken"
        right = (method, path) == ("GET", provider.path) and all(headers.get(key) == wanted[key] for key in wanted)
        return REGIONS[self.name].encode() if right else None


@pytest.mark.parametrize("name", PROVIDERS)
def test_each_provider_says_its_region(name):
    service = Service(name)
    (found,) = ask("equinix" if name == "equinix" else "", service).items()
    assert found[0] == name
    assert found[1] in REGIONS[name]
    assert "secret" not in found[1]


def test_an_address_that_does_not_answer_is_asked_once_and_no_name_is_looked_up():
    asked = []

    def gone(address, method, path, headers):
        asked.append(address)
        raise _UnreachableError

    assert ask("", gone) == {}
    assert len(asked) == len(set(asked))
    assert LINK_LOCAL in asked
    assert all(address.replace(".", "").isdigit() for address in asked)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"x" * 201, b"a\nb", b"\xff\x00", b"[" * 100_000, b"{}", b"null"])
def test_what_is_no_region_claims_nothing(answer):
    assert ask("equinix", lambda *_: answer) == {}
