import pytest

from hostcheck.probes.machine import (
    parse_capabilities,
    parse_cpus,
    parse_memory,
    parse_root,
    parse_steal,
    parse_swap,
    probe,
)

STATUS = "Name:\tx\nUid:\t1000\t0\t0\t0\nCapEff:\t0000000000201000\nCpus_allowed_list:\t0-3,8\n"
STAT = "cpu  50 0 30 10 0 0 0 10 0 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n"


def facts(host):
    return {fact.id: fact for fact in probe(host)}


@pytest.mark.parametrize(("text", "count"), [("0", 1), ("0-3", 4), ("0-1,8,10-11\n", 5), ("", 0)])
def test_processors_are_counted_from_ranges(text, count):
    assert len(parse_cpus(text)) == count


def test_memory_is_in_bytes_also_where_the_machine_counts_in_other_units():
    # kubernetes/kubernetes#93275: a Raspberry Pi of 8 GB was reported to have 1 MB.
    assert parse_memory("MemTotal:        7998468 kB\nMemFree: 1 kB\n") == 7998468 * 1024


def test_swap_is_on_where_the_table_has_more_than_its_head():
    head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    assert parse_swap(head) is False
    assert parse_swap(head + "/dev/zram0 partition 100 0 -2\n") is True
    with pytest.raises(ValueError):
        parse_swap("")


def test_stolen_time_is_a_share_of_all_time():
    assert parse_steal(STAT) == 10.0


def test_the_effective_user_counts():
    assert parse_root(STATUS) is True
    assert parse_root(STATUS.replace("\t0\t0\t0", "\t1000\t0\t0")) is False


def test_capabilities_are_bits():
    assert parse_capabilities(STATUS) == {"net_admin": True, "sys_admin": True}
    assert parse_capabilities("CapEff:\t0000000000001000\n") == {"net_admin": True, "sys_admin": False}


def test_processors_that_are_offline_do_not_count(fake_host):
    host = fake_host({"/proc/self/status": STATUS, "/sys/devices/system/cpu/online": "0-1\n"})
    assert facts(host)["hw.cpus"].value == 2


@pytest.mark.parametrize(
    ("files", "init"),
    [
        ({"/run/systemd/system/x": ""}, "systemd"),
        ({"/proc/1/comm": "systemd\n"}, "other"),
        ({"/proc/1/comm": "init"}, "other"),
    ],
)
def test_systemd_is_detected_by_its_folder_and_not_by_a_name(fake_host, files, init):
    assert facts(fake_host(files))["os.init"].value == init


def test_the_version_of_systemd_is_found_without_running_it(fake_host):
    host = fake_host({"/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so": ""})
    assert facts(host)["os.systemd"].value == "252"
    assert facts(fake_host({}))["os.systemd"].value == "none"
    assert not facts(fake_host({"/run/systemd/system/x": ""}))["os.systemd"].known


def test_an_empty_captured_host_has_unknown_facts(fake_host):
    assert not any(fact.known for fact in facts(fake_host({}, live=False)).values())


@pytest.mark.parametrize("garbage", ["", "\0", "x y z", "-1 -1", "9" * 40, "cpu a b c d e f g h", "0-"])
def test_files_of_another_shape_are_unknown_and_no_crash(fake_host, garbage):
    paths = ("/proc/self/status", "/proc/meminfo", "/proc/swaps", "/proc/stat", "/sys/devices/system/cpu/online")
    found = facts(fake_host(dict.fromkeys(paths, garbage)))
    assert not any(found[fact_id].known for fact_id in ("hw.cpus", "hw.memory_bytes", "hw.swap", "priv.root"))
