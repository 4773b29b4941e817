"""Nothing private that is planted in anything a host can answer is found in the capture's bytes."""

import base64
import gzip
import json
import struct
import tarfile

import pytest

from hostcheck.audit import collect
from hostcheck.capture.contents import contents
from hostcheck.capture.files import FILES
from hostcheck.capture.renaming import Renamer
from hostcheck.capture.take import take
from hostcheck.capture.write import archive
from hostcheck.host import index
from hostcheck.host.answers import Answers, RecordingHost
from hostcheck.host.base import Reading
from hostcheck.host.live import LiveHost
from hostcheck.run.model import HostIdentity

SECRETS = {
    "host": "frobnitz7",
    "domain": "acme-widgets.example.com",
    "user": "mallory9",
    "private address": "10.20.30.40",
    "home address": "192.168.77.12",
    "pool address": "172.17.45.6",
    "public address": "203.0.113.77",
    "documentation address": "192.0.2.33",
    "global address": "2a01:4f8:c0c:1234::abcd",
    "link-local address": "fe80::a1b2:c3ff:fed4:e5f6",
    "unique local address": "fd12:3456:789a::17",
    "MAC": "52:54:00:ab:cd:ef",
    "interface by MAC": "525400abcdef",
    "UUID": "4c4c4544-0044-4210-8031-b4c04f565731",
    "pod": "0a1b2c3d_1111_4222_8333_0123456789ab",
    "machine id": "b08dfa6083e7567a1921a715000001fb",
    "container": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "kernel address": "ffffffffc0a81000",
    "password": "hunter2hunter2",
    "token": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "cloud key": "AKIAIOSFODNN7EXAMPLE",
    "mail": "mallory@acme-widgets.example.com",
    "server": "registry.acme-widgets.example.com",
    "internal name": "db3.prod.internal",
}
PLANTED = """
host {host} and {host}.{domain}, HOST={host}
/home/{user}/data owned by {user}; mail {mail}; https://{user}:{password}@{server}:5000/v2
{private address} {home address}/24 via {pool address} dev eth0, {public address}:443 or {documentation address};
{global address} {link-local address}%eth0 [{unique local address}]:53
link/ether {MAC} enx{interface by MAC}
UUID={UUID} /kubepods/pod{pod}/{container} docker-{container}.scope {machine id}
module 16384 0 - Live 0x{kernel address}
password={password} token: "{token}" secret_key={password} {cloud key} at {internal name}
""".format_map(SECRETS)


class PlantingHost(LiveHost):
    """This machine, in all of whose answers secrets are planted."""

    def read(self, path):
        if path == "/etc/passwd":
            return Reading(
                path, b"root:x:0:0:root:/root:/bin/sh\nmallory9:x:1001:1001:Mallory:/home/mallory9:/bin/sh\n"
            )
        if path in {"/proc/sys/kernel/hostname", "/etc/hostname"}:
            return Reading(path, b"frobnitz7.acme-widgets.example.com\n")
        reading = super().read(path)
        if reading.data is None:
            return Reading(path, None, reading.failure, f"{reading.error} {PLANTED}")
        if reading.data[:2] == b"\x1f\x8b":
            return Reading(path, gzip.compress(gzip.decompress(reading.data) + PLANTED.encode()))
        return Reading(path, reading.data + PLANTED.encode())

    def listdir(self, path):
        return tuple(sorted((*(super().listdir(path) or ()), *PLANTED.split())))

    def readlink(self, path):
        reading = super().readlink(path)
        return reading if reading.data is None else Reading(path, reading.data + PLANTED.encode())

    def environ(self, name):
        return f"unix:///home/mallory9/{name}.sock" if name == "DOCKER_HOST" else PLANTED

    def exists(self, path):
        return True if "mallory9" in path else super().exists(path)

    def http_get(self, socket, path, timeout):
        return 200, {"Name": "frobnitz7", "Driver": PLANTED, "ServerVersion": "26.1.5", "Labels": ["a=hunter2hunter2"]}

    def run(self, argv, timeout):
        return Reading(" ".join(argv), PLANTED.encode())

    def experiment(self, name, /, **arguments):
        return {"ok": False, "error": PLANTED, "stage": "mount"}


