"""What each kind of file keeps: what describes the machine, and nothing that identifies it or its owner."""

import gzip
import json
import struct
import tarfile

import pytest

from hostcheck.capture.write import archive
from hostcheck.host.base import Reading
from hostcheck.host.resolver import RESOLV, search_domains

DMI = "/sys/class/dmi/id"
MEMORY = b"\x13\x0f\0\0" + b"\0\0\0\0\xff\xff\x7f\0" + b"\0\0\x01" + b"\0\0"
"""A range of memory of 8 GiB, as SeaBIOS writes it."""
EXAMPLES = [
    (f"{DMI}/product_serial", b"CZJ8230XYZ\n", b"scrubbed\n"),
    (f"{DMI}/board_serial", b"..CN7016345S00AB.\n", b"scrubbed\n"),
    (f"{DMI}/product_serial", b"ec2f3a4b-1234\n", b"ec200000-0000-0000-0000-000000000000\n"),
    (f"{DMI}/product_serial", b"GoogleCloud-0123456789ABCDEF\n", b"GoogleCloud-0\n"),
    (f"{DMI}/product_serial", b"VMware-42 1e 8d 9a\n", b"VMware-0\n"),
    (f"{DMI}/product_serial", b"srv-ab12c.gb1.brightbox.com\n", b"scrubbed.brightbox.com\n"),
    (f"{DMI}/product_serial", b"\n", b"\n"),
    (f"{DMI}/chassis_asset_tag", b"OracleCloud.com\n", b"OracleCloud.com\n"),
    (f"{DMI}/chassis_asset_tag", b"ACME-LAPTOP-0042\n", b"scrubbed\n"),
    (f"{DMI}/product_uuid", b"EC2AE145-D1DC-13B2\n", b"EC200000-0000-0000-0000-000000000000\n"),
    (f"{DMI}/product_uuid", b"4c4c4544-0044\n", b"00000000-0000-0000-0000-000000000001\n"),
    (f"{DMI}/product_uuid", b"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n", b"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n"),
    ("/etc/machine-id", b"uninitialized\n", b"uninitialized\n"),
    ("/etc/machine-id", b"3d1219c7c4c5404aaa1f6d2a48adfda4\n", b"scrubbed\n"),
    (f"{DMI}/product_name", b"PowerEdge R640\n", b"PowerEdge R640\n"),
    ("/sys/firmware/dmi/entries/0-0/raw", b"\0\x1a\0\0\x01\x02", b"\0\x1a\0\0\x01\x02"),
    ("/sys/firmware/dmi/entries/0-0/raw", b"\0\x04\0\0SeaBIOS\x001.16\0\0", b"\0\x04\0\0SeaBIOS\x001.16\0\0"),
    ("/sys/firmware/dmi/tables/DMI", b"\0\x05\0\0\x08Acme\0\0\x01\x04\0\0CZJ82\0\0", b"\0\x05\0\0\x08Acme\0\0"),
    ("/sys/firmware/dmi/tables/DMI", b"\x01\x04\0\0CZJ82\0\0", None),
    ("/sys/firmware/dmi/tables/DMI", b"\x01\x04\0\0CZJ82\0\0" + MEMORY + b"\x11\x04\0\0SN123\0\0", MEMORY),
    ("/sys/firmware/dmi/entries/19-0/raw", MEMORY, MEMORY),
    ("/sys/firmware/dmi/tables/smbios_entry_point", b"_SM3_", None),
    ("/sys/firmware/dmi/entries/1-0/raw", b"\x01\x1b\0\0CZJ8230XYZ", None),
    ("/sys/firmware/acpi/tables/MSDM", b"MSDM" + b"\0" * 32 + b"ABCDE-FGHIJ-KLMNO", b"MSDM" + b"\0" * 32),
    ("/proc/device-tree/serial-number", b"10000000abcdef01\0", b"scrubbed\n"),
    ("/etc/machine-id", b"b08dfa6083e7567a1921a715000001fb\n", b"scrubbed\n"),
    ("/etc/shadow", b"root:$6$abc:19000::::::\n", None),
    (
        "/etc/rancher/k3s/config.yaml",
        b"token: K10abcdef::server:0123\ndata-dir: /srv/k3s\ndatastore-endpoint: mysql://u:pw@db\n",
        b"data-dir: /srv/k3s\n",
    ),
    ("/etc/rancher/rke2/config.yaml.d/1.yaml", b"agent-token: 0123\n", b""),
    (
        "/etc/systemd/system/k0sworker.service",
        b"[Service]\nExecStart=/usr/local/bin/k0s worker --data-dir=/srv/k0s --token=H4sIAAAA\n",
        b"[Service]\nExecStart=k0s --data-dir=/srv/k0s\n",
    ),
    (
        "/usr/lib/systemd/system/k3s.service",
        b"ExecStart=k3s \\\n server \\\n '--token' \\\n 'abc' \\\n '--snapshotter' \\\n 'native' \\\n",
        b"[Service]\nExecStart=k3s --snapshotter native\n",
    ),
    (
        "/etc/systemd/system/rke2-agent.service.d/o.conf",
        b"ExecStart=\nExecStart=rke2 agent -t abc -c /r.yaml --kubelet-arg=feature-gates=KubeletInUserNamespace=true\n",
        b"[Service]\nExecStart=\nExecStart=rke2 -c /r.yaml --kubelet-arg=feature-gates=KubeletInUserNamespace=true\n",
    ),
    ("/etc/systemd/system/k3s.service", b"", b""),
    ("/etc/rancher/k3s/config.yaml", b"token: abc\nsnapshotter: native\n", b"snapshotter: native\n"),
    (
        "/etc/systemd/system/k3s.service",
        b"ExecStart=/bin/sh -c 'k3s server -t hunter2zz --etcd-s3-secret-key hunter3zz --snapshotter=native'\n",
        b"[Service]\nExecStart=k3s --snapshotter=native\n",
    ),
    (
        "/etc/systemd/system/k3s.service",
        b"[Service]\nExecStart=/usr/bin/env sh -c 'exec k3s server -t hunter2zz'\n",
        b"[Service]\nExecStart=env\n",
    ),
    ("/root/.ssh/id_ed25519", b"-----BEGIN OPENSSH PRIVATE KEY-----", None),
    ("/some/blob", b"\x01\x02\x03", None),
    ("/proc/self/mountinfo", b"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n" * 30_000 + b"28 27 0:5 / /m", None),
    ("/some/latin-1", b"caf\xe9\n", None),
    ("/etc/docker/daemon.json", b'{"data-root": "/home/bob/d"}', b'{\n "data-root": "/home/user1/d"\n}\n'),
    (
        "/etc/x.json",
        b'{"k": 1, "auths": {"r": "eA=="}, "labels": ["a"]}',
        b'{\n "k": 1,\n "auths": {},\n "labels": []\n}\n',
    ),
    ("/proc/1/environ", b"container=lxc\nEDITOR=vim\n", b"container=lxc\nEDITOR=scrubbed\n"),
    ("/proc/1/environ", b"container=lxc\0EDITOR=vim\0A=\0", b"container=lxc\0EDITOR=scrubbed\0A=\0"),
    (
        "/proc/cmdline",
        b"root=/dev/x ro swapaccount=1 ip=10.1.1.1 acmekey\n",
        b"root=scrubbed ro swapaccount=1 ip=scrubbed\n",
    ),
    ("/proc/17/cmdline", b"/usr/bin/dockerd\0--label\0owner=x\0", b"/usr/bin/dockerd\0scrubbed\0scrubbed\0"),
    ("/etc/hostname", b"web1\n", b"host\n"),
    ("/etc/hostname", b"My_Host\n", b"Xx_Xxxx\n"),  # no valid name, and still none
    ("/etc/hostname", b"localhost\n", b"localhost\n"),
    ("/etc/group", b"docker:x:998:bob,root\n", b"docker:x:998:user1,root\n"),
    ("/proc/sys/kernel/domainname", b"(none)\n", b"(none)\n"),
    (
        "/etc/hosts",
        b"127.0.0.1 localhost # me\n10.1.2.3 web1.acme.com web1\n",
        b"127.0.0.1 localhost\n10.1.255.3 host1 host\n",
    ),
    (
        "/etc/resolv.conf",
        b"# acme\nnameserver 127.0.0.53\nsearch a.com .\n",
        b"nameserver 127.0.0.53\nsearch example.org .\n",
    ),
    ("/etc/resolv.conf", b"nameserver 8.8.4.4\noptions edns0\n", b"nameserver 198.18.0.4\noptions edns0\n"),
    ("/etc/passwd", b"bob:x:1000:1000:Bob B:/home/bob:/bin/sh\n", b"user1:x:1000:1000::/home/user1:/bin/sh\n"),
    ("/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n", b"root:x:0:0::/root:/bin/sh\n"),
    ("/etc/subuid", b"bob:100000:65536\n1001:165536:65536\n", b"user1:100000:65536\n1001:165536:65536\n"),
    ("/proc/net/route", b"eth0\t0001A8C0\t0101A8C0\t0003\t00FFFFFF\n", b"eth0\t000FA8C0\t010FA8C0\t0003\t00FFFFFF\n"),
    ("/proc/net/route", b"tun0\t00000080\t00000000\t0001\t00000080\n", b"tun0\t00000080\t00000000\t0001\t00000080\n"),
    ("/proc/cpuinfo", b"model name\t: A\nSerial\t\t: 00a1b2\n", b"model name\t: A\nSerial\t\t: 000000\n"),
    (
        "/proc/cpuinfo",
        b"processor 0: version = FF,  identification = 0133E8,\n",
        b"processor 0: version = FF,  identification = 000000,\n",
    ),
    ("/proc/sysinfo", b"Manufacturer: IBM\nSequence Code: 0A1\n", b"Manufacturer: IBM\nSequence Code: 000\n"),
    (
        "/proc/sysinfo",
        b"VM00 Name: LINUX01\nVM00 Control Program: z/VM\n",
        b"VM00 Name: 0000000\nVM00 Control Program: z/VM\n",
    ),
    (
        "/proc/ppc64/lparcfg",
        b"serial_number=IBM,02107A\nsystem_type=IBM,9009\n",
        b"serial_number=000,000000\nsystem_type=IBM,9009\n",
    ),
    ("/proc/version", b"Linux version 6.1.0 (bob@desk) (gcc 12)\n", b"Linux version 6.1.0 (builder@host) (gcc 12)\n"),
    (
        "/proc/version",
        b"Linux version 4.4.0 (Microsoft@Microsoft.com)",
        b"Linux version 4.4.0 (Microsoft@Microsoft.com)",
    ),
    ("/boot/config-6.1", b'CONFIG_X=y\nCONFIG_CMDLINE="a=b"\n', b'CONFIG_X=y\nCONFIG_CMDLINE="scrubbed"\n'),
    (
        "/boot/config-6.1",
        b"CONFIG_SECRET_KEY=y\n# CONFIG_TOKEN is not set\n",
        b"CONFIG_SECRET_KEY=y\n# CONFIG_TOKEN is not set\n",
    ),
    ("/boot/config-6.1", b'CONFIG_LSM="apparmor"\nCONFIG_E=""\n', b'CONFIG_LSM="apparmor"\nCONFIG_E=""\n'),
    ("/proc/config.gz", gzip.compress(b"CONFIG_X=y\n", mtime=0)[:-4], None),
    ("/proc/config.gz", b"\x1f\x8bno gzip", None),
    ("/.evidence/dmesg", b"a\n[0] Command line: x=y\nHypervisor detected: KVM\n", b"a\n\nHypervisor detected: KVM\n"),
]
MOUNTS = [
    (b"1 0 0:1 / / rw - ext4 /dev/sda1 rw,seclabel", b"1 0 0:1 / / rw - ext4 /dev/sda1 rw,seclabel"),
    (
        b"1 0 0:1 / /m rw - nfs4 nas1:/vol rw,addr=10.1.1.1,vers=4.2",
        b"1 0 0:1 / /m rw - nfs4 server:/export rw,addr=scrubbed,vers=4.2",
    ),
    (
        b"1 0 0:1 / /m rw - cifs //nas/s rw,username=bob,domain=a",
        b"1 0 0:1 / /m rw - cifs //server/share rw,username=scrubbed,domain=scrubbed",
    ),
    (
        b"1 0 0:1 / /m rw - ceph 10.1.1.1:6789,10.1.1.2:6789:/ rw,name=x",
        b"1 0 0:1 / /m rw - ceph server:/export rw,name=scrubbed",
    ),
    (
        b"1 0 0:1 / /home/bob/nas rw - fuse.sshfs bob@nas:/x rw",
        b"1 0 0:1 / /home/user1/nas rw - fuse.sshfs server:/export rw",
    ),
    (b"1 0 0:1 / /g rw - cgroup cgroup rw,name=systemd", b"1 0 0:1 / /g rw - cgroup cgroup rw,name=systemd"),
    (b"1 0 0:1 / /c rw - 9p C:\\134 rw,aname=drvfs", b"1 0 0:1 / /c rw - 9p C:\\134 rw,aname=scrubbed"),
]


