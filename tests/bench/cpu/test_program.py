"""sysbench and stress-ng are found by what they say of themselves, and their rates are read from what they print."""

import pytest

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cpu.program import StressNg, Sysbench, find_loader

# sysbench 1.0.20 of Debian 12.
SYSBENCH = """\
Threads started!

CPU speed:
    events per second:  1309.84

General statistics:
    total time:                          1.0009s
    total number of events:              1312
"""

# stress-ng 0.15.06 of Debian 12, and 0.09.25 of Debian 10, which marks its lines otherwise.
STRESS_NG = """\
stress-ng: info:  [30539] dispatching hogs: 1 cpu
stress-ng: metrc: [30539] stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s
stress-ng: metrc: [30539]                           (secs)    (secs)    (secs)   (real time) (usr+sys time)
stress-ng: metrc: [30539] cpu                1143      1.00      0.71      0.01      1140.89        1588.94
stress-ng: info:  [30539] successful run completed in 1.00s
"""


@pytest.mark.parametrize(
    ("loader", "output", "rate"),
    [
        (Sysbench("", ""), SYSBENCH, 1309.84),
        (Sysbench("", ""), "", None),
        (Sysbench("", ""), SYSBENCH.replace("1309.84", "0.00"), None),
        (StressNg("", ""), STRESS_NG, 1140.89),
        (StressNg("", ""), STRESS_NG.replace("metrc: ", "info:  "), 1140.89),
        (StressNg("", ""), "stress-ng: info: cpu", None),
    ],
)
def test_the_rate_is_that_of_all_threads_by_wall_time(loader, output, rate):
    assert loader.rate(output) == rate


def program(folder, name, version):
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)


def test_sysbench_comes_first_and_another_program_of_that_name_is_passed_over(tmp_path):
    program(tmp_path, "stress-ng", "stress-ng, version 0.15.06 (gcc 12.2.0, x86_64 Linux)")
    program(tmp_path, "sysbench", "sysbench 1.0.20")
    assert find_loader(str(tmp_path)).name == "sysbench 1.0.20"
    program(tmp_path, "sysbench", "a bench of the system 7")
    assert find_loader(str(tmp_path)).name == "stress-ng 0.15.06"


def test_without_either_it_says_which_to_install(tmp_path):
    with pytest.raises(CannotRun, match="neither sysbench nor stress-ng is installed; install one: apt-get install"):
        find_loader(str(tmp_path))
