"""A shell's completion knows what a value can be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostcheck.run.files import read_run
from hostcheck.store.store import Store, default_path

RUN = Path(__file__).parents[1] / "runs" / "run-1.json"


PROGRAM = Path(sys.executable).with_name("hostcheck")


def proposed(line, **environment):
    """Return what bash is given for the last word of a line."""
    asked = {"_HOSTCHECK_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = subprocess.run(
        [PROGRAM], env={**os.environ, **asked, **environment}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "some", "none"),
    [
        ("hostcheck audit -p k", {"k3s", "k0s", "kubernetes"}, {"docker"}),
        ("hostcheck gate --profile docker-", {"docker-2014", "docker-rootless"}, {"docker"}),
        ("hostcheck checks -p etc", {"etcd"}, {"docker"}),
        ("hostcheck audit --role s", {"server"}, {"worker"}),
        (
            "hostcheck audit --explain storage.d",
            {"storage.driver", "storage.drivers"},
            {"net.bridge"},
        ),
        ("hostcheck gate --ignore net.br", {"net.bridge"}, {"storage.driver"}),
        ("hostcheck checks kernel.v", {"kernel.version"}, {"net.bridge"}),
        ("hostcheck history disk.rand", {"disk.randwrite.iops"}, {"build.cold.seconds"}),
        ("hostcheck compare ref", {"reference:sata-vps-2014"}, set()),
        ("hostcheck bench --compare ref", {"reference:sata-vps-2014"}, set()),
        ("hostcheck bench --only s", {"storm"}, {"disk"}),
        ("hostcheck gate -o j", {"json:", "junit:"}, {"sarif:"}),
        ("hostcheck audit -o ", {"json:", "text:"}, {"junit:"}),
        ("hostcheck report -o ", {"html:", "csv:"}, {"junit:"}),
        ("hostcheck gate --fail-on ", {"required", "recommended"}, set()),
    ],
)
def test_a_value_is_completed(line, some, none):
    found = set(proposed(line))
    assert some <= found
    assert not none & found


def test_runs_of_the_history_are_completed_and_a_broken_history_is_not_in_the_way(tmp_path):
    run = read_run(RUN)
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    assert proposed("hostcheck gate --run hist", **environment) == []
    place = default_path(environment)
    Store(place).keep(run)
    assert proposed("hostcheck gate --run hist", **environment) == [f"history:{run.id[:8]}"]
    assert run.id[:8] in proposed("hostcheck history --since ", **environment)
    place.write_bytes(b"no database")
    assert proposed("hostcheck gate --run hist", **environment) == []