def bytes_of(files):
    """All that an archive tells: names, headers and contents, compressed contents unpacked."""
    parts = [gzip.decompress(archive(files, 0))]
    for file in files:
        parts.append(file.place.encode())
        parts.append(gzip.decompress(file.data) if file.data[:2] == b"\x1f\x8b" else file.data)
    return b"\n".join(parts)


def found_in(data):
    forms = {name: [secret.encode(), secret.upper().encode()] for name, secret in SECRETS.items()}
    # JSON may escape, nothing else may hide: the same in base 64.
    for name, secret in SECRETS.items():
        forms[name].append(base64.b64encode(secret.encode())[:-4] or b"\0")
    return [name for name, written in forms.items() if any(form in data for form in written)]


def test_secrets_planted_in_every_answer_of_this_machine_are_not_in_the_capture():
    taken = take(PlantingHost(), "2026-11-23T10:00:00Z")
    assert len(taken.kept) > 15
    assert found_in(bytes_of(taken.kept)) == []


def test_the_secrets_were_there_before():
    recording = RecordingHost(PlantingHost())
    collect(recording)
    heard = b"".join(reading.data or b"" for reading in recording.answers.read.values())
    assert found_in(heard) == list(SECRETS)


BINARY = {"/sys/firmware/acpi/tables/*", "/sys/firmware/dmi/entries/*/raw"}
WORDS = PLANTED.split()
SHAPES = {
    "text": PLANTED,
    "lines": "\n".join(f"key{i}: {word}" for i, word in enumerate(WORDS)),
    "nul": "\0".join(f"NAME{i}={word}" for i, word in enumerate(WORDS)),
}
JSON = json.dumps({"a": PLANTED, "b": [PLANTED], "c": {"d": WORDS}})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(
            (pattern.replace("*", "1"), text)
            for pattern, _ in FILES
            if pattern not in BINARY
            for text in SHAPES.values()
        ),
        *(("/run/any", text) for text in (*SHAPES.values(), JSON)),
        ("/etc/docker/daemon.json", JSON),
        ("/etc/docker/daemon.json", JSON[:-1]),
    ],
)
def test_no_kind_of_file_lets_a_secret_through(path, text):
    assert found_in(bytes_of(scrubbed({path: text.encode()}))) == []


def scrubbed(files, **answers):
    names = Renamer(["frobnitz7", "frobnitz7.acme-widgets.example.com", "acme-widgets.example.com"], ["mallory9"])
    read = {path: Reading(path, data) for path, data in files.items()}
    kept, out = contents(Answers(read=read, **answers), names)
    made = index.dumps(index.Index("0", "now", HostIdentity("captured"), tells_absence=True, answers=kept)).encode()
    return [*(file for file in out if file.treated != "left out"), type(out[0])(index.PLACE, made, "made")]


def content(path, data):
    """What a capture keeps of a file; None when it is left out."""
    files = scrubbed({path: data, "/proc/kept": b"1"})
    return next((file.data for file in files if file.place == path.lstrip("/")), None)


