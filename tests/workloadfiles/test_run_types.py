"""Values that the client of Docker 28.2 refuses before it asks an engine, and ones that it takes."""

import pytest

from hostcheck.workloadfiles.reading import read_files

REFUSED = (
    "--gpus count=a",
    "--gpus count=0x2",
    "--gpus a",
    "--memory-swappiness 101",
    "--memory-swappiness=-2",
    "--health-retries=-1",
    "--cpu-shares abc",
    "--pids-limit abc",
    "--oom-score-adj abc",
    "--stop-timeout abc",
    "--blkio-weight abc",
    "--memory-swap abc",
    "--shm-size 1q",
    "--health-interval 5",
    "--health-start-period abc",
    "--pid nope",
    "--uts nope",
    "--userns nope",
    "--cgroupns nope",
    "--pull nope",
    "--attach nope",
    "-d -a stdout",
    "--health-cmd x --no-healthcheck",
    "--add-host abc",
    "--add-host a:nope",
    "--dns abc",
    "--mac-address abc",
    "--device-cgroup-rule abc",
    "--expose abc",
    "--ulimit nofile=a",
    "--ulimit nope=5",
    "--ulimit nofile",
    "--ulimit nofile=1:2:3",
    "--security-opt nope",
    "-e =b",
    "-e ''",
    "-l =b",
    "-v :/b",
    "-v ''",
    "--mount type=bind",
    "--mount type=bind,src=/a",
    "--mount foo",
    "--device-read-bps a:1",
    "--init=maybe",
    "--privileged=maybe",
)
TAKEN = (
    "--gpus all --memory-swappiness 100 --health-retries 0",
    "--gpus 'device=0,1' --memory-swappiness=-1",
    "--gpus count=2,driver=nvidia --memory-swappiness 0x64",
    "--cpu-shares 1 --pids-limit -1 --oom-score-adj 5 --stop-timeout 0x10",
    "--memory 1g --memory-swap -1 --shm-size 64m",
    "--health-interval 1m30s --health-timeout 1.5h --health-start-period 0",
    "--pid host --uts host --userns host --cgroupns private --pull never",
    "--pid container:a --ipc shareable -a STDOUT",
    "--add-host a:host-gateway --add-host b=1.2.3.4 --add-host c:::1 --add-host d:[::1] --dns 1.2.3.4",
    "--mac-address 02:42:ac:11:65:43 --device-cgroup-rule 'c 1:* mr' --expose 80-90/tcp",
    "--ulimit nofile=-1 --ulimit nofile=1:2 --security-opt no-new-privileges --security-opt seccomp=unconfined",
    "-e A -e A= -e A==b -l b -l c=d",
    "-v /a -v a-b:/x:ro --mount type=volume,dst=/y --mount type=bind,src=/a,dst=/b,ro",
    "--device-read-bps /dev/sda:1mb --init=false --privileged=0",
    "--device-write-bps /dev/sda:1.5mb --mac-address 0242.ac11.0001 --pull '' --cpu-shares 0b11",
    "--dns ' 1.1.1.1' --add-host 'a:  1.1.1.1' --health-interval 1.m.5s",
    """--mount 'type=volume,source=v,target=/app,"volume-opt=o=addr=10.0.0.10,rw"'""",
    "--shm-size $SIZE -e $A -v $DIR:/x --pid $MODE --ulimit $LIMIT",
)


def refused(tmp_path, options, program="docker"):
    (tmp_path / "a.sh").write_text(f"{program} run {options} alpine\n")
    (content,) = read_files([str(tmp_path / "a.sh")], lint=True)
    return [each.said for each in content.mistakes if each.rule == "run/refused"]


@pytest.mark.parametrize("options", REFUSED)
def test_a_value_that_the_client_refuses_is_a_mistake(tmp_path, options):
    assert len(refused(tmp_path, options)) == 1


@pytest.mark.parametrize("options", TAKEN)
def test_a_value_that_the_client_takes_is_none(tmp_path, options):
    assert refused(tmp_path, options) == []


def test_podman_has_other_values(tmp_path):
    assert refused(tmp_path, "--userns keep-id --pull newer --pid private", "podman") == []


def test_a_long_number_takes_a_time_in_proportion_to_its_length(tmp_path):
    # Quadratic, this took half a minute.
    assert len(refused(tmp_path, f"--health-interval {'1' * 40_000}")) == 1


def test_mounts_with_quoted_fields_are_compared_by_their_target(tmp_path):
    quoted = """--mount 'type=volume,"target=/a,b"'"""
    assert refused(tmp_path, f"{quoted} --mount type=volume,target=/a") == []
    assert len(refused(tmp_path, f"{quoted} -v '/x:/a,b'")) == 1
