"""What kustomize prints is read as it means it: that of the later release of Debian makes it."""

import subprocess

import pytest

from hostcheck.workloadfiles.needs import Amount, HostPort
from tests.packages import unpacked
from tests.workloadfiles.test_reading import needs, read

pytestmark = pytest.mark.real

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80, hostPort: 8080}]}]}
"""
PATCH = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: x, resources: {requests: {memory: 1Gi}}}]}}}
"""
KUSTOMIZATION = """resources: [web.yaml]
namePrefix: shop-
namespace: shop
replicas: [{name: web, count: 3}]
patches: [{path: patch.yaml}]
"""


def test_what_kustomize_prints_is_read(tmp_path):
    program = unpacked("trixie", "kustomize") / "usr/bin/kustomize"
    for name, text in (("web.yaml", DEPLOYMENT), ("patch.yaml", PATCH), ("kustomization.yaml", KUSTOMIZATION)):
        (tmp_path / name).write_text(text)
    printed = subprocess.run([program, "build", str(tmp_path)], capture_output=True, text=True, check=True).stdout
    found = read(tmp_path, printed, "built.yaml")
    (web,) = found.workloads
    assert (web.name, web.instances, found.mistakes) == ("Deployment/shop-web", 3, ())
    assert [(need.resource, need.value) for need in needs(web, Amount)] == [("memory", 1 << 30), ("pods", 1)]
    assert [need.label for need in needs(web, HostPort)] == ["8080/tcp"]