@pytest.mark.parametrize(
    ("path", "data", "kept"),
    [
        ("/sys/class/dmi/id/product_serial", b"CZJ8230XYZ\n", b"scrubbed\n"),
        ("/sys/class/dmi/id/board_serial", b"..CN7016345S00AB.\n", b"scrubbed\n"),
        ("/sys/class/dmi/id/product_serial", b"ec2f3a4b-1234\n", b"ec200000-0000-0000-0000-000000000000\n"),
        ("/sys/class/dmi/id/product_serial", b"GoogleCloud-0123456789ABCDEF\n", b"GoogleCloud-0\n"),
        ("/sys/class/dmi/id/product_serial", b"VMware-42 1e 8d 9a\n", b"VMware-0\n"),
        ("/sys/class/dmi/id/product_serial", b"srv-ab12c.gb1.brightbox.com\n", b"scrubbed.brightbox.com\n"),
        ("/sys/class/dmi/id/chassis_asset_tag", b"OracleCloud.com\n", b"OracleCloud.com\n"),
        ("/sys/class/dmi/id/chassis_asset_tag", b"ACME-LAPTOP-0042\n", b"scrubbed\n"),
        ("/sys/class/dmi/id/product_uuid", b"EC2AE145-D1DC-13B2\n", b"EC200000-0000-0000-0000-000000000000\n"),
        ("/sys/class/dmi/id/product_uuid", b"4c4c4544-0044\n", b"00000000-0000-0000-0000-000000000000\n"),
        ("/sys/class/dmi/id/product_name", b"PowerEdge R640\n", b"PowerEdge R640\n"),
        ("/sys/firmware/dmi/entries/0-0/raw", b"\0\x1a\0\0" + b"\x01" * 30, b"\0\x1a\0\0" + b"\x01" * 30),
        ("/sys/firmware/dmi/entries/1-0/raw", b"\x01\x1b\0\0CZJ8230XYZ", None),
        ("/sys/firmware/acpi/tables/MSDM", b"MSDM" + b"\0" * 32 + b"ABCDE-FGHIJ-KLMNO", b"MSDM" + b"\0" * 32),
        ("/etc/shadow", b"root:$6$abc:19000::::::\n", None),
        ("/etc/docker/key.json", b'{"k": "x", "auths": {"r": "eA=="}}', b'{\n "k": "x",\n "auths": {}\n}\n'),
        ("/root/.ssh/id_ed25519", b"-----BEGIN OPENSSH PRIVATE KEY-----", None),
        ("/some/blob", b"\x01\x02\x03\xff", None),
        ("/proc/1/environ", b"container=lxc\0PGPASSWORD=x\0A=\0", b"container=lxc\0PGPASSWORD=scrubbed\0A=\0"),
        (
            "/proc/cmdline",
            b"BOOT_IMAGE=/vmlinuz root=/dev/x ro cgroup_enable=memory swapaccount=1 ip=10.1.1.1 acmekey\n",
            b"BOOT_IMAGE=scrubbed root=scrubbed ro cgroup_enable=memory swapaccount=1 ip=scrubbed\n",
        ),
        ("/proc/17/cmdline", b"/usr/bin/dockerd\0--label\0owner=x\0", b"/usr/bin/dockerd\0scrubbed\0scrubbed\0"),
        ("/etc/hostname", b"web1\n", b"host\n"),
        ("/proc/sys/kernel/domainname", b"(none)\n", b"(none)\n"),
        ("/etc/hosts", b"127.0.0.1 localhost\n10.1.2.3 web1.acme.com web1\n", b"127.0.0.1 localhost\n10.255.0.3 host host\n"),
        (
            "/etc/resolv.conf",
            b"# by acme\nnameserver 127.0.0.53\nnameserver 8.8.4.4\nsearch a.com b.com\noptions edns0\n",
            b"nameserver 127.0.0.53\nnameserver 198.18.0.4\nsearch example.org example.org\noptions edns0\n",
        ),
        ("/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000:Bob B:/home/bob:/bin/sh\n",
         b"root:x:0:0:root:/root:/bin/sh\nuser2:x:1000:1000::/home/user2:/bin/sh\n"),
        ("/etc/subuid", b"bob:100000:65536\n1001:165536:65536\n", b"user2:100000:65536\n1001:165536:65536\n"),
        (
            "/proc/net/route",
            b"Iface\tDestination\tGateway \tFlags\neth0\t00000000\t0101A8C0\t0003\neth0\t0001A8C0\t00000000\t0001\n",
            b"Iface\tDestination\tGateway \tFlags\neth0\t00000000\t010FA8C0\t0003\neth0\t000FA8C0\t00000000\t0001\n",
        ),
        ("/proc/cpuinfo", b"model name\t: ARMv7\nSerial\t\t: 00000000a1b2c3d4\n", b"model name\t: ARMv7\nSerial\t\t: 0000000000000000\n"),
        (
            "/proc/cpuinfo",
            b"processor 0: version = FF,  identification = 0133E8,  machine = 2964\n",
            b"processor 0: version = FF,  identification = 000000,  machine = 2964\n",
        ),
        (
            "/proc/sysinfo",
            b"Manufacturer: IBM\nSequence Code: 00000000000A1B2C\nVM00 Name: LINUX01\nVM00 Control Program: z/VM\n",
            b"Manufacturer: IBM\nSequence Code: 0000000000000000\nVM00 Name: 0000000\nVM00 Control Program: z/VM\n",
        ),
        ("/proc/version", b"Linux version 6.1.0 (bob@desk) (gcc 12)\n", b"Linux version 6.1.0 (builder@host) (gcc 12)\n"),
        ("/proc/version", b"Linux version 4.4.0 (Microsoft@Microsoft.com) (gcc)", b"Linux version 4.4.0 (Microsoft@Microsoft.com) (gcc)"),
        ("/boot/config-6.1", b'CONFIG_X=y\nCONFIG_CMDLINE="a=b"\nCONFIG_LSM="apparmor"\n',
         b'CONFIG_X=y\nCONFIG_CMDLINE="scrubbed"\nCONFIG_LSM="apparmor"\n'),
        (
            "/proc/self/mountinfo",
            b"1 0 0:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:2 / /mnt rw - nfs4 nas1:/vol rw,addr=10.1.1.1,vers=4.2\n"
            b"3 1 0:3 / /c rw - cifs //nas/s rw,username=bob,password=x\n4 1 0:4 / /g rw - cgroup cgroup rw,name=systemd\n",
            b"1 0 0:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:2 / /mnt rw - nfs4 server:/export rw,addr=scrubbed,vers=4.2\n"
            b"3 1 0:3 / /c rw - cifs //server/share rw,username=scrubbed,password=scrubbed\n"
            b"4 1 0:4 / /g rw - cgroup cgroup rw,name=systemd\n",
        ),
        ("/.evidence/dmesg", b"a\n[0] Command line: x=y\nHypervisor detected: KVM\n", b"a\n\nHypervisor detected: KVM\n"),
    ],
)  # fmt: skip
def test_a_file_keeps_what_tells_the_machine_and_nothing_else(path, data, kept):
    assert content(path, data) == kept


