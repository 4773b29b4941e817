"""A promise's file: every key, every slip with its line and the nearest name."""

import json
from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.formats.promise_explained import render
from hostcheck.formats.terminal import Style, display_width
from hostcheck.gate.policy_file import parse_policy
from hostcheck.profiles.loader import parse
from hostcheck.promise.file import read_promise
from hostcheck.promise.keys import KEYS
from hostcheck.promise.templates import read_template

ISSUE = """
[promise]
virtualization = "kvm"
cpus = 4
dedicated_cpu = true
memory = "8 GB"
disk = "nvme"
disk_size = "160 GB"
random_write = ">= 25000 IOPS"
fsync_p99 = "<= 10 ms"
network = ">= 1 Gbit/s"
engine = ["docker", "kubernetes"]
location = "NO"
"""


@pytest.fixture
def read(tmp_path):
    def from_text(text, name="plan.toml"):
        path = tmp_path / name
        path.write_text(text)
        return read_promise(path)

    return from_text


def test_the_lines_keep_the_claim_and_its_place(read):
    lines = read(ISSUE)
    assert [line.key for line in lines][:3] == ["virtualization", "cpus", "dedicated_cpu"]
    assert (lines[3].claim, lines[3].place[1]) == ("8 GB", 6)


def test_each_line_is_translated_to_ids_and_rules(read):
    text = render(read(ISSUE), Style(width=80))
    for part in (
        'fact = "virt.vm", one_of = ["kvm"]',
        'fact = "hw.cpus.present", at_least = 4',
        'fact = "hw.init.cpus", at_least = 4  # in a container',
        'fact = "hw.memory.present_bytes", at_least = "8 GB"',
        'fact = "hw.disks.bytes", at_least = 159840000000  # 160 GB less 0.1%',
        "cpu.threads.delivered.cpus >= 3.8",
        "cpu.threads.steal.percent < 1",
        "disk.randread.gain >= 3",
        "disk.randwrite.iops >= 25000 IOPS",
        "disk.wal.p99.seconds <= 0.01 s",
        "network.send.bandwidth >= 112.5 MB/s  # or the next; 90% of 125 MB/s",
        "network.send.parallel.bandwidth >= 112.5 MB/s",
        'profiles = ["kubernetes"], fail_on = "required"',
        '[place] within = ["NO"]',
    ):
        assert part in text
    assert max(map(display_width, text.splitlines())) <= 80


def test_each_rule_is_one_of_a_profile_or_of_a_policy_as_it_is_printed(read, tmp_path):
    """One grammar and one parser: what --explain prints can be written into a profile, or into a policy."""
    others = ("virtualization = 'lxc'", "virtualization = 'xen'", "disk = 'ssd'", "random_read = '25K'")
    lines = [*read(ISSUE), *(line for row in others for line in read(f"[promise]\n{row}\n"))]
    printed = [row.strip() for row in render(lines, Style(width=80)).splitlines() if row.startswith("    ")]
    rules = [row for row in printed if not row.startswith("# ")]
    facts = [row.partition("  # ")[0] for row in rules if row.startswith("fact = ")]
    place = [row for row in rules if row.startswith("[place] ")]
    engines = [row for row in rules if row.startswith("profiles = ")]
    metrics = [row.partition("  # ")[0] for row in rules if row not in (*place, *engines) and "fact" not in row]
    assert (len(facts), len(metrics), len(engines), len(place)) == (23, 17, 2, 1)
    row = 'title = "t"\nwhy = "because."\nfix = "do it."\nsource = "moby#1"\nseverity = "required"\n'
    checks = (
        f'[[check]]\nid = "mine.{number}"\n{row}{text.replace(", ", chr(10), 1)}\n' for number, text in enumerate(facts)
    )
    assert len(parse('title = "T"\nsummary = "S."\n' + "".join(checks), Path("mine.toml")).checks) == len(facts)
    for engine in engines:
        policy = parse_policy(
            f"[gate]\nthresholds = {json.dumps(metrics)}\n{engine.replace(', ', chr(10))}\n", Path("p")
        )
        assert len(policy.thresholds) == len(metrics)
    (line,) = place
    (tmp_path / "marks").write_text(
        '[[landmark]]\nname = "a"\naddress = "192.0.2.1"\nport = 443\n'
        'latitude = 59.9\nlongitude = 10.7\nknown = "its operator"\n'
    )
    text = f'[gate]\n{line.replace("] ", "]" + chr(10), 1)}\nlandmarks = "marks"\n'
    assert parse_policy(text, tmp_path / "policy.toml").place


