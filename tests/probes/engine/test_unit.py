import pytest

from hostcheck.probes.engine.unit import parse_open_files, probe

V2, V1 = "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/pids/system.slice"


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({f"{V2}/docker.service/pids.max": "4915\n"}, 4915),
        ({f"{V1}/docker.service/pids.max": "4915\n"}, 4915),
        ({f"{V2}/docker.service/pids.max": "max\n", f"{V2}/containerd.service/pids.max": "512\n"}, 512),
        ({f"{V2}/docker.service/pids.max": "9000\n", f"{V2}/crio.service/pids.max": "512\n"}, 512),
        ({f"{V2}/docker.service/pids.max": "max\n"}, "none"),
        ({}, "none"),
    ],
)
def test_the_lowest_limit_of_the_services_that_run_counts(fake_host, facts_of, files, limit):
    assert facts_of(probe, fake_host(files))["engine.tasks_max"].value == limit


def test_a_captured_host_without_the_groups_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host({}, live=False))["engine.tasks_max"].known


ETC, USR = "/etc/systemd/system", "/usr/lib/systemd/system"
FEDORA, DEBIAN = {"/proc/sys/fs/nr_open": "1073741816\n"}, {"/proc/sys/fs/nr_open": "1048576\n"}
INFINITE = "[Service]\nLimitNOFILE=infinity\n"


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({f"{USR}/containerd.service": INFINITE, **FEDORA}, 1073741816),
        ({f"{USR}/containerd.service": INFINITE, **DEBIAN}, 1048576),
        ({f"{USR}/containerd.service": "[Service]\n"}, 524288),
        ({f"{USR}/containerd.service": "[Service]\nLimitNOFILE=1024:65536\n"}, 65536),
        ({f"{USR}/docker.service": INFINITE, **FEDORA}, 1073741816),
        ({f"{USR}/docker.service": INFINITE, f"{USR}/containerd.service": "LimitNOFILE=9\n", **FEDORA}, 9),
        ({f"{USR}/docker.service": INFINITE, f"{ETC}/docker.service": "LimitNOFILE=9\n", **FEDORA}, 9),
        ({f"{USR}/docker.service": INFINITE, f"{ETC}/docker.service.d/a.conf": "LimitNOFILE=9\n", **FEDORA}, 9),
        ({"/usr/local/lib/systemd/system/docker.service": "LimitNOFILE=7\n"}, 7),
        ({f"{USR}/docker.service": "LimitNOFILE=9\n", f"{ETC}/docker.service.d/a.conf": "LimitNOFILE=\n"}, 524288),
        ({f"{USR}/docker.service": "LimitNOFILE=9\n", f"{ETC}/docker.service.d/a.conf": "LimitNOFILE=many\n"}, 9),
        ({f"{ETC}/docker.service.d/a.conf": "LimitNOFILE=9\n"}, "none"),
        ({f"{USR}/containerd.service": "LimitNOFILE=9\n", f"{ETC}/containerd.service": ""}, "none"),
        ({}, "none"),
    ],
)
def test_the_unit_its_drop_ins_and_the_kernel_limit_open_files(fake_host, facts_of, files, limit):
    assert facts_of(probe, fake_host(files))["engine.open_files"].value == limit


def test_a_drop_in_of_the_administrator_replaces_one_of_the_vendor(fake_host, facts_of):
    files = {f"{folder}/docker.service.d/50.conf": f"LimitNOFILE={number}\n" for folder, number in ((USR, 7), (ETC, 8))}
    host = fake_host({f"{USR}/docker.service": "[Service]\n", **files})
    assert facts_of(probe, host)["engine.open_files"].value == 8


def test_the_last_line_counts_and_comments_do_not():
    assert parse_open_files(("LimitNOFILE=1\nLimitNOFILE=2\n", "# LimitNOFILE=3\nLimitNOFILESoft=4\n")) == "2"
    assert parse_open_files(("",)) == ""


def test_an_infinite_limit_without_the_kernels_is_unknown(fake_host, facts_of):
    assert not facts_of(probe, fake_host({f"{USR}/docker.service": INFINITE}))["engine.open_files"].known
    assert not facts_of(probe, fake_host({}, live=False))["engine.open_files"].known
