"""A CPU quota on a real engine's containers is a setting of what it measured, and is said."""

import pytest

from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.storm.options import StormOptions
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.run.metrics import MAKESPAN
from tests.bench.conftest import ONCE
from tests.bench.engine.configured import configured, limited_to

pytestmark = pytest.mark.real


def test_a_quota_on_the_group_of_the_containers_is_named_and_counted(tmp_path, make_context):
    with configured(tmp_path, prepare=limited_to(0.05)) as engine:
        options = StormOptions(ONCE, (3,))
        found = {one.id: one for one in StormWorkload().measure(make_context(options, docker_host=engine.url))}
        title = find_engine(engine.url).title
    assert found[MAKESPAN].settings["cpu_quota"] == "0.05 CPUs"
    (sample,) = found[MAKESPAN].samples
    assert sample.detail["engine"] == title
    assert sample.detail["why"]["quota"]["cpus"] == 0.05
    assert sample.detail["why"]["shares"]["stopped_percent"] > 0
    assert "stopped by a CPU quota" in sample.detail["why"]["words"]