@pytest.mark.parametrize(
    ("key", "written", "same"),
    [
        *(
            ("cpus", written, 4)
            for written in (
                *(
                    "4 vCPU",
                    "4 vCPUs",
                    "4vCPU",
                    "4 VCPU",
                    "4 vCore",
                    "4 Cores",
                    "4 vCPU Cores",
                    "4 CPU Cores",
                    "4 x vCPU",
                ),
                *("4x CPU", "4 threads", "4 CPU threads", "4 virtual cores", "4 Virtual CPUs", "4"),
            )
        ),
        *(
            ("memory", written, "8 GB")
            for written in ("8GB", "8 GB RAM", "8GB RAM", "8 GB Memory", "8 GB of RAM", "8G", "8\u00a0GB", "8\u202fGB")
        ),
        ("cpus", ">= 4", 4),
        ("cpus", "≥ 4 vCPU", 4),
        ("memory", ">= 8 GB", "8 GB"),
        ("disk_size", ">= 160 GB", "160 GB"),
        *(("disk_size", written, "160 GB") for written in ("160GB", "160 GB disk", "160 GB storage", "160 G")),
        *(("disk", written, "nvme") for written in ("NVMe", "NVMe SSD", "SSD NVMe", "M.2 NVMe", "PCIe NVMe SSD")),
        *(("disk", written, "ssd") for written in ("SSD", "SATA SSD", "SSD storage")),
        *(
            ("network", written, "1 Gbit/s")
            for written in (
                *("1 Gbps", "1Gbps", "1 GBit/s", "1 GBit", "1000 MBit/s", "1 Gigabit", "1 gigabit/s", "1 Gb/s"),
                *("1000 Megabit", "1 Gbps port", "1 Gbit/s uplink"),
            )
        ),
        *(("random_read", written, 25000) for written in ("25K IOPS", "25k", "25 000 IOPS", "25000 iops")),
        *(("virtualization", written, "kvm") for written in ("KVM", "QEMU/KVM", "KVM/QEMU")),
        ("virtualization", "Xen HVM", "xen-hvm"),
        ("virtualization", "VMware ESXi", "vmware"),
        ("virtualization", "vSphere", "vmware"),
        ("virtualization", "baremetal", "bare metal"),
        ("virtualization", "LXC container", "lxc"),
        ("sequential_read", "500 Mo/s", "500 MB/s"),
        ("virtualization", "Microsoft Hyper-V", "hyperv"),
        ("virtualization", "OpenVZ 7", "openvz"),
        ("engine", "Docker", "docker"),
        ("engine", "k8s", "kubernetes"),
        ("fsync_p99", "10 milliseconds", "10 ms"),
        # Full width, and digits of other scripts.
        ("cpus", "\uff14 \uff56\uff23\uff30\uff35", 4),
        ("memory", "\uff18\u3000\uff27\uff22", "8 GB"),
        ("network", "\uff11\uff27\uff42\uff50\uff53", "1 Gbit/s"),
        ("memory", "\u0668 GB", "8 GB"),
        ("virtualization", "\uff2b\uff36\uff2d", "kvm"),
    ],
)
def test_a_value_is_read_as_sellers_write_it(read, key, written, same):
    (line,) = read(f"[promise]\n{key} = {json.dumps(written)}\n")
    (other,) = read(f"[promise]\n{key} = {json.dumps(same)}\n")
    assert line.claim == written
    assert line.asks.translation == other.asks.translation


def test_a_distance_of_a_city_is_no_rule_of_a_policy(read):
    (line,) = read("[promise]\nlocation = '300 km of Oslo'\n")
    assert line.asks.translation == ('hostcheck locate --landmarks FILE --within "300 km of Oslo"',)


def test_a_metric_can_be_named_by_its_id(read):
    (line,) = read('[promise]\n"disk.randread.qd1.iops" = 9000\n')
    assert line.asks.translation == ("disk.randread.qd1.iops >= 9000 IOPS",)
    (line,) = read('[promise]\n"disk.randread.qd1.iops" = "9K IOPS"\n')
    assert line.asks.translation == ("disk.randread.qd1.iops >= 9000 IOPS",)
    (line,) = read('[promise]\n"storm.makespan.seconds" = "5 s"\n')
    assert line.asks.translation == ("storm.makespan.seconds <= 5 s",)


def test_a_short_time_is_explained_without_an_exponent(read):
    (line,) = read("[promise]\nfsync_p99 = '10 µs'\n")
    assert line.asks.translation == ("disk.wal.p99.seconds <= 0.00001 s",)


