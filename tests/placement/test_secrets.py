"""What stands in an environment is in no document, whatever the format of the file and of the document."""

import time

import pytest

from hostcheck.formats import FIT
from hostcheck.formats.terminal import Style
from hostcheck.placement.placing import fit
from hostcheck.workloadfiles.reading import read_files
from tests.placement.cases import pod
from tests.placement.test_placing import host, ready

__all__ = ["ready"]

SECRET = "hunter2"
FILES = {
    "compose.yaml": f"services: {{web: {{image: a, ports: ['80:80'], environment: {{T: {SECRET}, O: [1]}}}}}}\n",
    "list.yaml": f"services: {{web: {{image: a, ports: ['80:80'], environment: [TOKEN={SECRET}, {{a: b}}]}}}}\n",
    "web.yaml": pod(
        "{containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 80}], "
        f"env: [{{name: TOKEN, value: {SECRET}}}, {{name: B, value: 5}}]}}]}}"
    ),
    "web.nomad": 'job "a" {\ngroup "g" {\nnetwork {\nport "h" { static = 80 }\n}\ntask "t" {\ndriver = "docker"\n'
    f'env {{\nTOKEN = "{SECRET}${{attr.a}}"\n}}\nconfig {{\nimage = "a"\n}}\n}}\n}}\n}}\n',
    "app.json": f'{{"id": "/a", "env": {{"TOKEN": "{SECRET}", "B": 5}}, "cmd": "a", "mem": "5"}}',
    "web.service": f"[Service]\nEnvironment=TOKEN={SECRET}\nExecStart=/usr/bin/docker run -e A=${{TOKEN}} -p 80:80 a\n",
    "web.container": f"[Container]\nImage=a\nEnvironment=TOKEN={SECRET}\nPublishPort=80:80\n",
    "start.sh": f"#!/bin/sh\nTOKEN={SECRET}\ndocker run -e TOKEN={SECRET} --env B=$TOKEN -p 80:80 a\n",
    "site.yml": "- hosts: all\n  tasks:\n    - docker_container: {name: a, image: a, published_ports: ['80:80'], "
    f"env: {{TOKEN: {SECRET}}}}}\n",
}


@pytest.mark.parametrize("file", FILES)
def test_no_document_has_a_secret(ready, tmp_path, file):
    (tmp_path / file).write_text(FILES[file])
    found = fit(read_files([str(tmp_path / file)], environment={}), [host("a", net__ports__busy=("tcp/80",))])
    for name in FIT:
        rendered = FIT.load(name)(found, Style(detail="full"))
        assert SECRET not in (rendered if isinstance(rendered, str) else rendered.decode()), name


def test_a_file_of_twenty_services_takes_little_cpu_time(ready, tmp_path):
    services = "".join(
        f"  s{n}: {{image: a, ports: ['{8000 + n}:80'], volumes: ['d{n}:/data', '/srv/{n}:/x:ro'], mem_limit: 256m}}\n"
        for n in range(20)
    )
    volumes = "".join(f"  d{n}: {{}}\n" for n in range(20))
    (tmp_path / "compose.yaml").write_text(f"services:\n{services}volumes:\n{volumes}")
    began = time.process_time()
    found = fit(read_files([str(tmp_path / "compose.yaml")], environment={}), [host("a")])
    # Half a second is what it may take on a server; the tenfold is left for a slow one.
    assert (len(found.placed), time.process_time() - began < 5) == (20, True)
