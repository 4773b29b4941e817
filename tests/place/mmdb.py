"""Write a database in the format MaxMind DB 2.0 of one network and what it says."""

import ipaddress
import struct

_MARK = b"\xab\xcd\xefMaxMind.com"
_KINDS = {"build_epoch": 9, "record_size": 5, "ip_version": 5} | dict.fromkeys(
    ("binary_format_major_version", "binary_format_minor_version", "accuracy_radius"), 5
)
"""Numbers that are not of 32 bits: of 64, and of 16."""


def database(network, record, *, ip_version=4, build_epoch=1790000000, **metadata):
    """Return the bytes of a database in which the network has the record, and no other address has any."""
    network = ipaddress.ip_network(network)
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
    if ip_version == 6 and network.version == 4:
        bits = "0" * 96 + bits
    nodes = len(bits)
    tree = b""
    for place, bit in enumerate(bits):
        found = place + 1 if place + 1 < nodes else nodes + 16
        left, right = (found, nodes) if bit == "0" else (nodes, found)
        tree += left.to_bytes(3, "big") + right.to_bytes(3, "big")
    about = {
        "node_count": nodes,
        "record_size": 24,
        "ip_version": ip_version,
        "database_type": "Test",
        "languages": ["en"],
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": build_epoch,
        "description": {"en": "made up"},
    } | metadata
    return tree + bytes(16) + _encoded(record) + _MARK + _encoded(about)


def _encoded(value, kind=6):
    if isinstance(value, dict):
        pairs = (_encoded(key) + _encoded(each, _KINDS.get(key, 6)) for key, each in value.items())
        return _head(7, len(value)) + b"".join(pairs)
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_encoded, value))
    if isinstance(value, str):
        return _head(2, len(value.encode())) + value.encode()
    if isinstance(value, float):
        return _head(3, 8) + struct.pack(">d", value)
    written = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _head(kind, len(written)) + written


def _head(kind, size):
    more, first = (b"", size) if size < 29 else (bytes([size - 29]), 29)
    return (bytes([kind << 5 | first]) if kind < 8 else bytes([first, kind - 7])) + more
