from hostcheck.capture.documents import answer
from hostcheck.capture.renaming import Renamer


def test_of_a_container_only_its_ports_are_kept():
    ports = [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}]
    container = {"Id": "7f", "Names": ["/customer"], "Command": "serve --password hunter2", "Labels": {"a": "b"}}
    body = [container | {"Ports": ports}, ["Command"], "hunter2"]
    assert answer("/containers/json", body, Renamer((), (), "", ())) == [{"Ports": ports}]
