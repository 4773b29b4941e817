"""What resolv.conf sets."""

import pytest

from hostcheck.host.resolver import name_servers, search_domains


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("search a.example b.example.\n", ("a.example", "b.example")),
        ("domain a.example\nsearch b.example\n", ("b.example",)),
        ("search b.example\ndomain a.example c.example\n", ("a.example",)),
        ("# search a.example\nsearch\n", ()),
    ],
)
def test_the_last_line_of_search_domains_counts(text, domains):
    assert search_domains(text) == domains


def test_only_lines_of_name_servers_count_in_their_order():
    text = "options nameserver 1\n#nameserver 2\nnameserver\nnameserver 3 # three\nnameserver fe80::1%eth0\n"
    assert name_servers(text) == ("3", "fe80::1%eth0")
