"""Ask the provider's metadata service for the region of this host; only if the user asks for it.

Most services have a link-local address, so that no other machine sees the request. Each provider has its own path and
header. Only the region is read, never what else the service has (credentials, user data, ids).
"""

import http.client
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LINK_LOCAL = "169.254.169.254"
TIMEOUT_SECONDS = 2.0
_LARGEST = 64 << 10
"""Maximum number of bytes of an answer that are read."""
_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_. -]{1,199}")
"""A valid name of a region or a zone."""


@dataclass(frozen=True, slots=True)
class Provider:
    """How the metadata service of a provider is asked.

    Attributes:
        name: the name of the provider.
        path: the path of the region.
        address: the address of the service.
        headers: the headers that the service requires.
        token: a first request for a token: method, path, headers, and the header in which the next request has the
            token; None if the service needs no token.
        keys: the keys that lead to the region in a JSON answer; empty if the answer is the region.
        only: words; the provider is asked only if the firmware's text has one of them. Set if the address is a name,
            for which DNS would be asked.
        source: the provider's documentation.
    """

    name: str
    path: str
    source: str
    address: str = LINK_LOCAL
    headers: Mapping[str, str] | None = None
    token: tuple[str, str, Mapping[str, str], str] | None = None
    keys: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


PROVIDERS: Mapping[str, Provider] = {
    "aws": Provider(
        "AWS",
        "/latest/meta-data/placement/region",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
        token=(
            "PUT",
            "/latest/api/token",
            {"X-aws-ec2-metadata-token-ttl-seconds": "60"},
            "X-aws-ec2-metadata-token",
        ),
    ),
    "gcp": Provider(
        "Google Cloud",
        "/computeMetadata/v1/instance/zone",
        "https://cloud.google.com/compute/docs/metadata/querying-metadata",
        headers={"Metadata-Flavor": "Google"},
    ),
    "azure": Provider(
        "Azure",
        "/metadata/instance/compute/location?api-version=2021-02-01&format=text",
        "https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service",
        headers={"Metadata": "true"},
    ),
    "oracle": Provider(
        "Oracle Cloud",
        "/opc/v2/instance/canonicalRegionName",
        "https://docs.oracle.com/iaas/Content/Compute/Tasks/gettingmetadata.htm",
        headers={"Authorization": "Bearer Oracle"},
    ),
    "digitalocean": Provider(
        "DigitalOcean",
        "/metadata/v1/region",
        "https://docs.digitalocean.com/reference/api/metadata/",
    ),
    "hetzner": Provider(
        "Hetzner",
        "/hetzner/v1/metadata/availability-zone",
        "https://docs.hetzner.cloud/reference/cloud#server-metadata",
    ),
    "scaleway": Provider(
        "Scaleway",
        "/conf?format=json",
        "https://www.scaleway.com/en/docs/instances/how-to/use-cloud-init/",
        address="169.254.42.42",
        keys=("location", "zone_id"),
    ),
    "vultr": Provider(
        "Vultr",
        "/v1.json",
        "https://www.vultr.com/metadata/",
        keys=("region", "regioncode"),
    ),
    "linode": Provider(
        "Linode",
        "/v1/instance",
        "https://techdocs.akamai.com/cloud-computing/docs/metadata-service-api",
        headers={"Accept": "application/json"},
        token=("PUT", "/v1/token", {"Metadata-Token-Expiry-Seconds": "60"}, "Metadata-Token"),
        keys=("region",),
    ),
    "alibaba": Provider(
        "Alibaba Cloud",
        "/latest/meta-data/region-id",
        "https://www.alibabacloud.com/help/ecs/user-guide/view-instance-metadata",
        address="100.100.100.200",
        token=(
            "PUT",
            "/latest/api/token",
            {"X-aliyun-ecs-metadata-token-ttl-seconds": "60"},
            "X-aliyun-ecs-metadata-token",
        ),
    ),
    "tencent": Provider(
        "Tencent Cloud",
        "/latest/meta-data/placement/region",
        "https://www.tencentcloud.com/document/product/213/4934",
        address="169.254.0.23",
    ),
    "ibm": Provider(
        "IBM Cloud",
        "/metadata/v1/instance?version=2022-03-29",
        "https://cloud.ibm.com/docs/vpc?topic=vpc-imd-about",
        token=(
            "PUT",
            "/instance_identity/v1/token?version=2022-03-29",
            {"Metadata-Flavor": "ibm", "Accept": "application/json"},
            "Authorization",
        ),
        keys=("zone", "name"),
    ),
    "equinix": Provider(
        "Equinix Metal",
        "/metadata",
        "https://deploy.equinix.com/developers/docs/metal/server-metadata/metadata/",
        address="metadata.platformequinix.com",
        keys=("metro",),
        only=("equinix", "packet"),
    ),
    "openstack": Provider(
        "OpenStack",
        "/openstack/latest/meta_data.json",
        "https://docs.openstack.org/nova/latest/user/metadata.html",
        keys=("availability_zone",),
    ),
}
"""How the metadata service of each provider is asked, in the order of asking."""


Get = Callable[[str, str, str, Mapping[str, str]], bytes | None]
"""A function that sends a request: address, method, path, headers. It returns the body; None without status 200."""


class _UnreachableError(Exception):
    """Nothing answers at an address."""


def ask(firmware: str, get: "Get | None" = None) -> dict[str, str]:
    """Return the first region that a metadata service answers, by the key of its provider; empty if none does.

    Args:
        firmware: the firmware's text about its maker, in lower case.
        get: the function that sends a request; by default over HTTP.
    """
    send = get or _get
    gone: set[str] = set()
    for name, provider in PROVIDERS.items():
        if provider.address in gone or (provider.only and not any(word in firmware for word in provider.only)):
            continue
        try:
            said = _region(provider, send)
        except _UnreachableError:
            gone.add(provider.address)
            continue
        if said:
            return {name: said}
    return {}


def _region(provider: Provider, send: Get) -> str:
    headers = dict(provider.headers or {})
    if provider.token is not None:
        method, path, wanted, header = provider.token
        token = send(provider.address, method, path, wanted)
        if token is None:
            return ""
        shown = _token(token)
        if not shown:
            return ""
        headers[header] = f"Bearer {shown}" if header == "Authorization" else shown
    body = send(provider.address, "GET", provider.path, headers)
    if body is None:
        return ""
    text = body.decode("utf-8", errors="replace").strip()
    if provider.keys:
        text = _inside(text, provider.keys)
    return text if _REGION.fullmatch(text) and text != "null" else ""


def _token(body: bytes) -> str:
    """Return the token in an answer: the body, or the value of access_token in JSON (IBM).

    Empty if the text cannot be the value of a header.
    """
    text = body.decode("ascii", errors="replace").strip()
    if text.startswith("{"):
        text = _inside(text, ("access_token",))
    return text if text.isascii() and text.isprintable() else ""


def _inside(text: str, keys: tuple[str, ...]) -> str:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _get(address: str, method: str, path: str, headers: Mapping[str, str]) -> bytes | None:
    connection = http.client.HTTPConnection(address, 80, timeout=TIMEOUT_SECONDS)
    try:
        connection.connect()
    except OSError as error:
        raise _UnreachableError from error
    try:
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.read(_LARGEST) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
