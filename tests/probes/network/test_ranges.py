import pytest

from hostcheck.probes.network.ranges import probe

HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"


def row(interface, address, mask):
    return f"{interface}\t{address}\t00000000\t0001\t0\t0\t0\t{mask}\t0\t0\t0\n"


def fact(host):
    (found,) = probe(host)
    return found


@pytest.mark.parametrize(
    ("rows", "ranges"),
    [
        (row("eth0", "00000000", "00000000"), ()),
        (row("eth0", "00002A0A", "0000FFFF"), ("10.42.0.0/16",)),
        (row("eth0", "00012B0A", "00FFFFFF"), ("10.43.0.0/16",)),
        (row("eth0", "0000600A", "0000F0FF"), ("10.96.0.0/12",)),
        (row("cni0", "00002A0A", "00FFFFFF"), ()),
        (row("flannel.1", "00012A0A", "00FFFFFF"), ()),
        (row("eth0", "0000A8C0", "0000FFFF"), ()),
    ],
)
def test_a_range_is_routed_where_a_route_has_addresses_of_it(fake_host, rows, ranges):
    assert fact(fake_host({"/proc/net/route": HEAD + rows})).value == ranges


def test_a_route_to_all_of_ten_takes_every_range_with_the_route_as_evidence(fake_host):
    found = fact(fake_host({"/proc/net/route": HEAD + row("tun0", "0000000A", "000000FF")}))
    assert len(found.value) == 8
    assert found.evidence[0].value == "10.0.0.0/8 on tun0"


@pytest.mark.parametrize("text", [None, "Iface\tDestination\nx\n"])
def test_a_table_that_cannot_be_read_is_unknown(fake_host, text):
    assert not fact(fake_host({} if text is None else {"/proc/net/route": text})).known
