"""Fits to look at on a page: one that has a place for all, one that has not, and files alone."""

from pathlib import Path

from hostcheck.placement.placing import fit
from hostcheck.workloadfiles.reading import read_files
from tests.placement.test_placing import host

SHOP = """services:
  web:
    image: nginx
    ports: ["8080:80", "127.0.0.1:8443:443"]
    container_name: web
    deploy: {mode: replicated, resources: {reservations: {cpus: "1", memory: 2g}}}
  api:
    image: api
    ports: [{target: 443, published: 8443, mode: host}, "9000-9010:9000"]
    devices: [/dev/kvm]
    deploy: {replicas: REPLICAS, resources: {reservations: {cpus: "2", memory: 3g}}}
  a-service-with-a-name-that-is-as-long-as-some-names-of-services-are:
    image: worker
    network_mode: host
    ports: ["22:22"]
    volumes:
      - {type: bind, source: /srv/a/path/that/is/as/long/as/some, target: /a, bind: {create_host_path: false}}
  cron: {image: cron, sysctls: [net.core.somaxconn=1024]}
"""
HOSTS = ("web-1", "web-2", "a-host-with-a-name-that-is-longer-than-others.example.net")


def made(folder: Path, *, replicas: int = 2, hosts: tuple[str, ...] = HOSTS):
    """Fit the shop on hosts of which one has a port taken and one does not say which are."""
    path = folder / "compose.yaml"
    path.write_text(SHOP.replace("REPLICAS", str(replicas)))
    taken = {"net__ports__busy": ("tcp/8080", "udp/53"), "net__ports__holders": ("tcp/8080 container",)}
    facts = ({}, taken, {"net__ports__busy": None})
    return fit(
        read_files([str(path)], environment={}),
        [host(name, **known) for name, known in zip(hosts, facts, strict=False)],
    )