def test_socket_and_ipv6_tables_are_renamed_in_their_own_notation():
    address = struct.unpack("<I", bytes([10, 20, 30, 40]))[0]
    line = f"  0: {address:08X}:1F90 00000000:0000 0A\n".encode()
    assert content("/proc/net/tcp", line) == b"  0: 2800FF0A:1F90 00000000:0000 0A\n"
    inet6 = b"fe80000000000000a1b2c3fffed4e5f6 02 40 20 80 eth0\n00000000000000000000000000000001 01 80 10 80 lo\n"
    kept = content("/proc/net/if_inet6", inet6)
    assert b"a1b2c3" not in kept
    assert kept.startswith(b"fe80")
    assert b"\n00000000000000000000000000000001 " in kept


def test_an_engine_keeps_what_it_is_and_not_whose():
    info = {
        "ID": "a",
        "Name": "web1",
        "Driver": "overlay2",
        "Labels": ["x"],
        "HttpProxy": "http://bob:x@proxy",
        "NCPU": 2,
    }
    version = {"Version": "26.1.5", "Components": [{"Name": "Engine", "Version": "26.1.5"}]}
    socket = "/run/docker.sock"
    files = scrubbed({"/a": b""}, http_get={(socket, "/info"): (200, info), (socket, "/version"): (200, version)})
    told = json.loads(files[-1].data)["http_get"]
    assert told == [
        {"socket": socket, "path": "/info", "answer": [200, {"Driver": "overlay2", "NCPU": 2}]},
        {"socket": socket, "path": "/version", "answer": [200, version]},
    ]


def test_the_archive_says_nothing_of_who_made_it(tmp_path):
    path = tmp_path / "host.tar.gz"
    path.write_bytes(archive(scrubbed({"/proc/version": b"x"}), 86400))
    with tarfile.open(path) as tar:
        for member in tar:
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
            assert (member.mtime, member.mode, member.pax_headers) == (86400, 0o644, {})
    assert path.read_bytes()[3] == 0  # no name and no comment in the gzip header (RFC 1952)