@pytest.mark.parametrize("kind", ["vps", "dedicated-cpu", "dedicated-server", "budget"])
def test_each_template_is_a_promise(read, kind):
    text = read_template(kind)
    assert read(text)
    # What is commented out is one as well.
    rows = [row.removeprefix("# ") for row in text.splitlines() if " = " in row and not row.startswith("# [")]
    keys = {row.split(" = ")[0] for row in rows}
    assert keys <= {*KEYS}
    for row in rows:
        read(f"[promise]\n{row}\n")


def test_a_policy_and_pyproject_have_the_table_too(read):
    assert read('[gate]\nprofiles = ["docker"]\n[promise]\ncpus = 2\n')
    assert read("[tool.other]\na = 1\n[tool.hostcheck.promise]\ncpus = 2\n", "pyproject.toml")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("memroy = '8 GB'", "unknown key 'memroy'; did you mean memory?"),
        ("randomwrite = 5", "did you mean random_write?"),
        ("'disk.randwrit.iops' = 5", "did you mean disk.randwrite.iops?"),
        ("virtualization = 'kwm'", "did you mean kvm?"),
        ("virtualization = 'other'", "there is no virtualization"),
        ("virtualization = 'Proxmox'", "can mean kvm or lxc; write kvm or lxc"),
        ("virtualization = 'Virtuozzo'", "can mean kvm or openvz; write kvm or openvz"),
        ("cpus = 'four'", "write only the number"),
        ("cpus = 0", "write only the number"),
        ("cpus = true", "write only the number"),
        ("cpus = 2.5", "write only the number"),
        ("cpus = '4 dedicated cores'", "write only '4', if that is the promised minimum; and dedicated_cpu = true"),
        ("cpus = '4 cores / 8 threads'", "each thread is a CPU: write only '8'"),
        ("cpus = 'Xeon-D 1520 4/8'", "each thread is a CPU: write only '8'"),
        ("cpus = '4 vCPU, 1/1 Gbps'", "write only '4'"),
        ("cpus = '2 vCPU, 500/500 Mbit/s'", "write only '2'"),
        ("cpus = '4 vCPU, 100/200 TB'", "write only '4'"),
        ("cpus = '0 vCPU'", "write only the number"),
        ("cpus = '2 x 8 cores'", "write the total number of threads: 16, if each core has one"),
        ("cpus = '2 × 16 cores / 32 threads'", "write the total number of threads: 32"),
        ("cpus = '2x 8C/16T'", "write the total number of threads: 16"),
        ("cpus = '4 GHz'", "write only the number, such as 4, and"),
        ("cpus = '4 x 2.4 GHz'", "write only the number, such as 4, and"),
        ("cpus = '4 × 2,4 GHz'", "write only the number, such as 4, and"),
        ("cpus = '4 vCPU, 2 dedicated'", "write only the number of CPUs for each of which"),
        ("disk_size = '40 GB + 100 GB'", "write only the promised minimum, as one quantity"),
        ("network = '100 Mbps down / 50 Mbps up'", 'network_receive = "100 Mbps" and network_send = "50 Mbps"'),
        ("network = '1 Gbit/s download'", 'write network_receive = "1 Gbit/s"'),
        ("cpus = 'up to 4 vCPU'", "does not promise a minimum"),
        ("cpus = '> 4'", "write only the number"),
        ("memory = '> 8 GB'", 'write ">= 8 GB"'),
        ("cpus = '2.5 cores'", "write only the number"),
        ("cpus = '2 dedicated vCPU'", "write only '2'"),
        ("cpus = 'AMD EPYC'", "write only the number"),
        ("cpus = '8C/16T'", "write only '16'"),
        ("memory = '8GB DDR4 ECC RAM'", "'DDR4 ECC' cannot be judged; write only '8GB'"),
        ("disk_size = '160 GB NVMe SSD'", "write only '160 GB', if that is the promised minimum; and disk = \"nvme\""),
        ("disk = 'SSD cached'", "write only ssd, if every disk is promised to be of this class"),
        ("disk = 'NVMe/SSD'", "there is no class of disk"),
        ("disk = 'Ceph NVMe'", "there is no class of disk"),
        ("network = '1 Gbps unmetered'", "'unmetered' cannot be judged; write only '1 Gbps'"),
        ("random_read = 'up to 25,000 IOPS'", "does not promise a minimum"),
        ("random_read = '3000 IOPS baseline'", "'baseline' cannot be judged"),
        ("virtualization = 'Proxmox VE'", "write kvm or lxc"),
        ("virtualization = 'cloud'", "write kvm, xen, vmware, hyperv, openvz, lxc or bare metal"),
        ("engine = 'Docker-ready'", "there is no profile 'Docker-ready'"),
        ("dedicated_cpu = false", "leave the line out"),
        ("memory = 8", "write a text"),
        ("random_read = 25.000", "write a whole number"),
        ("memory = '8'", "has no unit"),
        ("memory = '<= 8 GB'", "is a limit in the wrong direction"),
        ("memory = '2 x 8 GB'", 'write the sum: "16 GB"'),
        ("disk = 'nvm'", "did you mean nvme?"),
        ("disk = 'hdd'", "write nvme or ssd"),
        ("disk = 'SAS'", "write nvme or ssd; leave the line out for others"),
        ("virtualization = 'Vollvirtualisierung (KVM)'", "write only kvm, if that is promised"),
        ("cpus = 2\ncpus = 3", "'cpus' occurs twice"),
        ("random_write = '<= 5 IOPS'", "is a limit in the wrong direction"),
        ("fsync_p99 = '>= 5 ms'", "is a limit in the wrong direction"),
        ("fsync_p99 = 5", "write a text"),
        ("random_write = '25,000'", "without commas"),
        ("network = 'up to 1 Gbit/s'", "does not promise a minimum"),
        ("engine = ['dokcer']", "did you mean docker?"),
        ("engine = []", "write"),
        ("engine = 5", "write"),
        ("location = 'Norway'", "write NO"),
        ("location = 'Atlantis'", "is not a place that is known"),
        ('memory = "8\\u001b GB"', "write a text"),
    ],
)
def test_a_slip_is_an_error_with_its_line_and_what_would_be_right(read, row, said):
    with pytest.raises(UsageError, match=r"plan\.toml:(?:2| Cannot overwrite)") as caught:
        read(f"[promise]\n{row}\n")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[promise]\n"mem\\u006fry" = 5\n', 2),
        ("promise.memory = 5\n", 1),
        ("\npromise . memory = 5\n", 2),
        ("# a plan\n\npromise = { memory = 5 }\n", 3),
        ('[promise]\ncpus = 2\n"mem\\u006fry2" = 5\n', 3),
    ],
)
def test_the_line_is_found_however_a_key_is_written(read, text, line):
    with pytest.raises(UsageError, match=rf"plan\.toml:{line}:"):
        read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[promise]\nmemory = 8 GB\n", 'a text in quotes: KEY = "TEXT"'),
        ("[promise]\nmemory = GB\n", 'a text in quotes: KEY = "TEXT"'),
        ("[promise]\nmemory: 8\n", "write KEY = VALUE"),
        ("[promise]\nmemory = \u201c8 GB\u201d\n", "straight quotes"),
        ("[promise]\ndedicated_cpu = True\n", "true or false, in small letters"),
        ('[promise]\nmemory = "8 GB\n', "close the text with its quotes"),
        ("[promise]\nmemory = '8 GB\n", "close the text with its quotes"),
        ('[promise]\nmemory = "8\\GB"\n', "two backslashes for one"),
        ("[promise\nmemory = 8\n", "[NAME]"),
        ("[promise]\nengine = ['docker'\n", "close the list with ]"),
        ("[promise]\ncpus = 2\n[promise]\ncpus = 3\n", "each table once"),
        ("[promise]\ncpus = 2\ncpus = 3\n", "'cpus' occurs twice; write each key"),
    ],
)
def test_a_file_that_is_not_toml_says_what_to_write(read, text, said):
    with pytest.raises(UsageError) as caught:
        read(text)
    assert said in str(caught.value)


def test_all_slips_are_reported_at_once(read):
    with pytest.raises(UsageError) as caught:
        read("[promise]\nmemroy = '8 GB'\ncpus = 0\n")
    assert len(caught.value.lines) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[promise]\n", "the table is empty"),
        ("promise = 5\n", "promise is not a table"),
        ("[gate]\n", "this is a policy"),
        ("[promises]\ncpus = 1\n", "did you mean promise"),
        ("[promise\n", "reading the promise"),
        ('{"schema": "hostcheck.run/1"}', "this is a run file"),
    ],
)
def test_what_is_no_promise_says_what_it_is(read, text, said):
    with pytest.raises(UsageError, match=said):
        read(text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_promise(Path(tmp_path / "none.toml"))