@pytest.mark.parametrize(
    ("path", "data", "expected"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_file_keeps_what_describes_the_machine_and_nothing_else(kept, path, data, expected):
    assert kept(path, data) == expected


@pytest.mark.parametrize(("line", "expected"), MOUNTS)
def test_a_mount_keeps_its_type_and_place_and_loses_its_server(kept, line, expected):
    assert kept("/proc/self/mountinfo", line + b"\n") == expected + b"\n"


def test_a_table_of_mounts_without_ids_is_read_from_its_first_column(kept):
    assert (
        kept("/proc/mounts", b"nas:/v /m nfs rw,addr=10.1.1.1 0 0\n") == b"server:/export /m nfs rw,addr=scrubbed 0 0\n"
    )


def test_a_compressed_configuration_stays_compressed(kept):
    packed = gzip.compress(b'CONFIG_X=y\nCONFIG_DEFAULT_HOSTNAME="web1"\n')
    assert gzip.decompress(kept("/proc/config.gz", packed)) == b'CONFIG_X=y\nCONFIG_DEFAULT_HOSTNAME="scrubbed"\n'


def test_socket_and_ipv6_tables_are_renamed_in_their_own_notation(kept):
    address = struct.unpack("<I", bytes([10, 20, 30, 40]))[0]
    line = f"  0: {address:08X}:1F90 00000000:0000 0A\n".encode()
    assert kept("/proc/net/tcp", line) == b"  0: 28FF140A:1F90 00000000:0000 0A\n"
    inet6 = b"fe80000000000000a1b2c3fffed4e5f6 02 40 20 80 eth0\n00000000000000000000000000000001 01 80 10 80 lo\n"
    table = kept("/proc/net/if_inet6", inet6)
    assert b"a1b2c3" not in table
    assert table.startswith(b"fe80")
    assert b"\n00000000000000000000000000000001 " in table
    tcp6 = kept("/proc/net/tcp6", b"0: B80D0120000000000000000001000000:0050 " + b"0" * 32 + b":0000\n")
    assert tcp6.startswith(b"0: B80D0120FFFF0000")
    assert tcp6.endswith(b" " + b"0" * 32 + b":0000\n")


def test_an_engines_answer_keeps_its_description_without_private_data(scrubbed):
    info = {"ID": "a", "Name": "web1", "Driver": "overlay2", "Labels": ["x"], "HttpProxy": "http://p", "NCPU": 2}
    version = {"Version": "26.1.5", "Components": [{"Name": "Engine", "Version": "26.1.5"}]}
    other = {"Name": "web1", "Volumes": [{"Mountpoint": "/home/bob/v", "Labels": {"a": "b"}}]}
    socket = "/run/docker.sock"
    answers = {"/info": info, "/v": None, "/version": version, "/volumes": other}
    asked = {(socket, path): (200, body) for path, body in answers.items()}
    outcome = json.loads(scrubbed({}, http_get={**asked, (socket, "/gone"): None})[-1].data)["http_get"]
    assert {each["path"]: each["answer"] for each in outcome} == {
        "/gone": None,
        "/info": [200, {"Driver": "overlay2", "NCPU": 2}],
        "/v": [200, None],
        "/version": [200, version],
        "/volumes": [200, {"Name": "scrubbed", "Volumes": [{"Mountpoint": "/home/user1/v", "Labels": {}}]}],
    }


def test_a_file_whose_path_cannot_be_kept_is_stored_elsewhere_and_found_again(scrubbed):
    files = scrubbed(
        {
            "/a/../b": b"1",
            "/a\nb": b"2",
            "/" + "x" * 300: b"3",
            "/.evidence/capture.json": b"[]\n",
            "/c": b"5",
            "/c/d": b"6",
        }
    )
    assert len({file.place for file in files}) == 7
    places = json.loads(files[-1].data)["read"]
    by_place = {f"/{file.place}": file.data for file in files}
    assert {by_place[place] for place in places.values()} == {b"1", b"2", b"3", b"[]\n", b"5", b"6"}


def test_a_name_in_any_request_is_renamed(scrubbed):
    path = "/home/mallory9/x"
    files = scrubbed(
        {path: b"1"},
        readlink={path: Reading(path, path.encode())},
        listdir={path: ("mallory9",)},
        exists={path: True},
        environ={"mallory9": path},
        statvfs={path: {"free_bytes": 1}},
        stat={path: {"mode": 0o644, "uid": 0, "gid": 0}},
        experiment={("overlay", (("directory", path),)): {"error": path}},
        http_get={(path, f"/{path}"): (200, {path: path})},
        run={("ls", path): Reading(f"ls {path}", path.encode())},
        users=["mallory9"],
    )
    assert [file.place for file in files] == ["home/user1/x", ".evidence/capture.json"]
    assert b"mallory9" not in files[-1].data
    assert files[-1].data.count(b"/home/user1/x") == 17


def test_the_archive_does_not_identify_its_maker(scrubbed, tmp_path):
    path = tmp_path / "host.tar.gz"
    path.write_bytes(archive(scrubbed({"/proc/version": b"x"}), 86400))
    with tarfile.open(path) as tar:
        for member in tar:
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
            assert (member.mtime, member.mode, member.pax_headers) == (86400, 0o644, {})
    # RFC 1952: no name and no comment in the header, and the same time.
    assert path.read_bytes()[3:8] == b"\0" + (86400).to_bytes(4, "little")


def test_a_server_keeps_one_address_in_urls_and_outside_of_them(scrubbed):
    files = scrubbed(
        {"/etc/default/etcd": b"ETCD_INITIAL_CLUSTER=a=https://root:pw@10.9.8.7:2380\n"},
        experiment={("peers", (("peers", "10.9.8.7:2380"),)): {}},
    )
    (question,) = json.loads(files[-1].data)["experiment"]
    server = question["arguments"]["peers"]
    assert server != "10.9.8.7:2380"
    assert files[0].data.decode() == f"ETCD_INITIAL_CLUSTER=a=https://{server}\n"


def test_search_domains_keep_their_number_for_what_was_asked_of_each(scrubbed):
    resolv = b"nameserver 10.9.8.7\nsearch prod.acme-corp.de lan\n"
    answers = {"1": {"ok": True, "error": "", "any": False}, "2": {"ok": True, "error": "", "any": True}}
    files = scrubbed({"/etc/resolv.conf": resolv}, experiment={("search_domains", (("resolv", RESOLV),)): answers})
    assert len(search_domains(files[0].data.decode())) == len(answers)
    assert b"acme" not in files[0].data + files[-1].data
