"""Quantities as sellers write them."""

# ruff: noqa: RUF001 - Cyrillic units

import pytest

from hostcheck.errors import UnfitError
from hostcheck.promise.amounts import parse_amount


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("8 GB", "bytes", 8e9),
        ("8GB", "bytes", 8e9),
        ("8G", "bytes", 8e9),
        ("8 Gb", "bytes", 8e9),
        ("8 gb", "bytes", 8e9),
        ("8 GiB", "bytes", 8 << 30),
        ("8Gi", "bytes", 8 << 30),
        ("512 MB", "bytes", 512e6),
        ("8 Go", "bytes", 8e9),
        ("8 Gio", "bytes", 8 << 30),
        ("2 GB guaranteed", "bytes", 2e9),
        ("1.5 TB", "bytes", 1.5e12),
        ("1.024 TB", "bytes", 1.024e12),
        ("0.125 ms", "s", 0.000125),
        (">= 160 GB", "bytes", 160e9),
        ("≥ 160 GB", "bytes", 160e9),
        ("25000", "IOPS", 25000),
        ("25K IOPS", "IOPS", 25000),
        ("25k", "IOPS", 25000),
        ("25'000 IOPS", "IOPS", 25000),
        (">= 25000 iops", "IOPS", 25000),
        ("1.2M IOPS", "IOPS", 1.2e6),
        ("1 Gbit/s", "MB/s", 125),
        ("1 Gbps", "MB/s", 125),
        ("1 gbps", "MB/s", 125),
        ("1 Gb/s", "MB/s", 125),
        ("1 Gbit", "MB/s", 125),
        ("1 GBIT/S", "MB/s", 125),
        ("100mbit", "MB/s", 12.5),
        ("1 Gb", "MB/s", 125),
        ("500 Mbps", "MB/s", 62.5),
        ("500 mbps", "MB/s", 62.5),
        ("100 Mbit/s", "MB/s", 12.5),
        ("120 MB/s", "MB/s", 120),
        ("120 MBps", "MB/s", 120),
        ("1 GB/s", "MB/s", 1000),
        ("100 MiB/s", "MB/s", 104.8576),
        ("10 ms", "s", 0.01),
        ("<= 10ms", "s", 0.01),
        ("500 µs", "s", 0.0005),
        ("500 us", "s", 0.0005),
        ("2 sec", "s", 2),
        ("500 МБ/с", "MB/s", 500),
        ("500 МБ/сек", "MB/s", 500),
        ("100 Мбайт/с", "MB/s", 100),
        ("1 Гбит/с", "MB/s", 125),
        ("1 гигабит/с", "MB/s", 125),
        ("100 мегабит в секунду", "MB/s", 12.5),
        ("8 Гбайт", "bytes", 8e9),
        ("8 гигабайт", "bytes", 8e9),
        ("8 ГиБ", "bytes", 8 << 30),
        ("512 Мб", "bytes", 512e6),
        ("1 ТБ", "bytes", 1e12),
        ("10 мс", "s", 0.01),
        ("500 мкс", "s", 0.0005),
        ("2 секунды", "s", 2),
        ("500 MB per second", "MB/s", 500),
        ("500 MB/Sek.", "MB/s", 500),
        ("500 MByte/s", "MB/s", 500),
        ("100 Mbit pro Sekunde", "MB/s", 12.5),
    ],
)
def test_units_are_read_as_sellers_mean_them(text, unit, value):
    assert parse_amount(text, unit).value == pytest.approx(value)


def test_bits_are_known_as_bits():
    assert parse_amount("1 Gbit/s", "MB/s").in_bits
    assert not parse_amount("125 MB/s", "MB/s").in_bits


def test_several_disks_are_counted():
    found = parse_amount("2 x 512 GB", "bytes")
    assert (found.times, found.value) == (2, 512e9)
    assert parse_amount("2×1.92TB", "bytes").value == 1.92e12
    assert (*parse_amount("512GB x 2", "bytes"),) == (*found,)
    assert (*parse_amount("(2) 512 GB", "bytes"),) == (*found,)


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("0,5 TB", "bytes", "without commas"),
        ("25,000 IOPS", "IOPS", "without commas"),
        ("8", "bytes", "has no unit"),
        ("1000", "MB/s", "has no unit"),
        ("10", "s", "has no unit"),
        ("500 mb/s", "MB/s", "bits or bytes"),
        ("1 GB", "MB/s", "not a rate"),
        ("8 GHz", "bytes", "is not a unit"),
        ("100 Мб/с", "MB/s", "'Мб/с' in '100 Мб/с' may mean bits or bytes"),
        ("8 ГГц", "bytes", "is not a unit"),
        ("20 ТБ/месяц", "MB/s", "is an amount of data"),
        ("10 ms", "bytes", "is a time"),
        ("up to 1 Gbit/s", "MB/s", "does not promise a minimum"),
        ("Up to 8 GB", "bytes", "does not promise a minimum"),
        ("upto 10Gbps", "MB/s", "does not promise a minimum"),
        ("bis zu 1 Gbit/s", "MB/s", "does not promise a minimum"),
        ("jusqu\u2019à 1 Gbit/s", "MB/s", "does not promise a minimum"),
        ("~ 400 Mbps", "MB/s", "does not promise a minimum"),
        ("approx. 400 Mbps", "MB/s", "does not promise a minimum"),
        ("8GB DDR4 ECC", "bytes", "'DDR4 ECC' cannot be judged"),
        ("4 ГБ с ECC", "bytes", "'4 ГБ с ECC' has more than a quantity: 'с ECC' cannot be judged"),
        ("10 с гарантией", "s", "с гарантией"),
        ("8 GB burstable to 16 GB", "bytes", "'burstable to 16 GB' cannot be judged"),
        ("2TB NVMe RAID10", "bytes", "'NVMe RAID10' cannot be judged"),
        ("1Gbps unmetered", "MB/s", "'unmetered' cannot be judged"),
        ("1 Gbps shared", "MB/s", "'shared' cannot be judged"),
        ("100k read IOPS", "IOPS", "'read IOPS' cannot be judged"),
        ("100k+ IOPS", "IOPS", "is not a unit"),
        ("20 TB/month", "MB/s", "is an amount of data"),
        ("10 TB per month", "MB/s", "is an amount of data"),
        ("1TB @ 1Gbps", "MB/s", "write only '1Gbps'"),
        ("1 Gbit/s, unlimited", "MB/s", "write only '1 Gbit/s'"),
        ("0 GB", "bytes", "is not a possible promise"),
        ("0 x 1 TB", "bytes", "is not a possible promise"),
        ("25.000 IOPS", "IOPS", "can mean 25000 or 25"),
        (">= 1.000 GB", "bytes", "can mean 1000 or 1"),
        ("1.500 MB/s", "MB/s", "can mean 1500 or 1.5"),
        ("many", "bytes", "is not a quantity"),
        ("", "bytes", "is not a quantity"),
        ("9" * 5000 + " GB", "bytes", "is not a possible promise"),
        ("2 x", "bytes", "is not a unit"),
        ("2 x 512 GB NVMe", "bytes", "write only '2 x 512 GB'"),
        ("512 GB x 2 NVMe", "bytes", "is not a unit"),
        ("10GbE", "MB/s", "write Mbit/s, Gbit/s"),
        ("1 MIOPS/s", "IOPS", "is not a unit"),
        ("-8 GB", "bytes", "is not a possible promise"),
    ],
)
def test_what_has_two_meanings_or_none_is_refused(text, unit, said):
    with pytest.raises(UnfitError, match=said):
        parse_amount(text, unit)
